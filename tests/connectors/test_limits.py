"""That each store of context is held against a login that is refused and one that may not look, or why it is not."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Final

import pytest

from tests.connectors.conformance import ConnectorLaws
from tests.connectors.limits import LimitLaws

_FOLDER: Final = "a folder has no login"
_STAND_IN: Final = "its stand-in asks for no login"
LAWS: Final[Mapping[str, tuple[str, ...]]] = {
    "test_chroma": ("TestChromaLaws", "TestChromaServerLaws"),
    "test_clickhouse": ("TestLaws",),
    "test_delta": ("TestDeltaLaws",),
    "test_documents": ("TestDocumentLaws",),
    "test_dynamodb": ("TestDynamodbLaws",),
    "test_iceberg": ("TestIcebergLaws",),
    "test_iceberg_catalogs": ("TestIcebergOnPostgresqlLaws",),
    "test_kafka": ("TestKafkaLaws",),
    "test_lancedb": ("TestLancedbLaws",),
    "test_nats": ("TestNatsLaws",),
    "test_otlp": ("TestTraceLaws",),
    "test_pgvector": ("TestPgvectorLaws",),
    "test_qdrant": ("TestQdrantLaws", "TestQdrantServerLaws"),
    "test_rabbitmq": ("TestRabbitmqLaws",),
    "test_redis": ("TestRedisLaws",),
    "test_s3": ("TestS3Laws",),
    "test_warehouses": ("TestSnowflakeLaws", "TestRedshiftLaws", "TestDatabricksLaws", "TestBigqueryLaws"),
}
NO_CREDENTIAL: Final[Mapping[str, str]] = {
    "TestChromaLaws": _FOLDER,
    "TestDeltaLaws": _FOLDER,
    "TestDocumentLaws": _FOLDER,
    "TestIcebergLaws": "a catalogue in SQLite has no login; one in PostgreSQL has, in `test_iceberg_catalogs`",
    "TestKafkaLaws": "the broker that runs here knows no logins; that it refuses one is in `unreachable`",
    "TestLancedbLaws": _FOLDER,
    "TestQdrantLaws": _FOLDER,
    "TestTraceLaws": _FOLDER,
    "TestSnowflakeLaws": _STAND_IN,
    "TestRedshiftLaws": _STAND_IN,
    "TestDatabricksLaws": _STAND_IN,
    "TestBigqueryLaws": _STAND_IN,
}
NO_RIGHTS: Final[Mapping[str, str]] = {
    "TestLaws": "the engine that runs here knows no users; what it may not be asked for is tested beside",
    "TestKafkaLaws": "the broker that runs here has no access control lists",
    "TestSnowflakeLaws": "its stand-in has no rights; views that are hidden are tested beside",
    "TestRedshiftLaws": "its stand-in has no rights; views that are hidden are tested beside",
    "TestDatabricksLaws": "its stand-in has no rights; views that are hidden are tested beside",
    "TestBigqueryLaws": "its stand-in has no rights; views that are hidden are tested beside",
}


@pytest.mark.parametrize(("module", "name"), [(module, name) for module, names in LAWS.items() for name in names])
def test_each_is_held_against_what_it_refuses_or_says_why_it_cannot_be(module: str, name: str) -> None:
    laws = getattr(importlib.import_module(f"tests.connectors.{module}"), name)

    assert issubclass(laws, ConnectorLaws)
    assert (laws.refused is LimitLaws.refused) == (name in NO_CREDENTIAL)
    assert (laws.rightless is LimitLaws.rightless) == (name in NO_RIGHTS)
