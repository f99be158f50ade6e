"""The page of all systems: the kinds of context, what is read of each, and what that was tried on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

HERE = Path(__file__).parent
ASPECTS = ("schema", "sample", "freshness", "oldest", "retention", "grants", "lineage")
HEADS = ("schema", "sample", "freshness", "oldest", "configured retention", "grants", "lineage")
VERIFIED = {"real": "the real system", "stand-in": "a stand-in", "no": "**not verified**"}


@dataclass(frozen=True)
class Systems:
    """`kinds`: kind of context -> connectors; `connectors`: connector -> aspect -> how it is read, or `no: reason`."""

    kinds: Mapping[str, tuple[str, ...]]
    connectors: Mapping[str, Mapping[str, str]]

    def read(self, kind: str, aspect: str) -> tuple[str, ...]:
        """The connectors of that kind of context that read the aspect."""
        return tuple(name for name in self.kinds[kind] if not self.connectors[name][aspect].startswith("no:"))


def systems() -> Systems:
    told = yaml.safe_load((HERE / "connectors" / "systems.yaml").read_text(encoding="utf-8"))
    return Systems({kind: tuple(names) for kind, names in told["kinds"].items()}, told["connectors"])


def page() -> str:
    found = systems()
    lines = [
        "# Systems",
        "",
        "What context comes from, what is read of it, and what that was tried on.",
        "A source that is read through another one, as a CRM whose records land in a warehouse, is read as the other.",
        "",
        "## Kinds of context",
        "",
        f"| kind | {' | '.join(HEADS)} | verified against |",
        f"|---|{'---|' * (len(HEADS) + 1)}",
        *(_kind(found, kind) for kind in found.kinds),
        "",
        "## Connectors",
        "",
        f"| connector | {' | '.join(HEADS)} | verified against |",
        f"|---|{'---|' * (len(HEADS) + 1)}",
    ]
    for name in sorted(found.connectors):
        told = found.connectors[name]
        how = f"{VERIFIED[told['verified']]}: {told['against']}"
        lines.append(f"| [{name}]({name}.md) | {' | '.join(told[aspect] for aspect in ASPECTS)} | {how} |")
    return "\n".join(lines) + "\n"


def _kind(found: Systems, kind: str) -> str:
    names = found.kinds[kind]
    cells = []
    for aspect in ASPECTS:
        reading = found.read(kind, aspect)
        cells.append("all" if reading == names else ", ".join(reading))
    by_state = {
        state: [_link(name) for name in names if found.connectors[name]["verified"] == state] for state in VERIFIED
    }
    how = "; ".join(f"{VERIFIED[state]}: {', '.join(linked)}" for state, linked in by_state.items() if linked)
    return f"| {kind} | {' | '.join(cells)} | {how} |"


def _link(name: str) -> str:
    return f"[{name}]({name}.md)"
