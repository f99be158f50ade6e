"""The workflow's identity is a superuser, an owner or an administrator.

Why it matters
--------------
No grant limits a superuser, and an owner gives itself back what is taken from it: every other boundary of the plan
rests on the goodwill of what the model writes.

What it looks at
----------------
The identity's own attributes (superuser, bypass of row security, replication, MariaDB's FILE, making roles or
databases), ownership of datasets, by itself or by a role that it inherits, and membership in predefined roles that
write everywhere or reach the server's files and programs.
In PostgreSQL also rights on what the server keeps for itself: password hashes (`pg_authid`), the planner's samples of
every table (`pg_statistic`), large objects, passwords for other servers, functions that read files.
Membership in `pg_monitor`, `pg_read_all_stats` or `pg_read_all_settings`, by which the statements and settings of
others are read, is told with severity medium and holds no launch.

How to fix it
-------------
Let the workflow read as a login of its own that owns nothing and holds the declared columns only.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import PUBLIC, Level, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.access import _sql_mariadb
from rules.access._owners import another_owner
from rules.access._powers import kept_for_itself, lent, revoked, watches
from rules.access._reach import Identity, counted, judged, listed, plural
from rules.access._sql import granted_back, mariadb, pasted, revoke_role
from rules.access._sql_postgresql import quoted

_ATTRIBUTES = {
    "superuser": ("is a superuser", "NOSUPERUSER"),
    "bypass_row_security": ("bypasses row security", "NOBYPASSRLS"),
    "replication": ("may copy the whole server (replication)", "NOREPLICATION"),
    "server_files": ("reads and writes the server's files, in which every table lies (FILE)", ""),
    "create_role": ("makes roles", "NOCREATEROLE"),
    "create_database": ("makes databases", "NOCREATEDB"),
}
_ROLES = frozenset(
    {
        *("pg_write_all_data", "pg_read_server_files", "pg_write_server_files", "pg_execute_server_program"),
        *("pg_maintain", "pg_signal_backend", "pg_database_owner", "pg_create_subscription"),
    }
)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity once."""
    for found in judged(evidence):
        yield found if isinstance(found, Judgement) else _judgement(evidence, found)


def _judgement(evidence: Evidence, identity: Identity) -> Judgement:
    access, who = evidence.ground.access, identity.principal
    held = [word for word in _ATTRIBUTES if word in access.attributes(who)]
    powers = {role: path for role, path in access.roles(who).items() if role.name in _ROLES}
    owned = sorted(name for name, rights in identity.reach.writable.items() if "own" in rights)
    kept = {} if "superuser" in held else kept_for_itself(access, who)
    watching = {} if "superuser" in held else watches(access, who)
    by_role = lent(access, who) if mariadb(identity) and "superuser" not in held else {}
    reasons = [_ATTRIBUTES[word][0] for word in held]
    reasons += [f"{_ATTRIBUTES[word][0]} by the role {role}" for word, role in by_role.items()]
    reasons += [f"is a member of {role}" for role in powers]
    reasons += dict.fromkeys(kept.values())
    if owned:
        reasons.append(
            f"owns {plural(len(owned), 'dataset')} ({listed([identity.dataset_label(n) for n in owned], 3)})"
        )
    grave = bool(reasons)
    reasons += watching.values()
    if not reasons:
        return identity.held(f"{who} owns nothing and holds no attribute of an administrator")
    owners = {fact.owner for name in owned if (fact := evidence.ground.catalog.datasets.get(name)) is not None}
    paths = [
        path
        for role, path in access.roles(who).items()
        if path and (role in powers or role in watching or role.name in owners)
    ]
    public = [revoked(right, quoted(holder.name)) for holder, right in kept if holder.name in {who.name, PUBLIC}]
    paths += [access.roles(who)[role] for role in by_role.values()]
    paths += [access.roles(who)[holder] for holder, _ in kept if holder.name not in {who.name, PUBLIC}]
    path = (
        *(Hop(str(who), who.namespace, word) for word in held),
        *(Hop(str(who), str(role), "member of") for role in powers),
        *(Hop(str(who), str(role), "member of") for role in by_role.values()),
        *(Hop(str(who), name.short, "owns") for name in owned),
        *(Hop(str(holder), right.partition(" on ")[2], f"grant {right}") for holder, right in kept),
        *(Hop(str(who), str(role), "member of") for role in watching),
    )
    return Judgement(
        identity.leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(),
        f"{who} {', '.join(reasons)}",
        counted(identity, len(reasons), "privileges"),
        path=path[:1],
        operations=(Operation(Op.HOLD_LAUNCH, "launch"),) if grave else (),
        fixes=(_fix(identity, held, list(dict.fromkeys(path[0].name for path in paths)), who.name in owners, public),),
        severity=None if grave else Severity.MEDIUM,
        incidental=not grave,
    )


_MARIADB = {
    "superuser": "REVOKE ALL PRIVILEGES, GRANT OPTION FROM {who};",
    "replication": "REVOKE REPLICATION SLAVE ON *.* FROM {who};",
    "server_files": "REVOKE FILE ON *.* FROM {who};",
    "create_role": "REVOKE CREATE USER ON *.* FROM {who};",
    "create_database": "REVOKE CREATE ON *.* FROM {who};",
}


def _fix(identity: Identity, held: list[str], roles: list[str], owns: bool, taken_back: list[str]) -> Fix:
    if mariadb(identity):
        account = _sql_mariadb.account(identity.principal.name)
        wanted = ["superuser"] if "superuser" in held else [word for word in held if word in _MARIADB]
        taken = [_MARIADB[word].format(who=account) for word in wanted]
        taken += [revoke_role(identity, role) for role in roles]
        # Everything goes with the superuser's rights, what is declared too, and what a role gave goes with it.
        kept = granted_back(identity) if "superuser" in held or roles else []
        text = f"take the privileges from {identity.principal}"
        return Fix(FixKind.SQL, text, pasted([*taken, *kept]), effort="hours")
    who = quoted(identity.principal.name)
    statements = [f"ALTER ROLE {who} {' '.join(_ATTRIBUTES[word][1] for word in held)};"] if held else []
    statements += taken_back
    statements += [f"REVOKE {quoted(role)} FROM {who};" for role in roles]
    if owns and (owner := another_owner(identity)) is not None:
        statements.append(f"REASSIGN OWNED BY {who} TO {quoted(owner.name)};")
    if owns or roles:
        # Its own grants go with what it owned, and what the role gave goes with the role.
        statements += granted_back(identity)
    return Fix(FixKind.SQL, f"take the privileges from {identity.principal}", pasted(statements), effort="hours")


RULE = Rule(
    id="access/privileged-identity",
    severity=Severity.BLOCKER,
    check=check,
    operations=(Op.HOLD_LAUNCH,),
)
