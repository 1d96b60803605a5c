"""What may be done to a claim, by whom, and what each step leads to."""
