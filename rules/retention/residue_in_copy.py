"""Records that were deleted at the source still stand in a copy.

Why it matters
--------------
A person asks to be forgotten, the source forgets, and the index, the cache or the evaluation set still answers from
what it copied.
It is the widest gap of workflows that keep copies: nobody looks at them when something is deleted.

What it looks at
----------------
Every dataset with `copy_of`: the records whose `key_back` (or field that joins the original, or the original's own key)
is the key of no record of any of the originals, whatever their `where`.
Keys are compared across systems as hashes under a secret that is made for the comparison and thrown away, in the
scanning process: no key is in a fact, only how many there are and how old they are.
The copy is read before the originals, so that what is copied while we read is not taken for residue.
Up to ten million keys the count is exact; beyond, a filter stands for the originals' keys and the share that it may
miss is told.
Where some records of the copy have no key, and none of the others is gone, the question stays open.
An original whose rows a policy hides from the auditor leaves the question open: what is hidden is not gone.

How to fix it
-------------
Delete those records from the copy now, and let each deletion at the source reach every copy: by an event, a foreign
key, or a nightly comparison of keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.connector import Request
from lineage.facts import CompareFact
from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import Level, Rung, Severity, Verdict
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules._expectations import Check
from rules.freshness._clock import span
from rules.retention._copies import NOT_THE_KEY, Copy, copies
from rules.source._exposed import on_path, open_question, plural, seen_as, subject
from rules.source._verdict import Case, decided


def requests(ground: Ground) -> Iterable[Request]:
    """Ask to compare each copy's keys with those of its originals."""
    return (wanted for copy in copies(ground.plan, ground.catalog) if (wanted := copy.residue(ground)) is not None)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge what is left in each copy."""
    return decided(
        case for copy in copies(evidence.plan, evidence.ground.catalog) if (case := _case(evidence, copy)) is not None
    )


def _case(evidence: Evidence, copy: Copy) -> Case | Judgement | None:
    leaf, about = f"{copy.dataset.path}.copy_of", subject(copy.dataset)
    for dataset in (copy.dataset, *copy.originals):
        if isinstance(name := seen_as(evidence, dataset), Unknown):
            return open_question(leaf, about, name)
    wanted = copy.residue(evidence.ground)
    if wanted is None:
        return None  # retention/untraceable-copy says so
    found = evidence.compared(wanted)
    if isinstance(found, Unknown):
        return open_question(leaf, about, found)
    originals = ", ".join(one.id for one in copy.originals)
    if (doubt := _undecided(copy, found, originals)) is not None:
        return open_question(leaf, about, doubt)
    actual = Actual(found.found, "records", measured_at=found.seen.at, method="keyed hashes", sample=found.keyed)
    says = f"{plural(found.found, 'record')} of {found.keyed:,} in {copy.dataset.id} are of keys that {originals} lacks"
    if not found.common and found.keyed > 1 and found.right_rows:
        says = f"{says}, and none has a key of theirs: look whether both write keys alike"
    held = Judgement(
        leaf, Verdict.HELD, Level.OBSERVED, about, f"each of {found.keyed:,} records leads back to {originals}", actual
    )
    bound = Check(found.found, maximum=0)
    return Case(bound, bound, held, _broken(evidence, copy, f"{says}{_ages(evidence, found)}", actual))


def _undecided(copy: Copy, found: CompareFact, originals: str) -> Unknown | None:
    """Say why what was found proves neither that something is left nor that nothing is; None where it does."""
    if copy.unproved(found):
        return NOT_THE_KEY
    if found.found == 0 and found.error > 0:
        none = f"none of {plural(found.keyed, 'record')} was found to be gone from {originals}, but up to"
        return Unknown(f"{none} {found.error:.2%} of what is gone may be missed", "compare fewer keys at once")
    if found.found == 0 and found.keyed < found.rows:
        keyless = f"{plural(found.rows - found.keyed, 'record')} of {found.rows:,} in {copy.dataset.id}"
        return Unknown(f"{keyless} have no key, so what they were made of is not known", "write its key into each")
    return None


def _ages(evidence: Evidence, found: CompareFact) -> str:
    missed = f"; up to {found.error:.2%} of them may be missed" if found.error else ""
    if found.oldest is None:
        return missed
    return f"; the oldest is {span(evidence.now - found.oldest)} old{missed}"


def _broken(evidence: Evidence, copy: Copy, says: str, actual: Actual) -> Judgement:
    launched = on_path(evidence.plan, copy.dataset)
    return Judgement(
        f"{copy.dataset.path}.copy_of",
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(copy.dataset),
        says,
        actual,
        path=tuple(Hop(one.id, copy.dataset.id, "copy_of") for one in copy.originals[:1]),
        operations=tuple(Operation(Op.HOLD_STAGE, stage.id) for stage in evidence.plan.rollout) if launched else (),
        fixes=(
            Fix(FixKind.CODE, f"purge {copy.dataset.reads} of what its originals no longer have", effort="hours"),
            Fix(FixKind.CODE, "let each deletion at the source reach the copy", effort="days"),
        ),
        severity=None if launched else Severity.HIGH,
        incidental=not launched,
    )


RULE = Rule(
    id="retention/residue-in-copy",
    severity=Severity.BLOCKER,
    rung=Rung.OBSERVED,
    check=check,
    requests=requests,
    operations=(Op.HOLD_STAGE,),
)
