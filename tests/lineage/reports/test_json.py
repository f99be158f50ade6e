"""The document that machines read keeps its schema, its order and its silence about values."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import jsonschema
import pytest

from lineage.finding import Actual, Op
from lineage.model import Level, Severity, Verdict
from lineage.report import Decision, Report, Scope, ScopeSet
from lineage.reports.json import document, schema, written
from tests.lineage.reports.sample import HIDDEN, NOW, STALE, UNMASKED, everywhere, report


@pytest.mark.parametrize(
    "shown",
    [
        report(),
        report(findings=(), assumptions=(), failures=(), costs={}, marks={}, stages=(), identities={}),
        report(scope=Scope(ScopeSet(records=10), ScopeSet(records=0)), decision=Decision.SHIP),
        everywhere("\x1b[31m\n\u202e"),
    ],
    ids=["whole", "empty", "records", "odd names"],
)
def test_every_report_keeps_the_schema(shown: Report) -> None:
    jsonschema.Draft202012Validator(schema()).validate(document(shown, 3))


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_the_schema_knows_every_word_of_the_model() -> None:
    known = schema()["$defs"]

    assert known["op"]["enum"] == [op.value for op in Op]
    assert known["severity"]["enum"] == [severity.value for severity in Severity]
    assert known["level"]["enum"] == [level.value for level in Level]
    assert set(known["verdict"]["enum"]) == {verdict.value for verdict in Verdict}
    assert known["decision"]["enum"] == [decision.value for decision in Decision]


def test_a_key_that_the_schema_does_not_know_is_refused() -> None:
    more = document(report(), 3)
    more["findings"][0]["values"] = ["ada@example.org"]

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema()).validate(more)


def test_the_same_report_gives_the_same_bytes() -> None:
    turned = report(identities=dict(reversed(list(report().identities.items()))))

    assert written(document(turned)) == written(document(report()))


def test_keys_stand_in_the_order_of_the_schema() -> None:
    told = document(report(), 3)

    def in_order(keys: list[str], properties: dict[str, object]) -> bool:
        return keys == [key for key in properties if key in keys]

    assert in_order(list(told), schema()["properties"])
    assert in_order(list(told["findings"][1]), schema()["$defs"]["finding"]["properties"])


def test_a_finding_says_where_it_was_declared_and_what_it_does() -> None:
    told = {finding["id"]: finding for finding in document(report())["findings"]}

    assert told[STALE.id]["effect"] == "holds"
    assert told[UNMASKED.id]["effect"] == "narrows"
    assert told[HIDDEN.id]["verdict"] == "unverified"
    assert told[UNMASKED.id]["declared"] == {
        "value": "email",
        "file": "plan.yaml",
        "line": 12,
        "column": 9,
        "pointer": "sources.crm.datasets.contacts.fields.email.sensitive",
    }


def test_every_assumption_is_counted_once() -> None:
    counts = document(report())["verdict"]["counts"]

    assert counts["assumptions"] == counts["held"] + counts["broken"] + counts["unverified"]


def test_moments_are_in_utc() -> None:
    berlin = datetime(2026, 11, 22, 13, tzinfo=timezone(timedelta(hours=1)))

    assert document(report(as_of=berlin))["run"]["as_of"] == "2026-11-22T12:00:00+00:00"


def test_a_figure_without_bounds_is_still_json() -> None:
    judged = replace(STALE.judgement, actual=Actual(float("inf"), "seconds", (0, float("nan")), NOW))
    told = document(report(findings=(replace(STALE, judgement=judged),)))

    jsonschema.Draft202012Validator(schema()).validate(json.loads(written(told)))


def test_a_source_says_what_was_read_of_it_as_whom_and_at_what_cost() -> None:
    crm = document(report())["sources"][0]

    assert (crm["source"], crm["product"], crm["version"], crm["read"]) == ("crm", "PostgreSQL", "15.20", True)
    assert (crm["identity"], crm["read_as"]) == ("ai_support_draft", "lineage_audit")
    assert crm["cost"] == {"queries": 14, "rows": 12_000, "bytes": 0, "seconds": 1.2}
    assert [each["fresh"] for each in crm["datasets"]] == ["broken"]


def test_a_source_that_did_not_answer_cost_nothing_and_is_there() -> None:
    silent = document(report())["sources"][-1]

    assert silent["read"] is False
    assert silent["cost"] is None


def test_what_was_lost_says_which_fixes_give_it_back() -> None:
    told = document(report())["scope"]
    by_loss = {tuple(restore["gives_back"]): restore["fixes"] for restore in told["restore_sets"]}

    assert all(each["restored_by"] == by_loss.get(tuple(each["loses"]), []) for each in told["operations"])


def test_what_was_lost_says_what_it_costs_and_what_gives_it_back_what_that_takes() -> None:
    told = document(report())["scope"]

    assert [each["costs"] for each in told["operations"]] == [
        {"records": 1200, "criteria": ["reply_rate"], "samples": ["pilot"]},
        {"records": None, "criteria": [], "samples": []},
    ]
    assert [each["effort"] for each in told["restore_sets"]] == ["1 fix of hours"]


def test_what_stands_on_a_scan_names_it_and_what_is_asserted_does_not() -> None:
    told = document(report())
    known = {each["id"] for each in told["evidence"]}

    for line in (*told["findings"], *told["assumptions"]):
        assert set(line["evidence"]) <= known
        assert not line["evidence"] or line["evidence_level"] != "asserted"
    assert any(line["evidence"] for line in told["findings"])
