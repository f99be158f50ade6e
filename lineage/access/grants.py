"""The grants of one system, indexed by number: who is a member of whom, who holds what on what.

Pure lookups; what they add up to is `lineage.access.reach`. The semantics are PostgreSQL's: rights are the union of
what the roles hold whose membership inherits, PUBLIC's included; a view is read with its owner's rights.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lineage.facts import (
    CallFact,
    DatasetFact,
    EdgeFact,
    FieldFact,
    FutureGrantFact,
    GrantFact,
    MemberFact,
    OpaqueFact,
    PrincipalFact,
    RoutineFact,
)
from lineage.model import PUBLIC, Confidence, DatasetKind, EdgeEvidence, Exposure, Name, Principal

Paths = Mapping[int, tuple[int, ...]]
"""Principal -> the memberships that lead to it, nearest first, itself last; empty for the start."""

AccessFact = (
    PrincipalFact
    | MemberFact
    | GrantFact
    | DatasetFact
    | FieldFact
    | EdgeFact
    | OpaqueFact
    | RoutineFact
    | CallFact
    | FutureGrantFact
)
"""What the reach of an identity follows from."""
READS_ALL: Final = "pg_read_all_data"
"""Members read every dataset and use every schema."""
WRITES_ALL: Final = "pg_write_all_data"
"""Members insert, update and delete everywhere, and use every schema."""
WRITE_RIGHTS: Final = frozenset({"insert", "update", "delete", "truncate"})
MAPPED: Final = "user mapping"
"""On a table that is read on another server: there is a login for the holder there."""
_LOCAL: Final = frozenset({"", "file_fdw"})
"""What is read with no login elsewhere."""
_OWNERS_RIGHTS: Final = WRITE_RIGHTS | {"select"}


Starter = tuple[Name, RoutineFact | None, Name, str, int]
"""A routine or rule, what it does, and the right that starts it: on what, which, held by whom."""


@dataclass(slots=True)
class Need:
    """The columns of a base that a view reads: its reader or owner needs the right on all of them."""

    exact: set[tuple[str, ...]] = field(default_factory=set)
    uncertain: set[tuple[str, ...]] = field(default_factory=set)
    """Columns that the view may read: several tables could have been meant."""


@dataclass(slots=True)
class Grants:
    """What one system says about its principals, their grants, and the datasets these open."""

    namespace: str
    definers: bool = False
    """Views have definers, not owners (MariaDB): being one gives no right, and what nests beneath is read as it."""
    levels: dict[tuple[int, Name, str], tuple[tuple[str, tuple[str, ...]], ...]] = field(default_factory=dict)
    """(holder, on what, right) -> where it was granted, if wider than that."""
    principals: list[Principal] = field(default_factory=list)
    numbers: dict[Principal, int] = field(default_factory=dict)
    exists: set[int] = field(default_factory=set)
    """Principals that the catalogue lists, not only names as a holder."""
    attributes: dict[int, frozenset[str]] = field(default_factory=dict)
    inherited: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    switches: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    begins: dict[int, int] = field(default_factory=dict)
    """Principal -> the role that its sessions begin as, instead of itself."""
    holders: defaultdict[tuple[tuple[str, ...], str], dict[int, None]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """(path of a dataset, schema or database; right) -> who holds it."""
    granted: set[tuple[str, ...]] = field(default_factory=set)
    """Paths that some grant names, whatever the right."""
    columns: defaultdict[tuple[str, ...], dict[tuple[tuple[str, ...], str], dict[int, None]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """Path of a dataset -> (column, right) -> who holds it."""
    routines: defaultdict[tuple[str, ...], dict[int, None]] = field(default_factory=lambda: defaultdict(dict))
    """Routine -> who may execute it."""
    bodies: dict[Name, RoutineFact] = field(default_factory=dict)
    """Routine or rule -> what it does; one without is taken to run with its owner's rights and to do anything."""
    calls: defaultdict[Name, dict[Name, None]] = field(default_factory=lambda: defaultdict(dict))
    """View -> the routines that it calls."""
    future: dict[FutureGrantFact, None] = field(default_factory=dict)
    """Rights on what does not exist yet."""
    admins: defaultdict[int, dict[int, None]] = field(default_factory=lambda: defaultdict(dict))
    """Principal -> the roles that it may give to anybody, itself too."""
    grantable: defaultdict[int, dict[tuple[Name, str], None]] = field(default_factory=lambda: defaultdict(dict))
    """Principal -> the rights that it may pass on."""
    datasets: dict[Name, DatasetFact] = field(default_factory=dict)
    fields: defaultdict[Name, dict[Name, None]] = field(default_factory=lambda: defaultdict(dict))
    needs: defaultdict[Name, defaultdict[Name, Need]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Need))
    )
    """View -> base -> what it reads of it."""
    sources: defaultdict[Name, dict[Name, Exposure]] = field(default_factory=lambda: defaultdict(dict))
    """Field -> the fields that flow into it, and what survives of each on the most exposed way."""
    views_unseen: str = ""
    """Why no definition of a view could be read."""
    opaque: dict[Name, str] = field(default_factory=dict)
    partitions: defaultdict[Name, list[Name]] = field(default_factory=lambda: defaultdict(list))
    _active: dict[int, Paths] = field(default_factory=dict)
    _held: Mapping[int, Mapping[Name, None]] | None = None
    _switched: dict[int, Paths] = field(default_factory=dict)

    def add(self, fact: AccessFact) -> None:
        """Take up a fact of this system; the same fact from two sources of the plan counts once."""
        match fact:
            case PrincipalFact(same_as=Principal() as real):
                self.numbers[fact.principal] = self.number(real)
            case PrincipalFact():
                number = self.number(fact.principal)
                self.exists.add(number)
                self.attributes[number] = self.attributes.get(number, frozenset()) | fact.attributes
            case MemberFact():
                self._add_membership(fact)
            case GrantFact():
                self._add_grant(fact)
            case DatasetFact():
                self.datasets[fact.name] = fact
                if fact.parent is not None and fact.name not in self.partitions[fact.parent]:
                    self.partitions[fact.parent].append(fact.name)
            case FieldFact():
                self.fields[fact.name.dataset][fact.name] = None
            case EdgeFact():
                self._add_edge(fact)
            case OpaqueFact():
                self.opaque[fact.name] = fact.reason
            case RoutineFact():
                self.bodies[fact.name] = fact
            case CallFact():
                self.calls[fact.view][fact.routine] = None
            case FutureGrantFact():
                self.future[fact] = None

    def number(self, principal: Principal) -> int:
        """Give the number of a principal, a new one where it has none."""
        number = self.numbers.get(principal)
        if number is None:
            number = self.numbers[principal] = len(self.principals)
            self.principals.append(principal)
        return number

    def active(self, role: int) -> Paths:
        """Give whose rights are active for a role: itself, what it inherits, PUBLIC; each by a shortest path."""
        if role not in self._active:
            paths = dict(_closure(role, self.inherited))
            public = self.number(Principal(self.namespace, PUBLIC))
            self._active[role] = paths | ({} if public in paths else {public: (public,)})
        return self._active[role]

    def switched(self, role: int) -> Paths:
        """Give the roles that a session of `role` may become, each by a shortest path; not the role itself."""
        if role not in self._switched:
            self._switched[role] = {end: path for end, path in _closure(role, self.switches) if path}
        return self._switched[role]

    def superuser(self, role: int) -> bool:
        """Say whether a role itself is one: the attribute is never inherited."""
        return "superuser" in self.attributes.get(role, ())

    def everywhere(self, role: int, right: str) -> int | None:
        """Give the number of the predefined role by which a role holds a right everywhere; None where it does not."""
        name = READS_ALL if right == "select" else WRITES_ALL if right in ("insert", "update", "delete") else ""
        number = self.numbers.get(Principal(self.namespace, name))
        return number if number is not None and number in self.active(role) else None

    def owned(self, dataset: Name, role: int) -> bool:
        """Say whether a role owns a dataset, by itself or by a membership that inherits."""
        owner = None if self.definers else self.owner(dataset)
        return owner is not None and owner in self.active(role)

    def owner(self, dataset: Name) -> int | None:
        """Give the number of a dataset's owner; None where it was not seen."""
        fact = self.datasets.get(dataset)
        return None if fact is None or fact.owner is None else self.number(Principal(self.namespace, fact.owner))

    def holding(self, role: int, path: tuple[str, ...], right: str) -> Iterator[int]:
        """Give the principals that hold a right on a dataset, schema or database and are active for a role."""
        holders, active = self._holders(path, right), self.active(role)
        few, many = (holders, active) if len(holders) < len(active) else (active, holders)
        yield from (number for number in few if number in many)

    def starters(self, role: int) -> Iterator[Starter]:
        """Give (routine or rule, what it does, right that starts it, holder) for all that lends a role rights."""
        for path, holders in self.routines.items():
            name = Name(self.namespace, path)
            body = self.bodies.get(name)
            if body is None or (body.runs_as_owner and body.opened_by):
                yield from ((name, body, name, "execute", number) for number in holders if number in self.active(role))
        for name, body in self.bodies.items():
            for on, right in body.opened_by:
                if right != "execute":
                    columns = (number for _, number in self.holding_columns(role, on, right))
                    wide = self.everywhere(role, right)
                    several = (*self.holding(role, on.path, right), *columns, *(() if wide is None else (wide,)))
                    for number in dict.fromkeys(several):
                        yield name, body, on, right, number

    def may_execute(self, role: int, routine: Name) -> bool:
        """Say whether a role may execute a routine."""
        return self.superuser(role) or any(
            number in self.active(role) for number in self.routines.get(routine.path, ())
        )

    def held(self, role: int) -> Iterable[Name]:
        """Give the datasets on which a role may hold some right, so that the others need not be looked at."""
        if self.superuser(role) or any(self.everywhere(role, right) is not None for right in ("select", "insert")):
            return self.datasets
        if self._held is None:
            self._held = self._index()
        return dict.fromkeys(name for number in self.active(role) for name in self._held.get(number, ()))

    def _index(self) -> Mapping[int, Mapping[Name, None]]:
        index: defaultdict[int, dict[Name, None]] = defaultdict(dict)
        for name in self.datasets:
            owner = self.owner(name)
            if owner is not None:
                index[owner][name] = None
        for path, holders in (
            *((path, holders) for (path, _), holders in self.holders.items()),
            *((path, holders) for path, columns in self.columns.items() for holders in columns.values()),
        ):
            name = Name(self.namespace, path)
            if name in self.datasets:
                for holder in holders:
                    index[holder][name] = None
        return index

    def _holders(self, path: tuple[str, ...], right: str) -> Mapping[int, None]:
        found = self.holders.get((path, right), {})
        if right not in _OWNERS_RIGHTS or (fact := self.datasets.get(Name(self.namespace, path))) is None:
            return found
        by_default = path not in self.granted if fact.default_rights is None else fact.default_rights
        owner = self.owner(fact.name)
        return found if owner is None or not by_default else {**found, owner: None}

    def holding_columns(self, role: int, dataset: Name, right: str) -> Iterator[tuple[tuple[str, ...], int]]:
        """Give (column, holder) for the column grants on a dataset that are active for a role."""
        active = self.active(role)
        for (column, granted), holders in self.columns.get(dataset.path, {}).items():
            if granted == right:
                yield from ((column, number) for number in holders if number in active)

    def may_select(self, role: int, dataset: Name, column: tuple[str, ...]) -> bool:
        """Say whether a role holds the right on a column (an empty one: on any column); nothing else is asked for."""
        if self.superuser(role) or self.everywhere(role, "select") is not None:
            return True
        if any(True for _ in self.holding(role, dataset.path, "select")):
            return True
        return any(not column or found == column for found, _ in self.holding_columns(role, dataset, "select"))

    def missing(self, role: int, schema: tuple[str, ...]) -> str:
        """Say what a role lacks to name anything in a schema; empty where nothing, and where there are no schemas."""
        if not schema:
            return ""
        if self.superuser(role) or any(self.everywhere(role, right) is not None for right in ("select", "insert")):
            return ""
        return "" if any(True for _ in self.holding(role, schema, "usage")) else f"usage on schema {schema[-1]}"

    def cannot_connect(self, role: int, database: tuple[str, ...]) -> str:
        """Say what a login lacks to connect to a database; empty where nothing."""
        if self.superuser(role) or any(True for _ in self.holding(role, database, "connect")):
            return ""
        return f"connect on database {database[-1]}"

    def _add_membership(self, fact: MemberFact) -> None:
        member, of = self.number(fact.member), self.number(fact.of)
        for wanted, edges in ((fact.inherits, self.inherited), (fact.switchable, self.switches)):
            if wanted and of not in edges[member]:
                edges[member].append(of)
        if fact.admin:
            self.admins[member][of] = None
        if fact.begins:
            self.begins[member] = of

    def _add_grant(self, fact: GrantFact) -> None:
        holder = self.number(fact.holder)
        if fact.levels:
            self.levels[holder, fact.on, fact.right] = fact.levels
        if fact.grantable:
            self.grantable[holder][fact.on, fact.right] = None
        if fact.right == "grant option":
            return  # what may be passed on is what is held besides
        if fact.on.field:
            self.columns[fact.on.path].setdefault((fact.on.field, fact.right), {})[holder] = None
        elif fact.right == "execute":
            self.routines[fact.on.path][holder] = None
        else:
            self.holders[fact.on.path, fact.right][holder] = None
            if fact.right != MAPPED:
                self.granted.add(fact.on.path)

    def _add_edge(self, fact: EdgeFact) -> None:
        if fact.source.field and fact.target.field and fact.transformation.type == "DIRECT":
            found = self.sources[fact.target]
            found[fact.source] = min(found.get(fact.source, fact.exposure), fact.exposure, key=lambda item: item.rank)
        if fact.evidence is EdgeEvidence.VIEW:
            need = self.needs[fact.target.dataset][fact.source.dataset]
            certain = fact.confidence in (Confidence.EXACT, Confidence.INFERRED)
            (need.exact if certain else need.uncertain).add(fact.source.field)

    def elsewhere(self, dataset: Name) -> bool:
        """Say whether a dataset is read on another server, with a login of that one."""
        fact = self.datasets.get(dataset)
        return fact is not None and fact.wrapper not in _LOCAL

    def mapped(self, dataset: Name, role: int) -> bool:
        """Say whether a role has a login on the server where a dataset is: its own or PUBLIC's, never a role's."""
        public = self.number(Principal(self.namespace, PUBLIC))
        return not {role, public}.isdisjoint(self.holders.get((dataset.path, MAPPED), {}))

    def is_view(self, dataset: Name) -> bool:
        """Say whether reading a dataset means reading others; a materialised view holds rows of its own."""
        fact = self.datasets.get(dataset)
        return fact is not None and fact.kind is DatasetKind.VIEW


def _closure(start: int, edges: Mapping[int, Iterable[int]]) -> Iterator[tuple[int, tuple[int, ...]]]:
    paths: dict[int, tuple[int, ...]] = {start: ()}
    queue = deque([start])
    while queue:
        here = queue.popleft()
        yield here, paths[here]
        for there in edges.get(here, ()):
            if there not in paths:
                paths[there] = (*paths[here], there)
                queue.append(there)
