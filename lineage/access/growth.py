"""Rights that grow by themselves: what an identity will hold on things to come, and what it can pass on or make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lineage.access.grants import Grants
from lineage.finding import Hop
from lineage.model import Name, Principal


@dataclass(frozen=True, slots=True)
class Growth:
    """One way in which the rights of an identity grow without anybody granting it anything again."""

    how: str
    """`future`: default privileges; `create`: it makes things of its own; `grantable`, `admin`: it passes them on;
    `trigger`: what it makes runs as whoever writes."""
    hops: tuple[Hop, ...]
    holder: Principal
    """Who holds it: the identity, a role whose rights it has, PUBLIC."""
    right: str
    on: Name | None = None
    """The schema or database, or what may be passed on."""
    maker: Principal | None = None
    """For `future`: whose new things are opened; for `admin`: the role that may be given away."""
    kind: str = ""
    roles: tuple[Principal, ...] = ()
    """The memberships that lead to the holder."""
    levels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """For `grantable`: where it was granted, if the system tells it so: (to whom, on what)."""


def growths(grants: Grants, identity: int) -> Iterator[Growth]:
    """Give every way in which the rights of an identity grow; a superuser's have nowhere to grow."""
    if grants.superuser(identity):
        return
    for number, path in grants.active(identity).items():
        holder = grants.principals[number]
        here, hops = str(grants.principals[identity]), list[Hop]()
        for step in path:
            hops.append(Hop(here, str(grants.principals[step]), "member of"))
            here = str(grants.principals[step])
        roles = tuple(grants.principals[step] for step in path)
        for how, right, on, maker, kind in _held(grants, number):
            target = (on.short or "everything") if on is not None else str(maker)
            by = {"future": f"default privileges of {maker}", "grantable": "with grant option", "admin": "admin of"}
            last = Hop(here, target, by.get(how, f"grant {right}"))
            levels = grants.levels.get((number, on, right), ()) if on is not None else ()
            yield Growth(how, (*hops, last), holder, right, on, maker, kind, roles, levels)


def _held(grants: Grants, number: int) -> Iterator[tuple[str, str, Name | None, Principal | None, str]]:
    for fact in grants.future:
        if grants.numbers.get(fact.holder) == number and fact.kind == "table" and fact.maker != fact.holder:
            yield "future", fact.right, fact.on, fact.maker, fact.kind
    for (path, right), holders in grants.holders.items():
        if right == "create" and len(path) > 1 and number in holders:
            yield "create", right, Name(grants.namespace, path), None, "schema"
        name = Name(grants.namespace, path)
        if right == "trigger" and number in holders and number != grants.owner(name):
            yield "trigger", right, name, None, "table"
    for on, right in grants.grantable.get(number, ()):
        yield "grantable", right, on, None, ""
    for role in grants.admins.get(number, ()):
        yield "admin", "admin", None, grants.principals[role], ""
