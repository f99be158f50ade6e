"""The mask is applied, and the raw values can be read or had back from what it leaves.

Why it matters
--------------
A view that encodes, shifts, reverses or plainly hashes an e-mail address looks masked to a reviewer and to a scanner.
Whoever has the output, a provider or a trace, has the address too.

What it looks at
----------------
Masked values beside the raw ones that they stand for, in the scanning process: by lineage (a view), or where the
dataset is declared as `copy_of` another (an export, an index).
Where a key leads to both, record by record, else as two heaps.
It looks for raw values left as they are or in another spelling, encodings in up to three layers (also within a JWT),
hashes and sums that anybody can repeat (also with a salt that everybody tries, that is the record's own key, or that
stands beside the hash), ciphers, calculations, numbers moved by little, the order of values, shuffled columns, too
little hidden by a partial mask, surnames behind `first_name`, and what `entities` should have taken out of texts, in
whatever spelling or hash it stands there.
Agreement by luck is subtracted.
Held: none of these. Unverified: the raw values could not be read, or only a part of them was compared; or more than a
few masked values have no record beside them under their key; or there is no key, and the masked values (numbers in some
order, letters in a shape) are not such as only chance or a secret makes: whether they keep an order, or stand for raw
values sign by sign, cannot be told. Nor can it be told that `entities` took out a kind of which the raw texts that were
read tell nothing.
A mask that passes values on unchanged is `privacy/unmasked-at-boundary`.

How to fix it
-------------
Mask under a secret key (`hmac`, or a token from a vault), or take the field out. A partial mask hides at least four
digits or three letters. Let the auditor read the raw column, or the mask cannot be proved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lineage.connector import Examine, Request
from lineage.facts import ExamineFact
from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Field
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.privacy import _reading as reading
from rules.privacy._crossing import origins
from rules.privacy._masks.pairs import lost_original, masked_pairs, stand_alone
from rules.source._exposed import subject

_PAIRS: Final = "give both datasets a key, so that each masked value is laid beside its raw one"
_REPEATED: Final = "as a hash that anybody can repeat"


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for every mask whose raw values can be named to be examined."""
    return [examine for _, _, examine in masked_pairs(ground)]


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every mask whose raw values can be named."""
    for dataset, field, examine in masked_pairs(evidence.ground):
        if reading.is_read(evidence.plan, field):
            yield from _judged(evidence, dataset, field, examine)
    for dataset, field in reading.read_fields(evidence.plan):
        if (lost := lost_original(evidence.ground, dataset, field)) is not None:
            leaf = reading.leaf_of(evidence.plan, field, "mask.to", "mask")
            says, settle = f"the mask was not tried: {lost} was not found", f"let {lost} be read"
            yield reading.open_about(leaf, dataset, field, says, settle)


def _judged(evidence: Evidence, dataset: Dataset, field: Field, examine: Examine) -> Iterator[Judgement]:
    leaf = reading.leaf_of(evidence.plan, field, "mask.to", "mask")
    found = evidence.examined(examine)
    if isinstance(found, Unknown):
        # A definition that masks is evidence too; without one, nothing shows that the mask works.
        if not origins(evidence, dataset, field).masked:
            yield reading.open_about(leaf, dataset, field, f"the mask was not tried: {found.reason}", found.settle)
        return
    counts = dict(found.counts)
    flaws = sorted(
        ((name.removeprefix("flaw:"), int(rows)) for name, rows in counts.items() if name.startswith("flaw:")),
        key=lambda flaw: (-flaw[1], flaw[0] != "as it is", flaw[0]),
    )
    if flaws:
        yield _broken(leaf, dataset, field, examine, found, flaws)
        return
    looked = int(counts.get("pairs", counts.get("values", 0)))
    raw = examine.against[0].name.short
    if not looked:
        if examine.method not in {"drop", "redact"}:
            says = f"no record of {dataset.reads} could be laid beside one of {raw}"
            yield reading.open_about(leaf, dataset, field, says, _PAIRS)
        return
    how = f"{looked:,} values beside those of {raw}" + ("" if examine.keyed else ", without a key")
    if "opaque" in counts:
        says, settle = (
            f"nothing was had back from {how}; their order, or a sign for each sign, is told in pairs only",
            _PAIRS,
        )
        if examine.method == "entities":
            says = (
                f"nothing was found left in {how}, but of {', '.join(examine.kinds)} not all can be told in raw texts"
            )
            settle = "let a person read a sample of the masked texts"
        yield reading.open_about(leaf, dataset, field, says, settle)
    elif alone := stand_alone(counts):
        says = f"nothing can be had back from {how}; {alone:,} others stand for no record there, by its key"
        yield reading.open_about(leaf, dataset, field, says, f"let all records that it stands for be read in {raw}")
    elif found.whole:
        yield reading.held(leaf, dataset, field, f"nothing can be had back from {how}", Level.EXERCISED)
    else:
        says = f"nothing can be had back from the first {how}"
        yield reading.open_about(
            leaf, dataset, field, says, "narrow what the workflow reads, or compare the rest by hand"
        )


def _broken(
    leaf: str, dataset: Dataset, field: Field, examine: Examine, found: ExamineFact, flaws: list[tuple[str, int]]
) -> Judgement:
    how, rows = flaws[0]
    of = int(dict(found.counts).get(f"of:{how}", rows))
    raw = examine.against[0].name
    # `hash` promises no key: it is weaker than it looks, and not another thing than what was declared.
    severity = Severity.HIGH if examine.method == "hash" and all(h.startswith(_REPEATED) for h, _ in flaws) else None
    also = f"; also {flaws[1][0]}" if len(flaws) > 1 else ""
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.EXERCISED,
        subject(dataset, field.name),
        f"{examine.method} leaves {reading.percent(rows, of)} of values {how} in {dataset.reads}{also}",
        Actual(rows, "values", measured_at=found.seen.at, method="beside the raw values", sample=of),
        path=(Hop(raw.at(*examine.against[0].fields[-1]).short, field.id, "masked as"),),
        operations=(Operation(Op.DROP_FIELD, field.id),),
        fixes=(
            Fix(FixKind.CODE, f"mask {field.name} under a secret key in {dataset.reads}", effort="hours"),
            Fix(FixKind.PLAN, "leave it out of what the steps read, and declare `need: none`", effort="minutes"),
        ),
        confidence="proven",
        severity=severity,
    )


RULE = Rule(
    id="privacy/ineffective-mask",
    severity=Severity.BLOCKER,
    check=check,
    requests=requests,
    operations=(Op.DROP_FIELD, Op.MASK_FIELD),
)
