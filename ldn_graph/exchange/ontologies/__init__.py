"""Files of ontologies → terms: OBO 1.4, OWL in RDF/XML or Turtle, OBO Graphs in JSON."""

from ldn_graph.exchange.ontologies.reader import read as read
from ldn_graph.exchange.ontologies.term import Ontology as Ontology
from ldn_graph.exchange.ontologies.term import Term as Term
