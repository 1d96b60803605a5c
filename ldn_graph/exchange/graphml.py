"""GraphML, for networkx, Gephi, yEd and Cytoscape: one edge a claim, directed as claimed."""

from typing import Any

import networkx as nx

from ldn_graph.pictures.scene import Scene, xml_text


def graphml(scene: Scene) -> str:
    """`scene` as a GraphML document. Edge ids are claim ids; values are strings and numbers."""
    graph = nx.MultiDiGraph(title=xml_text(scene.title), disclaimer=xml_text(scene.disclaimer))
    for node in scene.nodes:
        graph.add_node(
            node.id,
            label=xml_text(node.label),
            kind=str(node.kind),
            column=str(node.column),
            definition=xml_text(node.definition or ""),
        )
    sources = {s.id: s.citation for s in scene.sources}
    for edge in scene.edges:
        values: dict[str, Any] = {
            "label": edge.verb,
            "reading": edge.reading,
            "grade": edge.level_name,
            "grade_step": edge.level,
            "certainty": str(edge.certainty),
            "wording": str(edge.wording),
            "agreement": str(edge.agreement),
            "status": edge.status,
            "sources": "; ".join(sources[i] for i in edge.sources),
            "quotes": " | ".join(
                "".join(part.text for part in item.quote) for item in edge.items if item.quote
            ),
        }
        clean = {k: xml_text(v) if isinstance(v, str) else v for k, v in values.items()}
        graph.add_edge(edge.start, edge.end, key=edge.id, **clean)
    return "\n".join(nx.generate_graphml(graph)) + "\n"
