"""Audits from the plan to the report on each store: the lies are found, and the honest twin is silent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import pytest

from lineage import registry
from lineage.connector import Structure
from lineage.facts import FieldFact, SystemFact
from lineage.model import Verdict
from lineage.report import Report
from lineage.scan import Limits
from lineage.testing import World, assumption, fired, verdict
from tests.connectors.systems import CONTACTS, NOW, System, read

_PLAN: Final = """\
plan: v1
meta: {{id: reply, status: in-review, owner: planner@acme.example}}
sources:
  s:
    connector: {{{connector}}}
    identity: agent
    datasets:
      contacts:
        reads: {reads}
        fresh: {{clock: at, within: {within}, zone: UTC}}
        keep: {{limit: {limit}, since: at}}
        fields: {{{fields}}}
steps: {{draft: {{reads: {{s.contacts: all}}, to: prompt}}}}
"""
_MISSING: Final = "source/missing-field"
_LIES: Final = frozenset(
    (
        *("freshness/stale-source", "retention/overdue-records"),
        *("privacy/undeclared-sensitive-data", _MISSING),
    )
)


class AuditLaws:
    """What every store with the dataset `contacts` lets an audit find."""

    kind: str

    def test_lies_about_a_store_are_found_and_its_honest_twin_is_silent(self, system: System, tmp_path: Path) -> None:
        structure = read(self.kind, system.settings, [Structure(system.targets)])
        fields = {".".join(fact.name.field) for fact in structure if isinstance(fact, FieldFact)}
        if CONTACTS not in system.targets or not {"region", "email", "at"} <= fields:
            pytest.skip("its records are a service's own, and audited beside")
        # Where rights may hide a field, none is proven to be missing.
        hidden = not all(fact.complete_catalogue for fact in structure if isinstance(fact, SystemFact))
        needs = "region: required, email: required, gone: required"
        owned = "region: required, email: {need: required, sensitive: email}"

        lies = audited(self.kind, system, tmp_path, "1 hour", "30 days", needs)
        honest = audited(self.kind, system, tmp_path, "3 hours", "90 days", owned)

        proven = verdict(lies, "gone.need") is Verdict.BROKEN
        assert proven or (hidden and verdict(lies, "gone.need") is Verdict.UNVERIFIED)
        assert fired(lies) & _LIES == _LIES - (set() if proven else {_MISSING})
        assert fired(honest) & _LIES == set()
        assert verdict(honest, "fresh.within") is Verdict.HELD
        assert lies.failures == honest.failures == ()
        identity = assumption(honest, "s.identity")
        assert identity.verdict is not Verdict.HELD
        assert identity.verdict is not Verdict.UNVERIFIED or identity.settle


def audited(kind: str, system: System, folder: Path, within: str, limit: str, fields: str) -> Report:
    """Audit a plan on a system of the laws."""
    environ, settings = {}, {"type": kind}
    for key, value in system.settings.items():
        if isinstance(value, str):
            environ[f"S_{key.upper()}"] = value
        settings[key] = f"${{S_{key.upper()}}}" if isinstance(value, str) else value
    text = _PLAN.format(
        connector=", ".join(f"{key}: {json.dumps(value)}" for key, value in settings.items()),
        reads=json.dumps(system.targets[CONTACTS]),
        within=within,
        limit=limit,
        fields=fields,
    )
    rules = [one for one in registry.rules() if one.id in _LIES or one.id.startswith("access/")]
    return World(folder, environ, NOW).audit(text, rules=rules, limits=Limits(commands=True))
