"""Checks of a corpus: quotes, coverage, rules over records, queries and SHACL shapes."""
