"""Measurements and comparisons; none of it is part of the package."""
