"""Plug-ins by name: `sqlite` is `connectors/sqlite.py`, `freshness/stale-source` is `rules/freshness/stale_source.py`.

A new connector or rule is one file; a driver that no plan names is never imported.
Third parties join by the entry points `lineage_audit.connectors` and `lineage_audit.rules`, tried after our own.
A plug-in that cannot be imported or does not keep its contract stops the run.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import entry_points, metadata
from types import ModuleType
from typing import Final

from lineage.connector import Connector
from lineage.detector import Detector
from lineage.errors import PlanError, PluginError
from lineage.examiner import Examiner
from lineage.requirement import Requirement
from lineage.rule import Rule

_EXTRAS: Final = {"dynamodb": "aws", "glue": "aws", "mcp_tools": "mcp", "pg_statements": "postgresql", "s3": "aws"}
"""Connectors whose extra has another name."""


def connector_kinds() -> tuple[str, ...]:
    """Give the names of every connector that can be used, without importing one."""
    own = {module.name for module in pkgutil.iter_modules(_package("connectors").__path__)}
    foreign = {entry.name for entry in entry_points(group="lineage_audit.connectors")}
    return tuple(sorted(name for name in own | foreign if not name.startswith("_")))


@cache
def connector(kind: str) -> Connector:
    """Give the connector of that kind.

    Raises:
        PlanError: there is none of that name.
        PluginError: it is there and cannot be imported; the message names the extra that it needs.
    """
    if kind not in connector_kinds():
        raise PlanError(f"no connector is called {kind!r}; there are {', '.join(connector_kinds())}")
    own = kind in {module.name for module in pkgutil.iter_modules(_package("connectors").__path__)}
    try:
        module = importlib.import_module(f"connectors.{kind}") if own else _foreign("connectors", kind)
        found = module.CONNECTOR
    except ImportError as e:
        raise PluginError(f"connector {kind} needs {e.name}: {what_to_install(kind, e.name)}") from e
    except AttributeError as e:
        raise PluginError(f"connector {kind} has no CONNECTOR") from e
    if not isinstance(found, Connector) or found.kind != kind:
        raise PluginError(f"connector {kind} does not give a Connector of that kind")
    return found


def extra_of(kind: str) -> str:
    """Give the extra of this package that brings what a connector needs; empty where none does, or none is needed."""
    own = metadata("lineage-audit").get_all("Provides-Extra") or ()
    return next((extra for extra in (_EXTRAS.get(kind, kind),) if extra in own), "")


def what_to_install(kind: str, module: str | None) -> str:
    """Say what to install for a connector that lacks a module."""
    extra = extra_of(kind)
    return f"install lineage-audit[{extra}]" if extra else f"install the package that brings {module or 'it'}"


@cache
def rules() -> tuple[Rule, ...]:
    """Give every rule, by id.

    Raises:
        PluginError: one cannot be imported, or its id is not its file's.
    """
    found = {rule.id: rule for rule in (*_own_rules(), *_foreign_rules())}
    points = defaultdict(list)
    for requirement in requirements():
        for rule_id in requirement.rules:
            points[rule_id].append(requirement.id)
    return tuple(
        replace(found[rule_id], requirements=(*found[rule_id].requirements, *points[rule_id]))
        for rule_id in sorted(found)
    )


@cache
def requirements() -> tuple[Requirement, ...]:
    """Give every point that a launch has to answer for, in the order of its sections."""
    found: tuple[Requirement, ...] = importlib.import_module("rules.requirements").REQUIREMENTS
    return found


@cache
def questions() -> Mapping[str, str]:
    """Give what a plan is asked, by the path where the answer stands; what is asked of each item of a block is not."""
    rows = importlib.import_module("rules.questions").rows()
    return {path: question for row in rows for path, question in row.asks.items() if "*" not in path}


@dataclass(frozen=True, slots=True)
class Page:
    """A rule's page, from its module's docstring."""

    flaw: str
    why_it_matters: str
    what_it_looks_at: str
    how_to_fix_it: str


@cache
def page(rule: Rule) -> Page:
    """Give a rule's page.

    Raises:
        PluginError: the docstring lacks one of the three sections.
    """
    text = inspect.cleandoc(sys.modules[rule.check.__module__].__doc__ or "")
    parts = re.split(
        r"^\W*(Why it matters|What it looks at|How to fix it)\W*$",
        rule.page or text,
        flags=re.MULTILINE | re.IGNORECASE,
    )
    sections = {head.capitalize(): " ".join(body.split()) for head, body in zip(parts[1::2], parts[2::2], strict=True)}
    try:
        return Page(
            " ".join(parts[0].split()),
            sections["Why it matters"],
            sections["What it looks at"],
            sections["How to fix it"],
        )
    except KeyError as e:
        raise PluginError(f"the docstring of the rule {rule.id} has no section {e}") from e


@cache
def detector(model: str = "", recognizers: str = "") -> Detector:
    """Give the detector of personal data; it is picklable, and loads what it needs when first used.

    `model` names a spaCy pipeline, `recognizers` holds Presidio recognisers of the user's own, as JSON.

    Raises:
        PluginError: there is none, the pipeline is not installed, or a recogniser is none.
    """
    try:
        module = importlib.import_module("rules.privacy.detection")
        found = module.configured(model, recognizers) if model or recognizers else module.DETECTOR
    except (ImportError, AttributeError) as e:
        raise PluginError("rules.privacy.detection has no DETECTOR") from e
    except ValueError as e:
        raise PluginError(str(e)) from None
    if not isinstance(found, Detector):
        raise PluginError("rules.privacy.detection.DETECTOR is no Detector")
    return found


@cache
def examiner() -> Examiner:
    """Give what examines values beside one another; it loads what it needs when first used."""
    try:
        found = importlib.import_module("rules.privacy.examination").EXAMINER
    except (ImportError, AttributeError) as e:
        raise PluginError("rules.privacy.examination has no EXAMINER") from e
    if not isinstance(found, Examiner):
        raise PluginError("rules.privacy.examination.EXAMINER is no Examiner")
    return found


def _package(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ImportError as e:
        raise PluginError(f"the package {name} is not installed beside lineage") from e


def _own_rules() -> Iterator[Rule]:
    for family in pkgutil.iter_modules(_package("rules").__path__):
        if family.name.startswith("_"):
            continue
        if not family.ispkg:  # a table whose rows are rules
            yield from getattr(importlib.import_module(f"rules.{family.name}"), "RULES", ())
            continue
        package = importlib.import_module(f"rules.{family.name}")
        for module in pkgutil.iter_modules(package.__path__):
            loaded = importlib.import_module(f"rules.{family.name}.{module.name}")
            if module.name.startswith("_") or not hasattr(loaded, "RULE"):
                continue
            if loaded.RULE.id != f"{family.name}/{module.name.replace('_', '-')}":
                raise PluginError(f"rules/{family.name}/{module.name}.py holds the rule {loaded.RULE.id}")
            yield loaded.RULE


def _foreign_rules() -> Iterator[Rule]:
    for entry in entry_points(group="lineage_audit.rules"):
        found = entry.load()
        if not isinstance(found, Rule):
            raise PluginError(f"the rule {entry.name} is no Rule")
        yield found


def _foreign(group: str, name: str) -> ModuleType:
    found = [entry for entry in entry_points(group=f"lineage_audit.{group}") if entry.name == name]
    return importlib.import_module(found[0].module)
