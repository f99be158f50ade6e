"""What a company has written down beside its systems: a contract, a directory, prompts, logs, signatures.

`with_papers` lets the plan rely on all of it, and all of it is true; `lies_about_papers` change one of them at a time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from examples.support_reply.company import Company

CONTRACT: Final = "contracts/incidents.odcs.yaml"
DIRECTORY: Final = "people.csv"
PROMPT: Final = "prompts/reply.j2"
LOG: Final = "log/crm.sql"
EVENTS: Final = "events/runs.jsonl"
CANARY: Final = "canary.yaml"
SIGNATURES: Final = "confirmations.yaml"
GUARDIAN: Final = "guardian@acme.example"
SPONSOR: Final = "business-sponsor@acme.example"
LOGIN: Final = "ai_support_draft"

_NAME: Final = re.compile(r"[\w.-]+@acme\.example")
_GROUPS: Final = ("support-tier-1", "support-ops", "support_agent")
_SOURCES: Final = f"""\
  prompts:                            # the templates of the draft
    connector: {{type: prompts, path: "${{PROMPTS}}"}}
    owner: ai-engineer@acme.example
    datasets: {{}}
  crm_log:                            # what really ran on the customers' database
    connector: {{type: query_log, path: "${{CRM_LOG}}", namespace: "${{CRM_NAMESPACE}}", dialect: duckdb, within: [main], by: {LOGIN}}}
    owner: crm-owner@acme.example
    datasets: {{}}
  jobs:                               # what jobs told while they ran
    connector: {{type: openlineage, path: "${{RUN_EVENTS}}", workflow: support-reply}}
    owner: ai-engineer@acme.example
    datasets: {{}}

steps:
"""  # noqa: E501 - as a plan is written
DECISION: Final = f"  g4: {{decision: {{by: {SPONSOR}, on: DAY, communicated: docs/communication.md}}}}\n"
_CONTRACT: Final = """\
apiVersion: v3.1.0
kind: DataContract
id: incidents
version: 1.0.0
status: active
schema:
  - name: ai_incidents
    physicalName: ai_incidents
    properties:
      - {name: id, logicalType: integer, required: true}
      - {name: service, logicalType: string, required: true}
      - {name: impact, logicalType: string, required: true}
      - {name: summary, logicalType: string}
      - {name: updated_at, logicalType: string}
slaProperties:
  - {property: latency, value: 30, unit: m}
"""
_PROMPT: Final = """\
{{ today }}
Answer {{ contact.salutation }} at {{ contact.email }}.
{{ ticket.body }}
{% for reply in replies %}{{ reply.id }} {{ reply.ticket_id }} {{ reply.body }}{% endfor %}
"""
_STATEMENTS: Final = """\
select id, phone, region, tier, ai_opt_out from ai_contacts;
select salutation, email from ai_contacts;
select id, contact_id, plan, seats, reference from ai_subscriptions;
"""
_TRIED: Final = """\
canary: v1
told:
  - {dataset: ops.incidents, copy: ops.incidents, on: MOMENT, arrived: 1, left: 0, waited: 3600.0}
  - {dataset: ops.incidents, copy: ops.open_incidents, on: MOMENT, arrived: 1, left: 0, waited: 3600.0}
"""


def with_papers(company: Company) -> None:
    """Let the plan rely on what is written down, and write it down."""
    company.says("  status: in-review\n", f"  status: in-review\n  include: [{CONTRACT}]\n")
    company.says(
        "    owner: crm-owner@acme.example\n",
        f"    owner: crm-owner@acme.example\n    identity: {LOGIN}\n    mapped_to: idp:svc-ai\n",
    )
    company.says("\nsteps:\n", f"\n{_SOURCES}")
    company.says("    to: prompt\n", f"    to: prompt\n    templates: {PROMPT}\n    given: [today]\n")
    company.says("owners:\n", f"owners:\n  directory: {DIRECTORY}\n")
    company.says(
        "        reads: incidents\n        key: id\n",
        "        reads: incidents\n        key: id\n        canary: {id: 900001}\n",
    )
    company.texts |= {
        CONTRACT: _CONTRACT,
        DIRECTORY: _people(company),
        PROMPT: _PROMPT,
        LOG: _STATEMENTS,
        EVENTS: lines(run("nightly", "people.tier", "crm_copy.tier", company)),
        CANARY: _TRIED.replace("MOMENT", company.ago(days=5).isoformat()),
    }


def with_signatures(company: Company) -> None:
    """Let the plan be approved, its sources confirmed by their owners, and its launch decided and signed."""
    company.says("  status: in-review\n", "  status: approved\n")
    day = company.ago(days=2).date().isoformat()
    company.says("  tests: {passed:", f"{DECISION.replace('DAY', day)}  tests: {{passed:")
    sign(company)


def sign(company: Company) -> None:
    """Have everybody sign the plan as it stands."""
    from lineage.confirmation import digest
    from lineage.plan.load import read_plan

    plan, problems = read_plan(company.plan, "plan.yaml")
    if plan is None:
        raise ValueError(problems)
    on = company.ago(days=2).date().isoformat()
    signed = [
        {"of": source.id, "by": str(source.owner), "on": on, "plan": plan.sha256, "part": digest(plan, source.id)}
        for source in plan.sources.values()
    ]
    signed += [{"of": "launch", "by": name, "on": on, "plan": plan.sha256} for name in (GUARDIAN, SPONSOR)]
    entries = "".join(f"  - {json.dumps(entry)}\n" for entry in signed)
    company.texts[SIGNATURES] = f"confirmations: v1\nsigned:\n{entries}"


def run(job: str, source: str, target: str, company: Company) -> dict[str, object]:
    """Give what a job tells of a run in which one column of the customers' database flows into another."""
    (read, column), (written, into) = source.split("."), target.split(".")
    flow = {"namespace": "@crm@", "name": f"main.{read}", "field": column}
    facet = {
        "fields": {into: {"inputFields": [flow | {"transformations": [{"type": "DIRECT", "subtype": "IDENTITY"}]}]}}
    }
    return {
        "eventType": "COMPLETE",
        "eventTime": company.ago(minutes=2).isoformat(),
        "run": {"runId": job},
        "job": {"namespace": "jobs", "name": job},
        "inputs": [{"namespace": "@crm@", "name": f"main.{read}"}],
        "outputs": [{"namespace": "@crm@", "name": f"main.{written}", "facets": {"columnLineage": facet}}],
    }


def lines(*events: dict[str, object]) -> str:
    """Give events as a file of them, one a line."""
    return "".join(json.dumps(event) + "\n" for event in events)


def write(folder: Path, company: Company) -> dict[str, str]:
    """Write what is written down, and give the environment that the plan needs for it."""
    from connectors.sqlite import namespace_of

    if not company.texts:
        return {}
    namespace = namespace_of(folder / "crm.db")
    for name, text in company.texts.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text.replace("@crm@", namespace), encoding="utf-8")
    places = {"PROMPTS": PROMPT, "CRM_LOG": LOG, "RUN_EVENTS": EVENTS}
    return {"CRM_NAMESPACE": namespace} | {key: str((folder / name).parent) for key, name in places.items()}


def _people(company: Company) -> str:
    names: Iterable[str] = sorted(set(_NAME.findall(company.plan)))
    rows = [f"{name},active,{group}" for name, group in zip(names, (*_GROUPS, *[""] * 100), strict=False)]
    return "\n".join(["email,status,groups", *rows, "svc-ai,active,", ""])
