"""What a server of tools offers to a workflow; never what a tool's description says."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.facts.seen import Seen


@dataclass(frozen=True, slots=True)
class ToolFact:
    """A tool that a workflow is given. What it says of itself is a hint of its server's, and proves nothing."""

    seen: Seen
    tool: str
    """As the server spells it; empty where it has not the form of a name."""
    annotated: bool
    """It says anything of what it does: one of the four below."""
    read_only: bool | None = None
    """None: it does not say."""
    destructive: bool | None = None
    idempotent: bool | None = None
    open_world: bool | None = None
    acts: tuple[str, ...] = ()
    """What the words of its name tell, or where they tell nothing the first words of its description: of `reads`,
    `changes`, `destroys`, `sends` (to others), `brings` (what others wrote), `runs` (whatever it is given)."""
    inputs: tuple[str, ...] = ()
    """Names of its parameters."""
    outputs: tuple[str, ...] = ()
    """Names of the fields that it says it gives."""
