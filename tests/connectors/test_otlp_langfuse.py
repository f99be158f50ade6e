"""Observations of Langfuse: as its own SDK sends them, and as its exports hold them."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from lineage.connector import Measure, MeasureKind, Profile, Structure
from lineage.facts import Fact, SpanFact, TraceFact, UnseenFact
from lineage.model import DatasetId
from tests.connectors.conformance import MARKER, read, relation_of, values_of

SENT = Path(__file__).parents[1] / "third_party" / "langfuse_sdk_5_0_4.jsonl"
"""What langfuse 5.0.4 sent to an endpoint on loopback: an agent with a retriever, a tool, a span around a call by its
own client of OpenAI, and a generation with usage and cost; prompts and answers hold MARKER."""
ENRICHED: Sequence[dict[str, Any]] = (
    {"id": "a", "trace_id": "t", "type": "SPAN", "name": "draft", "start_time": "2026-11-20 10:00:00.000000",
     "end_time": "2026-11-20 10:00:02.000000", "environment": "production", "level": "DEFAULT"},
    {"id": "b", "trace_id": "t", "type": "GENERATION", "name": "call", "parent_observation_id": "a",
     "start_time": "2026-11-20 10:00:00.500000", "end_time": "2026-11-20 10:00:01.500000",
     "provided_model_name": "sonnet-x",
     "usage_details": {"input": 60, "input_cached_tokens": 10, "output": 3, "total": 73},
     "cost_details": {"input": 0.2, "output": 0.1, "total": 0.3}, "input": f"{MARKER}, in\nlines",
     "prompt_name": "reply",
     "prompt_version": 3, "level": "ERROR", "user_id": MARKER, "tool_definitions": {"crm_lookup": "{}"},
     "metadata": {"region": MARKER}},
    {"id": "c", "trace_id": "t", "type": "TOOL", "name": "crm_lookup", "parent_observation_id": "a",
     "start_time": "2026-11-20 10:00:01.000000", "end_time": "2026-11-20 10:00:01.100000"},
    {"id": "d", "trace_id": "t", "type": "RETRIEVER", "name": "search", "parent_observation_id": "a",
     "start_time": "2026-11-20 10:00:01.000000", "output": [{"id": "kb-1", "version": 2}, {"id": "kb-2"}]},
    {"id": "e", "trace_id": "t", "type": "EVENT", "name": "fallback", "start_time": "2026-11-20 10:00:01.000000"},
)  # fmt: skip
BESIDE: Sequence[dict[str, Any]] = (
    {"id": "t", "timestamp": "2026-11-20 10:00:00.000000", "name": "reply", "user_id": MARKER},
    {"id": "s", "trace_id": "t", "timestamp": "2026-11-20 10:00:00.000000", "name": "good",
     "data_type": "NUMERIC", "value": 1},
)  # fmt: skip


def camel(one: dict[str, Any]) -> dict[str, Any]:
    return {re.sub("_(.)", lambda found: found[1].upper(), key): value for key, value in one.items()}


def in_csv(observations: Sequence[dict[str, Any]]) -> str:
    told = io.StringIO()
    names = list(dict.fromkeys(key for one in observations for key in one))
    writer = csv.DictWriter(told, names)
    writer.writeheader()
    for one in observations:
        writer.writerow(
            {key: json.dumps(value) if isinstance(value, dict | list) else value for key, value in one.items()}
        )
    return told.getvalue()


def lines(observations: Sequence[dict[str, Any]]) -> str:
    return "".join(json.dumps(one) + "\n" for one in observations)


def facts_of(folder: Path) -> list[Fact]:
    return read("otlp", {"path": str(folder)}, [Structure()])


def spans(facts: Sequence[Fact], operation: str) -> list[SpanFact]:
    return [fact for fact in facts if isinstance(fact, SpanFact) and fact.operation == operation]


def store(facts: Sequence[Fact]) -> TraceFact:
    [found] = [fact for fact in facts if isinstance(fact, TraceFact)]
    return found


def test_what_its_sdk_sends_is_told_without_what_was_said() -> None:
    facts = facts_of(SENT)

    calls = {fact.model: fact for fact in spans(facts, "model")}
    assert {(fact.step, fact.within) for fact in calls.values()} == {("reply", ()), ("draft", ("reply",))}
    used = {model: (one.input_tokens, one.output_tokens) for model, one in calls.items()}
    assert {model: tuple(one and one.total for one in both) for model, both in used.items()} == {
        "sonnet-x": (10, 2),
        "sonnet-x-1": (70, 3),
    }
    assert all(
        dict(one.content).keys() == {f"langfuse.observation.{way}put" for way in ("in", "out")}
        for one in calls.values()
    )
    assert [fact.tool for fact in spans(facts, "tool")] == ["crm_lookup"]
    assert [(fact.step, fact.found) for fact in spans(facts, "retrieval")] == [("retrieve", 1)]
    assert (store(facts).traces, store(facts).whole, store(facts).sourced) == (1, True, 1)
    assert MARKER in SENT.read_text()
    assert MARKER not in repr(facts)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("observations.jsonl", lines(ENRICHED)),
        ("observations.json", json.dumps(list(ENRICHED))),
        ("observations.json", json.dumps([camel(one) for one in ENRICHED])),
        ("observations.csv", in_csv(ENRICHED)),
        ("observations.csv.gz", in_csv([camel(one) for one in ENRICHED])),
    ],
)
def test_every_form_of_its_export_tells_the_same(tmp_path: Path, name: str, text: str) -> None:
    data = text.encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)

    facts = facts_of(tmp_path)

    [call], [tool], [search], [event] = (spans(facts, one) for one in ("model", "tool", "retrieval", "event"))
    assert (call.model, call.step, call.errors, call.content) == (
        "sonnet-x",
        "draft",
        1,
        (("langfuse.observation.input", 1),),
    )
    assert call.milliseconds is not None
    assert call.milliseconds.p95 == 1000
    assert call.input_tokens is not None
    assert call.input_tokens.total == 70
    assert call.output_tokens is not None
    assert call.output_tokens.total == 3
    assert call.offered == (("crm_lookup", 1),)
    assert {"langfuse.observation.prompt.name", "langfuse.observation.prompt.version", "langfuse.user.id"} <= dict(
        call.attributes
    ).keys()
    assert (tool.tool, search.found, event.step) == ("crm_lookup", 2, "fallback")
    assert (store(facts).spans, store(facts).whole, store(facts).sourced, store(facts).pinned) == (5, True, 1, 0)
    assert MARKER not in repr(facts)


def test_cost_is_a_field_that_a_plan_can_measure(tmp_path: Path) -> None:
    (tmp_path / "observations.csv").write_text(in_csv(ENRICHED))
    calls = DatasetId("s.calls")
    relation = relation_of(read("otlp", {"path": str(tmp_path)}, [Structure({calls: "model"})]), calls)

    assert relation.columns["langfuse.observation.cost"].type == "DOUBLE"
    measures = (Measure(calls, MeasureKind.ROWS), Measure(calls, MeasureKind.NULLS, "langfuse.observation.cost"))
    told = values_of(read("otlp", {"path": str(tmp_path)}, [Profile(relation, None, (), measures)]))
    assert told == {"rows": 1, "nulls": 0}


def test_traces_and_scores_beside_and_the_older_form_are_not_counted_again(tmp_path: Path) -> None:
    for folder, rows in (
        ("observations_v2", ENRICHED),
        ("observations", ENRICHED),
        ("traces", BESIDE[:1]),
        ("scores", BESIDE[1:]),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.jsonl").write_text(lines(rows))

    found = store(facts_of(tmp_path))

    assert (found.spans, found.whole) == (5, True)


@pytest.mark.parametrize(
    "text", [f"id,{MARKER}\n1,2\n", "id,trace_id,type\n\x00\xff", f"id,trace_id,type,start_time\n1,t,SPAN,{MARKER}\n"]
)
def test_a_table_of_something_else_is_not_taken_for_all(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.csv").write_bytes(text.encode("latin-1"))

    facts = facts_of(tmp_path)

    assert not store(facts).whole
    assert any(isinstance(fact, UnseenFact) and fact.what == "data" for fact in facts)
    assert MARKER not in repr(facts)
