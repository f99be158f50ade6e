"""Secrets stay out of plans, and out of what is said about them."""

from __future__ import annotations

import pytest

from lineage.errors import PlanError
from lineage.plan.environment import resolve, variables
from lineage.plan.load import read_plan
from lineage.plan.problems import render_problems

MARKER = "hunter2-marker"


def plan(connector: str, more: str = "") -> str:
    return f"""\
plan: v1
meta: {{id: p}}
sources:
  crm:
    connector: {connector}
    datasets: {{contacts: {{reads: contacts, fields: {{id: required}}}}}}
{more}"""


@pytest.mark.parametrize(
    "connector",
    [
        f"{{type: x, password: {MARKER}}}",
        f"{{type: x, api_key: {MARKER}}}",
        f"{{type: x, headers: {{Authorization: Bearer {MARKER}}}}}",
        f"{{type: x, options: [{{token: {MARKER}}}]}}",
        f'{{type: x, url: "postgres://me:{MARKER}@host/db"}}',
        f'{{type: x, url: "postgres://me:a/b#{MARKER}@host/db"}}',
        f'{{type: x, url: "postgres://host/db?user=a&password={MARKER}"}}',
        f'{{type: x, url: "https://{MARKER}@host/"}}',
        f'{{type: x, password: "${{PW}}{MARKER}"}}',
        f"{{type: x, password: [{MARKER}]}}",
        f"\n      type: x\n      password: |\n        {MARKER}\n        {MARKER}",
        f"\n      type: x\n      passwort: 1\n      secret: >-\n        a\n        {MARKER}\n      bad: *{MARKER}x",
    ],
)
def test_a_secret_written_out_is_a_problem_and_is_not_quoted(connector: str) -> None:
    text = plan(connector)
    _, problems = read_plan(text, "plan.yaml")

    report = render_problems(problems, text, "plan.yaml")
    assert "may hold a secret, written out; write it as" in report
    assert "is not shown" in report
    assert MARKER not in report.replace(f"*{MARKER}x", "")


@pytest.mark.parametrize(
    "text",
    [
        plan(f'{{type: x, url: "postgres://me:{MARKER}@host/db", url: 2}}'),
        plan(f"{{type: x, password: {MARKER}}} x"),
        plan(f"{{type: x, password: {MARKER}, typo: [}}"),
        plan(f"{{type: [], password: {MARKER}}}"),
    ],
)
def test_a_problem_beside_a_secret_does_not_quote_it(text: str) -> None:
    _, problems = read_plan(text, "plan.yaml")

    assert problems
    assert MARKER not in render_problems(problems, text, "plan.yaml")


@pytest.mark.parametrize(
    "connector",
    [
        '{type: x, url: "${URL}"}',
        '{type: x, password: "${PW}", user: me}',
        '{type: x, url: "postgres://me:${PW}@host/db"}',
        '{type: x, url: "postgres://me@host:5432/db"}',
        '{type: x, headers: {Authorization: "Bearer ${TOKEN}"}}',
        "{type: x, partition_key: day, key_column: id}",
        "{type: documents, url: s3://acme-kb/}",
    ],
)
def test_settings_without_a_secret_are_no_problem(connector: str) -> None:
    assert read_plan(plan(connector), "plan.yaml")[1] == []


def test_variables_stand_in_connector_settings_only() -> None:
    _, problems = read_plan(plan('{type: "${KIND}"}', 'workflow: {name: "${HOME}"}\n'), "plan.yaml")

    assert [(one.line, one.message) for one in problems if "connector settings only" in one.message] == [
        (5, "'${...}' is allowed in connector settings only"),
        (7, "'${...}' is allowed in connector settings only"),
    ]


def test_a_misspelt_variable_is_a_problem() -> None:
    _, problems = read_plan(plan('{type: x, url: "${CRM URL}"}'), "plan.yaml")

    assert [one.message for one in problems] == ["a variable is written '${NAME}', with letters, digits and _"]


def test_settings_are_resolved_at_any_depth_in_strings_only() -> None:
    settings = {"url": "pg://${HOST}:${PORT}/db", "port": 5, "more": [{"a": "${HOST}"}]}

    assert resolve(settings, {"HOST": "h", "PORT": "1"}) == {"url": "pg://h:1/db", "port": 5, "more": [{"a": "h"}]}
    assert variables(settings) == ("HOST", "PORT")


def test_a_value_that_looks_like_a_variable_is_not_resolved_again() -> None:
    assert resolve({"a": "${A}"}, {"A": "${B}", "B": "x"}) == {"a": "${B}"}


def test_a_missing_variable_is_named_and_no_value_is() -> None:
    with pytest.raises(PlanError) as raised:
        resolve({"url": "${URL}", "password": "${PW}"}, {"PW": MARKER}, source="crm")

    assert str(raised.value) == "crm: environment variable not set: URL; set it and run again, like URL=..."
