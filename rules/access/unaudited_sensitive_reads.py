"""Reads of sensitive fields are not recorded.

Why it matters
--------------
After a leak the first question is who read what. Where the system does not write reads down, the answer is everybody
who could, and everything.

What it looks at
----------------
Each source whose plan declares sensitive fields that are needed, and what the system records of its identity's reads:
in PostgreSQL `log_statement`, `log_min_duration_statement` and pgaudit (by class, or by object for its role), with what
is set for the login and the database, and whether the log's level lets statements through; in MariaDB the general log
and server_audit. Where `audit.requirements` asks for recorded reads the finding has its full weight, else it is low.
How long a log is kept, and who may read it, it does not see.

How to fix it
-------------
Record the reads of this login, with pgaudit or server_audit where they are installed, else by the server's own log;
keep that log as sensitive as the data, since it holds what was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lineage.facts import TrailFact
from lineage.finding import Actual, Fix, FixKind, Judgement
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Field, Need
from lineage.rule import Evidence, Rule
from rules.access._logins import own
from rules.access._reach import Identity, judged, listed, plural
from rules.access._sql import mariadb
from rules.access._sql_postgresql import quoted

_ASKED: Final = re.compile(r"(?<![a-z])(?:reads?|access(?:es)?|quer(?:y|ies)|select)(?![a-z])", re.IGNORECASE)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity that reads a sensitive field, where the system says what it records."""
    required = _required(evidence)
    for identity in judged(evidence):
        if isinstance(identity, Identity) and (fields := _sensitive(identity)):
            leaf = "audit.requirements" if required else identity.leaf
            if (fact := own(evidence.trails, identity)) is not None:
                yield _judgement(evidence, identity, fields, fact, leaf)
            elif required:
                says = f"whether {identity.source.id} records reads was not seen"
                settle = f"the audit settings of {identity.source.id}"
                yield Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, identity.subject(), says, settle=settle)


def _required(evidence: Evidence) -> bool:
    asked = evidence.plan.answer("audit.requirements")
    found = asked if isinstance(asked, list) else [asked]
    return any(_ASKED.search(str(one).replace("_", " ")) is not None for one in found if one is not None)


def _sensitive(identity: Identity) -> list[Field]:
    return [
        field
        for dataset in identity.datasets.values()
        for field in dataset.fields.values()
        if field.sensitive is not None and field.need is not Need.NONE
    ]


def _judgement(evidence: Evidence, identity: Identity, fields: list[Field], fact: TrailFact, leaf: str) -> Judgement:
    about = identity.subject()
    if fact.by:
        says = f"reads of {identity.principal} are recorded by {listed(fact.by)}"
        return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, says)
    left = [field for field in fields if not _recorded(evidence, field, fact)]
    if not left:
        says = f"reads of every sensitive field of {identity.source.id} are recorded for {fact.of}"
        return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, says)
    if fact.because:
        says = f"whether reads of {identity.principal} are recorded is not known: {fact.because}"
        return Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=fact.settle)
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        about,
        f"nothing records reads of {plural(len(left), 'sensitive field')} by {identity.principal}: "
        f"{listed([field.id for field in left], 3)}",
        Actual(len(left), "fields", measured_at=fact.seen.at, method="settings of the system"),
        fixes=(_fix(identity),),
        severity=None if leaf == "audit.requirements" else Severity.LOW,
        incidental=True,
    )


def _recorded(evidence: Evidence, field: Field, fact: TrailFact) -> bool:
    name = evidence.ground.catalog.physical_field(field.id.rpartition(".")[0], field.name)
    return fact.of is not None and name is not None and bool(evidence.ground.access.reach(fact.of).active(name))


def _fix(identity: Identity) -> Fix:
    if mariadb(identity):
        patch = "INSTALL SONAME 'server_audit';\nSET GLOBAL server_audit_logging = ON;"
    else:
        who = quoted(identity.principal.name)
        patch = f"ALTER ROLE {who} SET log_statement = 'all';  -- where pgaudit is loaded: SET pgaudit.log = 'read'"
    text = f"record the reads of {identity.principal}"
    return Fix(FixKind.SQL, text, patch, effort="hours", owner=identity.source.owner)


RULE = Rule(id="access/unaudited-sensitive-reads", severity=Severity.HIGH, check=check)
