"""Fields that identify nobody alone identify people together.

Why it matters
--------------
A postcode, a date of birth and a gender name most people of a country. Masking the name beside them does not help: who
knows the three finds the record, and the rest of it with them. And where all who share the three share a diagnosis too,
it is known of each of them, though none of them was found.

What it looks at
----------------
The quasi-identifiers that steps read: fields that are declared `sensitive: quasi_identifier`, or of a kind that tells
groups of people apart (birth_date, age, postcode, city, gender, nationality, job_title ...), as they stand in what the
workflow selects from, through its `where`, masked or not.
What is read together counts together: by one step, by steps that follow one another (`after`), and by steps that send
to the same place (`to`). Fields of several datasets, of several systems too, are put together by the `joins` that the
plan declares. A person is a record of the dataset that describes people; of somebody with several orders, all count.
Where one dataset holds several records of a person, and a field says whose they are (a number, an address, masked or
not), people are counted and not records.
People are grouped by all of these fields, in the scanning process, by keyed digests that are gone afterwards.
Broken: people share their values with fewer than five in all; or five or more do, but they also share one value of a
field that is declared sensitive and read raw beside them (health, salary ...), so that it is known of each of them.
`false`, `no`, `none`, 0 and nothing are no such value. Held: neither.
With one such field there is no combination.
The finding gives the smallest crowd, how many people are alone, and the smallest set of fields to leave out.
What an attacker learns by putting several orders of one person together is not counted.

How to fix it
-------------
Leave out the fields that the finding names, or make them coarser (`generalise`): a year, two digits of a postcode.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lineage.connector import Request
from lineage.facts import ExamineFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import DatasetId, Level, Severity, Verdict
from lineage.plan.model import Dataset, Field
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.privacy import _reading as reading
from rules.privacy._assembled import Assembled, assembled
from rules.privacy._crowd import FEWEST
from rules.source._exposed import subject

_NEEDS: Final = ("none", "helpful", "join", "required")
"""What the workflow needs least is left out first."""


def requests(ground: Ground) -> Iterable[Request]:
    """Ask how many people share their quasi-identifiers."""
    return [each.examine for each in assembled(ground)]


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the quasi-identifiers of everything that is put together."""
    for each in assembled(evidence.ground):
        found = evidence.examined(each.examine)
        counts = {} if isinstance(found, Unknown) else dict(found.counts)
        alike = [each.fields[at] for at in each.fields if counts.get(f"alike:{at}")]
        broken = bool(counts.get("small") or alike)
        for at in each.shared:
            field, dataset = each.fields[at], _dataset(evidence, each.fields[at])
            leaf = reading.leaf_of(evidence.plan, field, "sensitive")
            if isinstance(found, Unknown):
                says = f"how many people share {_shared(each)} was not counted: {found.reason}"
                yield reading.open_about(leaf, dataset, field, says, found.settle)
            elif not found.whole:
                says = f"how many people share {_shared(each)} was not counted: there are too many records"
                yield reading.open_about(leaf, dataset, field, says, "read fewer records: a `where`, a view")
            elif broken:
                yield _broken(leaf, each, found, alike)
            elif counts.get("records"):
                says = f"{_shared(each)} together are shared by {int(counts['smallest']):,} people or more"
                yield reading.held(leaf, dataset, field, says)
            elif not each.joined:
                yield reading.open_about(leaf, dataset, field, "there is no record to count", "scan again")


def _dataset(evidence: Evidence, field: Field) -> Dataset:
    return evidence.plan.dataset(DatasetId(field.id.rpartition(".")[0]))


def _shared(each: Assembled) -> str:
    """Name what is shared; by its dataset too, where there are several."""
    return _named([each.fields[at] for at in each.shared], each)


def _named(fields: list[Field], each: Assembled) -> str:
    names = [".".join(field.id.split(".")[-2:]) if each.joined else field.name for field in fields]
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" and {names[-1]}"


def _broken(leaf: str, each: Assembled, found: ExamineFact, alike: list[Field]) -> Judgement:
    counts = dict(found.counts)
    small, alone, records = (int(counts[name]) for name in ("small", "alone", "records"))
    out = _left_out(each, counts, alike)
    without = _named(out, each)
    ids = ", ".join(field.id for field in out)
    last = len([at for at in each.shared if each.fields[at] not in out]) == 0
    says = f"{_shared(each)} together: {'; '.join(_flaws(each, counts, alike))}"
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(each.dataset, None),
        f"{says}; without {without} " + ("nothing is left to combine" if last else "none is"),
        Actual(
            int(counts["smallest"]),
            "people alike at least",
            measured_at=found.seen.at,
            method=f"{small:,} of {records:,} among fewer than {FEWEST} alike, {alone:,} alone",
            sample=found.rows,
        ),
        operations=tuple(Operation(Op.DROP_FIELD, field.id) for field in out),
        fixes=(
            Fix(FixKind.PLAN, f"leave out {ids}", effort="minutes"),
            Fix(FixKind.CONFIG, f"make them coarser in {each.dataset.reads}: years, regions", effort="hours"),
        ),
        confidence="observed",
    )


def _flaws(each: Assembled, counts: dict[str, float], alike: list[Field]) -> Iterator[str]:
    small, alone, records = (int(counts[name]) for name in ("small", "alone", "records"))
    if small:
        share = reading.percent(small, records)
        yield f"{share} of {records:,} records are among fewer than {FEWEST} alike, {alone:,} of them alone"
    for field in alike:
        at = next(at for at, other in each.fields.items() if other is field)
        share = reading.percent(int(counts[f"alike:{at}"]), records)
        yield f"{share} of {records:,} records are among {FEWEST} or more who are also alike in {_named([field], each)}"


def _left_out(each: Assembled, counts: dict[str, float], alike: list[Field]) -> list[Field]:
    """Give the smallest set of fields without which nobody is found; all where no such set was seen."""
    sets = [
        [each.fields[int(place)] for place in name.removeprefix("without:").split("+")]
        for name, left in counts.items()
        if name.startswith("without:") and not left
    ]
    everything = [*(each.fields[at] for at in each.shared), *alike]
    return min(sets, key=lambda out: (len(out), max(_NEEDS.index(f.need.value) for f in out)), default=everything)


RULE = Rule(
    id="privacy/identifying-combination",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.DROP_FIELD,),
)
