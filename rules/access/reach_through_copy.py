"""An undeclared copy is open of what is closed: a partition, a materialised view, what is made from it.

Why it matters
--------------
A copy has grants of its own. Whoever closes the table forgets the partition that was granted by name and the
materialised view that a report needed, and the same values are read there.

What it looks at
----------------
Datasets that the plan does not name, that the identity reads, and that hold fields of others which it cannot read
itself: partitions and their tables, materialised views, and what lineage says was taken from them unchanged.

How to fix it
-------------
Revoke the copy from the identity; the SQL is given. Rights on a partitioned table do not need rights on its parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from lineage.access.model import Chain, Door
from lineage.finding import Judgement
from lineage.model import Exposure, Level, Name, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.access._reach import UNDECLARED, Identity, active_chains, counted, judged, listed, plural
from rules.access._sql import closing

_SAME_VALUE = frozenset({Exposure.RAW, Exposure.EXTREME, Exposure.DERIVED})


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity: one finding for all such copies of a source."""
    for found in judged(evidence):
        if isinstance(found, Judgement):
            yield found
        elif found.speaks:
            yield _judgement(found)


def _judgement(identity: Identity) -> Judgement:
    copies, who = _copies(identity), identity.principal
    if not copies:
        return identity.held(f"no copy beside the declared datasets opens to {who} what is closed to it")
    fields = {name: chain for copy in sorted(copies) for name, chain in copies[copy].items()}
    opened = [name for name in identity.reach.fields if name.dataset in copies]
    return Judgement(
        identity.leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(UNDECLARED),
        f"{who} reads {plural(len(fields), 'field')} that are closed to it in copies of them "
        f"({listed([copy.short for copy in sorted(copies)])}): {listed([name.short for name in sorted(fields)])}",
        counted(identity, len(fields), "fields"),
        path=fields[min(fields)].hops,
        fixes=(closing(identity, active_chains(identity, opened), f"take the copies from {who}"),),
        incidental=True,
    )


def _copies(identity: Identity) -> Mapping[Name, Mapping[Name, Chain]]:
    """Give the undeclared copies that are open, with the closed fields that they hold."""
    found: defaultdict[Name, dict[Name, Chain]] = defaultdict(dict)
    for name, chains in identity.reach.fields.items():
        if identity.reach.active(name):
            continue
        for chain in chains:
            copied = Door.COPY in chain.doors and chain.exposure in _SAME_VALUE
            if copied and chain.through is not None and not chain.latent and not identity.known(chain.through):
                found[chain.through][name] = chain
    return found


RULE = Rule(id="access/reach-through-copy", severity=Severity.HIGH, check=check)
