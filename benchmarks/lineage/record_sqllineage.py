"""Record the column cases of sqllineage's own tests as JSON, without running its parser.

Run by `python -m benchmarks.lineage` with the Python of sqllineage's environment, in its unpacked source distribution.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


def main(out: Path) -> None:
    import pytest

    from tests import helpers  # type: ignore[attr-defined]  # the peer's tests, not ours

    cases: list[dict[str, Any]] = []

    def record(sql: str, column_lineages: Any = None, dialect: str = "ansi", **rest: Any) -> None:
        provider = rest.get("metadata_provider")
        schema = dict(getattr(provider, "metadata", None) or {})
        if provider is not None and not schema:
            return
        edges = [
            [[s.column, str(s.qualifier or "")], [t.column, str(t.qualifier or "")]] for s, t in column_lineages or []
        ]
        cases.append({"sql": sql, "dialect": dialect, "schema": schema, "edges": edges})

    helpers.assert_column_lineage_equal = record
    pytest.main(["-q", "-x", "-p", "no:cacheprovider", "tests/sql/column"])
    out.write_text(json.dumps(cases), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
