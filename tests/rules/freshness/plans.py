"""The plans that the tests of freshness share."""

from __future__ import annotations

from typing import Any

from tests.rules.in_memory import Memory, Table


def plan(
    fresh: str = "{clock: at, within: 1 day}",
    rollout: str = "",
    fields: str = "",
    need: str = "required",
    more: str = "",
) -> str:
    """Give a plan over one dataset with a region and a clock; `rollout` names the segments that are launched."""
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
        fresh: {fresh}
        fields:
          id: {need}
          region: {{need: helpful, values: [EU, US, UK]}}
          {fields}
{more}
segments:
  eu: {{of: crm.contacts, where: "region = 'EU'"}}
  us: {{of: crm.contacts, where: "region = 'US'"}}
steps:
  draft: {{reads: {{crm.contacts: all}}, to: prompt}}
rollout: [{stages or "{stage: all}"}]
"""


def contacts(*records: tuple[str, Any], type: str = "timestamp with time zone", **system: Any) -> Memory:  # noqa: A002
    """Give a system with contacts, each a region and what the clock says."""
    rows = [{"id": number, "region": region, "at": at} for number, (region, at) in enumerate(records)]
    types = {"id": "integer", "region": "text", "at": type}
    return Memory({"contacts": Table(rows, types)}, **system)
