"""Fixes as SQL: what to revoke so that every chain is cut, and what to grant so that declared reads still work.

Identifiers are quoted; no value of a record is in them. They are to be read by the owner before they are run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from lineage.access.model import Chain, Opening
from lineage.finding import Fix, FixKind
from lineage.model import PUBLIC, DatasetKind, Name
from rules.access._reach import Identity

_KINDS = {
    DatasetKind.VIEW: "VIEW",
    DatasetKind.MATERIALIZED_VIEW: "MATERIALIZED VIEW",
    DatasetKind.FOREIGN: "FOREIGN TABLE",
}
_LONGEST = 40
"""Statements that a patch shows; a schema of a thousand tables is not pasted."""


def quoted(identifier: str) -> str:
    """Quote an identifier; PUBLIC is a word."""
    return PUBLIC if identifier == PUBLIC else '"' + identifier.replace('"', '""') + '"'


def relation(name: Name) -> str:
    """Give a dataset with its schema, quoted."""
    return ".".join(quoted(part) for part in name.path[-2:])


def grant_select(identity: Identity, dataset: Name, fields: Iterable[tuple[str, ...]]) -> str:
    """Give the statement that lets an identity read fields of a dataset."""
    listed = ", ".join(quoted(field[0]) for field in sorted(fields))
    return f"GRANT SELECT ({listed}) ON {relation(dataset)} TO {quoted(identity.principal.name)};"


def grant_usage(identity: Identity, dataset: Name) -> str:
    """Give the statement that lets an identity name anything in a dataset's schema."""
    return f"GRANT USAGE ON SCHEMA {quoted(dataset.path[-2])} TO {quoted(identity.principal.name)};"


def grant_connect(identity: Identity, dataset: Name) -> str:
    """Give the statement that lets an identity connect to a dataset's database."""
    return f"GRANT CONNECT ON DATABASE {quoted(dataset.path[0])} TO {quoted(identity.principal.name)};"


def closing(identity: Identity, chains: Iterable[Chain], text: str) -> Fix:
    """Give the fix that cuts chains and leaves what the plan declares readable."""
    openings = list(dict.fromkeys(chain.opening for chain in chains if chain.opening is not None))
    revoked = list(dict.fromkeys(_revoke(identity, opening) for opening in openings))
    wide = any(opening.on is None or opening.roles for opening in openings)
    touched = {opening.on.dataset for opening in openings if opening.on is not None and opening.right == "select"}
    kept = identity.granted_back
    if not wide:
        kept = tuple(name for name in kept if name in touched or identity.partitions.get(name) in touched)
    # Of many statements a few are shown: the others are counted, and never spelt out.
    shown = list(islice(_kept(identity, kept, wide=wide), _LONGEST + 1))
    every = len(kept) + (len({name.path[-2] for name in kept}) if wide else 0)
    statements = pasted([*revoked, *shown], every - len(shown))
    return Fix(FixKind.SQL, text, statements, effort="minutes", owner=identity.source.owner)


def pasted(statements: list[str], more: int = 0) -> str:
    """Give statements as one text, and how many more there are, `more` of which are not given."""
    if (left := len(statements) + more - _LONGEST) <= 0:
        return "\n".join(statements)
    return "\n".join([*statements[:_LONGEST], f"-- and {left:,} more statements like these"])


def _kept(identity: Identity, datasets: Iterable[Name], *, wide: bool) -> Iterator[str]:
    schemas: set[str] = set()
    for name in datasets:
        fields = identity.ground.catalog.fields.get(name, {})
        if wide and name.path[-2] not in schemas:
            schemas.add(name.path[-2])
            yield grant_usage(identity, name)
        yield grant_select(identity, name, (field for field in identity.declared[name] if field in fields))


def _revoke(identity: Identity, opening: Opening) -> str:
    who = quoted(identity.principal.name)
    if opening.roles:
        # The nearest membership: the role's other members keep what they have.
        return f"REVOKE {quoted(opening.roles[0].name)} FROM {who};"
    if opening.on is None:
        return f"ALTER ROLE {who} NOSUPERUSER;"
    if opening.right == "execute":
        schema, routine = opening.on.path[-2:]
        name, _, arguments = routine.partition("(")
        return (
            f"REVOKE EXECUTE ON ROUTINE {quoted(schema)}.{quoted(name)}({arguments} FROM {quoted(opening.holder.name)};"
        )
    fact = identity.ground.catalog.datasets.get(opening.on.dataset)
    if fact is not None and fact.owner == opening.holder.name:
        kind = _KINDS.get(fact.kind, "TABLE")
        return f"ALTER {kind} {relation(opening.on)} OWNER TO /* a role that no workflow reads as */;"
    column = f" ({quoted(opening.on.field[0])})" if opening.on.field else ""
    return f"REVOKE {opening.right.upper()}{column} ON {relation(opening.on)} FROM {quoted(opening.holder.name)};"
