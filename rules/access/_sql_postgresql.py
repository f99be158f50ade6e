"""Fixes of grants in PostgreSQL's SQL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.access.model import Opening
from lineage.model import PUBLIC, DatasetKind, Name
from rules.access._owners import another_owner
from rules.access._reach import Identity

_KINDS = {
    DatasetKind.VIEW: "VIEW",
    DatasetKind.MATERIALIZED_VIEW: "MATERIALIZED VIEW",
    DatasetKind.FOREIGN: "FOREIGN TABLE",
}


def quoted(identifier: str) -> str:
    """Quote an identifier; PUBLIC is a word."""
    return PUBLIC if identifier == PUBLIC else '"' + identifier.replace('"', '""') + '"'


def relation(name: Name) -> str:
    """Give a dataset with its schema, quoted."""
    return ".".join(quoted(part) for part in name.path[-2:])


def routine(name: Name) -> str:
    """Give a routine with its schema and the types of its arguments, its name quoted."""
    spelt = name.path[-1]
    # A name may hold anything, parentheses too; types hold them between quotes alone.
    place, inside = len(spelt) - 1, False
    while place > 0 and (inside or spelt[place] != "("):
        inside ^= spelt[place] == '"'
        place -= 1
    return f"{quoted(name.path[-2])}.{quoted(spelt[:place])}{spelt[place:]}"


def grant_select(who: str, dataset: Name, fields: Iterable[tuple[str, ...]]) -> str:
    """Give the statement that lets an identity read fields of a dataset."""
    listed = ", ".join(quoted(field[0]) for field in sorted(fields))
    return f"GRANT SELECT ({listed}) ON {relation(dataset)} TO {quoted(who)};"


def grant_usage(who: str, dataset: Name) -> str:
    """Give the statement that lets an identity name anything in a dataset's schema."""
    return f"GRANT USAGE ON SCHEMA {quoted(dataset.path[-2])} TO {quoted(who)};"


def grant_connect(who: str, dataset: Name) -> str:
    """Give the statement that lets an identity connect to a dataset's database."""
    return f"GRANT CONNECT ON DATABASE {quoted(dataset.path[0])} TO {quoted(who)};"


def revoke(identity: Identity, opening: Opening) -> Iterator[str]:
    """Give the statements that take a right away."""
    who, holder = quoted(identity.principal.name), quoted(opening.holder.name)
    if opening.roles:
        # The nearest membership: the role's other members keep what they have.
        yield revoke_role(identity.principal.name, opening.roles[0].name)
        return
    if opening.on is None:
        yield f"ALTER ROLE {who} NOSUPERUSER;"
        return
    if opening.right == "execute":
        yield f"REVOKE EXECUTE ON ROUTINE {routine(opening.on)} FROM {holder};"
        return
    fact = identity.ground.catalog.datasets.get(opening.on.dataset)
    if fact is not None and fact.owner == opening.holder.name:
        kind = _KINDS.get(fact.kind, "TABLE")
        if (owner := another_owner(identity)) is not None:
            yield f"ALTER {kind} {relation(opening.on)} OWNER TO {quoted(owner.name)};"
        return
    column = f" ({quoted(opening.on.field[0])})" if opening.on.field else ""
    yield f"REVOKE {opening.right.upper()}{column} ON {relation(opening.on)} FROM {holder};"


def revoke_role(who: str, role: str) -> str:
    """Give the statement that takes a role away."""
    return f"REVOKE {quoted(role)} FROM {quoted(who)};"
