"""The problems of a plan as people read them: place, message, way out, the line and a caret under it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from lineage.yamlsource import Problem, lines_of

_WIDEST: Final = 100
_LONGEST: Final = 10_000
_MOST: Final = 500
_SECRET: Final = re.compile(
    r"(?i)(?:pass(?:word|wd|phrase)?|pwd|token|secret|api_?key|(?:access|private|secret)_key|credentials?|authorization)"
    r"[\"']?\s*+[:=]\s*+(?![\"']?\$\{)\S|://[^/\s@:]*:[^@\s$][^@\s]*@|https?://[^/@\s$]+@"
)
_UNSHOWN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def in_order(problems: Iterable[Problem], text: str) -> list[Problem]:
    """Give the problems once each, in the order of the file, with places that are within it."""
    lines = lines_of(text)
    found = set()
    for problem in problems:
        line = min(max(problem.line, 1), len(lines))
        column = min(max(problem.column, 1), len(lines[line - 1]) + 1)
        found.add(replace(problem, line=line, column=column))
    return sorted(found, key=lambda one: (one.line, one.column, one.message))


def render_problems(problems: Iterable[Problem], text: str | bytes, file: str) -> str:
    """Write the problems as a report; a line that may hold a secret is not quoted."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", errors="replace")
    lines = lines_of(text)
    listed = list(problems)
    secret_lines = {
        line
        for problem in listed
        if problem.secret
        for line in range(problem.line, max(problem.line, problem.last_line) + 1)
    }
    parts = []
    hidden = secret_lines | {number for number, line in enumerate(lines, 1) if _must_hide(line)}
    for problem in listed[:_MOST]:
        hint = f"; {problem.hint}" if problem.hint else ""
        parts.append(_shown(f"{file}:{problem.line}:{problem.column}: {problem.message}{hint}"))
        line = lines[problem.line - 1] if problem.line <= len(lines) else ""
        if problem.line in hidden:
            parts.append("    (this line may hold a secret and is not shown)")
        elif line.strip():
            parts.extend(_quoted(line, problem.column))
    count = len(listed)
    more = f", the first {_MOST} shown" if count > _MOST else ""
    parts.append(f"{count} problem" + ("" if count == 1 else "s") + more)
    return "\n".join(parts)


def _must_hide(line: str) -> bool:
    return len(line) > _LONGEST or _SECRET.search(line) is not None


def _quoted(line: str, column: int) -> list[str]:
    """Give the line and a caret under the column; of a long line, the part around it."""
    start = max(0, column - 1 - _WIDEST // 2) if len(line) > _WIDEST else 0
    shown = _shown(line[start : start + _WIDEST])
    before, after = "... " if start else "", " ..." if start + _WIDEST < len(line) else ""
    return [f"    {before}{shown}{after}".rstrip(), " " * (4 + len(before) + column - 1 - start) + "^"]


def _shown(text: str) -> str:
    """Give text without characters that steer a terminal or turn the direction of writing."""
    return _UNSHOWN.sub(lambda found: " " if found[0] == "\t" else "\ufffd", text)
