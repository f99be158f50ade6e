"""The page of clocks names every clock that connectors tell by."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "clocks.md").read_text("utf-8")


def tellers() -> set[str]:
    """Give what connectors say that a dataset's last change is told by."""
    found = set()
    for path in (ROOT / "connectors").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "changed_by":
                told = {one.value for one in ast.walk(node.value) if isinstance(one, ast.Constant)}
                found |= {text for text in told if isinstance(text, str) and text}
    return found


def test_every_clock_of_writing_has_its_error_bar_on_the_page() -> None:
    assert len(tellers()) >= 6
    assert {text for text in tellers() if f"| `{text}` |" not in PAGE} == set()
