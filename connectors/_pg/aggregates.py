"""Aggregates of a PostgreSQL database: what may be executed by way of one.

Whoever runs an aggregate needs EXECUTE on it alone. The functions behind it are asked of the aggregate's owner, and one
that runs with its owner's rights lends them to everybody who may run the aggregate.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from connectors._pg.fragments import Routine
from connectors._pg.session import Database
from connectors._pg.structure import OURS
from lineage.facts import RoutineFact

_AGGREGATES: Final = f"""
SELECT p.oid, n.nspname, p.proname || '(' || oidvectortypes(p.proargtypes) || ')', pg_get_userbyid(p.proowner),
       p.pronargs, p.provariadic <> 0,
       ARRAY[a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn, a.aggmtransfn,
             a.aggminvtransfn, a.aggmfinalfn]::oid[]
FROM pg_aggregate a JOIN pg_proc p ON p.oid = a.aggfnoid JOIN pg_namespace n ON n.oid = p.pronamespace
WHERE {OURS} AND NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY n.nspname, 3"""  # noqa: S608 - made of our own constants
_Aggregate = tuple[Routine, str, tuple[int, ...]]


def read_aggregates(database: Database) -> list[_Aggregate]:
    """Read each aggregate with its owner and the functions behind it, by number."""
    return [
        (Routine(oid, database.path(schema, name), count, 999 if variadic else count), owner, tuple(map(int, behind)))
        for oid, schema, name, owner, count, variadic, behind in database.rows(_AGGREGATES)
    ]


def aggregate_fact(database: Database, aggregate: _Aggregate, functions: Mapping[int, RoutineFact]) -> RoutineFact:
    """Tell what an aggregate lends: a function without its owner's rights has those of who runs it."""
    routine, owner, behind = aggregate
    lending = [
        functions[oid].name for oid in dict.fromkeys(behind) if oid in functions and functions[oid].runs_as_owner
    ]
    opened_by = ((routine.name, "execute"),)
    return RoutineFact(
        database.seen(), routine.name, owner, runs_as_owner=bool(lending), opened_by=opened_by, calls=tuple(lending)
    )
