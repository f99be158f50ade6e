"""A read that was tried and the grants do not agree.

Why it matters
--------------
What an identity can read is proved twice, from the catalogue's grants and by a read that is planned as it. Where the
two disagree one of them is wrong, and everything else that rests on it is in doubt: a grant that was not seen, a
right that changed between the two, or a fault of this tool.

What it looks at
----------------
Every needed field of which a read was tried as the identity (zero rows): readable by its grants and refused, or closed
by its grants and planned. What the grants leave undecided cannot disagree.

How to fix it
-------------
Scan again, in case rights changed meanwhile. If it stays, look who opens or refuses the field, and report it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.connector import Probe
from lineage.facts import ProbeFact
from lineage.finding import Hop, Judgement
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Field, Need
from lineage.rule import Evidence, Rule
from rules.access._reach import Identity, judged

_REFUSED = "42501"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each field of which a read was tried."""
    for found in judged(evidence):
        if isinstance(found, Judgement):
            continue  # where grants were not read there is one proof at most; others tell that
        odd = list(_odd(evidence, found))
        yield from odd
        if not odd:
            yield found.held(f"no read that was tried as {found.principal} disagrees with its grants")


def _odd(evidence: Evidence, identity: Identity) -> Iterator[Judgement]:
    reach = identity.reach
    for dataset in identity.datasets.values():
        for field in dataset.fields.values():
            name = evidence.ground.catalog.physical_field(dataset.id, field.name)
            if field.need is Need.NONE or name is None or evidence.ground.catalog.field(dataset.id, field.name) is None:
                continue
            tried = evidence.probed(Probe(dataset.id, identity.principal.name, (field.name,)), field.name)
            if not isinstance(tried, ProbeFact) or (reach.why_undecided(name) is not None):
                continue
            granted = bool(reach.active(name))
            if granted and not tried.readable and tried.code == _REFUSED:
                yield _judgement(identity, dataset.id, field, "its grants open it, and a read is refused")
            elif not granted and tried.readable:
                yield _judgement(identity, dataset.id, field, "no grant opens it, and a read of it was planned")


def _judgement(identity: Identity, dataset: str, field: Field, how: str) -> Judgement:
    who = identity.principal
    return Judgement(
        f"{field.path}.need",
        Verdict.UNVERIFIED,
        Level.EXERCISED,
        identity.subject(dataset, field.id),
        f"the two proofs of what {who} reads of {field.id} disagree: {how}",
        settle="scan again; if it stays, look who opens it, and report this as a bug",
        path=(Hop(str(who), field.id, how),),
        confidence="observed",
    )


RULE = Rule(id="access/disagreeing-proofs", severity=Severity.HIGH, check=check, finds_unverified=True)
