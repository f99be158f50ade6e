"""The documented API is as documented."""

from __future__ import annotations

import doctest
import pickle
import subprocess
import sys

import lineage.sql
from lineage.sql import column_edges


def test_the_example_in_the_documentation_runs() -> None:
    assert doctest.testmod(lineage.sql).failed == 0


def test_importing_the_package_imports_no_parser() -> None:
    code = "import sys, lineage.sql; sys.exit('sqlglot' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_answer_travels_between_processes() -> None:
    found = column_edges("CREATE VIEW v AS SELECT a FROM t", dialect="postgres")

    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own bytes
    assert [edge.target_field for edge in found.of(("v",))] == list(found.columns(("v",)))
