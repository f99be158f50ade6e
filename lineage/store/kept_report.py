"""A report as the store keeps it: its values as JSON text, what was told then and not what would be judged today.

The text is not packed: whoever looks for a value in a store, our tests first, must be able to search it.
"""

from __future__ import annotations

import json

from lineage.as_json import plain_object, reader_of
from lineage.errors import StoreError
from lineage.report import Report


def text_of(report: Report) -> str:
    """Give a report as text; the same report gives the same one."""
    return json.dumps(plain_object(report), ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def report_of(text: str, run: str, version: str) -> Report:
    """Give the report that a text holds.

    Raises:
        StoreError: this version cannot read it; `run` and the `version` that wrote it stand in the message.
    """
    try:
        report: Report = reader_of(Report)(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        why = f"the run {run}, kept by version {version}, cannot be read by this one"
        raise StoreError(f"{why}; export it with that version, or audit again") from None
    return report
