"""Who may do what: principals, memberships, grants, routines that lend rights, probes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lineage.facts.seen import Seen
from lineage.model import (
    DatasetId,
    Exposure,
    Name,
    Principal,
)


@dataclass(frozen=True, slots=True)
class PrincipalFact:
    """A principal exists. Never a password or its hash."""

    seen: Seen
    principal: Principal
    attributes: frozenset[str] = frozenset()
    """Of `login`, `superuser`, `bypass_row_security`, `replication`, `create_role`, `create_database`,
    `server_files` (MariaDB's FILE); and each right on what the server keeps for itself, as it would be revoked:
    `select on pg_authid`, `select (stavalues1) on pg_statistic`, `execute on pg_read_file(text)`."""
    same_as: Principal | None = None
    """It is what the plan calls this principal: `ai` for `ai@%`."""


@dataclass(frozen=True, slots=True)
class MemberFact:
    """A principal is a member of another."""

    seen: Seen
    member: Principal
    of: Principal
    inherits: bool
    """The rights of `of` are active at once."""
    switchable: bool
    """The member may become `of` (SET ROLE): latent reach."""
    admin: bool = False
    begins: bool = False
    """Sessions of the member begin as `of` (PostgreSQL's `ALTER ROLE a SET role = b`), with its rights alone."""


@dataclass(frozen=True, slots=True)
class GrantFact:
    """A right was granted; `on` is a database (path of 1), schema (2), dataset (3) or field, as the system nests.

    Rights that a system gives by default are spelt out as grants too (PUBLIC's `connect`), but for those that an owner
    holds on a dataset: `DatasetFact.default_rights`.
    """

    seen: Seen
    holder: Principal
    on: Name
    right: str
    """`select`, `insert`, `update`, `delete`, `truncate`, `references`, `trigger`, `usage`, `connect`, `create`,
    `execute`.

    `user mapping` on a foreign table: there is a login for the holder on the server where the table really is.
    `grant option` where a system lets all that is held on something be passed on, and not one right of it.
    """
    grantable: bool = False
    levels: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Where it was granted, if wider than `on`: (to whom, on what), () for everything, (pattern of schemas,) ..."""


@dataclass(frozen=True, slots=True)
class RoutineFact:
    """What runs when a right is used: a routine that is executed, or a rule of a table that is written to.

    No text of it is kept: only which fields it reads and gives back, and what it may do.
    """

    seen: Seen
    name: Name
    """`(database, schema, "send(integer)")`."""
    owner: str | None
    runs_as_owner: bool
    """It reads with its owner's rights (False: with its caller's)."""
    opened_by: tuple[tuple[Name, str], ...]
    """The rights that start it, any of them: (the routine, `execute`); (a table, `insert`) for a rule."""
    needs: tuple[tuple[Name, str], ...] = ()
    """(dataset or field, right) that who runs it must hold; a dataset with `select` means any column of it."""
    gives: tuple[tuple[Name, Exposure], ...] = ()
    """Fields whose values come back to the caller, and what survives of them."""
    calls: tuple[Name, ...] = ()
    branches: bool = False
    """Not all of it runs each time: what it may do is not all that it needs."""
    always: tuple[tuple[Name, str], ...] = ()
    """Of `needs`, where it branches, those of what runs each time."""
    opaque: str = ""
    """Why what it does is not known, or not all of it: a class of reason, no text."""


@dataclass(frozen=True, slots=True)
class CallFact:
    """A view calls a routine: its reader must be allowed to, and what the routine gives is in the view."""

    seen: Seen
    view: Name
    routine: Name


@dataclass(frozen=True, slots=True)
class FutureGrantFact:
    """A right that what `maker` makes from now on will be granted by itself (default privileges)."""

    seen: Seen
    maker: Principal
    holder: Principal
    right: str
    on: Name
    """The schema, or the database where it holds in every schema."""
    kind: str
    """`table`, `sequence`, `routine`, `type`, `schema`."""


@dataclass(frozen=True, slots=True)
class ProbeFact:
    """A read was tried as the identity, planned and never run: no row was read."""

    seen: Seen
    identity: Principal
    on: Name
    readable: bool
    code: str = ""
    """SQLSTATE of the refusal."""


@dataclass(frozen=True, slots=True)
class ConfinedFact:
    """Whether each row that the identity can read of a dataset lies in a cell: by policies and views, no row read.

    The conditions themselves are not kept, since their literals can be personal.
    """

    seen: Seen
    dataset: DatasetId
    cells: tuple[str, ...]
    """Keys of the cells, any of which may hold."""
    inside: bool | None
    """True: proved; False: rows outside of them can be read, if there are any; None: not decided."""
    by: tuple[str, ...] = ()
    """What limits the rows; empty where nothing does."""
    because: str = ""
    """Why it was not decided."""


@dataclass(frozen=True, slots=True)
class CredentialFact:
    """Whether what a login proves itself by ends some day. Never a secret or its hash."""

    seen: Seen
    principal: Principal
    ends: bool | None
    """None: it could not be looked at, `because` says why."""
    until: datetime | None = None
    """The day, where the system keeps one."""
    because: str = ""
    settle: str = ""


@dataclass(frozen=True, slots=True)
class SessionFact:
    """Sessions of a login that were open while the catalogue was read, our own left out; no text of them is kept."""

    seen: Seen
    principal: Principal
    sessions: int
    applications: int
    """Different names under which they connected; a number in a name tells none apart."""
    unnamed: int = 0
    """Sessions without such a name."""
    declared: int = 0
    """Sessions under the name that the plan gives for the workflow."""


@dataclass(frozen=True, slots=True)
class IdleFact:
    """Nobody has read a row of a table since a moment, by the system's own counters: of no login, and of no field."""

    seen: Seen
    name: Name
    since: datetime


@dataclass(frozen=True, slots=True)
class TrailFact:
    """What records the reads of a login, as the system is set."""

    seen: Seen
    principal: Principal
    by: tuple[str, ...] = ()
    """`log_statement`, `pgaudit`, `general log` ...: each records every read."""
    of: Principal | None = None
    """Reads of what this principal may read are recorded, where not all are (pgaudit's role)."""
    because: str = ""
    """Why it could not be looked at; then what is said is not all."""
    settle: str = ""
