"""Something on the workflow's path is kept, and nothing says how long.

Why it matters
--------------
What has no limit is kept for ever: by default, in traces, caches and copies that nobody thinks of.
A promise to delete cannot be kept by a store that has none.

What it looks at
----------------
`keep` of every dataset that a step reads and of every store of the workflow.
`keep: none` and a limit `as source` are answers; a `keep` without a limit is not.

How to fix it
-------------
Declare the limit, from which field it counts and what deletes: `keep: {limit: 24 months, since: created_at, by: job}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Rung, Severity, Verdict
from lineage.plan.model import Dataset, Keep, Store
from lineage.rule import Evidence, Rule
from rules.retention._limit import holders, launched
from rules.source._exposed import subject


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether everything that is kept has a limit."""
    plan = evidence.plan
    for holder in holders(plan):
        about = Subject(store=holder.id) if isinstance(holder, Store) else subject(holder)
        if holder.keep is not None and _says_how_long(holder.keep):
            yield Judgement(
                f"{holder.keep.path}.limit", Verdict.HELD, Level.ASSERTED, about, f"declared: {_told(holder.keep)}"
            )
        elif launched(plan, holder):
            yield _undeclared(holder, about)


def _says_how_long(keep: Keep) -> bool:
    return keep.limit is not None or keep.none or keep.as_source


def _told(keep: Keep) -> str:
    return "nothing is kept" if keep.none else "as long as its source" if keep.as_source else f"{keep.limit}"


def _undeclared(holder: Dataset | Store, about: Subject) -> Judgement:
    return Judgement(
        holder.keep.path if holder.keep is not None else holder.path,
        Verdict.BROKEN,
        Level.ASSERTED,
        about,
        f"nothing says how long {holder.id} keeps its records",
        operations=(Operation(Op.DROP_STORE, holder.id),) if isinstance(holder, Store) else (),
        fixes=(Fix(FixKind.PLAN, "declare how long it is kept", "keep: {limit: , since: , by: }", effort="hours"),),
    )


RULE = Rule(
    id="retention/undeclared-retention",
    severity=Severity.HIGH,
    rung=Rung.DECLARED,
    check=check,
    operations=(Op.DROP_STORE,),
)
