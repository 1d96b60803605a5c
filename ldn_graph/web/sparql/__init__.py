"""The SPARQL 1.1 protocol over HTTP: queries, updates, the graph store, descriptions."""
