"""Something that the run would write looks like a value of a record.

Why it matters
--------------
A report travels further than any table: into tickets, mails and archives. One address of a customer in it is a leak
that the tool itself made.

What it looks at
----------------
The texts that a scan brought back (reasons, ways out, names of datasets and fields), which reports repeat: whether an
e-mail address, a bank account or a card number with right check digits stands in one that the plan does not write
itself. The dossier is searched as a whole before it is written, and is not written where something is found.

How to fix it
-------------
Delete the snapshot and what was written from it, and report the connector that gave the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import Final

from lineage.finding import Fix, FixKind, Judgement, Subject
from lineage.model import Level, Severity, SourceId, Verdict
from lineage.rule import Evidence, Rule

_MAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}")
_ACCOUNT: Final = re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}\d{2}[0-9A-Z]{11,30}(?![0-9A-Za-z])")
_CARD: Final = re.compile(r"(?<![0-9A-Za-z])\d{13,19}(?![0-9A-Za-z])")


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the texts that were brought back, by source."""
    # Logins can look like addresses (`auditor@db.acme.example`); they are no values of records.
    logins = {system.seen.identity for system in evidence.ground.catalog.systems.values()}
    said = {leaf.text for leaf in evidence.plan.leaves.values()} | logins
    for source, text in _texts(evidence):
        kind = _looks_like(text, said)
        if kind is None:
            continue
        declared = evidence.plan.sources.get(SourceId(source))
        path = declared.path if declared is not None else "sources"
        yield Judgement(
            f"{path}.connector",
            Verdict.BROKEN,
            Level.OBSERVED,
            Subject(source=str(source)),
            f"a text that was brought back holds what looks like {kind}",
            fixes=(Fix(FixKind.CODE, "delete the snapshot and its reports, and report the connector"),),
        )


def _texts(evidence: Evidence) -> Iterator[tuple[str, str]]:
    for facts in evidence.unseen.values():
        for fact in facts:
            yield fact.seen.source, f"{fact.reason}\n{fact.settle}"
    catalog = evidence.ground.catalog
    for name, dataset in catalog.datasets.items():
        yield dataset.seen.source, "\n".join(name.path)
        for path in catalog.fields.get(name, ()):
            yield dataset.seen.source, "\n".join(path)


def _looks_like(text: str, declared: Set[str]) -> str | None:
    for kind, pattern in (("an e-mail address", _MAIL), ("a bank account", _ACCOUNT), ("a card number", _CARD)):
        for matched in pattern.finditer(text):
            said = any(matched[0] in each for each in declared)
            if not said and (pattern is _MAIL or _checks(matched[0])):
                return kind
    return None


def _checks(text: str) -> bool:
    if not text.isdigit():
        return int("".join(str(int(character, 36)) for character in text[4:] + text[:4])) % 97 == 1
    doubled = (int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(text)))
    return len(set(text)) > 1 and sum(figure - 9 if figure > 9 else figure for figure in doubled) % 10 == 0


RULE = Rule(id="evidence/raw-value-in-report", severity=Severity.BLOCKER, check=check)
