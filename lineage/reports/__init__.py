"""What a run concluded, as text, as JSON, and its facts as a file.

Reports compute nothing: everything they show is decided before. A format is only imported when it is asked for.
"""

from __future__ import annotations

import io
from typing import Final

from lineage.errors import PlanError
from lineage.report import Report

FORMATS: Final = ("terminal", "json")
"""The names of the formats that a run can be told in."""


def text_of(report: Report, name: str, exit_code: int | None = None, width: int = 110) -> str:
    """Give a run as text in the format of that name, for a file.

    Raises:
        PlanError: there is no such format.
    """
    match name:
        case "json":
            from lineage.reports.json import document, written

            return written(document(report, exit_code))
        case "terminal":
            from rich.console import Console

            from lineage.reports.terminal import render

            stream = io.StringIO()
            render(report, Console(file=stream, width=width, color_system=None), exit_code)
            return stream.getvalue()
        case _:
            raise PlanError(f"no format is called {name!r}; there are {', '.join(FORMATS)}")
