"""What the tests of stores put into them, and how they read it back."""

import pyoxigraph as ox

from ldn_graph.store import Store
from ldn_graph.table import Table

XSD = "http://www.w3.org/2001/XMLSchema#"
E = "https://example.org/"

DATA = """
@prefix e: <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:ldn e:blocks e:receptor ; e:label "LDN" , "ldn"@en-GB ; e:dose 4.50 , 3 ;
    e:seen "2024-03-01"^^xsd:date ; e:at "2024-03-01T10:00:00.000+00:00"^^xsd:dateTime ;
    e:count "007"^^xsd:integer ; e:named "typed"^^xsd:string ; e:sure true .
e:receptor e:raises e:endorphin . e:endorphin e:lowers e:pain . e:pain e:part e:crohn .
e:study e:reports [ e:says "it helps" ] .
e:g1 { e:ldn e:blocks e:hidden . }
e:g2 { e:hidden e:label "täglich, „vielleicht“ 低用量 \\U0001F48A" . }
"""


def quads() -> list[ox.Quad]:
    return list(ox.parse(DATA, format=ox.RdfFormat.TRIG))


def iri(name: str) -> ox.NamedNode:
    return ox.NamedNode(E + name)


def typed(value: str, kind: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(XSD + kind))


def rows(store: Store, text: str) -> list[tuple[object, ...]]:
    found = store.query(text if "PREFIX e:" in text else f"PREFIX e: <{E}> {text}")
    assert isinstance(found, Table)
    return list(found.rows)
