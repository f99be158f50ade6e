"""Every format that has an owner, by its owner's validator: contracts, lineage events, OSCAL, CycloneDX."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Callable, Mapping
from typing import Any

import attr
import jsonschema
import pytest
import yaml
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from open_data_contract_standard.model import OpenDataContractStandard
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import column_lineage_dataset, data_quality_assertions_dataset, schema_dataset
from trestle.oscal.assessment_results import AssessmentResults
from trestle.oscal.poam import PlanOfActionAndMilestones

from lineage.errors import PlanError
from lineage.exports import exported
from lineage.report import Report
from tests.lineage.reports.sample import HIDDEN, STALE, UNMASKED, everywhere, report

NASTY = '=x<script>`|"\n\x1b[31m\u202e{{x}} --> @all'


def contract(shown: Report) -> Mapping[str, Any]:
    text = exported(shown, "odcs").decode()
    found: Mapping[str, Any] = yaml.safe_load(text)
    schema = json.loads((importlib.resources.files("open_data_contract_standard") / "schema.json").read_text())
    jsonschema.Draft201909Validator(schema).validate(found)
    OpenDataContractStandard.from_string(text)
    return found


def event(shown: Report) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(exported(shown, "openlineage"))
    RunEvent(
        eventType=RunState(found["eventType"]),
        eventTime=found["eventTime"],
        producer=found["producer"],
        run=Run(**found["run"]),
        job=Job(**found["job"]),
        inputs=[InputDataset(**each) for each in found["inputs"]],
        outputs=[OutputDataset(**each) for each in found["outputs"]],
    )
    for each in found["inputs"]:
        of_class(schema_dataset.SchemaDatasetFacet, each["facets"]["schema"])
        for column in each["facets"]["schema"]["fields"]:
            of_class(schema_dataset.SchemaDatasetFacetFields, column)
        for assertion in each["inputFacets"]["dataQualityAssertions"]["assertions"]:
            of_class(data_quality_assertions_dataset.Assertion, assertion)
    for each in found["outputs"]:
        for way in each["facets"]["columnLineage"]["fields"].values():
            for origin in way["inputFields"]:
                of_class(column_lineage_dataset.InputField, origin)
                for transformation in origin["transformations"]:
                    of_class(column_lineage_dataset.Transformation, transformation)
    return found


def of_class(owner: type, found: Mapping[str, Any]) -> None:
    """Hold that a facet has the keys of its owner's class, and all that it needs."""
    content = {key: value for key, value in found.items() if not key.startswith("_")}
    owner(**content)
    assert set(content) <= {field.name for field in attr.fields(owner)}


def assessment(shown: Report) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(exported(shown, "oscal"))["assessment-results"]
    AssessmentResults.model_validate(found)
    return found


def plan_of_action(shown: Report) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(exported(shown, "poam"))["plan-of-action-and-milestones"]
    PlanOfActionAndMilestones.model_validate(found)
    return found


def bill(shown: Report) -> Mapping[str, Any]:
    text = exported(shown, "cyclonedx").decode()
    assert JsonStrictValidator(SchemaVersion.V1_7).validate_str(text) is None
    found: Mapping[str, Any] = json.loads(text)
    return found


VALIDATED: tuple[Callable[[Report], Mapping[str, Any]], ...] = (contract, event, assessment, plan_of_action, bill)


@pytest.mark.parametrize("validated", VALIDATED)
@pytest.mark.parametrize(
    "shown",
    [
        report(),
        report(failures=(), open_questions=0),
        report(matrix=(), sources=(), assumptions=(), marks={}, costs={}),
        report(plan_version="", plan_status="live"),
        everywhere(NASTY),
        everywhere(" "),
    ],
    ids=["whole", "complete", "bare", "without a version", "hostile names", "blank names"],
)
def test_every_run_is_valid_to_the_formats_owner(
    validated: Callable[[Report], Mapping[str, Any]], shown: Report
) -> None:
    assert validated(shown)


def test_a_contract_holds_what_the_plan_expects_and_what_was_found() -> None:
    found = contract(report())

    (contacts, tickets) = found["schema"]
    assert contacts["physicalName"] == "ai.contacts_v"
    assert {each["name"] for each in contacts["properties"]} == {"id", "tier", "email"}
    assert {"property": "latency", "value": "x", "element": "crm.contacts", "driver": "operational"} in (
        found["slaProperties"]
    )
    assert "unmasked" in json.dumps([each for each in contacts["properties"] if each["name"] == "email"])
    assert "body" in json.dumps(tickets["properties"])


def test_an_incomplete_run_ends_in_fail_and_a_complete_one_does_not() -> None:
    assert event(report())["eventType"] == "FAIL"
    assert "connection refused" in event(report())["run"]["facets"]["errorMessage"]["message"]
    assert event(report(failures=()))["eventType"] == "COMPLETE"


def test_what_is_unverified_is_no_assertion_that_succeeded() -> None:
    tickets = event(report())["inputs"][1]

    assert tickets["inputFacets"]["dataQualityAssertions"]["assertions"] == []
    assert [each["column"] for each in tickets["inputFacets"]["lineageAudit_unverified"]["unverified"]] == ["body"]


def test_a_boundary_says_which_fields_cross_it_and_whether_they_are_masked() -> None:
    outputs = {each["name"]: each["facets"]["columnLineage"]["fields"] for each in event(report())["outputs"]}

    def masking(boundary: str, field: str) -> bool:
        return bool(outputs[boundary][field]["inputFields"][0]["transformations"][0]["masking"])

    assert not masking("support-reply/prompt", "crm.contacts.email")
    assert not masking("support-reply/prompt", "helpdesk.tickets.body")  # unknown is not masked
    assert masking("support-reply/store traces", "crm.contacts.email")


def test_an_auditor_sees_nothing_satisfied_that_is_unverified() -> None:
    (result,) = assessment(report())["results"]

    states = {each["props"][0]["value"]: each["target"]["status"] for each in result["findings"]}
    assert states[HIDDEN.rule]["state"] == "not-satisfied"
    assert states[HIDDEN.rule]["reason"] == "other"
    assert "GRANT SELECT" in states[HIDDEN.rule]["remarks"]
    assert states[STALE.rule]["reason"] == "fail"


def test_somebodys_word_is_an_interview_and_data_that_was_seen_a_test() -> None:
    (result,) = assessment(report())["results"]

    methods = {each["title"]: each["methods"] for each in result["observations"]}
    assert methods["workflow.why\\_now"] == ["INTERVIEW"]
    assert methods["sources.crm.identity"] == ["EXAMINE"]
    assert methods["sources.crm.datasets.contacts.key"] == ["TEST"]


def test_items_of_a_plan_of_action_keep_their_uuid_from_run_to_run() -> None:
    first, second = plan_of_action(report()), plan_of_action(report(run_id="another", marks={}))

    assert [each["uuid"] for each in first["poam-items"]] == [each["uuid"] for each in second["poam-items"]]
    assert first["uuid"] == second["uuid"]


def test_a_plan_of_action_for_nothing_is_refused() -> None:
    with pytest.raises(PlanError, match="at least one item"):
        exported(report(findings=()), "poam")


def test_the_bill_names_services_their_data_and_what_crosses_raw() -> None:
    services = {each["bom-ref"]: each for each in bill(report())["services"]}

    assert [each["name"] for each in services["source:crm"]["data"]] == ["crm.contacts.email"]
    prompt = services["boundary:prompt"]
    assert {"name": "lineage-audit:raw", "value": "crm.contacts.email"} in prompt["properties"]
    assert {each["classification"] for each in prompt["data"]} == {"email", "free_text"}


def test_findings_are_annotations_of_what_they_are_about() -> None:
    notes = {each["text"]: each["subjects"] for each in bill(report())["annotations"]}

    (about,) = (subjects for text, subjects in notes.items() if UNMASKED.id in text)
    assert about == ["dataset:crm.contacts"]
