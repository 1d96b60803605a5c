"""Chains of claims from a drug to a condition, ranked, and where evidence is missing."""
