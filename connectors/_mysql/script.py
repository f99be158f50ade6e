"""The least SQL that lets an auditor read a MariaDB server, for each mode of a scan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors._mysql.structure import backticked, quoted_account
from connectors._names import split_name
from lineage.connector import GrantsAsked


def grant_script(tables: Mapping[str, tuple[str, ...]], schema: str | None, asked: GrantsAsked) -> str:
    """Give the statements, each with what it unlocks; `tables` are those in which the server keeps grants."""
    return "\n".join(_lines(tables, schema, asked)) + "\n"


def _lines(tables: Mapping[str, tuple[str, ...]], schema: str | None, asked: GrantsAsked) -> Iterator[str]:
    who = quoted_account(asked.auditor if "@" in asked.auditor else f"{asked.auditor}@%")
    yield "-- catalog: accounts, roles and grants; no column with a password hash is among them, and no row is read"
    yield f"CREATE USER {who} IDENTIFIED BY /* a password */;"
    for table, columns in tables.items():
        yield f"GRANT SELECT ({', '.join(columns)}) ON mysql.{table} TO {who};"
    schemas = dict.fromkeys((parts[-2] if len(parts := split_name(reads)) > 1 else schema) for reads in asked.fields)
    yield "-- a table is shown to who holds a right on it, the definition of a view to who may also read the view"
    for name in schemas or {schema: None}:
        place = backticked(name.replace("_", r"\_")) + ".*" if name else "*.*"
        yield f"GRANT SHOW VIEW ON {place} TO {who};"
    if asked.mode == "probe":
        yield "-- probe: MariaDB lets nobody become another account: scan with the identity's own login"
    if asked.mode == "sample":
        yield "-- sample: rows are counted and aggregated, and values looked at, in the declared columns only"
        for reads, columns in asked.fields.items():
            listed = ", ".join(backticked(column) for column in columns)
            parts = split_name(reads)
            full = parts if len(parts) > 1 or schema is None else (schema, *parts)
            yield f"GRANT SELECT ({listed}) ON {'.'.join(backticked(part) for part in full)} TO {who};"
