"""Lies that a server of tools holds: what the workflow is given is not what its plan says that it may do."""

from __future__ import annotations

from typing import Final

from examples.support_reply.company import Company
from examples.support_reply.lies import Lie


def reading_destroys(company: Company) -> None:
    """The tool that reads tickets says of itself that it destroys."""
    company.records["tools"][0]["hints"] = {"read_only_hint": False, "destructive_hint": True, "open_world_hint": False}


def tickets_can_be_closed(company: Company) -> None:
    """The server offers a tool that is no action of the plan."""
    _offers(company, "close_ticket", "ticket_id")


def refunds_can_be_issued(company: Company) -> None:
    """The server offers what the plan rules out."""
    _offers(company, "issue_refund", "invoice_id")


def pages_can_be_fetched(company: Company) -> None:
    """One run may read what anybody wrote, see customers' records, and ask any address on the way."""
    _offers(company, "fetch_page", "url", read_only_hint=True)
    company.says("\n  read_ticket: {level: read}", "\n  read_ticket: {level: read}\n  fetch_page: {level: read}")


LIES: Final = (
    Lie("actions/contradictory-annotation", ("read_ticket",), reading_destroys),
    Lie("actions/undeclared-tool", ("desk",), tickets_can_be_closed),
    Lie("actions/possible-excluded-action", ("issue_refund",), refunds_can_be_issued),
    Lie("actions/lethal-trifecta", ("desk",), pages_can_be_fetched),
)
"""Every lie of this kind, by the rule that finds it."""


def _offers(company: Company, name: str, takes: str, **hints: bool) -> None:
    company.records["tools"].append(
        {"name": name, "description": "Does what it is called.", "inputs": [takes], "hints": hints}
    )
