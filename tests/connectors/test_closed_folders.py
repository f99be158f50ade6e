"""A folder below that cannot be listed: what lies there is unseen, and nothing is concluded without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lineage.connector import Profile, Structure
from lineage.errors import ConnectorError
from lineage.facts import AbsentFact, MeasureFact, SystemFact, UnseenFact
from lineage.model import DatasetId
from tests.connectors.conformance import measures_of, read, relation_of
from tests.connectors.limits import closed

ORDERS, OTHERS = DatasetId("s.orders"), DatasetId("s.others")
ROW = "id,at\n1,2026-11-20T00:00:00Z\n"


@pytest.fixture
def inner(tmp_path: Path) -> Iterator[Path]:
    """A folder beside readable files, which is closed; those above it can be entered by anybody."""
    inner = tmp_path / "inner"
    inner.mkdir()
    for name in ("orders_1.csv", "readme.md", "inner/orders_2.csv"):
        (tmp_path / name).write_text(ROW, encoding="utf-8")
    # Whoever may list nothing may import nothing: what is needed is loaded before.
    for kind in ("files", "documents", "otlp"):
        read(kind, {"path": str(tmp_path)}, [Structure({ORDERS: "**/orders_*.csv"})])
    whole = read("files", {"path": str(tmp_path)}, [Structure({ORDERS: "**/orders_*.csv"})])
    read(
        "files",
        {"path": str(tmp_path)},
        [Profile(relation_of(whole, ORDERS), None, (), measures_of(ORDERS, "at", "id"))],
    )
    for above in (tmp_path, *tmp_path.parents[:3]):
        above.chmod(above.stat().st_mode | 0o055)
    with closed(inner):
        yield inner


def test_a_pattern_is_not_answered_without_a_folder_that_may_hold_more(inner: Path) -> None:
    settings = {"path": str(inner.parent)}
    structure = read("files", settings, [Structure({ORDERS: "**/orders_*.csv", OTHERS: "others_*.csv"})])

    [gap] = [one for one in structure if isinstance(one, UnseenFact) and one.what == "structure" and one.name is None]
    assert "cannot be listed (1)" in gap.reason
    assert [one.complete_catalogue for one in structure if isinstance(one, SystemFact)] == [False]
    assert [one.proven for one in structure if isinstance(one, AbsentFact)] == [False]
    assert "orders_2" not in str(structure)

    relation = relation_of(structure, ORDERS)
    facts = read("files", settings, [Profile(relation, None, (), measures_of(ORDERS, "at", "id"))])
    assert not any(isinstance(one, MeasureFact) for one in facts)
    assert any(isinstance(one, UnseenFact) and one.what == "data" for one in facts)


def test_one_file_is_read_beside_a_folder_that_is_closed(inner: Path) -> None:
    settings = {"path": str(inner.parent)}
    structure = read("files", settings, [Structure({ORDERS: "orders_1.csv"})])
    relation = relation_of(structure, ORDERS)

    facts = read("files", settings, [Profile(relation, None, (), measures_of(ORDERS, "at", "id"))])

    assert any(isinstance(one, MeasureFact) for one in facts)


@pytest.mark.parametrize("kind", ["documents", "otlp"])
def test_documents_and_traces_are_not_read_in_part(inner: Path, kind: str) -> None:
    with pytest.raises(ConnectorError, match=r"cannot be listed \(1\).*let the scan list every folder"):
        read(kind, {"path": str(inner.parent)}, [Structure()])
