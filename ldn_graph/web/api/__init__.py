"""The JSON API under `/api`: the things that people ask most, described by OpenAPI."""
