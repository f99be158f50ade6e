"""What the company has that is read by running a command: its server of tools, and its billing service by a tap.

A plan that names commands is scanned with `--allow-exec` only, so they are asked for one by one: `by_commands`.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Final

from examples.support_reply.company import Company

DESK: Final = Path(__file__).with_name("desk_tools.py")
TAP: Final = Path(__file__).with_name("billing_tap.py")

_BILLING: Final = 'connector: {type: files, path: "${BILLING_FILES}"}'
_BY_TAP: Final = (
    'connector: {type: singer_airbyte, protocol: singer, command: ["${PYTHON}", "${BILLING_TAP}"], '
    'config_path: "${BILLING_CONFIG}"}'
)
_DESK: Final = """\
  desk:                               # the tools that the workflow is given
    connector: {type: mcp_tools, command: ["${PYTHON}", "${DESK_SERVER}", "${DESK_TOOLS}"]}
    owner: ai-engineer@acme.example
    datasets: {}

steps:
"""


def by_commands(company: Company) -> None:
    """Let the plan read billing by the company's tap, and ask its server which tools the workflow is given."""
    company.says(_BILLING, _BY_TAP)
    company.says("reads: invoices.csv", "reads: invoices")
    company.says("\nsteps:\n", f"\n{_DESK}")


def write(folder: Path, company: Company) -> dict[str, str]:
    """Write what the commands read, and give the environment that the plan needs for them."""
    folder.mkdir(exist_ok=True)
    tools, invoices, config = (folder / name for name in ("tools.json", "invoices.json", "config.json"))
    tools.write_text(json.dumps(company.records["tools"]), encoding="utf-8")
    told = [{key: _told(value) for key, value in record.items()} for record in company.records["invoices"]]
    invoices.write_text(json.dumps(told), encoding="utf-8")
    config.write_text(json.dumps({"invoices": str(invoices.absolute())}), encoding="utf-8")
    return {
        "PYTHON": sys.executable,
        "DESK_SERVER": str(DESK),
        "DESK_TOOLS": str(tools.absolute()),
        "BILLING_TAP": str(TAP),
        "BILLING_CONFIG": str(config.absolute()),
    }


def _told(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
