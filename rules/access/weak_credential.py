"""The credential of the identity holds for ever.

Why it matters
--------------
A password that never ends is found one day, in a log, an image or a laptop, and then opens every field that the
identity reads, for as long as nobody thinks of it.

What it looks at
----------------
Whether what the login proves itself by ends: `VALID UNTIL` in PostgreSQL, the lifetime of passwords in MariaDB (the
server's default, and the account's own where the auditor may see it). It does not see who else knows a password, nor
whether it was ever renewed before it ended.

How to fix it
-------------
Let the password end and renew it before that day, by a secret store or a job; or let the login prove itself without
one: a certificate, Kerberos, the cloud's own tokens.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from lineage.facts import CredentialFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.access._logins import own
from rules.access._reach import Identity, judged
from rules.access._sql import mariadb
from rules.access._sql_mariadb import account
from rules.access._sql_postgresql import quoted

_DAYS = 90
"""How long a credential is given until it is to be renewed."""


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity whose system was asked, once a system."""
    for identity in judged(evidence):
        if isinstance(identity, Identity) and identity.speaks:
            fact = own(evidence.credentials, identity)
            if fact is not None:
                yield _judgement(evidence, identity, fact)


def _judgement(evidence: Evidence, identity: Identity, fact: CredentialFact) -> Judgement:
    who = identity.principal
    if fact.ends is None:
        says = f"whether the login's password ends is not known: {fact.because}"
        return Judgement(
            identity.leaf, Verdict.UNVERIFIED, Level.ASSERTED, identity.subject(), says, settle=fact.settle
        )
    over = fact.until is not None and fact.until <= evidence.now
    if fact.ends and not over:
        day = f" on {fact.until:%Y-%m-%d}" if fact.until else ""
        return identity.held(f"the credential of {who} ends{day}")
    says = f"the credential of {who} ended on {fact.until:%Y-%m-%d}" if over else f"the credential of {who} never ends"
    return Judgement(
        identity.leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(),
        says,
        Actual("ended" if over else "never ends", measured_at=fact.seen.at, method=fact.seen.how),
        operations=(Operation(Op.DECIDE, identity.leaf),),
        fixes=(_fix(identity, evidence.now + timedelta(days=_DAYS)),),
    )


def _fix(identity: Identity, until: datetime) -> Fix:
    if mariadb(identity):
        patch = f"ALTER USER {account(identity.principal.name)} PASSWORD EXPIRE INTERVAL {_DAYS} DAY;"
    else:
        patch = f"ALTER ROLE {quoted(identity.principal.name)} VALID UNTIL '{until:%Y-%m-%d}';"
    text = f"let the password of {identity.principal} end, and renew it before"
    return Fix(FixKind.SQL, text, patch, effort="hours", owner=identity.source.owner)


RULE = Rule(id="access/weak-credential", severity=Severity.MEDIUM, check=check, operations=(Op.DECIDE,))
