"""Which tables' values a login reads, also by views, copies, partitions and functions: our reach beside pgrls'.

pgrls answers for a table as a whole, so that the truth here does too: a table is read if a value of it is really
selected, directly or through what flows from it in the world. Where a table is only counted, filtered by or partly
read by its partition, neither answer is called wrong. Only logins that may connect are asked: pgrls does not ask that.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.freshness.peers_at_work import installed
from lineage.model import Exposure

PGRLS = "pgrls==0.57.1"


def pgrls_at(folder: Path) -> Path:
    """Install pgrls in an environment of its own and give its program."""
    return installed((PGRLS,), folder).parent / "pgrls"


def count(program: Path, database: Any, made: Any, reaches: dict[str, Any], real: dict[str, Any]) -> Counter[str]:
    """Count the answers of one world, and what is missed and false of each."""
    counts = Counter[str]()
    theirs = _asked(program, database, made)
    tables = [relation for relation in made.relations.values() if relation.kind in "rp"]
    for role, tried in real.items():
        flowing, touched = _truth(made, tried)
        copied = _truth(made, tried, copies=False)[0]
        ours = {
            name.path[-1]
            for name, chains in reaches[role].fields.items()
            if any(not chain.latent and chain.exposure is not Exposure.COUNT for chain in chains)
        }
        undecided = {name.path[-1] for name in reaches[role].undecided}
        # Through a view, function or rule that is undecided any table could be read: such are counted by themselves.
        counts["lineage undecided besides tables"] += len(undecided - {table.name for table in tables})
        for table in tables:
            if table.name in touched - flowing:
                continue
            truth, said = table.name in flowing, theirs.get((f"{table.schema}.{table.name}", role), "nothing")
            counts.update({"answers": 1, "readable": truth, f"pgrls {said}": 1})
            open_to_us = "open" if table.name in ours else "undecided" if table.name in undecided else "closed"
            counts["lineage undecided"] += open_to_us == "undecided"
            for judge, told in (("pgrls", said), ("lineage", open_to_us)):
                if told == "undecided":
                    continue
                answer = told in {"open", "conditional"}
                counts[f"{judge} missed"] += truth and not answer
                counts[f"{judge} missed by copies alone"] += truth and not answer and table.name not in copied
                counts[f"{judge} false"] += answer and not truth
    return counts


def _asked(program: Path, database: Any, made: Any) -> dict[tuple[str, str], str]:
    told = ("--schemas", ",".join(made.schemas), "--roles", ",".join(made.roles), "--format", "json")
    done = subprocess.run(  # noqa: S603 - our own words
        [str(program), "matrix", *told],
        env={**os.environ, "DATABASE_URL": database.url(), "DO_NOT_TRACK": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    return {
        (row["table"], role): cell["verdict"]
        for row in json.loads(done.stdout)["rows"]
        if row["command"] == "SELECT"
        for role, cell in row["access"].items()
    }


def _truth(made: Any, real: Any, *, copies: bool = True) -> tuple[set[str], set[str]]:
    """Give the tables of which a value is read, and all that are touched; without copies what flows by them is not."""
    flowing: set[str] = set()
    stack = [*real.active, *(given for routine in _run(made, real) for given in routine.gives)]
    touched = {name for name, _ in stack}
    known = set(stack)
    while stack:
        name, column = stack.pop()
        relation = made.relations[name]
        if relation.kind in "rp":
            flowing.add(name)
        if relation.kind == "m" and not copies:
            continue
        after = [relation.flows.get(column), *_parts(made, name, column)]
        fresh = {one for one in after if one is not None} - known
        known |= fresh
        stack.extend(fresh)
    return flowing, flowing | _beneath(made, touched | {name for name, _ in known})


def _run(made: Any, real: Any) -> Iterator[Any]:
    """Give the functions and rules that run for a login, by a view that calls one too."""
    called = {f"f{name.removeprefix('calling')}()" for name, _ in real.active if name.startswith("calling")}
    return (routine for routine in made.routines if routine.call in real.runs or routine.name in called)


def _parts(made: Any, name: str, column: str) -> Iterable[tuple[str, str]]:
    return ((part.name, column) for part in made.relations.values() if part.parent == name)


def _beneath(made: Any, names: set[str]) -> set[str]:
    """Give what is counted, filtered by or partly read where some relations are read."""
    found, stack = set(names), list(names)
    while stack:
        relation = made.relations[stack.pop()]
        fresh = {*relation.reads, *([relation.parent] if relation.parent else [])} - found
        fresh |= {part for part, _ in _parts(made, relation.name, "")} - found
        found |= fresh
        stack.extend(fresh)
    return found
