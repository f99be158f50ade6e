"""A document that is no longer, or not yet, in force is still among what is read.

Why it matters
--------------
Retrieval finds the old refund policy as easily as the new one, and nothing in the answer says which it was.

What it looks at
----------------
How many launched records lie outside of the two dates that `effective` names.
A day that ends a document's force is the last one on which it holds; a date without a time zone is read for every zone.
How many records are another `version` of a document that is read too, told by `key`: among those in force where
`effective` says which are, else among all that are read.
The order of versions is not asked: of several versions of one document all but one are superseded.
How many records say so themselves, or are named by another one, without anything being declared: `superseded` is true,
`superseded_by` holds something, or the `key` of one stands in the `supersedes` of another; again among those in force.
Where a record that is not yet in force may be the one that names them, or what is named is no key of a record that is
read (it is gone, or several stand in one value), that stays unverified.

What no step reads is told with low severity, and with high severity where a copy of it is read, such as an index.

How to fix it
-------------
Take superseded documents out of what is read, or give them the date on which they end.
Where the fields of `effective` are declared, the launch is limited to the documents in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lineage.cells import effective_fields, in_force_cell
from lineage.clock import ClockForm, clock_form
from lineage.connector import Measure, MeasureKind, Request
from lineage.duration import Duration
from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset
from lineage.predicate import Predicate
from lineage.rule import UTC_WIDENING, Evidence, Ground, Measured, Rule, Unknown
from rules._expectations import Check
from rules.freshness._replaced import Way, replaced, ways
from rules.source._exposed import exposed, on_path, open_question, plural, present, seen_as, subject
from rules.source._keys import repeats
from rules.source._verdict import Case, decided

_WEST, _EAST = (Duration(seconds=abs(ends.total_seconds())) for ends in UTC_WIDENING)
_NOW = Duration()


@dataclass(frozen=True, slots=True)
class End:
    """One of the two dates between which a record is in force, and what its clock leaves open."""

    dataset: Dataset
    field: str
    form: ClockForm
    last: bool
    """It says until when; else from when."""

    @property
    def zone(self) -> str | None:
        """The zone that the plan names for the dataset's clock, where this one has none."""
        return None if self.form.zoned or self.dataset.fresh is None else self.dataset.fresh.zone

    @property
    def zoneless(self) -> bool:
        """No zone is known."""
        return not self.form.zoned and self.zone is None

    @property
    def outside(self) -> Measure:
        """Ask for the records that this date puts out of force, in whatever zone."""
        if self.last:
            return self._measure(MeasureKind.OLDER, _EAST if self.zoneless else _NOW)
        return self._measure(MeasureKind.FUTURE, _WEST if self.zoneless else _NOW)

    @property
    def inside(self) -> Measure:
        """Ask for the records that this date leaves in force, in whatever zone."""
        if self.last:
            # A day without a zone that has begun may be over somewhere, so it is not counted.
            return self._measure(MeasureKind.FUTURE, _NOW if self.form is ClockForm.DATE else _WEST)
        return self._measure(MeasureKind.OLDER, _EAST)

    @property
    def empty(self) -> Measure:
        """Ask for the records that it puts no end to."""
        return Measure(self.dataset.id, MeasureKind.NULLS, self.field)

    def asked(self) -> Iterator[Measure]:
        """Give everything that is asked of it."""
        yield self.outside
        if self.zoneless:
            yield from (self.inside, self.empty)

    def _measure(self, kind: MeasureKind, span: Duration) -> Measure:
        return Measure(self.dataset.id, kind, self.field, span=span, zone=self.zone)


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records out of force, and for other versions of one document."""
    for dataset in ground.plan.datasets():
        ends = _ends(ground, dataset)
        yield from (measure for end in ends if isinstance(end, End) for measure in end.asked())
        versions = _versions(ground, dataset)
        if isinstance(versions, tuple):
            yield from versions
        for way in ways(ground, dataset):
            yield from (*way.measures, *([way.strays] if way.strays else []))


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge what of each dataset is in force."""
    return decided(case for dataset in evidence.plan.datasets() for case in _cases(evidence, dataset))


def _cases(evidence: Evidence, dataset: Dataset) -> Iterator[Case | Judgement]:
    for extra, judged in (("effective", _in_force), ("version", _newest)):
        if dataset.extra.get(extra) is None:
            continue
        name = seen_as(evidence, dataset)
        leaf = f"{dataset.path}.{extra}"
        yield open_question(leaf, subject(dataset), name) if isinstance(name, Unknown) else judged(evidence, dataset)
    yield from (_told(evidence, dataset, way) for way in ways(evidence.ground, dataset))


def _ends(ground: Ground, dataset: Dataset) -> tuple[End | Unknown, ...]:
    if dataset.extra.get("effective") is None:
        return ()
    fields = effective_fields(dataset)
    if fields is None:
        return (Unknown("`effective` does not name two fields", "write effective: [effective_from, effective_to]"),)
    return tuple(_end(ground, dataset, field, last) for field, last in zip(fields, (False, True), strict=True))


def _end(ground: Ground, dataset: Dataset, field: str, last: bool) -> End | Unknown:
    seen = ground.catalog.field(dataset.id, field)
    if seen is None:
        return Unknown(f"{dataset.reads} has no field {field} that the auditor sees", "name a field that exists")
    form = clock_form(seen.type)
    if form is ClockForm.NONE:
        return Unknown(f"{field} tells no time: its type is {seen.type}", "name a field that holds a date")
    return End(dataset, field, form, last)


def _in_force(evidence: Evidence, dataset: Dataset) -> Case | Judgement:
    leaf, about = f"{dataset.path}.effective", subject(dataset)
    cells = exposed(evidence.plan, dataset).cells
    counted: list[tuple[int, int]] = []
    rows: Measured | None = None
    for end in _ends(evidence.ground, dataset):
        found = end if isinstance(end, Unknown) else _outside(evidence, end, cells)
        if isinstance(found, Unknown):
            return open_question(leaf, about, found)
        surely, perhaps, rows = found
        counted.append((surely, perhaps))
    assert rows is not None  # noqa: S101 - `effective` gives two ends, or why not
    (early, maybe_early), (over, maybe_over) = counted
    actual = Actual(over + early, "records", None, rows.seen.at, "outside of the two dates", rows.rows)
    since, until = effective_fields(dataset) or ("", "")
    held = Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, f"all of {rows.rows:,} records are in force", actual)
    if maybe_early + maybe_over > early + over:
        held = replace(held, says="whether all records are in force depends on the zone of their dates")
    told = [f"{_are(over)} no longer in force by {until}"] if over else []
    told += [f"{_are(early)} not yet in force by {since}"] if early else []
    broken = _broken(evidence, held, f"of {rows.rows:,} records that are read, {' and '.join(told)}")
    return Case(
        Check(over + early, maximum=0),
        Check(maybe_early + maybe_over, maximum=0),
        held,
        broken,
        "declare the `zone` of the dataset's clock, or keep dates with a time and a zone",
    )


def _outside(evidence: Evidence, end: End, cells: tuple[Predicate, ...] | None) -> tuple[int, int, Measured] | Unknown:
    """Count the records that one date puts out of force: surely, and perhaps."""
    found: list[Measured] = []
    for measure in end.asked():
        measured = evidence.measured(measure, cells)
        if isinstance(measured, Unknown):
            return measured
        found.append(measured)
    surely = _whole(found[0])
    if not end.zoneless:
        return surely, surely, found[0]
    return surely, max(surely, found[0].rows - _whole(found[2]) - _whole(found[1])), found[0]


def _versions(ground: Ground, dataset: Dataset) -> tuple[Measure, Measure] | Unknown | None:
    version = dataset.extra.get("version")
    if version is None:
        return None
    if not isinstance(version, str):
        return Unknown("`version` does not name a field", "name the field that tells versions apart")
    of_one = tuple(field for field in dataset.key if field != version)
    if not of_one:
        return Unknown("nothing says which versions are of one document", "declare the `key` of a document")
    absent = [field for field in (version, *of_one) if not present(ground, dataset, field)]
    if absent:
        why = f"{dataset.reads} has no field {', '.join(absent)} that the auditor sees"
        return Unknown(why, "name fields that exist")
    return repeats(dataset, of_one), repeats(dataset, (*of_one, version))


def _newest(evidence: Evidence, dataset: Dataset) -> Case | Judgement:
    leaf, about = f"{dataset.path}.version", subject(dataset)
    asked = _versions(evidence.ground, dataset)
    if not isinstance(asked, tuple):
        return open_question(leaf, about, asked or Unknown("it names no version", "name a field"))
    cells = _in_force_cells(evidence, dataset)
    every, same = (evidence.measured(measure, cells) for measure in asked)
    if isinstance(every, Unknown):
        return open_question(leaf, about, every)
    if isinstance(same, Unknown):
        return open_question(leaf, about, same)
    older = max(0, _whole(every) - _whole(same))
    which = " in force" if cells else ""
    actual = Actual(older, "records", None, every.seen.at, f"versions more than documents{which}", every.rows)
    says = f"no document of {every.rows:,} records{which} is there in two versions"
    held = Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, says, actual)
    another = f"of {every.rows:,} records{which} {_are(older)} another version"
    broken = _broken(evidence, held, f"{another} of a document that is read too")
    # No predicate of a plan says which of two versions is the newer, so nothing takes them out but the owner.
    bound = Check(older, maximum=0)
    return Case(bound, bound, held, replace(broken, operations=()))


def _told(evidence: Evidence, dataset: Dataset, way: Way) -> Case | Judgement:
    about = subject(dataset, way.field)
    leaf = next(
        (path for key in ("version", "effective") if (path := f"{dataset.path}.{key}") in evidence.plan.leaves),
        f"{dataset.path}.reads",
    )
    cells = _in_force_cells(evidence, dataset)
    found = replaced(evidence, way, cells)
    if isinstance(found, Unknown):
        return open_question(leaf, about, found)
    which = " in force" if cells else ""
    actual = Actual(_whole(found), "records", None, found.seen.at, f"by {way.field}", found.rows)
    says = f"none of {found.rows:,} records{which} is replaced by another, by {way.field}"
    held = Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, says, actual)
    over = f"of {found.rows:,} records{which} {_are(_whole(found))} replaced by another, by {way.field}"
    if _whole(found) and way.by_key and _early(evidence, dataset):
        settle = "take out what is not yet in force, or what it will replace, and scan again"
        return open_question(leaf, about, Unknown(f"{over}, which may not be in force yet", settle))
    if not _whole(found) and (why := _strays(evidence, way, cells)) is not None:
        return open_question(leaf, about, why)
    bound = Check(_whole(found), maximum=0)
    return Case(bound, bound, held, replace(_broken(evidence, held, over), operations=()))


def _strays(evidence: Evidence, way: Way, cells: tuple[Predicate, ...] | None) -> Unknown | None:
    """Say that names of what is replaced were not understood; None where each is a record's key."""
    if way.strays is None:
        return None
    measured = evidence.measured(way.strays, cells)
    if isinstance(measured, Unknown):
        return measured
    if not _whole(measured):
        return None
    says = f"{plural(_whole(measured), 'record')} name in {way.field} what is no key here: it is gone, or is a list"
    return Unknown(says, f"write one key into {way.field}, or say `superseded` of each record that is")


def _early(evidence: Evidence, dataset: Dataset) -> bool:
    """Whether a record may be not yet in force."""
    first = next(iter(_ends(evidence.ground, dataset)), None)
    if not isinstance(first, End):
        return False
    measured = _outside(evidence, first, None)
    return isinstance(measured, Unknown) or measured[1] > 0


def _in_force_cells(evidence: Evidence, dataset: Dataset) -> tuple[Predicate, ...] | None:
    """Give the cell of what is in force; None where the plan does not say which records are."""
    cell = in_force_cell(dataset)
    dated = cell is not None and all(isinstance(end, End) for end in _ends(evidence.ground, dataset))
    return (cell,) if cell is not None and dated else None


def _broken(evidence: Evidence, held: Judgement, says: str) -> Judgement:
    dataset = next(one for one in evidence.plan.datasets() if one.id == held.subject.dataset)
    launched = on_path(evidence.plan, dataset)
    copies = [copy for copy in evidence.plan.copies(dataset.id) if on_path(evidence.plan, copy)]
    if copies and not launched:
        says = f"{says}; {copies[0].id}, which is made of them, is read"
    return replace(
        held,
        verdict=Verdict.BROKEN,
        says=says,
        path=(Hop(dataset.id, copies[0].id, "copy_of"),) if copies and not launched else (),
        operations=(Operation(Op.LIMIT_ROWS, dataset.id),) if launched else (),
        fixes=(
            Fix(FixKind.CONFIG, f"take what is superseded out of {dataset.reads}, or out of its index"),
            Fix(
                FixKind.PLAN, "declare the fields of `effective`, so that the launch can be limited to what is in force"
            ),
        ),
        # Whether a copy still holds what ended is not known: it is told, and holds nothing up.
        severity=None if launched else Severity.HIGH if copies else Severity.LOW,
        incidental=not launched,
    )


def _are(count: int) -> str:
    return f"{plural(count, 'record')} {'is' if count == 1 else 'are'}"


def _whole(measured: Measured) -> int:
    return measured.value if isinstance(measured.value, int) else 0


RULE = Rule(
    id="freshness/superseded-document",
    severity=Severity.BLOCKER,
    check=check,
    requests=requests,
    operations=(Op.LIMIT_ROWS,),
)
