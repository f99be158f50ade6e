"""Whose function is believed by its name: the system's own, and those that the caller declares."""

from __future__ import annotations

import pytest

from lineage.model import Exposure
from lineage.sql import column_edges


def left(call: str, dialect: str, functions: dict[str, Exposure] | None = None) -> str:
    """Say what a call leaves of a column."""
    found = column_edges(f"SELECT {call} AS x FROM t", dialect=dialect, schema={"t": ["email"]}, functions=functions)
    return next(edge.exposure.value for edge in found.edges if edge.source_field == "email")


@pytest.mark.parametrize(
    ("call", "dialect"),
    [
        ("mask(email)", "postgres"),
        ("mask(email)", "sqlite"),
        ("mask(email)", "duckdb"),
        ("mask(email)", "clickhouse"),
        ("mask(email)", "ansi"),
        ("redact(email)", "snowflake"),
        ("redact(email)", "spark"),
        ("tokenize(email)", "bigquery"),
        ("pseudonymize(email)", "postgres"),
        ("digest(email, 'sha256')", "sqlite"),
        ("mask_ssn(email)", "postgres"),
        ("app.mask(email)", "spark"),
        ("hr.app.mask(email)", "databricks"),
        ("app.md5(email)", "postgres"),
        ("`crm`.`sha2`(email, 256)", "mysql"),
        ("dbo.left(email, 2)", "tsql"),
        ("app.count(email)", "postgres"),
        ("hr.anon.fake_email(email)", "postgres"),
        ("anon.fake_email(email)", "duckdb"),
    ],
)
def test_a_function_that_may_be_somebodys_own_leaves_everything(call: str, dialect: str) -> None:
    assert left(call, dialect) == "raw"


@pytest.mark.parametrize(
    ("call", "dialect", "exposure"),
    [
        ("mask(email)", "hive", "redacted"),
        ("mask(email)", "databricks", "redacted"),
        ("mask_hash(email)", "hive", "pseudonym"),
        ("digest(email, 'sha256')", "postgres", "pseudonym"),
        ("anon.fake_email(email)", "postgres", "redacted"),
        ("pg_catalog.md5(email)", "postgres", "pseudonym"),
        ("pg_catalog.left(email, 2)", "postgres", "derived"),
        ("pg_catalog.max(email)", "postgres", "extreme"),
        ("pg_catalog.count(email)", "postgres", "count"),
        ("dbms_crypto.hash(email, 4)", "oracle", "pseudonym"),
        ("SAFE.SUBSTR(email, 1, 2)", "bigquery", "derived"),
        ("md5(email)", "sqlite", "pseudonym"),
    ],
)
def test_a_function_of_the_system_does_what_its_name_says(call: str, dialect: str, exposure: str) -> None:
    assert left(call, dialect) == exposure


def test_what_the_caller_declares_is_believed() -> None:
    own = {"mask": Exposure.REDACTED, "app.md5": Exposure.DERIVED}

    assert left("mask(email)", "postgres", own) == "redacted"
    assert left("crm.mask(email)", "postgres", own) == "redacted"
    assert left("app.md5(email)", "postgres", own) == "derived"
    assert left("other.md5(email)", "postgres", own) == "raw"
