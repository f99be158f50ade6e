"""Retrieval gives what a direct read at the source denies.

Why it matters
--------------
At the source a row policy, or a list of readers on each document, says who may read what. The index is a copy without
it: whoever asks in the right words is given the passage, and the answer quotes a document that its reader may not open.

What it looks at
----------------
Every retrieval index with `copy_of`.
Where a row policy at an original limits the identity that reads it, the chunks that retrieval reads are compared with
what that identity reads there: chunks of keys that it does not read, or that are gone there, are counted, as keyed
hashes. Retrieval reads as the index's identity, with the dataset's `where`; where the plan sends it `through` a routine
that lends its owner's rights, everything that the index holds is compared.
Where an original has no grants but a field that says who may read a record (`acl`, `allowed_groups`, `tenant_id` ...),
the chunks must have one too, in every chunk, and retrieval must be held to it: by `where`, or by a row policy.
No search is run: a store returns what its filters let through, and likeness is no filter.

How to fix it
-------------
Put the source's condition on the index itself: a row policy that binds the identity of retrieval, with a routine of its
caller's rights; in stores without grants a payload key for who may read, in every chunk, and a filter on it in every
search. Else take the index out of the launch, or build it of what everybody may read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lineage.access.model import Chain, Door, Reach
from lineage.connector import Columns, Compare, CompareKind, Measure, MeasureKind, Request
from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import Level, Name, Principal, Severity, Verdict
from lineage.plan.model import Dataset, Source
from lineage.predicate import fields_of
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.retention._copies import NOT_THE_KEY, Copy, copies
from rules.source._exposed import on_path, open_question, plural, subject
from rules.switching._indexes import indexes

_READERS: Final = re.compile(
    r"(?:.*_)?(?:acls?|access_control|access_(?:groups|list|roles|users)|allowed_(?:for|groups|roles|to|users)|"
    r"allow(?:ed)?_list|entitlements?|group_ids|permissions|permitted_(?:groups|roles|users)|readable_by|readers|"
    r"security_groups?|tenant|tenant_ids?|visible_to|visibility)",
    re.IGNORECASE,
)
"""Names by which a field says who may read a record."""


@dataclass(frozen=True, slots=True)
class Limited:
    """An original of which row policies show an identity a part."""

    original: Dataset
    reader: str
    by: str


def requests(ground: Ground) -> Iterable[Request]:
    """Ask what retrieval reads beyond the source, and which chunks do not say who may read them."""
    for copy in _retrieved(ground):
        if limited := _limited(ground, copy):
            if (wanted := _wanted(ground, copy, limited)) is not None:
                yield wanted
        elif _saying(ground, copy):
            yield from (_unsaid(copy, field) for field in _says_who(ground, copy.dataset))


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each index whose originals say who may read what."""
    ground = evidence.ground
    for copy in _retrieved(ground):
        if limited := _limited(ground, copy):
            yield _compared(evidence, copy, limited)
        elif kept := _saying(ground, copy):
            yield _carried(evidence, copy, kept[0])
        elif all(ground.access.known(original.source) for original in copy.originals):
            says = f"no row policy hides a record of {_listed(copy)} from who reads it"
            yield Judgement(_leaf(copy), Verdict.HELD, Level.CONFIGURED, subject(copy.dataset), says)


def _retrieved(ground: Ground) -> Iterator[Copy]:
    known = {index.id for index in indexes(ground.plan)}
    return (copy for copy in copies(ground.plan, ground.catalog) if copy.dataset.id in known)


def _leaf(copy: Copy) -> str:
    return f"{copy.dataset.path}.copy_of"


def _listed(copy: Copy) -> str:
    return ", ".join(one.id for one in copy.originals)


def _limited(ground: Ground, copy: Copy) -> dict[str, Limited]:
    """Give the originals of which an identity sees a part: that of their source, else that of the index."""
    found: dict[str, Limited] = {}
    for original in copy.originals:
        name = ground.catalog.physical(original.id)
        for source in (ground.plan.sources[original.source], ground.plan.sources[copy.dataset.source]):
            if name is not None and (by := _policies(ground, source, name)) is not None and source.identity is not None:
                found.setdefault(original.id, Limited(original, source.identity, by))
    return found


def _policies(ground: Ground, source: Source, name: Name) -> str | None:
    """Give the row policies that limit what a source's identity sees of a dataset; None where none does."""
    if source.identity is None or not ground.access.known(source.id):
        return None
    principal = ground.access.principal(source.id, source.identity)
    return None if principal is None else ground.access.reach(principal).rows.get(name)


def _wanted(ground: Ground, copy: Copy, limited: dict[str, Limited]) -> Compare | None:
    if copy.back is None or any(len(original.key) != 1 for original in copy.originals):
        return None
    index = ground.plan.sources[copy.dataset.source]
    retrieves = "" if _lent(ground, copy) is not None else index.identity or ""
    readers = (retrieves, *(limited[one.id].reader if one.id in limited else "" for one in copy.originals))
    right = tuple(Columns(one.id, one.key) for one in copy.originals)
    return Compare(CompareKind.MISSING, Columns(copy.dataset.id, (copy.back,)), right, readers=readers)


def _lent(ground: Ground, copy: Copy) -> Name | None:
    """Give the routine of the plan that gives chunks with its owner's rights; None where there is none."""
    index, through = ground.plan.sources[copy.dataset.source], copy.dataset.through
    name = ground.catalog.physical(copy.dataset.id)
    if through is None or name is None or index.identity is None or not ground.access.known(index.id):
        return None
    principal = ground.access.principal(index.id, index.identity)
    if principal is None:
        return None
    reach = ground.access.reach(principal)
    # What a routine does may not be understood; that it runs with its owner's rights is known all the same.
    lending = [*reach.undecided, *(chain.through for chain in _routines(reach, name) if chain.through is not None)]
    spelt = {".".join(one.path[-2:]).partition("(")[0]: one for one in lending}
    return next((one for text, one in spelt.items() if text == through or text.endswith(f".{through}")), None)


def _routines(reach: Reach, name: Name) -> Iterator[Chain]:
    for field, chains in reach.fields.items():
        if field.dataset == name:
            yield from (chain for chain in chains if not chain.latent and Door.ROUTINE in chain.doors)


def _binds_owner(ground: Ground, copy: Copy) -> bool:
    """Say whether a row policy of the index binds its owner too: a routine of that owner does not go around it."""
    fact = ground.catalog.dataset(copy.dataset.id)
    if fact is None or fact.owner is None:
        return False
    return fact.name in ground.access.reach(Principal(fact.name.namespace, fact.owner)).rows


def _compared(evidence: Evidence, copy: Copy, limited: dict[str, Limited]) -> Judgement:
    leaf, about = _leaf(copy), subject(copy.dataset)
    wanted = _wanted(evidence.ground, copy, limited)
    if wanted is None:
        why = Unknown(
            f"a row policy hides records of {_listed(copy)}, and no key leads back from {copy.dataset.id} to them",
            "declare `key_back` and the originals' keys",
        )
        return open_question(leaf, about, why)
    found = evidence.compared(wanted)
    if isinstance(found, Unknown) or copy.unproved(found):
        return open_question(leaf, about, found if isinstance(found, Unknown) else NOT_THE_KEY)
    first = next(iter(limited.values()))
    actual = Actual(found.found, "chunks", measured_at=found.seen.at, method="keyed hashes", sample=found.keyed)
    if found.found == 0 and found.error == 0:
        says = f"each of {found.keyed:,} chunks is of a record that {first.reader} reads at {_listed(copy)} too"
        return Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, says, actual)
    if found.found == 0:
        why = Unknown(f"up to {found.error:.2%} of such chunks may be missed", "compare fewer keys at once")
        return open_question(leaf, about, why)
    routine = _lent(evidence.ground, copy)
    if routine is not None and _binds_owner(evidence.ground, copy):
        why = Unknown(
            f"{routine.path[-1]} lends its owner's rights, and what row policies let through to it was not tried",
            "give the routine its caller's rights (SECURITY INVOKER)",
        )
        return open_question(leaf, about, why)
    way = f" by {routine.path[-1]}, which lends its owner's rights" if routine is not None else ""
    says = (
        f"retrieval gives {plural(found.found, 'chunk')} of {found.keyed:,} in {copy.dataset.id}{way}, of records that "
        f"{first.reader} cannot read at {_listed(copy)}, or that are gone there"
    )
    return _broken(evidence, copy, says, actual, first.original, Level.OBSERVED)


def _carried(evidence: Evidence, copy: Copy, original: Dataset) -> Judgement:
    """Judge an index whose originals say themselves, record by record, who may read them."""
    ground, leaf, about = evidence.ground, _leaf(copy), subject(copy.dataset)
    said, fields = _says_who(ground, original)[0], _says_who(ground, copy.dataset)
    if ground.catalog.physical(copy.dataset.id) is None or (not fields and _hidden(evidence, copy)):
        return open_question(leaf, about, evidence.why_unseen(copy.dataset.id, None, ("structure",), _NOT_SEEN))
    if not fields:
        says = f"each record of {original.id} says by {said} who may read it, and no chunk of {copy.dataset.id} does"
        return _broken(evidence, copy, says, Actual(None), original, Level.CONFIGURED)
    told = [evidence.measured(_unsaid(copy, field)) for field in fields]
    counts = [one.value for one in told if not isinstance(one, Unknown) and isinstance(one.value, int)]
    if counts and (least := min(counts)) > 0:
        actual = Actual(least, "chunks", method="aggregate")
        says = f"{plural(least, 'chunk')} of {copy.dataset.id} lack {fields[0]}, which says who may read the others"
        return _broken(evidence, copy, says, actual, original, Level.OBSERVED)
    if len(counts) < len(told):
        return open_question(leaf, about, next(one for one in told if isinstance(one, Unknown)))
    name = ground.catalog.physical(copy.dataset.id)
    bound = name is not None and _policies(ground, ground.plan.sources[copy.dataset.source], name) is not None
    if bound or _filtered(copy.dataset, fields):
        says = f"each chunk says by {fields[0]} who may read it, and what is read is held to it"
        return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, says)
    why = Unknown(
        f"each chunk of {copy.dataset.id} says by {fields[0]} who may read it, and nothing seen holds a search to it",
        f"declare the filter on {fields[0]} as the dataset's `where`, or serve the index under a row policy",
    )
    return open_question(leaf, about, why)


def _saying(ground: Ground, copy: Copy) -> list[Dataset]:
    """Give the originals that say themselves who may read a record: those of systems that know no grants."""
    return [one for one in copy.originals if not ground.access.known(one.source) and _says_who(ground, one)]


def _says_who(ground: Ground, dataset: Dataset) -> tuple[str, ...]:
    """Give the plan's names of the fields that say who may read a record, or their own where it names none."""
    name = ground.catalog.physical(dataset.id)
    known = ground.catalog.fields.get(name, {}) if name is not None else {}
    named = {field.column: field.name for field in dataset.fields.values()}
    return tuple(
        named.get(path, path[0]) for path in known if (path in named or len(path) == 1) and _READERS.fullmatch(path[-1])
    )


def _hidden(evidence: Evidence, copy: Copy) -> bool:
    system, seen = evidence.ground.catalog.system(copy.dataset.source), evidence.ground.catalog.dataset(copy.dataset.id)
    return not ((system is not None and system.complete_catalogue) or (seen is not None and seen.complete_fields))


def _unsaid(copy: Copy, field: str) -> Measure:
    return Measure(copy.dataset.id, MeasureKind.NULLS, field)


def _filtered(dataset: Dataset, fields: tuple[str, ...]) -> bool:
    return dataset.where is not None and not set(fields).isdisjoint(fields_of(dataset.where))


def _broken(evidence: Evidence, copy: Copy, says: str, actual: Actual, original: Dataset, level: Level) -> Judgement:
    launched = on_path(evidence.plan, copy.dataset)
    index = evidence.plan.sources[copy.dataset.source]
    return Judgement(
        _leaf(copy),
        Verdict.BROKEN,
        level,
        subject(copy.dataset),
        says,
        actual,
        path=(Hop(original.id, copy.dataset.id, "copy_of"),),
        operations=(Operation(Op.DROP_SOURCE, index.id),) if launched else (),
        fixes=(
            Fix(FixKind.CODE, f"hold each search of {copy.dataset.reads} to what its reader may read", effort="days"),
            Fix(FixKind.CODE, "build the index of what everybody may read", effort="days"),
        ),
        severity=None if launched else Severity.HIGH,
        incidental=not launched,
    )


_NOT_SEEN: Final = Unknown("the fields of its chunks were not seen", "let the auditor see them")

RULE = Rule(
    id="access/rights-blind-retrieval",
    severity=Severity.BLOCKER,
    check=check,
    requests=requests,
    operations=(Op.DROP_SOURCE,),
)
