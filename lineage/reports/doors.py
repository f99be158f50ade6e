"""An identity's doors: as a part of a document, as words, and as the places of a picture.

The picture is laid out here and drawn by the page: a thing stands one column to the right of what leads to it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from lineage.finding import Hop
from lineage.reached import DoorNode, FieldAccess, IdentityAccess
from lineage.reports.words import counted, plain

_WIDTH: Final = 230
_HEIGHT: Final = 34
_GAP_ACROSS: Final = 120
_GAP_DOWN: Final = 14
_LONGEST: Final = 32
_MARGIN: Final = 8


@dataclass(frozen=True, slots=True)
class Box:
    """A thing in its place."""

    node: DoorNode
    x: int
    y: int
    label: str
    """Its name, short enough for the box."""
    width: int = _WIDTH
    height: int = _HEIGHT


@dataclass(frozen=True, slots=True)
class Line:
    """A door between two boxes."""

    hop: Hop
    curve: str
    """As an SVG path."""
    x: int
    y: int
    label: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Where everything in the picture of an identity's doors stands."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def picture(access: IdentityAccess) -> Picture | None:
    """Lay out the doors of an identity; None where none is open."""
    if not access.doors:
        return None
    columns = _columns(access)
    deep = max(columns.values())
    by_column: defaultdict[int, list[DoorNode]] = defaultdict(list)
    for node in access.nodes:
        # Datasets stand in one column at the right, however near the right is that opens them.
        by_column[deep if node.kind == "dataset" else columns[node.name]].append(node)
    tallest = max(len(nodes) for nodes in by_column.values())
    height = tallest * (_HEIGHT + _GAP_DOWN) - _GAP_DOWN + 2 * _MARGIN
    boxes: dict[str, Box] = {}
    for column, nodes in by_column.items():
        top = (height - len(nodes) * (_HEIGHT + _GAP_DOWN) + _GAP_DOWN) // 2
        for row, node in enumerate(nodes):
            x = _MARGIN + column * (_WIDTH + _GAP_ACROSS)
            boxes[node.name] = Box(node, x, top + row * (_HEIGHT + _GAP_DOWN), _short(node.name))
    lines = [_line(hop, boxes[hop.source], boxes[hop.target]) for hop in _known(access)]
    return Picture(
        (deep + 1) * (_WIDTH + _GAP_ACROSS) - _GAP_ACROSS + 2 * _MARGIN, height, (*boxes.values(),), (*lines,)
    )


def _known(access: IdentityAccess) -> list[Hop]:
    names = {node.name for node in access.nodes}
    return [hop for hop in access.doors if {hop.source, hop.target} <= names and hop.source != hop.target]


def _columns(access: IdentityAccess) -> Mapping[str, int]:
    """Give each thing's distance from the identity, the longest way; a circle ends where it began."""
    columns = dict.fromkeys((node.name for node in access.nodes), 0)
    hops = _known(access)
    for _ in range(len(columns)):
        changed = False
        for hop in hops:
            further = columns[hop.source] + 1
            if columns[hop.target] < further < len(columns):
                columns[hop.target], changed = further, True
        if not changed:
            break
    used = sorted(set(columns.values()))
    return {name: used.index(column) for name, column in columns.items()}


def _line(hop: Hop, start: Box, end: Box) -> Line:
    x1, y1 = start.x + start.width, start.y + start.height // 2
    x2, y2 = end.x, end.y + end.height // 2
    bend = max((x2 - x1) // 2, 30)
    curve = f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    return Line(hop, curve, x2 - 4, y2 - 5, _short(hop.by))


def _short(name: str) -> str:
    words = plain(name)
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def in_figures(access: IdentityAccess) -> str:
    """Give the three numbers: least-privilege ratio, sensitive over-grants, latent ones."""
    if access.unknown:
        return f"not known: {plain(access.unknown)}"
    ratio = access.least_privilege
    needed = f"{100 * ratio:.3g} % of what it reads is needed" if ratio is not None else "it reads nothing"
    return (
        f"{needed} ({access.needed:,} of {counted(access.reached, 'field')}), "
        f"{counted(access.over_sensitive, 'sensitive field')} beyond the plan, "
        f"{access.latent_sensitive:,} more after becoming another role"
    )


def told(field: FieldAccess) -> str:
    """Give how a field is open, or why it is not: its chain in words."""
    if field.path:
        hops = " ".join(f"→ {plain(hop.target)} ({plain(hop.by)})" for hop in field.path)
        return f"{plain(field.path[0].source)} {hops}"
    return plain(field.why)


def readers(field: FieldAccess) -> str:
    """Give who else reads a field."""
    named = [f"{plain(one.principal)} ({plain(one.by)}{', latent' if one.latent else ''})" for one in field.readers]
    left = field.readers_in_all - len(field.readers)
    return ", ".join([*named, *([f"and {left:,} more"] if left > 0 else [])])


def access_document(access: IdentityAccess) -> dict[str, Any]:
    """Give an identity's access as a part of a document."""
    return {
        "source": access.source,
        "identity": access.identity,
        "unknown": access.unknown or None,
        "least_privilege": access.least_privilege,
        "needed": access.needed,
        "reached": access.reached,
        "over_sensitive": access.over_sensitive,
        "latent_sensitive": access.latent_sensitive,
        "unlisted": access.unlisted,
        "fields": [_field(field) for field in access.fields],
        "doors": {
            "nodes": [
                {"name": node.name, "kind": node.kind, "state": node.state, "note": node.note} for node in access.nodes
            ],
            "edges": _hops(access.doors),
            "unpictured": access.unpictured,
        },
    }


def _field(field: FieldAccess) -> dict[str, Any]:
    return {
        "field": field.field,
        "declared": field.declared,
        "opened": field.opened.value,
        "path": _hops(field.path),
        "sensitive": field.sensitive or None,
        "why": field.why,
        "readers": [{"principal": one.principal, "by": one.by, "latent": one.latent} for one in field.readers],
        "readers_in_all": field.readers_in_all,
    }


def _hops(hops: Sequence[Hop]) -> list[dict[str, str]]:
    return [{"from": hop.source, "to": hop.target, "by": hop.by} for hop in hops]
