"""A field is masked on the path that the plan declares, and raw on another.

Why it matters
--------------
A mask protects nothing that can be read beside it: by another view over the same table, by another step, or by the
table itself, on which the workflow's login was granted a right years ago.

What it looks at
----------------
For every masked field that the workflow reads from a view: the fields at the beginning of its lineage.
Another declared field that a step reads and that derives from the same origin without a mask is another path.
So is every dataset in which the workflow's identity can read the origin, or a view that passes it on unchanged, today
and without changing its role.
An origin that holds the field masked already (its values look masked and nothing changes them on the way) is none.
Unverified: the definition of a view could not be read, or the rights of the identity are not known.

How to fix it
-------------
Mask the field at its origin's door: revoke the identity's right on the table and on views that pass it on raw, so that
the masked view is the only way. Where another step reads it, mask it there too.
The fix names the fewest places that close every raw way found, by a minimum cut: a view through which all of them pass,
or the one right that opens all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lineage.connector import Request
from lineage.finding import Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.graph import FieldNode
from lineage.model import Exposure, Level, Name, Severity, Verdict
from lineage.plan.model import Dataset, Field
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.privacy import _reading as reading
from rules.privacy._crossing import Origins, origins
from rules.privacy._leaves import not_left_by
from rules.privacy._one_place import Way, fewest_places, lineage_way, opened_way
from rules.source._exposed import source_of, subject

_MOST_TOLD: Final = 3


@dataclass(frozen=True, slots=True)
class _Path:
    """A path on which the value is raw."""

    says: str
    hops: tuple[Hop, ...]
    """As a finding tells it."""
    way: Way
    """As it is closed."""


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for a look at every field that is read."""
    return reading.looks(ground)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every masked field that a step reads and that derives from others."""
    for dataset, field in reading.read_fields(evidence.plan):
        if field.mask is None or field.mask.method in {"drop", "entities"}:
            continue
        behind = origins(evidence, dataset, field)
        leaf = reading.leaf_of(evidence.plan, field, "mask.to", "mask")
        if behind.opaque:
            says = f"a definition behind it could not be read: {behind.opaque}"
            settle = "let the definition of the view be read, or declare its lineage"
            yield reading.open_about(leaf, dataset, field, says, settle)
        elif behind.names and not _raw_here(evidence, dataset, field, behind):
            unmasked = _unmasked(evidence, dataset, field, behind)
            if unmasked.names:
                yield from _judged(evidence, leaf, dataset, field, unmasked)
            else:
                says = f"it stands masked in {', '.join(name.short for name in behind.names[:3])} already"
                yield reading.held(leaf, dataset, field, says)


def _raw_here(evidence: Evidence, dataset: Dataset, field: Field, behind: Origins) -> bool:
    """Whether it is raw on its own path already, which privacy/unmasked-at-boundary says."""
    looked = reading.seen_in(evidence, dataset, field)
    if isinstance(looked, Unknown):
        return behind.raw
    raw = [label for label in reading.raw_labels(looked) if label.confidence >= reading.LIKELY]
    left = field.mask.method if field.mask is not None else ""
    # What the mask may leave is no raw value: that it is passed on whole, a definition says.
    return bool(not_left_by(left, raw)) or (bool(raw) and behind.raw)


def _unmasked(evidence: Evidence, dataset: Dataset, field: Field, behind: Origins) -> Origins:
    """Leave out the origins that hold it masked: its values are masked, and nothing changes them on the way."""
    looked, name = (
        reading.seen_in(evidence, dataset, field),
        evidence.ground.catalog.physical_field(dataset.id, field.name),
    )
    if isinstance(looked, Unknown) or name is None:
        return behind
    if reading.masked_share(looked) < 0.99 or not reading.enough(looked.look):
        return behind
    ancestors = evidence.ground.graph.ancestors(name)
    same = {ancestor for ancestor, exposure, _ in ancestors if exposure.rank <= Exposure.EXTREME.rank}
    return replace(behind, names=tuple(origin for origin in behind.names if origin not in same))


def _judged(evidence: Evidence, leaf: str, dataset: Dataset, field: Field, behind: Origins) -> Iterator[Judgement]:
    paths = [*_other_reads(evidence, field, behind), *_other_doors(evidence, dataset, field, behind)]
    if paths:
        closed = _closed([path.way for path in paths])
        yield from (_broken(leaf, dataset, field, path, closed) for path in paths[:_MOST_TOLD])
        return
    identity = source_of(evidence.plan, dataset).identity
    unknown = _undecided(evidence, dataset, behind, identity) if identity is not None else None
    if unknown is not None:
        yield reading.open_about(leaf, dataset, field, unknown.reason, unknown.settle)
    else:
        who = f", and {identity} reaches none" if identity is not None else ""
        says = f"no other path from {', '.join(name.short for name in behind.names[:3])} is read{who}"
        yield reading.held(leaf, dataset, field, says, Level.CONFIGURED)


def _undecided(evidence: Evidence, dataset: Dataset, behind: Origins, identity: str) -> Unknown | None:
    """Say why it cannot be decided what else the identity reads; None where it can."""
    access = evidence.ground.access
    if not access.known(dataset.source):
        return Unknown(
            f"what {identity} can read besides is not known", "let the auditor read the grants of the system"
        )
    principal = access.principal(dataset.source, identity)
    if principal is None:
        return Unknown(f"{identity} is not known to the system", "name the identity that the workflow reads as")
    reach = access.reach(principal)
    reasons = (reach.why_undecided(name) for name in _raw_copies(evidence, behind))
    reason = next((reason for reason in reasons if reason), None)
    return None if reason is None else Unknown(reason, "let the auditor see what the identity may read")


def _closed(ways: Sequence[Way]) -> str:
    """Say where all raw ways are closed at once."""
    places = fewest_places(ways)
    if not places or len(places) > _MOST_TOLD:
        return ""
    if len(ways) == 1:
        return places[0]
    told = f"all {len(ways)} raw ways" if len(ways) > 2 else "both raw ways"
    head = "one place closes" if len(places) == 1 else f"{len(places)} places close"
    return f"{head} {told}: {'; '.join(places)}"


def _other_reads(evidence: Evidence, field: Field, behind: Origins) -> Iterator[_Path]:
    """Give other declared fields that steps read and that hold the same origin unmasked."""
    catalog, graph = evidence.ground.catalog, evidence.ground.graph
    roots = set(behind.names)
    for other_dataset, other in reading.read_fields(evidence.plan):
        name = catalog.physical_field(other_dataset.id, other.name)
        if other.id == field.id or name is None or catalog.field(other_dataset.id, other.name) is None:
            continue
        readers = [step.id for step in reading.readers(evidence.plan, other_dataset, other)]
        last = tuple(Hop(other.id, step, "reads") for step in readers[:1])
        says = f"{other.id} holds it unmasked, and {' and '.join(readers[:2]) or 'the workflow'} reads it"
        if name in roots:
            yield _Path(says, (Hop(name.short, other.id, "reads"), *last), lineage_way((), _read(name, other, readers)))
        for ancestor, exposure, hops in graph.ancestors(name):
            if ancestor in roots and exposure.rank <= Exposure.EXTREME.rank:
                yield _Path(says, (*hops, *last), lineage_way(hops, last))


def _read(name: Name, other: Field, readers: Sequence[str]) -> tuple[Hop, ...]:
    return tuple(Hop(name.short, step, "reads") for step in readers[:1]) or (Hop(name.short, other.id, "reads"),)


def _other_doors(evidence: Evidence, dataset: Dataset, field: Field, behind: Origins) -> Iterator[_Path]:
    """Give where the workflow's identity can read an origin, or what passes it on unchanged, at once."""
    identity = source_of(evidence.plan, dataset).identity
    access = evidence.ground.access
    principal = access.principal(dataset.source, identity) if identity and access.known(dataset.source) else None
    if principal is None:
        return
    reach = access.reach(principal)
    own = evidence.ground.catalog.physical_field(dataset.id, field.name)
    for name in dict.fromkeys(_raw_copies(evidence, behind)):
        if name == own:
            continue
        chains = reach.active(name)
        if chains:
            says, hops = f"{principal} can read it raw in {name.dataset.short}", _passed_on(evidence, behind, name)
            yield _Path(says, chains[0].hops, opened_way(hops, chains[0].hops))


def _passed_on(evidence: Evidence, behind: Origins, name: Name) -> tuple[Hop, ...]:
    """Give the definitions that pass an origin on to one of its copies."""
    ways = (hops for ancestor, _, hops in evidence.ground.graph.ancestors(name) if ancestor in behind.names)
    return tuple(next(iter(ways), ()))


def _raw_copies(evidence: Evidence, behind: Origins) -> Iterator[Name]:
    """Give the origins, and the fields that hold them unchanged."""
    for origin in behind.names:
        yield origin
        for reached in evidence.ground.graph.downstream(FieldNode(origin)):
            if isinstance(reached.node, FieldNode) and reached.exposure.rank <= Exposure.EXTREME.rank:
                yield reached.node.name


def _broken(leaf: str, dataset: Dataset, field: Field, path: _Path, closed: str) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        subject(dataset, field.name),
        f"is masked in {dataset.reads}; {path.says}",
        path=path.hops,
        operations=(Operation(Op.MASK_FIELD, field.id),),
        fixes=(
            *((Fix(FixKind.SQL, closed),) if closed else ()),
            Fix(FixKind.SQL, "revoke the right on what holds it raw, so that the masked view is the only way"),
            Fix(FixKind.CONFIG, "mask it there as well"),
        ),
    )


RULE = Rule(
    id="privacy/raw-on-another-path",
    severity=Severity.BLOCKER,
    check=check,
    requests=requests,
    operations=(Op.MASK_FIELD,),
)
