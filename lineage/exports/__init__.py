"""A run in the words of other tools: code scanning, test reports, issue trackers, catalogues, auditors.

A format is one module that reads a `Report` and computes nothing; it is only imported when it is asked for.
No format holds a value of a record, and names and plan text are data in each of them: never markup, never a formula.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lineage.errors import PlanError

if TYPE_CHECKING:
    from lineage.registry import Page
    from lineage.report import Report


@dataclass(frozen=True, slots=True)
class Format:
    """A format that a run can be exported in."""

    name: str
    gives: str
    """One line for the help of the command."""
    module: str
    function: str = "written"
    binary: bool = False
    tells_failures: bool = False
    """A reader of the file alone sees that the run was incomplete."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What an export may use beside the report."""

    pages: Mapping[str, Page] = field(default_factory=dict)
    """The page of each rule, by the rule's id."""
    issues: Mapping[str, str] = field(default_factory=dict)
    """The tracker's key of each finding that the tracker knows, by fingerprint."""


FORMATS: Final = (
    Format("sarif", "SARIF 2.1.0 for code scanning, anchored on the plan's lines", "sarif", tells_failures=True),
    Format("junit", "JUnit XML: an assumption is a test case", "junit", tells_failures=True),
    Format("csv", "The table for planners, as `lineage audit -f csv`", "table", tells_failures=True),
    Format("excel", "The tables for planners as a workbook, a sheet each", "excel", binary=True, tells_failures=True),
    Format("jira", "Jira's CSV import: a finding is an issue, known by its fingerprint", "jira"),
    Format("github", "Bodies of GitHub's REST call that makes an issue, a JSON list", "issues", "github"),
    Format("gitlab", "Bodies of GitLab's REST call that makes an issue, a JSON list", "issues", "gitlab"),
    Format("codequality", "GitLab's code quality report, anchored on the plan's lines", "codequality"),
    Format("comment", "Markdown for a comment on a pull request", "comment", tells_failures=True),
    Format("odcs", "What the workflow expects, as an Open Data Contract Standard 3.1 contract", "odcs"),
    Format(
        "openlineage", "OpenLineage run event with verdicts and decision as facets", "openlineage", tells_failures=True
    ),
    Format("oscal", "OSCAL assessment results", "oscal", "results", tells_failures=True),
    Format("poam", "OSCAL plan of action and milestones", "oscal", "plan_of_action", tells_failures=True),
    Format("cyclonedx", "CycloneDX 1.7: sources as services, with their data", "cyclonedx", tells_failures=True),
    Format("ropa", "Rows for a record of processing activities, as CSV", "ropa", tells_failures=True),
)
"""Every format; what `lineage export` offers."""


def exported(report: Report, name: str, beside: Beside = Beside()) -> bytes:
    """Give a run in the format of that name, as the bytes of a file.

    Raises:
        PlanError: there is no such format, or it cannot hold this run; says why.
    """
    form = next((form for form in FORMATS if form.name == name), None)
    if form is None:
        raise PlanError(f"no format is called {name!r}; there are {', '.join(form.name for form in FORMATS)}")
    module = importlib.import_module(f"lineage.exports.{form.module}")
    found: bytes | str = getattr(module, form.function)(report, beside)
    return found if isinstance(found, bytes) else found.encode()
