"""Whom to give what the identity owns, or a view whose owner sees too much: roles that are there already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from lineage.model import PUBLIC, Name, Principal
from rules.access._reach import Identity

_BYPASSES = frozenset({"superuser", "bypass_row_security"})


def another_owner(identity: Identity) -> Principal | None:
    """Give who owns most of the system beside the identity, else a superuser; no workflow reads as either."""
    access, space = identity.ground.access, identity.principal.namespace
    read_as = _read_as(identity)
    owners = Counter(
        fact.owner
        for name, fact in identity.ground.catalog.datasets.items()
        if name.namespace == space and fact.owner is not None
    )
    candidates = [Principal(space, owner) for owner, _ in sorted(owners.items(), key=lambda one: (-one[1], one[0]))]
    candidates += [one for one in access.principals(identity.source.id) if "superuser" in access.attributes(one)]
    return next((one for one in candidates if one not in read_as and not _given(one)), None)


def another_reader(identity: Identity, tables: Iterable[Name]) -> Principal | None:
    """Give a role that reads all of some tables, is bound by row policies, and that no workflow reads as."""
    access, catalog, read_as = identity.ground.access, identity.ground.catalog, _read_as(identity)
    found: set[Principal] | None = None
    for table in tables:
        for field in catalog.fields.get(table, {}):
            readers = access.readers(table.at(*field)).items()
            able = {one for one, chains in readers if any(not chain.latent for chain in chains)}
            found = able if found is None else found & able
    bound = (one for one in sorted(found or ()) if not _BYPASSES & access.attributes(one))
    return next((one for one in bound if one not in read_as and not _given(one)), None)


def _given(role: Principal) -> bool:
    """Whether a role is the server's own, as `pg_read_all_data`: it owns nothing."""
    return role.name == PUBLIC or role.name.startswith("pg_")


def _read_as(identity: Identity) -> set[Principal]:
    return set(_with_roles(identity))


def _with_roles(identity: Identity) -> Iterator[Principal]:
    """Give every login that the plan reads as, and every role that one of them holds or may become."""
    access = identity.ground.access
    for source in identity.ground.plan.sources.values():
        login = access.principal(source.id, source.identity) if source.identity is not None else None
        if login is not None:
            yield from (login, *access.roles(login), *access.switchable(login))
