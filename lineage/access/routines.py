"""What a routine or rule gives to who starts it, and whether it works with the rights that it runs with.

A routine of its owner's rights checks everything in it against its owner, one of its caller's rights against whoever
calls it: the owner of the routine above it, or the session's current role. A rule becomes nobody: what it names is
checked against its table's owner, and what lies beneath as if the session's current role had named it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lineage.access.grants import Grants
from lineage.access.works import UNDECIDED_DEPTH, YES, Readable, Standing, Works
from lineage.facts import RoutineFact
from lineage.model import PUBLIC, Exposure, Name, Principal


@dataclass(slots=True)
class Routines:
    """The routines and rules of one system."""

    grants: Grants
    readable: Readable
    """What says so of the datasets that routines read; views are among them, and may call routines in turn."""

    def works(self, body: RoutineFact, caller: int, depth: int = 0, standing: Standing | None = None) -> Works:
        """Say whether all that a routine needs is there when `caller` starts it."""
        standing = standing or Standing(caller)
        role = self._role(body, caller)
        if body.opaque:
            return Works(None, body.opaque)
        if role is None:
            return Works(None, f"the owner of {body.name.short} was not seen")
        if depth > UNDECIDED_DEPTH:
            return Works(None, "its routines nest too deep")
        if self.grants.definers and not self._enters(body.name, role, standing):
            return Works(answer=False, because=f"a right by which {body.name.short} can enter its schema")
        inside = Standing(standing.session, body.name.path[:-1])
        if body.branches:
            found = (self._needed(*need, role, role, depth, inside) for need in body.always)
            return next((one for one in found if one.answer is False), YES)
        return self._all(body, role, caller if _is_rule(body) else role, depth, inside)

    def _enters(self, routine: Name, role: int, standing: Standing) -> bool:
        """Whether a routine's schema is entered: who runs it may, or the session is there already."""
        if standing.schema is None:
            return not (self._strange_there(routine, role) and self._strange_there(routine, standing.session))
        return standing.schema == routine.path[:-1] or not self._strange_there(routine, role)

    def _all(self, body: RoutineFact, role: int, current: int, depth: int, standing: Standing) -> Works:
        unsure = ""
        for name, right in body.needs:
            found = self._needed(name, right, role, current, depth, standing)
            if found.answer is False:
                return found
            unsure = unsure or (found.because if found.answer is None else "")
        for name in body.calls:
            found = self.called(name, current, depth + 1, standing)
            if found.answer is False:
                return found
            unsure = unsure or (found.because if found.answer is None else "")
        return Works(None, unsure) if unsure else YES

    def called(self, name: Name, caller: int, depth: int = 0, standing: Standing | None = None) -> Works:
        """Say whether `caller` may execute a routine, and it works then."""
        body = self.grants.bodies.get(name)
        if body is None:
            return Works(None, f"what {name.short} does was not seen")
        if not self.grants.may_execute(caller, name):
            return Works(answer=False, because=f"execute on {name.short} for {self.grants.principals[caller]}")
        return self.works(body, caller, depth, standing)

    def may_fail(self, name: Name, caller: int, depth: int = 0) -> str:
        """Say what a routine lacks in a branch that may or may not run; empty where it lacks nothing."""
        body = self.grants.bodies.get(name)
        role = self._role(body, caller) if body is not None and body.branches else None
        if body is None or role is None:
            return ""
        return self._all(body, role, role, depth, Standing(role, name.path[:-1])).because

    def gives(self, body: RoutineFact, caller: int) -> Mapping[Name, Exposure]:
        """Give the fields whose values come back to who starts a routine, by what it calls too."""
        found: dict[Name, Exposure] = {}
        for name, exposure in self._given(body, caller, set()):
            found[name] = min(found.get(name, exposure), exposure, key=lambda item: item.rank)
        return found

    def _given(self, body: RoutineFact, caller: int, seen: set[tuple[Name, int]]) -> Iterator[tuple[Name, Exposure]]:
        role = self._role(body, caller)
        if role is None or (body.name, role) in seen:
            return
        seen.add((body.name, role))
        for name, exposure in body.gives:
            # Where not all of it runs each time, what may not be read ends that way through it alone.
            if not body.branches or self._may_give(body, name, role):
                yield name, exposure
        for name in body.calls:
            inner = self.grants.bodies.get(name)
            current = caller if _is_rule(body) else role
            if inner is not None and self.grants.may_execute(current, name):
                yield from self._given(inner, current, seen)

    def _may_give(self, body: RoutineFact, name: Name, role: int) -> bool:
        schema = Name(name.namespace, name.path[:-1])
        standing = Standing(role, body.name.path[:-1])
        if (schema, "usage") in body.needs and self._needed(schema, "usage", role, role, 0, standing).answer is False:
            return False
        return self._needed(name, "select", role, role, 0, standing).answer is not False

    def _needed(self, name: Name, right: str, role: int, current: int, depth: int, standing: Standing) -> Works:
        grants = self.grants
        if right == "usage":
            missing = grants.missing(role, name.path)
            return Works(answer=False, because=missing) if missing else YES
        if right == "execute":
            held = grants.may_execute(role, name)
            return (
                YES if held else Works(answer=False, because=f"execute on {name.short} for {grants.principals[role]}")
            )
        if right != "select":
            held = grants.superuser(role) or grants.everywhere(role, right) is not None
            held = held or any(True for _ in grants.holding(role, name.dataset.path, right))
            held = held or any(
                not (grants.definers and name.field) or found == name.field
                for found, _ in grants.holding_columns(role, name.dataset, right)
            )
            return (
                YES if held else Works(answer=False, because=f"{right} on {name.short} for {grants.principals[role]}")
            )
        if name.dataset not in grants.datasets:
            return Works(None, f"it reads {name.short}, whose grants were not seen")
        if not grants.may_select(role, name.dataset, name.field):
            return Works(answer=False, because=f"select on {name.short} for {grants.principals[role]}")
        return self.readable(name.dataset, current, depth + 1, standing)

    def _role(self, body: RoutineFact, caller: int) -> int | None:
        if not body.runs_as_owner:
            return caller
        if body.owner is not None and self.grants.definers and self._is_definer(body.owner, caller):
            # MariaDB changes nobody into itself: a definer who calls its own routine keeps the role that it has.
            return caller
        return None if body.owner is None else self.grants.number(Principal(self.grants.namespace, body.owner))

    def _strange_there(self, routine: Name, role: int) -> bool:
        """Whether a role holds nothing in a routine's schema but what PUBLIC has on single things in it.

        MariaDB runs a routine in its schema, which its definer must be able to enter unless the session is there.
        """
        grants, schema = self.grants, routine.path[:-1]
        if grants.superuser(role):
            return False
        public, active = grants.number(Principal(grants.namespace, PUBLIC)), grants.active(role)
        held = (
            (number, Name(grants.namespace, path), right)
            for places in (
                ((path, right, holders) for (path, right), holders in grants.holders.items()),
                ((path, right, on) for path, all_of in grants.columns.items() for (_, right), on in all_of.items()),
                ((path, "execute", holders) for path, holders in grants.routines.items()),
            )
            for path, right, holders in places
            if path[:-1] == schema
            for number in holders
            if number in active
        )
        return not any(
            number != public or any(len(place) < 2 for _, place in grants.levels.get((public, name, right), ()))
            for number, name, right in held
        )

    def _is_definer(self, owner: str, caller: int) -> bool:
        account, name = owner.removesuffix(" without roles"), self.grants.principals[caller].name
        return name == account or name.startswith(f"{account} with ")


def _is_rule(body: RoutineFact) -> bool:
    return any(right != "execute" for _, right in body.opened_by)
