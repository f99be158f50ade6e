"""How many of sqllineage's own column tests have the edges that it expects, and that an engine has.

A test may expect what no engine does; those are listed with the reason in `wrong_by_peer.yaml`, and counted both ways.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lineage.sql import ColumnEdge, SqlLineage, column_edges

HERE = Path(__file__).parent
Edge = tuple[str, str, str, str]
Edges = set[Edge]


def recorded(sources: Path, peers: Path) -> list[dict[str, Any]]:
    """Give the tests of the unpacked source distribution; none where it or the peer's environment is missing."""
    folder = next(iter(sorted(sources.glob("sqllineage-*/tests"))), None)
    python = peers / "sqllineage/bin/python"
    if folder is None or not python.exists():
        return []
    with tempfile.TemporaryDirectory() as place:
        out = Path(place, "cases.json")
        subprocess.run(  # noqa: S603 - our own file, in the peer's environment
            [str(python), str(HERE / "record_sqllineage.py"), str(out)],
            check=True, cwd=folder.parent, env={**os.environ, "PYTHONPATH": "."}, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        found: list[dict[str, Any]] = json.loads(out.read_text(encoding="utf-8"))
    return found


def wrong_by_peer() -> dict[str, Edges]:
    """Give the edges of an engine for each test whose expectation is wrong."""
    import yaml

    listed = yaml.safe_load((HERE / "wrong_by_peer.yaml").read_text(encoding="utf-8"))
    return {item["statement"]: {tuple(edge) for edge in item["engine"]} for item in listed}


def chained(edges: Iterable[Edge]) -> Edges:
    """Follow columns through the targets of a script, from first to last, as sqllineage's tests expect."""
    found = set(edges)
    changed = True
    while changed:
        new = {
            (s, c, t2, d2)
            for s, c, t, d in found
            for s2, c2, t2, d2 in found
            if (t, d) == (s2, c2) and (s, c) != (t2, d2)
        }
        changed = not new <= found
        found |= new
    written = {(target, column) for _, _, target, column in found}
    read = {(source, column) for source, column, _, _ in found}
    return {edge for edge in found if edge[:2] not in written and edge[2:] not in read}


def cases(sources: Path, peers: Path) -> tuple[int, int]:
    """Print how many tests are exact, as the peer says and as an engine has it; give the second, of how many."""
    tests = recorded(sources, peers)
    if not tests:
        print("\nsqllineage's tests: not found")
        return 0, 0
    listed = wrong_by_peer()
    said, meant = _Score(), _Score()
    for number, case in enumerate(tests):
        # What no dialect is named for is read as ANSI, as the peer does.
        dialect = {"sparksql": "spark"}.get(case["dialect"], case["dialect"])
        answers = _answers(column_edges(case["sql"], dialect=dialect, schema=case["schema"] or None))
        expected = {(_table(q), _name(c), _table(r), _name(d)) for (c, q), (d, r) in case["edges"]}
        said.add(number, answers, expected)
        meant.add(number, answers, listed.get(_digest(case["sql"]), expected))
    print(f"\nsqllineage's column tests as it expects: {said}\nby the engines' meaning: {meant}")
    return meant.right, len(tests)


class _Score:
    def __init__(self) -> None:
        self.right = self.asked = self.given = self.shared = 0
        self.others: list[int] = []

    def add(self, number: int, answers: list[Edges], expected: Edges) -> None:
        best = max(answers, key=lambda edges: (edges == expected, 2 * len(edges & expected) - len(edges)))
        self.right += best == expected
        self.asked, self.given = self.asked + len(expected), self.given + len(best)
        self.shared += len(best & expected)
        if best != expected:
            self.others.append(number)

    def __str__(self) -> str:
        whole = self.right + len(self.others)
        rates = f"{self.shared} of our {self.given} edges right, {self.asked} asked"
        return f"{self.right} of {whole} ({self.right / whole:.1%}), {rates}; not: {self.others}"


def _answers(found: SqlLineage) -> list[Edges]:
    """Give the edges in the four ways that the tests mix: values alone or with conditions, each step or end to end."""
    answers = []
    for kinds in (("DIRECT",), ("DIRECT", "INDIRECT")):
        edges = {_edge(edge) for edge in found.edges if edge.transformation.type in kinds}
        answers += [edges, chained(edges)]
    return answers


def _edge(edge: ColumnEdge) -> Edge:
    # sqllineage names no table where several can be meant; ours lists them, AMBIGUOUS. Both say: not known.
    source = "" if edge.confidence == "ambiguous" else ".".join(edge.source).lower()
    return (source, _name(edge.source_field), ".".join(edge.target or ()).lower(), _name(edge.target_field))


def _table(text: str) -> str:
    return text.replace("<default>.", "").lower()


def _name(text: str) -> str:
    """Each tool has its own name for an unnamed expression, so any such name is `?`."""
    return text.lower() if re.fullmatch(r"[\w.$*]+", text) and not text.startswith("_col_") else "?"


def _digest(sql: str) -> str:
    return hashlib.sha256(" ".join(sql.split()).encode()).hexdigest()[:12]
