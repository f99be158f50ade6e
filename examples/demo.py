"""`make demo`: build a company whose systems contradict its plan, and audit it as a user would."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

from examples.support_reply.commands import by_commands
from examples.support_reply.company import NOW, honest
from examples.support_reply.lies import LIES
from examples.support_reply.lies_about_runs import LIES as LIES_ABOUT_RUNS
from examples.support_reply.lies_about_the_index import LIES as LIES_ABOUT_THE_INDEX
from examples.support_reply.lies_about_tools import LIES as LIES_ABOUT_TOOLS
from examples.support_reply.world import build

FOLDER: Final = Path("demo")
"""Where the company is built, below the folder in which the demo is run."""

TOLD: Final = (
    "actions/undeclared-tool",
    "freshness/stale-chunks",
    "freshness/stale-segment",
    "freshness/stale-tail",
    "freshness/superseded-document",
    "lineage/unpinned-version",
    "plan/placeholder-answer",
    "privacy/identifiers-in-free-text",
    "privacy/raw-on-another-path",
    "privacy/secret-in-content",
    "privacy/unmasked-at-boundary",
    "retention/overdue-records",
    "retention/undeclared-retention",
    "source/lossy-join",
    "source/mismatched-type",
    "source/missing-field",
    "source/undeclared-values",
)
"""The rules whose lies are told: in systems of every kind, few enough to be read, and something may still launch."""

_BEFORE: Final = f"""\
In {FOLDER}/ there is now a made-up company: databases, files, documents, an index, traces, a tap and a server of tools.
One AI workflow is to draft replies from them, and {FOLDER}/plan.yaml says what it takes for granted.
{len(TOLD)} of these things are untrue. What may launch all the same, and what gives the rest back?
"""
_AFTER: Final = f"""\
The same as a page: {FOLDER}/report.html
To go on, tell your shell where the systems are: . {FOLDER}/environ.sh
  {{lineage}} rule freshness/stale-segment
      what a finding means, and how to mend it
  {{lineage}} scope {FOLDER}/plan.yaml --as-of {NOW.isoformat()} --allow-exec
      what may launch today, as a change of the plan
  {{lineage}} scan sqlite:///{FOLDER}/crm.db
      a system without any plan, which is how to begin with your own"""


def lying(folder: Path) -> dict[str, str]:
    """Build the company with all of these lies and its plan beside it; give the environment that the plan needs."""
    company = honest()
    by_commands(company)
    lies = {lie.rule: lie for lie in (*LIES, *LIES_ABOUT_RUNS, *LIES_ABOUT_THE_INDEX, *LIES_ABOUT_TOOLS)}
    for rule in TOLD:
        lies[rule].tell(company)
    environ = build(folder, company)
    (folder / "plan.yaml").write_text(company.plan, encoding="utf-8")
    return environ


def words(folder: Path) -> list[str]:
    """Give the command that audits it, and writes the page beside it; it may run the plan's server of tools and tap."""
    outputs = ["-o", "-", "-o", str(folder / "report.html")]
    return ["lineage", "audit", str(folder / "plan.yaml"), "--as-of", NOW.isoformat(), "--allow-exec", *outputs]


def _exports(named: dict[str, str]) -> str:
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in named.items())


def main() -> int:
    """Build, audit, print."""
    named = lying(FOLDER)
    command = words(FOLDER)
    print(f"{_BEFORE}\n$ {shlex.join(command)}\n", flush=True)
    environ = {**os.environ, **named}
    done = subprocess.run([sys.executable, "-m", *command], env=environ, check=False)  # noqa: S603 - our own command
    (FOLDER / "environ.sh").write_text(_exports(named), encoding="utf-8")
    print("\n" + _AFTER.format(lineage=os.path.relpath(Path(sys.executable).with_name("lineage"))))
    # Findings are what the demo is to show: only a run that could not be made is an error.
    return 0 if done.returncode in (0, 1) else done.returncode


if __name__ == "__main__":
    sys.exit(main())
