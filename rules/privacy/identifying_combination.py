"""Fields that identify nobody alone identify people together.

Why it matters
--------------
A postcode, a date of birth and a gender name most people of a country. Masking the name beside them does not help: who
knows the three finds the record, and the rest of it with them.

What it looks at
----------------
The quasi-identifiers of each dataset that steps read: fields that are declared `sensitive: quasi_identifier`, or of a
kind that tells groups of people apart (birth_date, age, postcode, city, gender, nationality, job_title ...), as they
stand in what the workflow selects from, masked or not.
Records are grouped by all of them, in the scanning process.
Broken: records share their values with fewer than five in all. Held: none do.
With one such field there is no combination.
The finding gives the smallest crowd, how many records are alone, and the smallest set of fields to leave out.

How to fix it
-------------
Leave out the fields that the finding names, or make them coarser (`generalise`): a year, two digits of a postcode.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lineage.connector import Examine, ExamineKind, Part, Request
from lineage.facts import ExamineFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Field
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.privacy import _reading as reading
from rules.privacy._crowd import FEWEST
from rules.source._exposed import subject

KINDS: Final = frozenset(
    {"quasi_identifier", "quasi", "birth_date", "date_of_birth", "birth_year", "age", "postcode", "zip", "zip_code"}
    | {"postal_code", "city", "region", "gender", "sex", "nationality", "ethnicity", "job_title", "profession"}
    | {"marital_status", "geo", "location", "household"}
)
"""Declared kinds that tell groups of people apart."""


def requests(ground: Ground) -> Iterable[Request]:
    """Ask how many records share their quasi-identifiers."""
    return [examine for _, _, examine in _combinations(ground)]


def _combinations(ground: Ground) -> Iterator[tuple[Dataset, list[Field], Examine]]:
    told: dict[str, list[Field]] = {}
    for dataset, field in reading.read_fields(ground.plan):
        quasi = (field.sensitive or "").lower() in KINDS and (field.mask is None or field.mask.method != "drop")
        if quasi and ground.catalog.field(dataset.id, field.name) is not None:
            told.setdefault(dataset.id, []).append(field)
    for dataset in ground.plan.datasets():
        fields, name = told.get(dataset.id, []), ground.catalog.physical(dataset.id)
        if len(fields) > 1 and name is not None:
            yield dataset, fields, Examine(ExamineKind.CROWD, Part(name, tuple(field.column for field in fields)))


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the quasi-identifiers of every dataset that is read."""
    for dataset, fields, examine in _combinations(evidence.ground):
        found = evidence.examined(examine)
        leaves = [reading.leaf_of(evidence.plan, field, "sensitive") for field in fields]
        for leaf, field in zip(leaves, fields, strict=True):
            if isinstance(found, Unknown):
                says = f"how many records share {_named(fields)} was not counted: {found.reason}"
                yield reading.open_about(leaf, dataset, field, says, found.settle)
                continue
            counts = dict(found.counts)
            if counts.get("small"):
                yield _broken(leaf, dataset, fields, found)
            elif not counts.get("records"):
                yield reading.open_about(leaf, dataset, field, "there is no record to count", "scan again")
            elif not found.whole:
                yield reading.open_about(
                    leaf, dataset, field, "only a part of the records was counted", "count the rest"
                )
            else:
                says = f"{_named(fields)} together are shared by {int(counts['smallest']):,} records or more"
                yield reading.held(leaf, dataset, field, says)


def _named(fields: list[Field]) -> str:
    return ", ".join(field.name for field in fields[:-1]) + f" and {fields[-1].name}"


def _broken(leaf: str, dataset: Dataset, fields: list[Field], found: ExamineFact) -> Judgement:
    counts = dict(found.counts)
    small, alone, records = (int(counts[name]) for name in ("small", "alone", "records"))
    out = _left_out(fields, counts)
    says = (
        f"{_named(fields)} together: {reading.percent(small, records)} of {records:,} records are among fewer than "
        f"{FEWEST} alike, {alone:,} of them alone"
    )
    without = f"without {', '.join(field.name for field in out)} " + (
        "none is" if len(out) < len(fields) else "nothing is left to combine"
    )
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(dataset, None),
        f"{says}; {without}",
        Actual(int(counts["smallest"]), "records alike at least", measured_at=found.seen.at, sample=found.rows),
        operations=tuple(Operation(Op.DROP_FIELD, field.id) for field in out),
        fixes=(
            Fix(FixKind.PLAN, f"leave out {', '.join(field.id for field in out)}", effort="minutes"),
            Fix(FixKind.CONFIG, f"make them coarser in {dataset.reads}: years, regions", effort="hours"),
        ),
        confidence="observed",
    )


def _left_out(fields: list[Field], counts: dict[str, float]) -> list[Field]:
    """Give the smallest set of fields without which no crowd is small; all but the first where no such set was seen."""
    sets = [
        [fields[int(place)] for place in name.removeprefix("without:").split("+")]
        for name, left in counts.items()
        if name.startswith("without:") and not left
    ]
    # What the workflow needs least is left out first.
    order = ["none", "helpful", "join", "required"]
    return min(sets, key=lambda each: (len(each), max(order.index(f.need.value) for f in each)), default=fields)


RULE = Rule(
    id="privacy/identifying-combination",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.DROP_FIELD,),
)
