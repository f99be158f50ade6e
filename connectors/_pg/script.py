"""The least SQL that lets an auditor read a PostgreSQL database, for each mode of a scan."""

from __future__ import annotations

from collections.abc import Iterator

from connectors._names import split_name
from connectors._pg.session import quoted
from lineage.connector import GrantsAsked


def grant_script(database: str | None, asked: GrantsAsked) -> str:
    """Give the statements, each with what it unlocks."""
    return "\n".join(_lines(database, asked)) + "\n"


def _lines(database: str | None, asked: GrantsAsked) -> Iterator[str]:
    who = quoted(asked.auditor)
    yield "-- catalog: structure, sizes, views, routines, grants and row policies of the whole database; no row is read"
    yield f"CREATE ROLE {who} LOGIN;"
    yield f"GRANT CONNECT ON DATABASE {quoted(database) if database else '/* the database */'} TO {who};"
    if asked.mode == "catalog":
        return
    if asked.mode == "probe":
        yield "-- probe: whether the identity may read is planned as the identity, and never run"
        if asked.identity is None:
            yield "-- the plan names no identity for this source: there is nothing to probe"
            return
        yield f"GRANT {quoted(asked.identity)} TO {who} WITH INHERIT FALSE, SET TRUE;"
        yield "-- before PostgreSQL 16: ALTER ROLE ... NOINHERIT for the auditor, and GRANT without WITH"
        return
    yield "-- sample: rows are counted and aggregated, and values looked at, in the declared columns only"
    schemas = dict.fromkeys(parts[-2] for reads in asked.fields if len(parts := split_name(reads)) > 1)
    yield from (f"GRANT USAGE ON SCHEMA {quoted(schema)} TO {who};" for schema in schemas)
    for reads, columns in asked.fields.items():
        listed = ", ".join(quoted(column) for column in columns)
        place = ".".join(quoted(part) for part in split_name(reads))
        yield f"GRANT SELECT ({listed}) ON {place} TO {who};"
