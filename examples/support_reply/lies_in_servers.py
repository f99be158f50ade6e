"""Lies that only servers can hold: what a topic, a store or an index is told to do is not what the plan promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from examples.support_reply.company import Company
from examples.support_reply.servers import Settings


@dataclass(frozen=True, slots=True)
class Lie:
    """One thing that is untrue, and who is to find it."""

    rule: str
    about: tuple[str, ...]
    tell: Callable[[Company, Settings], None]
    entails: tuple[str, ...] = ()


def events_stay_for_a_quarter(_company: Company, settings: Settings) -> None:
    """The stream keeps events for ninety days, and thirty are promised."""
    settings.max_age = timedelta(days=90)


def events_stay_for_ever(_company: Company, settings: Settings) -> None:
    """The stream keeps events without end."""
    settings.max_age = None


def events_stopped(company: Company, _settings: Settings) -> None:
    """Nobody has used anything for three days."""
    recent = company.ago(days=3)
    company.records["usage"] = [one for one in company.records["usage"] if str(one["event_time"]) < str(recent)]


def the_last_invoice_of_each_stays(_company: Company, settings: Settings) -> None:
    """The topic is compacted: the last record of each invoice stays for ever."""
    settings.cleanup = "compact"


def invoices_stay_for_a_year(_company: Company, settings: Settings) -> None:
    """The topic keeps records for a year, and thirty days are promised."""
    settings.retention = timedelta(days=365)


def sessions_have_no_end(_company: Company, settings: Settings) -> None:
    """Nobody gave sessions a time to live."""
    settings.lives = None


def sessions_live_for_a_week(_company: Company, settings: Settings) -> None:
    """Sessions live for a week, and a day is promised."""
    settings.lives = timedelta(days=7)


def the_index_shows_all(_company: Company, settings: Settings) -> None:
    """A row policy hides articles of other teams, and the index gives their chunks."""
    settings.limited = False


def the_index_is_of_another_model(_company: Company, settings: Settings) -> None:
    """The vectors of the index have another dimension than the declared model gives."""
    settings.dimension = 3


LIES: Final = (
    Lie("retention/longer-than-declared", ("product.usage",), events_stay_for_a_quarter),
    Lie("retention/unenforced-retention", ("product.usage",), events_stay_for_ever),
    Lie("freshness/stale-source", ("product.usage",), events_stopped),
    Lie("retention/unenforced-retention", ("billing.invoices",), the_last_invoice_of_each_stays),
    Lie("retention/longer-than-declared", ("billing.invoices",), invoices_stay_for_a_year),
    Lie(
        "retention/endless-default",
        ("state.sessions",),
        sessions_have_no_end,
        entails=("retention/ambiguous-retention",),  # nothing says when a session ends
    ),
    Lie("retention/longer-than-declared", ("state.sessions",), sessions_live_for_a_week),
    Lie("access/rights-blind-retrieval", ("index.chunks",), the_index_shows_all),
    Lie("switching/unrebuildable-index", ("index.chunks",), the_index_is_of_another_model),
)
"""Every lie of this kind, by the rule that finds it."""
