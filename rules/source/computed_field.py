"""A field that the plan takes the time from is computed on read or on writing, not stored.

Why it matters
--------------
A computed clock tells what its expression tells: it is as fresh as its inputs, and one that is made of `now` is always
fresh.
Nobody who looks at the values can see that.

What it looks at
----------------
Whether the catalogue says that the clock of a `fresh` need, or the field from which a `keep` limit counts, is
computed: a generated or virtual column.

How to fix it
-------------
Name the stored field that it is computed from, or look at the expression and be sure that it tells when the record was
made.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Fix, FixKind, Judgement
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset
from lineage.rule import Evidence, Rule
from rules.source._exposed import subject


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the field of each promise that counts time."""
    for dataset in evidence.plan.datasets():
        for leaf, name in _counted_from(dataset):
            seen = evidence.ground.catalog.field(dataset.id, name)
            if seen is None:
                continue  # freshness/unsuitable-clock and retention/ambiguous-retention say so
            actual = Actual(seen.type, "type", measured_at=seen.seen.at, method=seen.seen.how)
            about = subject(dataset, name)
            if not seen.computed:
                yield Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, f"{name} is stored", actual)
                continue
            yield Judgement(
                leaf,
                Verdict.BROKEN,
                Level.CONFIGURED,
                about,
                f"{name} is computed: it tells no more than what it is computed from",
                actual,
                fixes=(Fix(FixKind.PLAN, "name the stored field that it is computed from", effort="minutes"),),
            )


def _counted_from(dataset: Dataset) -> Iterator[tuple[str, str]]:
    if dataset.fresh is not None:
        yield f"{dataset.fresh.path}.clock", dataset.fresh.clock
    if dataset.keep is not None and dataset.keep.since is not None:
        yield f"{dataset.keep.path}.since", dataset.keep.since


RULE = Rule(id="source/computed-field", severity=Severity.LOW, check=check)
