"""Two readings of one thing disagree.

Why it matters
--------------
Where the same rows were counted twice and gave two numbers, at least one verdict of this run depends on which of them
was taken; on the next run it may be the other.

What it looks at
----------------
Figures of one dataset that were taken more than once (by two sources of the plan that read the same table, or by
snapshots that were put together) in the same way, over the same rows: whether they differ by more than 1 %.

How to fix it
-------------
Scan again at a quiet moment, and judge one snapshot at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from lineage.facts import Atom
from lineage.finding import Fix, FixKind, Judgement, Subject
from lineage.model import DatasetId, Level, Name, Severity, Verdict
from lineage.rule import Evidence, Rule

_SAME: Final = 0.01
_Key = tuple[Name, str, str, Atom]


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether figures that were taken twice agree."""
    taken: defaultdict[_Key, list[tuple[str, float]]] = defaultdict(list)
    for (dataset, measure), facts in evidence.measures.items():
        name = evidence.ground.catalog.physical(dataset)
        for fact in facts:
            if name is not None and isinstance(fact.value, int | float):
                taken[name, measure, fact.where, fact.atom].append((dataset, float(fact.value)))
    told: set[str] = set()
    for figures in taken.values():
        values = [value for _, value in figures]
        dataset = figures[0][0]
        if max(values) - min(values) <= _SAME * max(map(abs, values)) or dataset in told:
            continue
        told.add(dataset)
        yield _disagree(evidence, dataset, sorted({each for each, _ in figures}))


def _disagree(evidence: Evidence, dataset: str, datasets: list[str]) -> Judgement:
    declared = evidence.plan.dataset(DatasetId(dataset))
    return Judgement(
        f"{declared.path}.reads",
        Verdict.UNVERIFIED,
        Level.OBSERVED,
        Subject(source=declared.source, dataset=dataset),
        f"the same rows were counted twice and gave other numbers ({', '.join(datasets)})",
        settle="scan again at a quiet moment",
        fixes=(Fix(FixKind.CONFIG, "scan again, and judge one snapshot at a time", effort="minutes"),),
    )


RULE = Rule(id="evidence/conflicting-scans", severity=Severity.MEDIUM, check=check, finds_unverified=True)
