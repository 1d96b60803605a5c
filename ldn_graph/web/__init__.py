"""The server: a SPARQL endpoint, a JSON API, and a site to read and explore."""
