"""A run as a comment on a pull request: the page in Markdown under a marker by which a later run finds its comment."""

from __future__ import annotations

import re
from typing import Final

from lineage.exports import Beside
from lineage.report import Report
from lineage.reports import markdown

LIMIT: Final = 65_536
"""The characters that sites allow a comment."""


def marker(report: Report) -> str:
    """Give the first line of every comment about a plan; it is not shown, and the same in every run."""
    return f"<!-- lineage-audit: comment on {re.sub(r'[^A-Za-z0-9_.]+', '-', report.plan_id)[:200].strip('-')} -->"


def written(report: Report, _beside: Beside = Beside()) -> str:
    """Give the comment."""
    whole = "*Names and sentences that end in … are whole in `lineage audit -f json`.*"
    return f"{marker(report)}\n{markdown.written(report)}\n{whole}\n"
