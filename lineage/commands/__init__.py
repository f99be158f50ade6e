"""The commands beside `audit`, each in its module; they read arguments, call the core and print."""

from __future__ import annotations

import typer

from lineage.commands import access, canary, export, gate, history, init, lineage, listen, plan, review, scope


def add_to(app: typer.Typer) -> None:
    """Add every command of this package, in the order in which help lists them."""
    for module in (access, canary, init, lineage, listen, export, plan, history, gate, review, scope):
        module.add_to(app)
