"""What a connector says to install is there to be installed."""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import lineage
from lineage import registry
from lineage.connector import Structure
from lineage.scan import Work, run
from tests.connectors.conformance import context_of

ROOT = Path(lineage.__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
EXTRAS = {
    extra: {Requirement(one).name.lower() for one in needed}
    for extra, needed in PROJECT["optional-dependencies"].items()
}

TOLD_APART = {
    "kreuzberg": {"documents"},
    "pypdf": {"documents"},
    "fastavro": {"kafka"},
    "psycopg": {"postgresql", "pgvector", "pg_statements"},
    "pymysql": {"mysql"},
    "boto3": {"s3", "dynamodb", "glue"},
    "botocore": {"s3", "dynamodb", "glue"},
}
"""What shared modules import for these connectors alone, or can do without."""


def always() -> frozenset[str]:
    """Give the distributions that come without any extra, and those that they bring."""
    found: set[str] = set()
    left = [Requirement(one).name.lower() for one in PROJECT["dependencies"]]
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            asked = (Requirement(one) for one in requires(name) or ())
            left.extend(one.name.lower() for one in asked if one.marker is None or one.marker.evaluate({"extra": ""}))
    return frozenset(found)


def imported(module: str, seen: set[str]) -> Iterator[str]:
    """Give what a module imports, and the modules of the connectors that it imports, but for types."""
    seen.add(module)
    tree = ast.parse((ROOT / "connectors" / f"{module.replace('.', '/')}.py").read_text())
    types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if node in types:
            continue
        named = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        named = [node.module or ""] if isinstance(node, ast.ImportFrom) else named
        for name in named:
            first, _, rest = name.partition(".")
            if first == "connectors" and rest and rest not in seen:
                yield from imported(rest, seen)
            elif first not in {"connectors", "lineage", *sys.stdlib_module_names}:
                yield first


@pytest.mark.parametrize("kind", registry.connector_kinds())
def test_the_extra_that_a_connector_names_brings_what_it_imports(kind: str) -> None:
    known = packages_distributions()
    base = always()
    lacking = {
        name
        for name in imported(kind, set())
        if not {one.lower() for one in known.get(name, (name,))} & base and kind in TOLD_APART.get(name, {kind})
    }

    extra = registry.extra_of(kind)

    assert not extra or extra in EXTRAS
    brought = {name for name in lacking if {one.lower() for one in known.get(name, (name,))} & EXTRAS.get(extra, set())}
    assert bool(brought) == bool(lacking), f"{kind} imports {lacking}, and its extra {extra!r} brings {brought}"


def test_a_client_that_is_not_installed_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mcp", None)

    found = run(Work("mcp_tools", {"url": "http://127.0.0.1:1/mcp"}, (Structure({}),), context_of()))

    assert found.failure is not None
    assert found.failure.reason == "mcp is not installed"
    assert found.failure.settle == "install lineage-audit[mcp]"
