"""The reference pages: rules from docstrings, the command from its help, the plan from its schema.

`make docs` writes them; `make check` fails where one is stale.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from docs import systems
from lineage import registry
from lineage.cli import app
from lineage.plan.schema import json_schema
from lineage.rule import Rule

HERE = Path(__file__).parent
COMMANDS = tuple(command.name or command.callback.__name__ for command in app.registered_commands if command.callback)


def pages() -> Iterator[tuple[Path, str]]:
    """Give every page and its text."""
    rules = registry.rules()
    yield HERE / "rules" / "index.md", index(rules)
    for rule in rules:
        family, _, flaw = rule.id.partition("/")
        yield HERE / "rules" / family / f"{flaw}.md", rule_page(rule)
    yield HERE / "command.md", command()
    yield HERE / "plan.md", plan()
    yield HERE / "connectors" / "index.md", systems.page()


def index(rules: tuple[Rule, ...]) -> str:
    lines = ["# Rules", "", "| rule | severity | what it finds |", "|---|---|---|"]
    lines += [f"| [`{rule.id}`]({rule.id}.md) | {rule.severity.value} | {registry.page(rule).flaw} |" for rule in rules]
    return "\n".join(lines) + "\n"


def rule_page(rule: Rule) -> str:
    page = registry.page(rule)
    narrows = ", ".join(f"`{operation.value}`" for operation in rule.operations) or "nothing"
    subsumes = ", ".join(f"`{other}`" for other in rule.subsumes)
    return "\n".join(
        [
            f"# {rule.id}",
            "",
            page.flaw,
            "",
            f"Severity: {rule.severity.value}. Narrows: {narrows}." + (f" Subsumes {subsumes}." if subsumes else ""),
            "",
            "## Why it matters",
            "",
            page.why_it_matters,
            "",
            "## What it looks at",
            "",
            page.what_it_looks_at,
            "",
            "## How to fix it",
            "",
            page.how_to_fix_it,
            "",
        ]
    )


def command() -> str:
    parts = ["# The command", ""]
    for name in ("", *COMMANDS):
        words = [*([name] if name else []), "--help"]
        parts += [f"## lineage {name}".rstrip(), "", "```text", help_of(words), "```", ""]
    return "\n".join(parts)


def help_of(words: list[str]) -> str:
    environ = {**os.environ, "COLUMNS": "110", "TERM": "dumb", "NO_COLOR": "1"}
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "lineage", *words], env=environ, capture_output=True, text=True, check=True
    )
    return "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())


def plan() -> str:
    schema = json_schema()
    definitions = schema.get("$defs", {})
    lines = [
        "# The plan",
        "",
        "Every key of a plan, from its JSON Schema (`lineage schema` prints it for editors).",
        "",
        "## plan.yaml",
        "",
        *table(schema),
    ]
    for name in sorted(definitions):
        if definitions[name].get("properties"):
            title = definitions[name].get("title", name)
            lines += [
                "",
                f"## {title}",
                "",
                *([definitions[name]["description"], ""] if "description" in definitions[name] else []),
            ]
            lines += table(definitions[name])
    return "\n".join(lines) + "\n"


def table(schema: Mapping[str, object]) -> list[str]:
    properties = schema.get("properties")
    if not isinstance(properties, Mapping):
        return []
    required = schema.get("required", [])
    rows = ["| key | | what it says |", "|---|---|---|"]
    for key, value in properties.items():
        needed = "required" if isinstance(required, list) and key in required else ""
        text = " ".join(str(value.get("description", "")).split()).replace("|", "\\|")
        rows.append(f"| `{key}` | {needed} | {text} |")
    return rows


def main() -> int:
    checking = "--check" in sys.argv[1:]
    wanted = dict(pages())
    present = {*(HERE / "rules").rglob("*.md")}
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    orphans = sorted(present - wanted.keys())
    if checking:
        for path in (*stale, *orphans):
            print(f"{path.relative_to(HERE.parent)} is stale: run make docs", file=sys.stderr)
        return int(bool(stale or orphans))
    for path in orphans:
        path.unlink()
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(wanted[path], encoding="utf-8")
    print(json.dumps({"written": len(stale), "removed": len(orphans), "pages": len(wanted)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
