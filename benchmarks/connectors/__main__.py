"""What connectors cost, one measurement a module.

    python -m benchmarks.connectors [NAME ...] [--small]

Each module of `MEASURED` has a function `run(small: bool) -> list[str]` that makes what it measures, and gives lines.
"""

from __future__ import annotations

import argparse
import importlib

MEASURED = {
    "table": "every connector that has a system here: facts a second, queries for each dataset",
    "indexes": "a million chunks held against a hundred thousand documents",
    "traces": "spans a second, as the instrumentations write them",
    "tools": "servers of tools, with their start",
    "events": "topics and streams: facts a second, queries for each dataset",
    "stores": "stores of user state: their structure, and a column's oldest",
    "services": "a Singer tap and HubSpot, a hundred thousand records each",
}
"""Module of this package -> what it measures; one that is not there yet is left out."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[*MEASURED, []], help="which; all of them without any")
    parser.add_argument("--small", action="store_true", help="a hundredth of the size, to see that it runs")
    given = parser.parse_args()
    for name in given.names or MEASURED:
        print(f"{name}: {MEASURED[name]}")
        for line in importlib.import_module(f"benchmarks.connectors.{name}").run(small=given.small):
            print(f"  {line}")


if __name__ == "__main__":
    main()
