"""The identity may become a role that reads or writes more than the plan needs.

Why it matters
--------------
Nothing of it shows in a list of what the identity can read, and one statement, `SET ROLE`, opens it: a statement that
a generated query or an injected instruction can hold.

What it looks at
----------------
Every role that the identity may become, at any depth, and what that role can read and write beyond the plan that the
identity cannot at once, also by routines of their owner's rights that it may execute, and whether it reaches the
server's files or programs, or what the server keeps for itself (password hashes, the planner's samples).
In MariaDB also every account that a PROXY grant lets the identity log in as, where an authentication plugin says so;
whether one does is not in the server, so the grant alone is told.

How to fix it
-------------
Take the membership away, or its SET option (PostgreSQL 16); in MariaDB the role or the PROXY grant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lineage.access.model import Chain
from lineage.facts import UnseenFact
from lineage.finding import Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import Level, Name, Principal, Severity, Verdict
from lineage.rule import Evidence, Rule
from lineage.sensitive import sensitive_fields
from rules.access._powers import LENT, kept_for_itself, lent
from rules.access._reach import Identity, counted, judged, listed, plural
from rules.access._sql import mariadb, revoke_role
from rules.access._sql_mariadb import proxied, real_role, revoke_proxy
from rules.access._sql_postgresql import quoted
from rules.access.reach_through_routine import lending_routines

_POWERS = frozenset({"pg_read_server_files", "pg_write_server_files", "pg_execute_server_program"})
"""Who holds one reads every table in the files of the server, or becomes its account."""


_LENT = {
    "server_files": "FILE",
    "replication": "REPLICATION SLAVE",
    "create_role": "CREATE USER",
    "create_database": "CREATE",
}
"""MariaDB's names of what a role lends on everything."""


@dataclass(slots=True)
class _Beyond:
    """What becoming a role opens."""

    fields: list[Name] = field(default_factory=list)
    chain: Chain | None = None
    superusers: list[Principal] = field(default_factory=list)
    powers: dict[str, None] = field(default_factory=dict)
    """Predefined roles by which the server's files and programs are reached."""
    kept: dict[str, None] = field(default_factory=dict)
    """What it reads then of what the server keeps for itself."""


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity: one finding for each role that it is a member of and may become."""
    for found in judged(evidence):
        if isinstance(found, Judgement):
            yield found
        elif found.speaks:
            yield from _judgements(evidence, found)


def _judgements(evidence: Evidence, identity: Identity) -> Iterator[Judgement]:
    beyond = _beyond(evidence, identity)
    writes = {
        name: rights - identity.reach.writable.get(name, frozenset())
        for name, rights in identity.reach.latently_writable.items()
    }
    written = sorted(name for name, rights in writes.items() if rights)
    if not beyond and not written:
        if (unseen := _proxies_unseen(evidence, identity)) is not None:
            about, says = identity.subject(), f"who {identity.principal} may log in as is unseen: {unseen.reason}"
            yield Judgement(identity.leaf, Verdict.UNVERIFIED, Level.CONFIGURED, about, says, settle=unseen.settle)
            return
        yield identity.held(f"no role that {identity.principal} may become opens more than the plan needs")
        return
    switchable = evidence.ground.access.switchable(identity.principal)
    if not beyond:
        beyond[next(iter(switchable.values()))[0]] = _Beyond()
    sensitive = sensitive_fields(evidence)
    for role, opened in beyond.items():
        if mariadb(identity) and not proxied(identity.principal.name, role.name):
            path = switchable.get(role, (role,)) if role in switchable else (role,)
            inner = evidence.ground.access.roles(role)
            real = real_role(identity.principal.name, [*path, *(one for one in inner if one != identity.principal)])
            yield _finding(identity, real, opened, written, sensitive)
            continue
        yield _finding(identity, role, opened, written, sensitive)


def _proxies_unseen(evidence: Evidence, identity: Identity) -> UnseenFact | None:
    found = (fact for fact in evidence.unseen.get(identity.source.id, ()) if fact.what == "proxies")
    return next(found, None)


def _beyond(evidence: Evidence, identity: Identity) -> dict[Principal, _Beyond]:
    access = evidence.ground.access
    found: defaultdict[Principal, _Beyond] = defaultdict(_Beyond)
    for name in identity.reach.fields:
        latent = identity.reach.latent(name)
        if latent and not identity.needs(name) and not identity.reach.active(name):
            _open(found, identity, name, latent)
    given = _given(identity)
    for name in sorted(given):
        _open(found, identity, name, given[name])
    at_once = {one.name for one in access.roles(identity.principal)}
    kept = kept_for_itself(access, identity.principal)
    held = {*lent(access, identity.principal), *access.attributes(identity.principal)}
    for role, path in access.switchable(identity.principal).items():
        if "superuser" in access.attributes(role):
            found[path[0]].superusers.append(role)
        powers = {one.name for one in access.roles(role)} & _POWERS - at_once
        if powers:
            found[path[0]].powers.update(dict.fromkeys(sorted(powers)))
        if mariadb(identity) and (words := {*lent(access, role), *(access.attributes(role) & LENT)} - held):
            found[path[0]].powers.update((_LENT[word], None) for word in sorted(words))
        for right, told in kept_for_itself(access, role).items():
            if right not in kept:
                found[path[0]].kept[told] = None
    return found


def _open(found: dict[Principal, _Beyond], identity: Identity, name: Name, chains: Sequence[Chain]) -> None:
    for first in dict.fromkeys(chain.hops[0].target for chain in chains):
        opened = found[Principal(identity.principal.namespace, first)]
        opened.fields.append(name)
        opened.chain = opened.chain or next(chain for chain in chains if chain.hops[0].target == first)


def _given(identity: Identity) -> Mapping[Name, list[Chain]]:
    """Give the fields that come only from routines which a role may execute, with the chains; none told elsewhere."""
    at_once = {name for fields in lending_routines(identity).values() for name in fields}
    found: defaultdict[Name, list[Chain]] = defaultdict(list)
    for fields in lending_routines(identity, latent=True).values():
        for name, chain in fields.items():
            if name not in at_once and not identity.reach.latent(name):
                found[name].append(chain)
    return found


def _finding(
    identity: Identity, role: Principal, opened: _Beyond, written: list[Name], sensitive: Mapping[Name, str]
) -> Judgement:
    who, bad = identity.principal, [name for name in opened.fields if name in sensitive]
    datasets = sorted({name.dataset for name in opened.fields})
    told = [
        f"reads {plural(len(opened.fields), 'field')} more of {plural(len(datasets), 'dataset')} "
        f"({listed([identity.dataset_label(name) for name in datasets], 3)})"
        if opened.fields
        else "",
        f"{len(bad):,} of them sensitive" if bad else "",
        f"writes {plural(len(written), 'dataset')}" if written else "",
        "becomes a superuser" if opened.superusers else "",
        f"reaches the server's files and programs ({', '.join(opened.powers)})" if opened.powers else "",
        *opened.kept,
    ]
    worst = bool(bad or opened.superusers or opened.powers or opened.kept)
    return Judgement(
        identity.leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(),
        f"{_after(who, role)} {who} {', '.join(part for part in told if part)}",
        counted(identity, len(opened.fields), "fields"),
        path=opened.chain.hops if opened.chain else (Hop(str(who), str(role), "may become"),),
        operations=(Operation(Op.HOLD_LAUNCH, "launch"),) if worst else (),
        fixes=(_fix(identity, role),),
        severity=Severity.BLOCKER if worst else None,
        incidental=not worst,
    )


def _after(who: Principal, role: Principal) -> str:
    account = _account(who, role)
    return f"logged in by proxy as {account}" if account else f"after SET ROLE {role}"


def _account(who: Principal, role: Principal) -> str:
    account = proxied(who.name, role.name)
    # Where no user is named, it is every account whose host fits.
    return "any account" if account.startswith("@") else account


def _fix(identity: Identity, role: Principal) -> Fix:
    if account := _account(identity.principal, role):
        text = f"keep {identity.principal} from logging in as {account}"
        return Fix(FixKind.SQL, text, revoke_proxy(identity.principal.name, role.name), effort="minutes")
    if role == identity.principal:
        first = identity.ground.access.begins(role)
        text = f"sessions of {role} begin as {first}: take its own rights from {role}, and grant {first} what it needs"
        return Fix(FixKind.DECISION, text, effort="hours")
    who, what = quoted(identity.principal.name), quoted(role.name)
    inherits = role in identity.ground.access.roles(identity.principal)
    if inherits and not mariadb(identity):
        text = f"keep {identity.principal} from becoming {role} (PostgreSQL 16 or later; before, revoke the role)"
        return Fix(FixKind.SQL, text, f"GRANT {what} TO {who} WITH SET FALSE;", effort="minutes")
    return Fix(
        FixKind.SQL, f"take {role} from {identity.principal}", revoke_role(identity, role.name), effort="minutes"
    )


RULE = Rule(
    id="access/latent-reach",
    severity=Severity.HIGH,
    check=check,
    operations=(Op.HOLD_LAUNCH,),
)
