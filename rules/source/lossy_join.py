"""A join that the plan declares loses records, or multiplies them.

Why it matters
--------------
A record that refers to nothing leaves a hole in the prompt, and one that finds two others is answered with the wrong
one half of the time.
Neither raises an error anywhere.

What it looks at
----------------
How many launched records have a value in the joining field that is the joined field of no record, beside `orphans`, in
all and in each segment that the rollout exposes.
Without `orphans` the share is told and left open, unless there is none, or nothing matches at all.
Whether the joined field tells its records apart: by a constraint of the system, else by counting its repeats.
What is referred to is any record that the joined dataset holds, also one that its `where` leaves out.
Across two sources the keys are compared by hashes under a secret that lives as long as the comparison: counts over all
records that are read, not segment by segment, so that a share over `orphans` is left open where only a part launches.

How to fix it
-------------
Have the missing records brought back, or the references cleared, where they are kept; join on a field that is unique.
Where some records may refer to nothing, say what share: `orphans`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lineage.connector import Columns, Compare, CompareKind, Measure, MeasureKind, Request
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import DatasetId, FieldId, Level, Severity, Verdict
from lineage.plan.model import Dataset, Field, Need, Plan
from lineage.predicate import Joined, Predicate
from lineage.rule import Evidence, Ground, Measured, Rule, Unknown
from rules._expectations import Check, Outcome, judge
from rules.source._exposed import Exposed, exposed, open_question, percent, plural, present, seen_as, subject
from rules.source._keys import constrained, repeats
from rules.source._verdict import Case, decided, unverified


@dataclass(frozen=True, slots=True)
class Join:
    """A field that refers to another."""

    dataset: Dataset
    field: Field
    to: FieldId
    other: Dataset

    @property
    def key(self) -> str:
        """The name of the joined field."""
        return self.to.rpartition(".")[2]

    @property
    def across(self) -> bool:
        """The two are in different sources."""
        return self.dataset.source != self.other.source

    @property
    def orphans(self) -> Measure:
        """Ask for the records that refer to nothing."""
        return Measure(self.dataset.id, MeasureKind.ORPHANS, self.field.name, of=self.to)

    @property
    def apart(self) -> Compare:
        """Ask for the records that refer to nothing in another source."""
        left = Columns(self.dataset.id, (self.field.name,))
        return Compare(CompareKind.MISSING, left, (Columns(self.other.id, (self.key,)),))

    @property
    def nulls(self) -> Measure:
        """Ask for the records that refer to nothing by saying so."""
        return Measure(self.dataset.id, MeasureKind.NULLS, self.field.name)


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the orphans of each join, and for the repeats of what is joined where no constraint excludes them."""
    for join in _joins(ground.plan):
        there = present(ground, join.other, join.key)
        if there and present(ground, join.dataset, join.field.name):
            yield from (join.apart,) if join.across else (join.orphans, join.nulls)
        if there and not constrained(ground, join.other, (join.key,)):
            yield repeats(join.other, (join.key,))


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each join."""
    return decided(case for join in _joins(evidence.plan) for case in _cases(evidence, join))


def _joins(plan: Plan) -> Iterator[Join]:
    for dataset in plan.datasets():
        for field in dataset.fields.values():
            if field.joins is not None:
                other = plan.dataset(DatasetId(field.joins.rpartition(".")[0]))
                yield Join(dataset, field, field.joins, other)


def _cases(evidence: Evidence, join: Join) -> Iterator[Case | Judgement]:
    leaves = [f"{join.field.path}.joins"] + ([f"{join.field.path}.orphans"] if join.field.orphans is not None else [])
    about = subject(join.dataset, join.field.name)
    why = _not_there(evidence, join)
    if why is not None:
        yield from (open_question(leaf, about, why) for leaf in leaves)
        return
    yield _fan_out(evidence, join)
    launched = _launched(evidence.plan, join)
    yield _followed(evidence, join, launched.cells)
    if join.field.orphans is not None:
        yield from _tolerated(evidence, join, launched, join.field.orphans)


def _not_there(evidence: Evidence, join: Join) -> Unknown | None:
    for dataset, field in ((join.dataset, join.field.name), (join.other, join.key)):
        name = seen_as(evidence, dataset)
        if isinstance(name, Unknown):
            return name
        if not present(evidence.ground, dataset, field):
            return Unknown(f"{dataset.reads} has no field {field} that the auditor sees", "name a field that exists")
    return None


def _launched(plan: Plan, join: Join) -> Exposed:
    """Give the records that are launched; all where a segment is followed through this join, which has no orphan."""
    launched = exposed(plan, join.dataset)
    through = any(isinstance(cell, Joined) and cell.field == join.field.name for cell in launched.cells or ())
    return Exposed(None, {}) if through else launched


def _fan_out(evidence: Evidence, join: Join) -> Case | Judgement:
    leaf, about = f"{join.field.path}.joins", subject(join.dataset, join.field.name)
    if constrained(evidence.ground, join.other, (join.key,)):
        says = f"the system holds {join.to} to be unique: no record finds two"
        return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, says)
    measured = evidence.measured(repeats(join.other, (join.key,)))
    if isinstance(measured, Unknown):
        return open_question(leaf, about, measured)
    count = measured.value if isinstance(measured.value, int) else 0
    more = f"{join.other.id} has {plural(count, 'record')} more than different {join.key}"
    actual = Actual(count, "records", None, measured.seen.at, f"repeats of {join.to}", measured.rows)
    held = Judgement(
        leaf, Verdict.HELD, Level.OBSERVED, about, f"no two of {measured.rows:,} records share their {join.to}", actual
    )
    broken = replace(
        held,
        verdict=Verdict.BROKEN,
        says=f"{more}: one {join.field.name} can find several",
        operations=_without_steps(evidence.plan, join),
        fixes=(Fix(FixKind.DECISION, f"join on a field of {join.other.id} that is unique, or remove its repeats"),),
        incidental=join.field.need is Need.NONE,
    )
    bound = Check(count, maximum=0)
    return Case(bound, bound, held, broken)


def _followed(evidence: Evidence, join: Join, cells: tuple[Predicate, ...] | None) -> Judgement:
    """Judge whether the field refers to what the plan says at all, and tell how many records do not."""
    leaf, about = f"{join.field.path}.joins", subject(join.dataset, join.field.name)
    counts = _counted(evidence, join, cells)
    if isinstance(counts, Unknown):
        return open_question(leaf, about, counts)
    orphans, empty, rows = counts
    if rows.rows == empty:
        return open_question(leaf, about, Unknown(f"no record has a {join.field.name}", "see source/missing-records"))
    actual = _figure(rows, orphans)
    if orphans == rows.rows - empty:
        return Judgement(
            leaf,
            Verdict.BROKEN,
            Level.OBSERVED,
            about,
            f"none of {rows.rows - empty:,} records has a {join.field.name} that is a {join.to}",
            actual,
            operations=_without_steps(evidence.plan, join),
            fixes=(Fix(FixKind.PLAN, f"name the field that {join.field.name} really refers to"),),
            incidental=join.field.need is Need.NONE,
        )
    says = _says(join, rows, orphans)
    if orphans == 0 or join.field.orphans is not None:
        return Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, says, actual)
    return Judgement(
        leaf,
        Verdict.UNVERIFIED,
        Level.OBSERVED,
        about,
        f"{says}; the plan does not say what share may",
        actual,
        settle=f"declare `orphans`: the share of records whose {join.field.name} may refer to nothing",
    )


def _tolerated(evidence: Evidence, join: Join, launched: Exposed, most: float) -> Iterator[Case | Judgement]:
    whole = _share(evidence, join, launched.cells, None, most)
    if join.across:
        yield _of_all(whole) if launched.cells is not None else whole
        return
    if isinstance(whole, Judgement) or len(launched.segments) < 2:
        yield whole
        return
    parts = [_share(evidence, join, (cell,), segment, most) for segment, cell in launched.segments.items()]
    outcomes = judge([part.must for part in parts if isinstance(part, Case)])
    if Outcome.HELD in outcomes and Outcome.BROKEN in outcomes:
        yield from parts  # the segments that lose records leave, and the step stays for the others
    else:
        yield whole
        yield from (part for part in parts if isinstance(part, Judgement))


def _of_all(whole: Case | Judgement) -> Case | Judgement:
    """Take a share of all records as that of the launched ones only where it is none."""
    if not isinstance(whole, Case) or whole.held.actual.value == 0:
        return whole
    settle = "compare the launched segments alone, or let every record refer to one that is there"
    return unverified(whole.held, f"{whole.held.says}; how many of them are launched was not told", settle)


def _share(
    evidence: Evidence, join: Join, cells: tuple[Predicate, ...] | None, segment: str | None, most: float
) -> Case | Judgement:
    leaf, about = f"{join.field.path}.orphans", subject(join.dataset, join.field.name, segment)
    counts = _counted(evidence, join, cells)
    if isinstance(counts, Unknown):
        return open_question(leaf, about, counts)
    orphans, _, rows = counts
    if rows.rows == 0:
        return open_question(leaf, about, Unknown("there is no record to count", "see source/missing-records"))
    where = f" of the segment {segment}" if segment else ""
    says = f"{_says(join, rows, orphans, where)}; {f'at most {percent(most)} may' if most else 'none may'}"
    held = Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, says, _figure(rows, orphans))
    leaving = (Operation(Op.DROP_SEGMENT, segment),) if segment else _without_steps(evidence.plan, join)
    broken = replace(
        held,
        verdict=Verdict.BROKEN,
        operations=leaving,
        fixes=(Fix(FixKind.DECISION, f"bring back what {join.field.name} refers to, or clear the references"),),
        incidental=join.field.need is Need.NONE,
    )
    bound = Check(orphans / rows.rows, maximum=most)
    return Case(bound, bound, held, broken)


def _counted(
    evidence: Evidence, join: Join, cells: tuple[Predicate, ...] | None
) -> tuple[int, int, Measured] | Unknown:
    if join.across:
        return _compared(evidence, join)
    orphans, empty = evidence.measured(join.orphans, cells), evidence.measured(join.nulls, cells)
    if isinstance(orphans, Unknown):
        return orphans
    if isinstance(empty, Unknown):
        return empty
    return _whole(orphans), _whole(empty), orphans


def _compared(evidence: Evidence, join: Join) -> tuple[int, int, Measured] | Unknown:
    """Give orphans, empty values and records of a join across sources: of all that is read, whatever launches."""
    found = evidence.compared(join.apart)
    if isinstance(found, Unknown):
        return found
    if found.error and not found.found:
        why = f"up to {found.error:.2%} of the references to nothing may be missed"
        return Unknown(why, "compare fewer keys at once")
    return found.found, found.rows - found.keyed, Measured(found.found, found.rows, found.seen)


def _whole(measured: Measured) -> int:
    return measured.value if isinstance(measured.value, int) else 0


def _figure(rows: Measured, orphans: int) -> Actual:
    share = orphans / rows.rows if rows.rows else None
    return Actual(share, "share", None, rows.seen.at, "a value that no joined record has", rows.rows)


def _says(join: Join, rows: Measured, orphans: int, where: str = "") -> str:
    refer = "refers" if orphans == 1 else "refer"
    return f"{plural(orphans, 'record')} of {rows.rows:,}{where} {refer} to no {join.to}"


def _without_steps(plan: Plan, join: Join) -> tuple[Operation, ...]:
    return tuple(
        Operation(Op.DROP_STEP, step.id)
        for step in plan.steps.values()
        if join.field.id in step.reads.get(join.dataset.id, ())
    )


RULE = Rule(
    id="source/lossy-join",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.DROP_STEP, Op.DROP_SEGMENT),
)
