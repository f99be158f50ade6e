"""Fixes as SQL: what to revoke so that every chain is cut, and what to grant so that declared reads still work.

Identifiers are quoted; no value of a record is in them. They are to be read by the owner before they are run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from lineage.access.cut import smallest_cut
from lineage.access.model import Chain, Opening
from lineage.finding import Fix, FixKind
from lineage.model import Name
from rules.access import _sql_mariadb, _sql_postgresql
from rules.access._reach import Identity

_LONGEST = 40
"""Statements that a patch shows; a schema of a thousand tables is not pasted."""


_DEFINERS = frozenset({"MariaDB", "MySQL"})
_NO_SQL = frozenset({"Redis", "Valkey", "Amazon S3", "Amazon DynamoDB", "AWS Glue"})
"""Systems whose grants are no statements: what is to be done is told in words."""


def in_words(identity: Identity) -> bool:
    """Say whether the identity's system has no statements for grants."""
    system = identity.ground.catalog.system(identity.source.id)
    return system is not None and system.product in _NO_SQL


def mariadb(identity: Identity) -> bool:
    """Say whether the identity's system speaks MariaDB's SQL."""
    system = identity.ground.catalog.system(identity.source.id)
    return system is not None and system.product in _DEFINERS


def grant_select(identity: Identity, dataset: Name, fields: Iterable[tuple[str, ...]]) -> str:
    """Give the statement that lets an identity read fields of a dataset."""
    if in_words(identity):
        return f"allow {json.dumps(identity.principal.name)} to read {json.dumps(dataset.short)}"
    if mariadb(identity):
        return _sql_mariadb.grant_select(identity.principal.name, dataset, fields)
    return _sql_postgresql.grant_select(_reader(identity), dataset, fields)


def grant_usage(identity: Identity, dataset: Name) -> str:
    """Give the statement that lets an identity name anything in a dataset's schema; empty where none is needed."""
    return "" if mariadb(identity) or in_words(identity) else _sql_postgresql.grant_usage(_reader(identity), dataset)


def _reader(identity: Identity) -> str:
    """Give the role whose rights the identity's sessions have: what another one is granted does not reach them."""
    return identity.ground.access.begins(identity.principal).name


def grant_connect(identity: Identity, dataset: Name) -> str:
    """Give the statement that lets an identity connect to a dataset's database; empty where none is needed."""
    return (
        ""
        if mariadb(identity) or in_words(identity)
        else _sql_postgresql.grant_connect(identity.principal.name, dataset)
    )


def revoke_role(identity: Identity, role: str) -> str:
    """Give the statement that takes a role from an identity."""
    if mariadb(identity):
        return _sql_mariadb.revoke_role(identity.principal.name, role)
    return _sql_postgresql.revoke_role(identity.principal.name, role)


def closing(identity: Identity, chains: Iterable[Chain], text: str) -> Fix:
    """Give the fix that cuts chains and leaves what the plan declares readable."""
    chains = tuple(chains)
    openings = list(dict.fromkeys(chain.opening for chain in chains if chain.opening is not None))
    if in_words(identity):
        taken = [f"take {one.right} from {json.dumps(one.holder.name)} {_where(one)}" for one in openings]
        return Fix(FixKind.CONFIG, text, pasted(taken), effort="minutes", owner=identity.source.owner)
    if mariadb(identity):
        revoked = list(dict.fromkeys(text for opening in openings for text in _sql_mariadb.revoke(identity, opening)))
    else:
        revoked = _revoked(identity, chains, openings)
    wide = any(opening.on is None or opening.roles or _wider(opening) for opening in openings)
    touched = {opening.on.dataset for opening in openings if opening.on is not None and opening.right == "select"}
    kept = identity.granted_back
    if not wide:
        kept = tuple(name for name in kept if name in touched or identity.partitions.get(name) in touched)
    # Of many statements a few are shown: the others are counted, and never spelt out.
    shown = list(islice(_kept(identity, kept, wide=wide), _LONGEST + 1))
    every = len(kept) + (len({name.path[-2] for name in kept}) if wide and not mariadb(identity) else 0)
    statements = pasted([*revoked, *shown], every - len(shown))
    # Where nothing can be revoked, there is something to decide and nothing to paste.
    kind = FixKind.SQL if statements else FixKind.DECISION
    return Fix(kind, text, statements, effort="minutes", owner=identity.source.owner)


def _revoked(identity: Identity, chains: tuple[Chain, ...], openings: list[Opening]) -> list[str]:
    """Give what closes every chain in PostgreSQL: where roles lead to rights, the cheapest doors of them all."""
    if not any(opening.roles for opening in openings):
        return list(dict.fromkeys(text for one in openings for text in _sql_postgresql.revoke(identity, one)))
    cut = smallest_cut(identity.ground.access, identity.principal, chains, identity.declared, identity.needed_by_role)
    memberships = [_sql_postgresql.revoke_role(one.member.name, one.role.name) for one in cut.memberships]
    rights = [text for one in cut.openings for text in _sql_postgresql.revoke(identity, replace(one, roles=()))]
    return list(dict.fromkeys([*memberships, *rights]))


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
            if usage := grant_usage(identity, name):
                yield usage
        yield grant_select(identity, name, (field for field in identity.declared[name] if field in fields))


def granted_back(identity: Identity) -> list[str]:
    """Give what keeps the declared reads open once wider rights are gone."""
    return list(islice(_kept(identity, identity.granted_back, wide=True), _LONGEST))


def _where(opening: Opening) -> str:
    return "everywhere" if opening.on is None else f"on {json.dumps(opening.on.short)}"


def _wider(opening: Opening) -> bool:
    return any(len(place) < 2 for _, place in opening.levels)
