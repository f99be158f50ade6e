"""What a function leaves is told by who owns it, not by what it is called."""

from __future__ import annotations

import pytest

from lineage.connector import Structure
from lineage.facts import EdgeFact, Fact
from lineage.model import Exposure
from tests.connectors.postgresql_facts import of, read, structure
from tests.servers import PostgresDatabase

_WORLD = """
CREATE SCHEMA crm; CREATE SCHEMA app;
CREATE TABLE crm.contacts (id int, email text);
CREATE FUNCTION app.mask(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION app.md5(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION app.digest(text, text) RETURNS bytea LANGUAGE sql IMMUTABLE AS 'SELECT $1::bytea';
CREATE VIEW crm.shown AS SELECT app.mask(email) AS masked, app.md5(email) AS hashed, md5(email) AS really_hashed,
  app.digest(email, 'sha256') AS digested FROM crm.contacts;
"""


def _left(facts: list[Fact]) -> dict[str, str]:
    view = [edge for edge in of(facts, EdgeFact) if edge.target.path[-1] == "shown" and edge.target.field]
    return {edge.target.field[0]: edge.exposure.value for edge in view}


def test_a_function_called_like_a_mask_is_not_trusted_for_its_name(postgres: PostgresDatabase) -> None:
    postgres.execute(_WORLD)

    left = _left(structure(postgres, postgres.role("auditor")))

    assert left == {"masked": "raw", "hashed": "raw", "really_hashed": "pseudonym", "digested": "raw"}


def test_what_the_plan_declares_of_a_function_counts(postgres: PostgresDatabase) -> None:
    postgres.execute(_WORLD)
    auditor = postgres.role("auditor")
    declared = {"mask": Exposure.REDACTED, "app.digest": Exposure.PSEUDONYM}

    facts = read(postgres, auditor, Structure({}), functions=declared)

    assert _left(facts) == {
        "masked": "redacted",
        "hashed": "raw",
        "really_hashed": "pseudonym",
        "digested": "pseudonym",
    }


def test_what_an_extension_owns_does_what_its_name_says(postgres: PostgresDatabase) -> None:
    available = postgres.execute("SELECT name FROM pg_available_extensions WHERE name = 'pgcrypto'")
    if not available:
        pytest.skip("this server has no pgcrypto")
    postgres.execute(f"CREATE SCHEMA kept; CREATE EXTENSION pgcrypto SCHEMA kept; {_WORLD}")
    postgres.execute("DROP VIEW crm.shown")
    postgres.execute("CREATE VIEW crm.shown AS SELECT kept.digest(email, 'sha256') AS hashed FROM crm.contacts")

    assert _left(structure(postgres, postgres.role("auditor"))) == {"hashed": "pseudonym"}
