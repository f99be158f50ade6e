"""Whether a source holds what the plan takes for granted."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.finding import Op
from lineage.model import Level, Severity, Verdict
from rules.source._estimate import interval
from rules.source.duplicate_or_unstable_key import RULE as KEY
from rules.source.hidden_or_missing import RULE as HIDDEN
from rules.source.incomplete_field import RULE as INCOMPLETE
from rules.source.mismatched_type import RULE as TYPE
from rules.source.missing_dataset import RULE as DATASET
from rules.source.missing_field import RULE as FIELD
from rules.source.missing_records import RULE as RECORDS
from rules.source.undeclared_values import RULE as VALUES
from rules.source.unreachable_source import RULE as UNREACHABLE
from tests.rules.in_memory import Memory, Table, audited, findings, found, judged, verdicts

BROKEN, HELD, UNVERIFIED = Verdict.BROKEN, Verdict.HELD, Verdict.UNVERIFIED
SILENT = Memory(silent=True)


def plan(email: str = "required", dataset: str = "", rollout: str = "", more: str = "") -> str:
    stages = ", ".join(f"{{stage: s{number}, segment: {name}}}" for number, name in enumerate(rollout.split()))
    return f"""
plan: v1
meta: {{id: test, owner: owner@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    datasets:
      contacts:
        reads: contacts
        {dataset}
        fields:
          id: required
          region: required
          email: {email}
{more}
segments:
  eu: {{of: crm.contacts, where: "region = 'EU'"}}
  us: {{of: crm.contacts, where: "region = 'US'"}}
steps:
  draft: {{reads: {{crm.contacts: all}}, to: prompt}}
rollout: [{stages or "{stage: all}"}]
"""


def contacts(*records: tuple[str, Any], types: dict[str, str] | None = None, **system: Any) -> Memory:
    rows = [{"id": number, "region": region, "email": email} for number, (region, email) in enumerate(records)]
    table = Table(rows, {"id": "integer", "region": "text", "email": "text", **(types or {})})
    return Memory({"contacts": table}, **system)


ONE = contacts(("EU", "x"))


def targets(judgement: Any) -> list[tuple[Op, str]]:
    return [(operation.op, operation.target) for operation in judgement.operations]


def test_a_source_that_answers_is_held_as_tried_out() -> None:
    judgement = found(judged(UNREACHABLE, plan(), ONE), "connector.url")

    assert (judgement.verdict, judgement.level) == (HELD, Level.EXERCISED)
    assert judgement.says == "PostgreSQL 1 answered as auditor"


def test_a_silent_source_is_an_error_and_neither_there_nor_missing() -> None:
    judgement = found(judged(UNREACHABLE, plan(), SILENT), "connector.url")

    assert judgement.verdict is UNVERIFIED
    assert judgement.says == "crm could not be read: connection refused"
    assert targets(judgement) == [(Op.DROP_SOURCE, "crm")]
    for rule in (DATASET, FIELD, HIDDEN):
        assert verdicts(judged(rule, plan(), SILENT)) <= {UNVERIFIED}
    assert set(findings(audited(plan(), SILENT, [UNREACHABLE, DATASET, FIELD, HIDDEN, RECORDS]))) == {
        "source/unreachable-source"
    }


def test_a_dataset_that_is_there_is_held() -> None:
    judgement = found(judged(DATASET, plan(), ONE), "contacts.reads")

    assert (judgement.verdict, judgement.says) == (HELD, "a table with 3 fields")


def test_a_dataset_that_is_proven_absent_is_missing() -> None:
    judgement = found(judged(DATASET, plan(), Memory({"contact": Table([])})), "contacts.reads")

    assert judgement.verdict is BROKEN
    assert judgement.says == "contacts does not exist; there is contact"
    assert judgement.fixes[0].patch == "reads: contact"
    assert targets(judgement) == [(Op.DROP_SOURCE, "crm")]
    assert judged(HIDDEN, plan(), Memory({"contact": Table([])})) == []


def test_a_missing_dataset_leaves_its_source_s_others() -> None:
    other = "      notes: {reads: notes, fields: {text: required}}"
    text = plan(more=other).replace("crm.contacts: all}", "crm.contacts: all, crm.notes: all}")
    system = Memory({"contacts": Table([{"id": 1, "region": "EU", "email": "x"}])})

    judgement = found(judged(DATASET, text, system), "notes.reads")

    assert targets(judgement) == [(Op.DROP_FIELD, "crm.notes.text")]


def test_a_dataset_that_may_be_hidden_is_not_called_missing() -> None:
    system = Memory({}, complete=False)

    judgement = found(judged(HIDDEN, plan(), system), "contacts.reads")

    assert judged(DATASET, plan(), system) == []
    assert judgement.verdict is UNVERIFIED
    assert judgement.says == "contacts is missing or hidden from auditor"
    assert judgement.settle
    assert judgement.operations == ()


def test_fields_that_are_there_are_held() -> None:
    judgements = judged(FIELD, plan(), ONE)

    assert [judgement.verdict for judgement in judgements] == [HELD] * 3
    assert found(judgements, "email.need").says == "it is there (text)"


def test_a_field_that_is_proven_absent_is_missing_with_what_looks_alike() -> None:
    system = Memory({"contacts": Table([{"id": 1, "region": "EU", "E_Mail": "x"}])})

    judgement = found(judged(FIELD, plan(), system), "email.need")

    assert judgement.verdict is BROKEN
    assert judgement.says == "contacts has no field email; there is E_Mail"
    assert judgement.fixes[0].patch == "email: {need: required, column: E_Mail}"
    assert targets(judgement) == [(Op.DROP_FIELD, "crm.contacts.email")]


def test_a_field_that_nothing_needs_is_missing_without_weight() -> None:
    system = Memory({"contacts": Table([{"id": 1, "region": "EU"}])})

    judgement = found(judged(FIELD, plan("none"), system), "email.need")

    assert (judgement.verdict, judgement.severity, judgement.operations) == (BROKEN, Severity.LOW, ())


@pytest.mark.parametrize("complete", [True, False])
def test_a_field_is_missing_or_hidden_and_never_both(complete: bool) -> None:
    system = Memory({"contacts": Table([{"id": 1, "region": "EU"}])}, complete=complete)

    result = audited(plan(), system, [FIELD, HIDDEN])

    assert set(findings(result)) == {"source/missing-field" if complete else "source/hidden-or-missing"}
    line = next(line for line in result.assumptions if line.leaf.endswith("email.need"))
    assert line.verdict is (BROKEN if complete else UNVERIFIED)


def test_a_structure_without_any_field_proves_nothing() -> None:
    system = Memory({"contacts": Table([])})

    assert judged(FIELD, plan(), system) == []
    assert verdicts(judged(HIDDEN, plan(), system)) == {UNVERIFIED}


@pytest.mark.parametrize(
    ("declared", "actual", "verdict"),
    [
        ("text", "character varying(80)", HELD),
        ("varchar(80)", "varchar(80)", HELD),
        ("varchar(80)", "varchar(60)", BROKEN),
        ("number", "bigint", HELD),
        ("integer", "numeric(10,2)", BROKEN),
        ("timestamp", "timestamp with time zone", HELD),
        ("timestamp with time zone", "timestamp without time zone", BROKEN),
        ("date", "timestamp", BROKEN),
        ("boolean", "bool", HELD),
        ("json", "jsonb", HELD),
        ("text", "integer", BROKEN),
        ("mood", "mood", HELD),
        ("text", "mood", UNVERIFIED),
    ],
)
def test_a_declared_type_is_judged_by_the_values_it_holds(declared: str, actual: str, verdict: Verdict) -> None:
    text = plan(f'{{need: required, type: "{declared}"}}')

    judgement = found(judged(TYPE, text, contacts(("EU", "x"), types={"email": actual})), "email.type")

    assert judgement.verdict is verdict
    assert targets(judgement) == ([(Op.SWAP_FIELD, "crm.contacts.email")] if verdict is BROKEN else [])


@pytest.mark.parametrize("system", [SILENT, Memory(), Memory({"contacts": Table([{"id": 1}])})])
def test_a_type_that_was_not_seen_is_unverified(system: Memory) -> None:
    judgement = found(judged(TYPE, plan("{need: required, type: text}"), system), "email.type")

    assert judgement.verdict is UNVERIFIED
    assert judgement.settle


COMPLETE = "{need: required, complete: 0.9}"


def test_a_complete_field_is_held_with_its_interval() -> None:
    system = contacts(*[("EU", "x")] * 9, ("EU", None))

    judgement = found(judged(INCOMPLETE, plan(COMPLETE), system), "email.complete")

    assert judgement.verdict is HELD
    assert judgement.says == "9 of 10 records have email; a share of 0.9 is needed"
    assert judgement.actual.interval == pytest.approx((0.5958, 0.9821), abs=1e-3)


@pytest.mark.parametrize("empty", [None, "", "  "])
def test_nulls_and_blanks_are_no_values(empty: str | None) -> None:
    judgement = found(judged(INCOMPLETE, plan(COMPLETE), contacts(("EU", "x"), ("US", empty))), "email.complete")

    assert (judgement.verdict, judgement.actual.value) == (BROKEN, 0.5)
    assert targets(judgement) == [(Op.DROP_FIELD, "crm.contacts.email")]


def test_the_segment_that_lacks_it_leaves_and_the_field_stays() -> None:
    system = contacts(("EU", None), *[("US", "x")] * 20)

    judgements = judged(INCOMPLETE, plan(COMPLETE, rollout="eu us"), system)

    assert {one.subject.segment: one.verdict for one in judgements} == {"eu": BROKEN, "us": HELD}
    assert [targets(one) for one in judgements] == [[(Op.DROP_SEGMENT, "eu")], []]


def test_where_every_segment_lacks_it_the_field_leaves() -> None:
    judgements = judged(INCOMPLETE, plan(COMPLETE, rollout="eu us"), contacts(("EU", None), ("US", None)))

    assert [targets(one) for one in judgements] == [[(Op.DROP_FIELD, "crm.contacts.email")]]


@pytest.mark.parametrize(
    "system", [SILENT, Memory(), contacts(), contacts(("EU", "x"), unmeasured=frozenset({"email"}))]
)
def test_completeness_that_was_not_counted_is_unverified(system: Memory) -> None:
    assert found(judged(INCOMPLETE, plan(COMPLETE), system), "email.complete").verdict is UNVERIFIED


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_an_interval_holds_its_share(hits: int, of: int) -> None:
    hits = min(hits, of)

    low, high = interval(hits, of)

    assert 0.0 <= low <= hits / of + 1e-12
    assert hits / of - 1e-12 <= high <= 1.0


DECLARED = "{need: required, values: [free, gold]}"


def test_declared_values_are_held() -> None:
    judgement = found(judged(VALUES, plan(DECLARED), contacts(("EU", "free"), ("US", None))), "email.values")

    assert (judgement.verdict, judgement.says) == (HELD, "none of 2 records holds another")


def test_other_values_are_counted_and_never_told() -> None:
    system = contacts(("EU", "free"), ("US", "M4RK3R"))

    judgement = found(judged(VALUES, plan(DECLARED, rollout="eu us"), system), "email.values")

    assert judgement.verdict is BROKEN
    assert judgement.says == "1 record of 2 hold another value than the declared ones"
    assert targets(judgement) == [(Op.DROP_SEGMENT, "us")]
    assert "M4RK3R" not in repr(judgement)


@pytest.mark.parametrize("system", [SILENT, Memory(), contacts(("EU", "x"), unmeasured=frozenset({"email"}))])
def test_values_that_were_not_counted_are_unverified(system: Memory) -> None:
    assert found(judged(VALUES, plan(DECLARED), system), "email.values").verdict is UNVERIFIED


def keyed(*ids: Any, key: tuple[str, ...] = ()) -> Memory:
    rows = [{"id": each, "region": "EU", "email": "x"} for each in ids]
    return Memory({"contacts": Table(rows, {"id": "integer", "region": "text", "email": "text"}, key)})


@pytest.mark.parametrize(
    ("declared", "system", "seen"),
    [
        ("key: id", keyed(1, 2, key=("id",)), {HELD}),
        ("key: [id, region]", keyed(1, 2, key=("id",)), {HELD}),
        ("key: region", keyed(1, 2, key=("id",)), {HELD, BROKEN}),
        ("key: id", keyed(1, 2), {HELD}),
        ("key: id", keyed(1, 2, 2), {HELD, BROKEN}),
        ("key: id", keyed(1, None), {HELD, BROKEN}),
        ("key: id", SILENT, {UNVERIFIED}),
        ("key: id", Memory({"contacts": Table([{"email": "x"}])}), {UNVERIFIED}),
    ],
    ids=["constraint", "more than enough", "another", "no constraint", "repeats", "nulls", "silent", "missing"],
)
def test_a_key_is_unique_where_the_system_says_so(declared: str, system: Memory, seen: set[Verdict]) -> None:
    assert verdicts(judged(KEY, plan(dataset=declared), system)) == seen


def test_a_step_that_joins_on_a_broken_key_leaves() -> None:
    more = "      notes: {reads: notes, fields: {contact: {need: join, joins: contacts.id}}}"
    text = plan(dataset="key: id", more=more).replace("steps:\n", "steps:\n  join: {reads: {crm.notes: all}}\n")
    system = Memory({**keyed(1, None).tables, "notes": Table([{"contact": 1}])})

    broken = next(one for one in judged(KEY, text, system) if one.verdict is BROKEN)

    assert targets(broken) == [(Op.DROP_STEP, "join")]


def test_records_and_segments_that_are_there_are_held() -> None:
    judgements = judged(RECORDS, plan(dataset="where: region != 'XX'", rollout="eu us"), contacts(("EU", 1), ("US", 1)))

    assert verdicts(judgements) == {HELD}
    assert found(judgements, "contacts.where").says == "there are 2 records"
    assert found(judgements, "segments.eu.where").actual.value == 1


def test_an_empty_segment_leaves_the_launch() -> None:
    judgement = found(judged(RECORDS, plan(rollout="eu us"), contacts(("US", 1))), "segments.eu.where")

    assert judgement.verdict is BROKEN
    assert targets(judgement) == [(Op.DROP_SEGMENT, "eu")]


def test_a_segment_that_is_not_launched_may_be_empty_without_weight() -> None:
    judgement = found(judged(RECORDS, plan(), contacts(("US", 1))), "segments.eu.where")

    assert (judgement.verdict, judgement.severity, judgement.operations) == (BROKEN, Severity.LOW, ())


def test_a_filter_that_leaves_nothing_is_broken() -> None:
    judgements = judged(RECORDS, plan(dataset="where: region = 'XX'"), contacts(("US", 1)))

    assert found(judgements, "contacts.where").says == "its `where` leaves no record"
    assert targets(found(judgements, "contacts.where")) == [(Op.HOLD_STAGE, "all")]


def test_records_that_were_not_counted_are_unverified() -> None:
    for system in (SILENT, Memory()):
        assert verdicts(judged(RECORDS, plan(rollout="eu"), system)) == {UNVERIFIED}
