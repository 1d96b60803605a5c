"""How strong a claim is, by one published rule, and how articles compare with studies."""
