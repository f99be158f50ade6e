"""Chunks were made from versions of their source that are no longer the newest.

Why it matters
--------------
An index answers from what a document said when it was embedded.
The document was changed since, the chunk was not, and the answer cites a page that says otherwise.

What it looks at
----------------
For every copy with a clock whose originals have clocks: the records whose own moment lies before that of the original
of the same key.
Keys are compared across systems as hashes under a secret that lives as long as the comparison; moments stay in the
scanning process and only the count leaves it.
A wall clock needs a declared zone on both sides: without one nothing is compared.

How to fix it
-------------
Make those records anew, and let a change of the source start it.
Until then the workflow can leave them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.connector import Columns, Compare, CompareKind, Request
from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules._expectations import Check
from rules.freshness._clock import clock_of
from rules.retention._copies import NOT_THE_KEY, Copy, copies
from rules.source._exposed import on_path, open_question, plural, subject
from rules.source._verdict import Case, decided


def requests(ground: Ground) -> Iterable[Request]:
    """Ask to compare each copy's moments with those of its originals."""
    return (wanted for copy in copies(ground.plan, ground.catalog) if (wanted := _wanted(ground, copy)) is not None)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the copies whose records and originals both tell their time."""
    return decided(
        _case(evidence, copy, wanted)
        for copy in copies(evidence.plan, evidence.ground.catalog)
        if (wanted := _wanted(evidence.ground, copy)) is not None
    )


def _wanted(ground: Ground, copy: Copy) -> Compare | None:
    if copy.back is None or any(len(original.key) != 1 for original in copy.originals):
        return None
    left = _columns(ground, copy.dataset, copy.back)
    right = [_columns(ground, original, original.key[0]) for original in copy.originals]
    told = tuple(one for one in right if one is not None)
    return Compare(CompareKind.EARLIER, left, told) if left is not None and len(told) == len(right) else None


def _columns(ground: Ground, dataset: Dataset, key: str) -> Columns | None:
    clock = clock_of(ground, dataset)
    if clock is None or not clock.tells or clock.zoneless or ground.catalog.field(dataset.id, key) is None:
        return None
    return Columns(dataset.id, (key,), clock=clock.fresh.clock, zone=clock.fresh.zone)


def _case(evidence: Evidence, copy: Copy, wanted: Compare) -> Case | Judgement:
    leaf, about = f"{copy.dataset.path}.copy_of", subject(copy.dataset)
    found = evidence.compared(wanted)
    if isinstance(found, Unknown):
        return open_question(leaf, about, found)
    if copy.unproved(found):
        return open_question(leaf, about, NOT_THE_KEY)
    share = found.found / found.keyed if found.keyed else 0.0
    figure = f"{plural(found.found, 'record')} of {found.keyed:,} ({share:.1%})"
    actual = Actual(found.found, "records", measured_at=found.seen.at, method="keyed hashes", sample=found.keyed)
    held = Judgement(
        leaf, Verdict.HELD, Level.OBSERVED, about, "no record is older than the original that it is made from", actual
    )
    launched = on_path(evidence.plan, copy.dataset)
    broken = Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        about,
        f"{figure} were made before their original was last changed",
        actual,
        path=tuple(Hop(one.id, copy.dataset.id, "copy_of") for one in copy.originals[:1]),
        operations=(Operation(Op.LIMIT_ROWS, copy.dataset.id),) if launched else (),
        fixes=(Fix(FixKind.CODE, f"make these records of {copy.dataset.reads} anew", effort="hours"),),
        severity=None if launched else Severity.LOW,
        incidental=not launched,
    )
    bound = Check(found.found, maximum=0)
    return Case(bound, bound, held, broken)


RULE = Rule(
    id="freshness/stale-chunks",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.LIMIT_ROWS,),
)
