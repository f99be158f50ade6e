"""The identity's rights grow by themselves.

Why it matters
--------------
A review of what is granted today says nothing of tomorrow where default privileges open each new table, where the
identity may make tables and views of its own, or where it may pass on what it holds.

What it looks at
----------------
Default privileges in favour of the identity, of a role whose rights it has or of PUBLIC; `CREATE` on a schema; rights
held `WITH GRANT OPTION`, in MariaDB on everything, a schema, a table or a routine; roles that it may give away
(`ADMIN OPTION`); in PostgreSQL the right `TRIGGER` on a table of somebody else, since a trigger's function runs with
the rights of whoever writes the table.

How to fix it
-------------
Take it back with the SQL that is given; grant what the workflow needs on each table by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.access.growth import Growth
from lineage.finding import Fix, FixKind, Judgement
from lineage.model import PUBLIC, Level, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.access._reach import Identity, counted, judged, listed, plural
from rules.access._sql import mariadb, pasted, revoke_role
from rules.access._sql_mariadb import account, revoke_option
from rules.access._sql_postgresql import quoted, relation, routine

_OPTION = "grant option"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity once."""
    for found in judged(evidence):
        if isinstance(found, Judgement):
            yield found
        elif found.speaks:
            yield _judgement(evidence, found)


def _judgement(evidence: Evidence, identity: Identity) -> Judgement:
    ways = list(evidence.ground.access.growths(identity.principal))
    unseen = (fact for fact in evidence.unseen.get(identity.source.id, ()) if fact.what == _OPTION)
    if not ways and (gap := next(unseen, None)) is not None:
        about, says = (
            identity.subject(),
            f"whether {identity.principal} may pass on what it holds is unseen: {gap.reason}",
        )
        return Judgement(identity.leaf, Verdict.UNVERIFIED, Level.CONFIGURED, about, says, settle=gap.settle)
    if not ways:
        return identity.held(f"nothing lets the rights of {identity.principal} grow by themselves")
    statements = list(dict.fromkeys(_statement(identity, way) for way in ways))
    return Judgement(
        identity.leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(),
        f"the rights of {identity.principal} grow by themselves: {listed(dict.fromkeys(map(_said, ways)), 4)}",
        counted(identity, len(ways), "ways"),
        path=ways[0].hops,
        fixes=(
            Fix(
                FixKind.SQL,
                f"stop {plural(len(ways), 'right')} of {identity.principal} from growing",
                pasted(statements),
                effort="minutes",
                owner=identity.source.owner,
            ),
        ),
        incidental=True,
    )


def _said(way: Growth) -> str:
    place = "every schema" if way.on is None or len(way.on.path) < 2 else way.on.short
    match way.how:
        case "future":
            return f"{way.right} on what {way.maker} makes in {place}"
        case "create":
            return f"it makes things in {place}"
        case "admin":
            return f"it gives {way.maker} to anybody"
        case "trigger":
            return f"what it makes runs as whoever writes {place}"
    if way.right == _OPTION:
        return f"it passes on what it holds on {way.on.short if way.on and way.on.path else 'everything'}"
    return f"it passes {way.right} on {place} on"


def _statement(identity: Identity, way: Growth) -> str:
    if way.roles and way.holder.name != PUBLIC:
        return revoke_role(identity, way.roles[0].name)
    if mariadb(identity):
        who = account(way.holder.name)
        if way.on is None:
            return f"REVOKE ADMIN OPTION FOR {quoted(str(way.maker))} FROM {who};"
        return "\n".join(revoke_option(holder, place) for holder, place in way.levels)
    return _postgresql(way, quoted(way.holder.name))


def _postgresql(way: Growth, who: str) -> str:
    match way.how:
        case "future":
            schema = f" IN SCHEMA {quoted(way.on.path[-1])}" if way.on is not None and len(way.on.path) > 1 else ""
            maker = quoted(str(way.maker))
            return f"ALTER DEFAULT PRIVILEGES FOR ROLE {maker}{schema} REVOKE {way.right.upper()} ON TABLES FROM {who};"
        case "create":
            return f"REVOKE CREATE ON SCHEMA {quoted(way.on.path[-1] if way.on else '')} FROM {who};"
        case "trigger":
            return f"REVOKE TRIGGER ON {relation(on)} FROM {who};" if (on := way.on) is not None else ""
        case "admin":
            return f"REVOKE ADMIN OPTION FOR {quoted(str(way.maker))} FROM {who};"
    return f"REVOKE GRANT OPTION FOR {_granted(way)} FROM {who};"


def _granted(way: Growth) -> str:
    on = way.on
    assert on is not None  # noqa: S101 - what may be passed on is something
    if way.right == "execute":
        return f"EXECUTE ON ROUTINE {routine(on)}"
    if len(on.path) == 1:
        return f"{way.right.upper()} ON DATABASE {quoted(on.path[0])}"
    if len(on.path) == 2:
        return f"{way.right.upper()} ON SCHEMA {quoted(on.path[-1])}"
    column = f" ({quoted(on.field[0])})" if on.field else ""
    return f"{way.right.upper()}{column} ON {relation(on)}"


RULE = Rule(id="access/self-growing-rights", severity=Severity.HIGH, check=check)
