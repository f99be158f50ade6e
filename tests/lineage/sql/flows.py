"""The direct edges of a text in a word each, as the cases of dialects write them."""

from __future__ import annotations

from lineage.sql import column_edges

SCHEMA = {"t": ["id", "name", "x", "d"], "u": ["id", "y", "s", "ts"]}


def flows(sql: str, dialect: str) -> str:
    """Give the DIRECT edges as `u.y>t.x`, in order, of a text that must be understood wholly."""
    found = column_edges(sql, dialect=dialect, schema=SCHEMA)
    assert found.unparsed == ()
    edges = set()
    for edge in found.edges:
        if edge.transformation.type == "DIRECT":
            target = ".".join([*(edge.target or ())[-1:], edge.target_field])
            edges.add(f"{edge.source[-1]}.{edge.source_field}>{target}".lower())
    return " ".join(sorted(edges))
