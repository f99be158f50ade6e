"""A routine or a rule of a table lends the identity its owner's rights.

Why it matters
--------------
A routine that runs with its owner's rights reads what its owner may, for whoever may execute it, and PostgreSQL lets
everybody execute a new one. A rule does so for whoever may write to its table. Neither shows in any list of who may
read the table beneath.

What it looks at
----------------
Every routine of its owner's rights that the identity may execute, and every rule on a table that it may write to: the
fields that come back, by what the routine calls and reads too, which the plan does not need and which the identity
cannot read itself. A routine that the plan names with `through` is meant to do so.
A body that could not be read (dynamic SQL, another language) is told by `access/undecidable-reach`.

How to fix it
-------------
Revoke the right to execute it, from PUBLIC too, or let it run with its caller's rights (`SECURITY INVOKER`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from lineage.access.model import Chain, Door
from lineage.finding import Judgement, Op, Operation
from lineage.model import Exposure, Level, Name, Severity, Verdict
from lineage.rule import Evidence, Rule
from lineage.sensitive import sensitive_fields
from rules.access._reach import Identity, counted, judged, listed, plural
from rules.access._sql import closing

_TOLD = frozenset({Exposure.RAW, Exposure.EXTREME, Exposure.DERIVED, Exposure.PSEUDONYM})
"""A count or an average of many gives no value away."""


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity: one finding for all such routines of a source."""
    for found in judged(evidence):
        if isinstance(found, Judgement):
            yield found
        elif found.speaks:
            yield _judgement(evidence, found)


def lending_routines(identity: Identity, *, latent: bool = False) -> Mapping[Name, Mapping[Name, Chain]]:
    """Give the undeclared routines and rules that give fields which the identity cannot read itself.

    Those that it may execute at once; with `latent` those that it may only execute after becoming another role.
    """
    found: defaultdict[Name, dict[Name, Chain]] = defaultdict(dict)
    declared = {dataset.through for dataset in identity.source.datasets.values() if dataset.through}
    for name, chains in identity.reach.fields.items():
        if identity.needs(name) or identity.reach.active(name):
            continue
        for chain in chains:
            routine = chain.through
            if (
                routine is None
                or chain.latent is not latent
                or Door.ROUTINE not in chain.doors
                or chain.exposure not in _TOLD
            ):
                continue
            if ".".join(routine.path[-2:]).partition("(")[0] not in declared:
                found[routine][name] = chain
    return found


def _judgement(evidence: Evidence, identity: Identity) -> Judgement:
    lending = lending_routines(identity)
    if not lending:
        return identity.held(
            f"no routine lends {identity.principal} its owner's rights to read more than the plan needs"
        )
    fields = {name: chain for routine in sorted(lending) for name, chain in lending[routine].items()}
    known = sensitive_fields(evidence)
    bad = sorted(name for name in fields if name in known)
    chains = [chain for opened in lending.values() for chain in opened.values()]
    told = f", {len(bad):,} of them sensitive" if bad else ""
    return Judgement(
        identity.leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(),
        f"{identity.principal} is given {plural(len(fields), 'field')} that are closed to it by "
        f"{listed([routine.path[-1] for routine in sorted(lending)])}{told}: "
        f"{listed([name.short for name in bad or sorted(fields)])}",
        counted(identity, len(fields), "fields"),
        path=fields[bad[0]].hops if bad else next(iter(fields.values())).hops,
        operations=(Operation(Op.HOLD_LAUNCH, "launch"),) if bad else (),
        fixes=(closing(identity, chains, f"take the routines from {identity.principal}"),),
        severity=Severity.BLOCKER if bad else None,
        incidental=not bad,
    )


RULE = Rule(
    id="access/reach-through-routine",
    severity=Severity.HIGH,
    check=check,
    operations=(Op.HOLD_LAUNCH,),
)
