"""What a PostgreSQL catalogue says of relations and columns: one statement a kind of thing for the whole database.

All of it is readable with CONNECT alone. Nothing here waits for a lock on a relation: sizes come from `relpages`,
defaults are classed by the server from their parse tree, so that neither a text nor a literal of them leaves it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from connectors._pg.session import Database
from lineage.facts import DatasetFact, FieldFact, SystemFact
from lineage.model import DatasetKind, Name

OURS: Final = r"n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
"""The schemas that are looked at: a condition on `pg_namespace n`."""
_KINDS: Final = {
    "r": DatasetKind.TABLE,
    "v": DatasetKind.VIEW,
    "m": DatasetKind.MATERIALIZED_VIEW,
    "p": DatasetKind.PARTITIONED,
    "f": DatasetKind.FOREIGN,
}
_SYSTEM: Final = "SELECT rolname FROM pg_roles WHERE pg_has_role(session_user, oid, '{right}') ORDER BY 1"
_RELATIONS: Final = f"""
SELECT c.oid, n.nspname, c.relname, c.relkind::text, c.relispartition, c.reltuples, c.relpages,
       pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity,
       coalesce((SELECT o.option_value::boolean FROM pg_options_to_table(c.reloptions) o
                 WHERE o.option_name = 'security_invoker'), false),
       (SELECT i.inhparent FROM pg_inherits i WHERE i.inhrelid = c.oid ORDER BY i.inhseqno LIMIT 1),
       EXISTS (SELECT FROM pg_description d
               WHERE d.objoid = c.oid AND d.classoid = 'pg_class'::regclass AND d.objsubid = 0),
       current_setting('block_size')::int, c.relacl IS NULL, pg_stat_get_tuples_deleted(c.oid),
       pg_stat_get_db_stat_reset_time((SELECT d.oid FROM pg_database d WHERE d.datname = current_database())),
       (SELECT coalesce(max(x.extname), 'other') FROM pg_foreign_table f JOIN pg_foreign_server s ON s.oid = f.ftserver
        LEFT JOIN pg_depend e ON e.classid = 'pg_foreign_data_wrapper'::regclass AND e.objid = s.srvfdw
          AND e.deptype = 'e'
        LEFT JOIN pg_extension x ON x.oid = e.refobjid WHERE f.ftrelid = c.oid HAVING count(*) > 0)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'p', 'f') AND {OURS}
ORDER BY n.nspname, c.relname"""  # noqa: S608 - made of our own constants
_INDEXES: Final = f"""
SELECT i.indrelid, i.indisprimary, i.indisunique AND i.indpred IS NULL AND i.indexprs IS NULL,
       m.amname = 'btree' AND i.indpred IS NULL,
       (SELECT array_agg(a.attname::text ORDER BY k.place) FROM unnest(i.indkey) WITH ORDINALITY k(number, place)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number WHERE k.place <= i.indnkeyatts),
       (SELECT bool_and(a.attnotnull) FROM unnest(i.indkey) WITH ORDINALITY k(number, place)
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number WHERE k.place <= i.indnkeyatts),
       (SELECT a.attname FROM pg_attribute a
        WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[0] AND a.attnum > 0)
FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE i.indisvalid AND {OURS}
ORDER BY i.indrelid, i.indisprimary DESC, i.indnkeyatts, x.relname"""  # noqa: S608 - made of our own constants
# A default is classed from its parse tree: 1574 is nextval, 1299 now, 2647 to 2649 the transaction's, the statement's
# and the wall clock's time; the SQL functions numbered 0 to 8 are CURRENT_DATE to LOCALTIMESTAMP(n). What is made of
# constants and casts alone is a constant. Literals are byte lists in a parse tree, so none can be taken for a node.
_FIELDS: Final = f"""
WITH RECURSIVE bases(domain, type, modifier) AS (
  SELECT oid, typbasetype, typtypmod FROM pg_type WHERE typtype = 'd'
  UNION ALL SELECT b.domain, t.typbasetype, t.typtypmod FROM bases b JOIN pg_type t ON t.oid = b.type
  WHERE t.typtype = 'd')
SELECT a.attrelid, a.attname, a.attnum,
       format_type(coalesce(b.type, a.atttypid), CASE WHEN b.type IS NULL THEN a.atttypmod ELSE b.modifier END),
       a.attnotnull,
       CASE WHEN a.attidentity <> '' THEN 'sequence' WHEN d.adbin IS NULL THEN NULL
            WHEN d.adbin::text ~ ':funcid 1574 |NEXTVALUEEXPR' THEN 'sequence'
            WHEN d.adbin::text ~ ':funcid (1299|2647|2648|2649) |SQLVALUEFUNCTION :op [0-8] ' THEN 'now'
            WHEN d.adbin::text ~ ':funcformat [03] ' OR EXISTS (
              SELECT FROM regexp_matches(d.adbin::text, '\\{{([A-Z_]+)', 'g') node(label)
              WHERE node.label[1] NOT IN ('CONST', 'FUNCEXPR', 'RELABELTYPE', 'COERCEVIAIO', 'ARRAYCOERCEEXPR',
                                          'COERCETODOMAIN', 'ARRAY', 'ARRAYEXPR', 'CASETESTEXPR')) THEN 'expression'
            ELSE 'constant' END,
       a.attgenerated <> '',
       e.objoid IS NOT NULL
FROM pg_attribute a
JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN bases b ON b.domain = a.atttypid
  AND NOT EXISTS (SELECT FROM pg_type t WHERE t.oid = b.type AND t.typtype = 'd')
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_description e ON e.objoid = a.attrelid AND e.classoid = 'pg_class'::regclass AND e.objsubid = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'm', 'p', 'f') AND {OURS}
ORDER BY n.nspname, c.relname, a.attnum"""  # noqa: S608 - made of our own constants


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of the catalogue, by its number there."""

    oid: int
    schema: str
    name: str
    kind: DatasetKind
    owner: str
    parent: int | None
    partition: bool
    rows: int | None
    bytes: int | None
    row_security: bool
    forced: bool
    invoker: bool
    documented: bool
    default_rights: bool
    deleted: int | None
    deleted_since: datetime | None
    wrapper: str


@dataclass(slots=True)
class Catalogue:
    """Everything that exists in the database, by number and by name."""

    relations: dict[int, Relation] = field(default_factory=dict)
    columns: defaultdict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    names: dict[int, Name] = field(default_factory=dict)
    by_path: dict[tuple[str, str], int] = field(default_factory=dict)


def system_fact(database: Database) -> SystemFact:
    """Say what answered, and as whom else it may be asked."""
    right = "SET" if database.version >= 160_000 else "MEMBER"
    roles = tuple(row[0] for row in database.rows(_SYSTEM.format(right=right)))
    return SystemFact(
        database.seen(),
        database.namespace,
        database.product,
        database.release,
        complete_catalogue=True,  # pg_class and pg_attribute show everybody everything
        clock_offset_seconds=database.clock_offset,
        can_become=roles,
    )


def read_catalogue(database: Database) -> tuple[Catalogue, list[DatasetFact | FieldFact]]:
    """Read every relation and column of the database."""
    catalogue = Catalogue()
    for row in database.rows(_RELATIONS):
        relation = _relation(database.version, row)
        catalogue.relations[relation.oid] = relation
        catalogue.names[relation.oid] = database.path(relation.schema, relation.name)
        catalogue.by_path[relation.schema, relation.name] = relation.oid
    keys, leading = _keys(database)
    fields = list(_fields(database, catalogue, leading))
    return catalogue, [*_datasets(database, catalogue, keys), *fields]


def _relation(version: int, row: Sequence[Any]) -> Relation:
    oid, schema, name, kind, partition, tuples, pages, owner, *rest = row
    security, forced, invoker, parent, documented, block, default_rights, deleted, since, wrapper = rest
    # Before PostgreSQL 14 a table that was never analysed says 0 rows, since then -1.
    known = kind not in {"v", "f"} and (tuples > 0 or (tuples == 0 and (version >= 140_000 or pages > 0)))
    return Relation(
        oid,
        schema,
        name,
        kind=DatasetKind.PARTITION if partition and kind in {"r", "f"} else _KINDS[kind],
        owner=owner,
        parent=parent,
        partition=partition,
        rows=int(tuples) if known else None,
        bytes=pages * block if known else None,
        row_security=security,
        forced=forced,
        invoker=invoker,
        documented=documented,
        default_rights=default_rights,
        deleted=deleted if kind in {"r", "m"} else None,
        deleted_since=since.astimezone(UTC) if since is not None else None,
        wrapper=wrapper or "",
    )


def _keys(database: Database) -> tuple[Mapping[int, tuple[str, ...]], set[tuple[int, str]]]:
    keys: dict[int, tuple[str, ...]] = {}
    leading: set[tuple[int, str]] = set()
    for oid, primary, unique, ordered, names, not_null, first in database.rows(_INDEXES):
        if (primary or (unique and not_null)) and names:
            keys.setdefault(oid, tuple(names))
        if ordered and first is not None:
            leading.add((oid, first))
    return keys, leading


def _fields(database: Database, catalogue: Catalogue, leading: set[tuple[int, str]]) -> Iterator[FieldFact]:
    seen = database.seen()
    for oid, name, position, type_, required, default, computed, documented in database.rows(_FIELDS):
        if oid not in catalogue.names:
            continue
        catalogue.columns[oid].append(name)
        yield FieldFact(
            seen,
            catalogue.names[oid].at(name),
            position,
            type_,
            nullable=not required,
            default=default,
            computed=computed,
            documented=documented,
            indexed=(oid, name) in leading,
        )


def _datasets(database: Database, catalogue: Catalogue, keys: Mapping[int, tuple[str, ...]]) -> Iterator[DatasetFact]:
    seen = database.seen()
    parts: defaultdict[int, list[int]] = defaultdict(list)
    for relation in catalogue.relations.values():
        if relation.partition and relation.parent is not None:
            parts[relation.parent].append(relation.oid)
    for oid, relation in catalogue.relations.items():
        leaves = list(_leaves(catalogue, parts, oid)) if relation.kind is DatasetKind.PARTITIONED else [relation]
        yield DatasetFact(
            seen,
            catalogue.names[oid],
            relation.kind,
            rows_estimate=_sum([leaf.rows for leaf in leaves], relation.rows),
            key=keys.get(oid, ()),
            owner=relation.owner,
            documented=relation.documented,
            row_security=relation.row_security,
            row_security_forced=relation.forced,
            runs_as_owner=not relation.invoker,
            parent=catalogue.names.get(relation.parent) if relation.parent is not None else None,
            size_bytes=_sum([leaf.bytes for leaf in leaves], None),
            parts=len(leaves),
            default_rights=relation.default_rights,
            deleted=_sum([leaf.deleted for leaf in leaves], None) if leaves else None,
            deleted_since=relation.deleted_since,
            wrapper=relation.wrapper,
        )


def _leaves(catalogue: Catalogue, parts: Mapping[int, Sequence[int]], oid: int) -> Iterator[Relation]:
    stack = [oid]
    while stack:
        for part in parts.get(stack.pop(), ()):
            if catalogue.relations[part].kind is DatasetKind.PARTITIONED:
                stack.append(part)
            else:
                yield catalogue.relations[part]


def _sum(numbers: Sequence[int | None], otherwise: int | None) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if len(known) == len(numbers) else otherwise
