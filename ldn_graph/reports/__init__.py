"""Answers as text for a terminal and as rows for other programs."""
