"""Every IRI of the data resolves here: pages for people, RDF for programs, dumps of the whole."""
