"""No text of a plan reaches the server but as a bound parameter or a quoted identifier."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lineage.connector import Attempt, Column, MeasureKind, Profile, Relation, Sample, Structure
from lineage.model import DatasetId, Name
from lineage.predicate import And, Between, Compare, IsIn, Truth
from tests.connectors.postgresql_facts import measure, read, relation
from tests.connectors.test_postgresql_rows import Shouting
from tests.servers import PostgresDatabase

_ATTACK = "x\"'; RESET ROLE; DROP TABLE public.canary; CREATE TABLE public.hole (x int); -- $$ %s %(a)s :b \\"


@pytest.fixture(scope="module")
def canary(postgres_of_module: PostgresDatabase) -> PostgresDatabase:
    """A database that its superuser scans: nothing but the connector stands between a plan and the canary."""
    postgres_of_module.execute(
        "CREATE TABLE public.canary (id int, word text); INSERT INTO public.canary VALUES (1, 'a')"
    )
    return postgres_of_module


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40))
@example(text=_ATTACK)
@example(text="\x00")
@example(text="\ud800")
@example(text="\\'; DROP TABLE public.canary; --")
def test_any_text_in_any_place_of_a_plan_does_nothing(canary: PostgresDatabase, text: str) -> None:
    known = relation(canary, "public.canary", id="integer", word="text")
    namespace = known.name.namespace
    odd_column = Relation(known.dataset, known.name, {"id": Column((text,), "text"), "word": Column(("word",), text)})
    odd_table = Relation(known.dataset, Name(namespace, (canary.name, text, text)), known.columns)
    cells = (
        Compare("word", "=", text),
        IsIn("word", (text, "a")),
        And((Between("word", text, text), Truth("word"))),
    )
    asked = (
        measure("canary", MeasureKind.ROWS),
        measure("canary", MeasureKind.OUTSIDE, "word", values=(text,)),
        measure("canary", MeasureKind.NEWEST, "word", zone=text),
    )

    for place in (known, odd_column, odd_table):
        read(
            canary,
            None,
            Structure({DatasetId("crm.canary"): text}, text),
            Profile(place, Compare("word", "!=", text), cells, asked),
            Sample(place, Compare("word", "!=", text), 10_000),
            Attempt(place, text),
            identity=text,
            detector=Shouting(),
        )

    left = canary.execute(
        "SELECT relname, relnamespace::regnamespace::text FROM pg_class WHERE relkind = 'r' AND oid > 16383"
    )
    assert ("canary", "public") in left
    assert "hole" not in {name for name, _ in left}
    assert canary.execute("SELECT * FROM public.canary") == [(1, "a")]
