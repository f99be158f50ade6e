"""The planners' table, which `lineage audit -f csv` writes too."""

from __future__ import annotations

from lineage.exports import Beside
from lineage.report import Report
from lineage.reports import csv


def written(report: Report, _beside: Beside = Beside()) -> str:
    """Give a run as CSV."""
    return csv.written(report)
