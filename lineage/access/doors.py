"""The public graph of doors: principals lead to roles, roles to what they hold, views to what they read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lineage.access.grants import Grants
from lineage.access.model import Door
from lineage.model import PUBLIC, Name

if TYPE_CHECKING:
    import networkx as nx


def graph_of_doors(systems: Iterable[Grants]) -> nx.MultiDiGraph[str]:
    """Build the graph; only fields that are granted by themselves are nodes, a dataset stands for the others."""
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for grants in systems:
        _add_principals(graph, grants)
        for (path, right), holders in grants.holders.items():
            for holder in holders:
                _add_grant(graph, grants, holder, Name(grants.namespace, path), right)
        for path, columns in grants.columns.items():
            for (column, right), holders in columns.items():
                for holder in holders:
                    _add_grant(graph, grants, holder, Name(grants.namespace, path, column), right)
        for dataset, fact in grants.datasets.items():
            graph.add_node(_node(dataset), kind=fact.kind.value, label=dataset.short)
            for base in grants.needs.get(dataset, {}):
                graph.add_edge(_node(dataset), _node(base), door=Door.VIEW.value, by="reads")
            for partition in grants.partitions.get(dataset, ()):
                graph.add_edge(_node(dataset), _node(partition), door=Door.COPY.value, by="has the partition")
    return graph


def _add_principals(graph: nx.MultiDiGraph[str], grants: Grants) -> None:
    for number, principal in enumerate(grants.principals):
        attributes = sorted(grants.attributes.get(number, ()))
        graph.add_node(_who(grants, number), kind="principal", label=principal.name, attributes=attributes)
    for edges, door, by in (
        (grants.inherited, Door.ROLE, "member of"),
        (grants.switches, Door.SWITCH, "may become"),
    ):
        for member, roles in edges.items():
            for role in roles:
                graph.add_edge(_who(grants, member), _who(grants, role), door=door.value, by=by)


def _add_grant(graph: nx.MultiDiGraph[str], grants: Grants, holder: int, on: Name, right: str) -> None:
    door = Door.PUBLIC if grants.principals[holder].name == PUBLIC else Door.GRANT
    if grants.owner(on.dataset) == holder:
        door = Door.OWNER
    if _node(on) not in graph:
        graph.add_node(_node(on), kind="field" if on.field else "dataset", label=on.short)
    graph.add_edge(_who(grants, holder), _node(on), door=door.value, by=f"grant {right}")


def _node(name: Name) -> str:
    return f"field:{name}" if name.field else f"dataset:{name}"


def _who(grants: Grants, number: int) -> str:
    return f"principal:{grants.namespace}/{grants.principals[number].name}"
