"""Pictures of claims: what they show, where it stands, and how it is drawn."""
