"""The pages that people read and explore."""
