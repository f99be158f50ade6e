"""The records of a made-up company: eight kinds of context, the same at every run for the same `now`.

Nothing here knows a system: `world` writes the records into databases and files, `lies` changes them first.
Every moment is counted back from `now`, so that the honest company is as fresh as its plan says on any day.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

NOW: Final = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""The moment of the story unless a caller names another."""

CONTACTS: Final = 240
TICKETS: Final = 400
USAGES: Final = 600
RUNS: Final = 40

Record = dict[str, object]

_PLAN: Final = Path(__file__).with_name("plan.yaml")
_DAY: Final = re.compile(r"\b20\d\d-\d\d-\d\d\b")
_FIRST: Final = ("Ada", "Bruno", "Chiara", "Dmitri", "Elif", "Farid", "Greta", "Hana", "Ivo", "Jun", "Kofi", "Lena")
_LAST: Final = ("Abt", "Bianchi", "Castro", "Dvorak", "Eriksen", "Fontaine", "Gruber", "Haddad", "Ito", "Jansen")
_MOODS: Final = (
    ("cannot log in", "The login page refuses the right password since this morning."),
    ("charged twice", "The last invoice was charged twice and nobody answered yet."),
    ("export is empty", "The export of last month has no rows although the report shows them."),
    ("change of plan", "We want to move to the larger plan before the end of the quarter."),
    ("slow pages", "Every page takes more than ten seconds to open in the afternoon."),
)
_FEATURES: Final = ("search", "export", "share", "import")
_SERVICES: Final = ("login", "billing", "export", "search")
_TOPICS: Final = ("exports", "invoices", "passwords", "seats", "searches", "shares", "imports", "reports")


@dataclass(slots=True)
class Company:
    """What the company's systems hold, and the plan that takes it for granted; lies change it in place."""

    now: datetime
    records: dict[str, list[Record]]
    """Table or file -> its records."""
    views: dict[str, str]
    """View -> its SELECT."""
    plan: str
    withheld: set[str] = field(default_factory=set)
    """Systems that are not there: their folder or database is not written."""
    zoneless: set[str] = field(default_factory=set)
    """Files whose moments are written as wall clocks, without a zone."""
    generated: dict[str, dict[str, str]] = field(default_factory=dict)
    """Table -> its columns that the database computes itself, with their expressions."""
    texts: dict[str, str] = field(default_factory=dict)
    """Files that are written beside the systems: contracts, logs, signatures (`papers`)."""
    hidden: str = "coalesce((select max(name) from sqlite_schema where type = 'trigger'), '')"
    """An expression over what the systems keep to themselves."""

    def ago(self, **span: float) -> datetime:
        """Give a moment before now."""
        return self.now - timedelta(**span)

    def says(self, declared: str, instead: str) -> None:
        """Let the plan say something else; what it said must stand there exactly once.

        Raises:
            ValueError: it does not, so that a lie would say nothing, or more than it means.
        """
        if self.plan.count(declared) != 1:
            message = f"the plan says {declared!r} {self.plan.count(declared)} times"
            raise ValueError(message)
        self.plan = self.plan.replace(declared, instead)

    def defines(self, view: str, expression: str, instead: str) -> None:
        """Let a view's definition say something else; what it said must stand there exactly once.

        Raises:
            ValueError: it does not.
        """
        if self.views[view].count(expression) != 1:
            message = f"{view} says {expression!r} {self.views[view].count(expression)} times"
            raise ValueError(message)
        self.views[view] = self.views[view].replace(expression, instead)

    def each(self, records: str, change: Callable[[Record], object]) -> None:
        """Change every record of a table or file."""
        for record in self.records[records]:
            change(record)


def honest(now: datetime = NOW, seed: int = 7) -> Company:
    """Give the company of which everything is true that its plan says."""
    dice = random.Random(seed)  # noqa: S311 - a story, no secret
    company = Company(now, {}, dict(VIEWS), _of_the_day(_PLAN.read_text(encoding="utf-8"), now))
    made: dict[str, Callable[[Company, random.Random], list[Record]]] = {
        "people": _people,
        "subscriptions": _subscriptions,
        "hr_core": _staff,
        "tickets": _tickets,
        "replies": _replies,
        "usage": _usage,
        "invoices": _invoices,
        "articles": _articles,
        "policies": _policies,
        "chunks": _chunks,
        "incidents": _incidents,
        "sessions": _sessions,
        "runs": _runs,
        "tools": _tools,
    }
    for name, make in made.items():
        company.records[name] = make(company, dice)
    return company


def _of_the_day(plan: str, now: datetime) -> str:
    """Give the plan with its days as far from now as they are from the day it was written for."""
    moved = (now.date() - NOW.date()).days
    return _DAY.sub(lambda day: (date.fromisoformat(day[0]) + timedelta(days=moved)).isoformat(), plan)


VIEWS: Final = {
    "ai_contacts": (
        "select id, substr(full_name, 1, 3) as salutation, email_hmac as email, '*** ' || substr(phone, -2) as phone, "
        "region, tier, ai_opt_out, created_at, updated_at from people"
    ),
    "ai_subscriptions": (
        "select s.id, s.contact_id, s.plan, s.seats, s.status, s.reference, s.started_at "
        "from subscriptions s join ai_contacts c on c.id = s.contact_id"
    ),
    "ai_incidents": "select id, service, severity as impact, summary, opened_at, updated_at from incidents",
}
"""What the workflow reads instead of tables, so that masks stand before it."""


def iban(dice: random.Random) -> str:
    """Give a German account number with right check digits (ISO 13616), of a bank that does not exist."""
    account = f"99999999{dice.randint(0, 10**10 - 1):010d}"
    return f"DE{98 - int(account + '131400') % 97:02d}{account}"


def card(dice: random.Random) -> str:
    """Give a payment card number with a right check digit (ISO 7812), of a range that is kept for tests."""
    digits = f"411111{dice.randint(0, 10**9 - 1):09d}"
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(digits))
    total = sum(each - 9 if each > 9 else each for each in doubled)
    return digits + str(-total % 10)


def phone(dice: random.Random) -> str:
    """Give a telephone number of a German range that is kept for stories."""
    return f"+49 30 23125{dice.randint(100, 999)}"


def address(first: str, last: str, number: int) -> str:
    """Give an e-mail address."""
    return f"{first}.{last}{number}@northwind-mail.com".lower()


def pseudonym(text: str) -> str:
    """Give the keyed hash that the company keeps beside an address."""
    return hmac.new(b"of the story", text.encode(), hashlib.sha256).hexdigest()


def _people(company: Company, dice: random.Random) -> list[Record]:
    found: list[Record] = []
    for number in range(1, CONTACTS + 1):
        first, last = dice.choice(_FIRST), dice.choice(_LAST)
        email = address(first, last, number)
        found.append(
            {
                "id": number,
                "full_name": f"{first} {last}",
                "email": email,
                "email_hmac": pseudonym(email),
                "phone": phone(dice),
                "region": "EU" if number % 3 == 0 else "US",
                "tier": dice.choice(("free", "silver", "gold")),
                "ai_opt_out": number % 17 == 0,
                "created_at": company.ago(days=dice.randint(40, 600)),
                "updated_at": company.ago(minutes=7 + 13 * number),
            }
        )
    return found


def _subscriptions(company: Company, dice: random.Random) -> list[Record]:
    return [
        {
            "id": number,
            "contact_id": number,
            "plan": dice.choice(("starter", "team", "enterprise")),
            "seats": dice.randint(1, 80),
            "status": dice.choice(("active", "paused")),
            "reference": f"SUB-{number:05d}",
            "started_at": company.ago(days=dice.randint(5, 39)),
        }
        for number in range(1, CONTACTS + 1)
    ]


def _staff(_company: Company, dice: random.Random) -> list[Record]:
    return [{"person_id": number, "grade": dice.choice(("A", "B", "C"))} for number in range(1, CONTACTS + 1)]


def _tickets(company: Company, dice: random.Random) -> list[Record]:
    found: list[Record] = []
    for number in range(1, TICKETS + 1):
        subject, body = dice.choice(_MOODS)
        updated = company.ago(minutes=3 + 90 * (TICKETS - number))
        created = updated - timedelta(minutes=2 if number > TICKETS - 20 else dice.randint(20, 4000))
        found.append(
            {
                "id": number,
                "contact_id": dice.randint(1, CONTACTS),
                "channel": dice.choice(("email", "form")),
                "status": dice.choice(("open", "waiting", "solved")),
                "subject": subject,
                "body": f"{body} {_closing(dice)}",
                "created_at": created,
                "updated_at": updated,
            }
        )
    return found


def _closing(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.08:
        return f"Please call me back under {phone(dice)}."
    if kind < 0.14:
        return f"Write to {address(dice.choice(_FIRST), dice.choice(_LAST), dice.randint(1, 99))} instead."
    if kind < 0.18:
        return f"The refund should go to {iban(dice)}."
    return dice.choice(("Thank you.", "It is urgent for us.", "We wait for an answer."))


def _replies(company: Company, dice: random.Random) -> list[Record]:
    told = ("We are looking into it.", "It was mended today.", "Please try it again now.", "The invoice was corrected.")
    return [
        {
            "id": number,
            "ticket_id": dice.randint(1, TICKETS),
            "body": f"{dice.choice(told)} {_closing(dice)}",
            "created_at": company.ago(minutes=5 + 80 * number),
        }
        for number in range(1, TICKETS + 1)
    ]


def _usage(company: Company, dice: random.Random) -> list[Record]:
    return [
        {
            "event_id": f"E-{number:06d}",
            "user_id": dice.randint(1, CONTACTS),
            "feature": dice.choice(_FEATURES),
            "event_time": company.ago(minutes=8 + 58 * number),
        }
        for number in range(USAGES)
    ]


def _invoices(company: Company, dice: random.Random) -> list[Record]:
    return [
        {
            "id": f"INV-{number:05d}",
            "contact_id": dice.randint(1, CONTACTS),
            "status": dice.choice(("paid", "open", "overdue")),
            "amount": dice.randint(900, 90_000) / 100,
            "issued_at": company.ago(days=dice.randint(2, 900)),
            "updated_at": company.ago(minutes=50 + 60 * number),
        }
        for number in range(1, 301)
    ]


def _articles(company: Company, dice: random.Random) -> list[Record]:
    return [
        {
            "doc_id": f"kb-{number:03d}",
            "title": f"How {_TOPICS[number % len(_TOPICS)]} work, part {number}",
            "version": str(dice.randint(1, 9)),
            "updated_at": company.ago(days=20 + 9 * number),
            "text": f"Open the page of {_TOPICS[number % len(_TOPICS)]} and follow step {number}, then save.",
        }
        for number in range(1, 25)
    ]


def _policies(company: Company, dice: random.Random) -> list[Record]:
    return [
        {
            "doc_id": f"policy-{number:02d}",
            "title": f"Policy on {_TOPICS[number % len(_TOPICS)]}",
            "version": str(dice.randint(1, 4)),
            "effective_from": company.ago(days=400 + 10 * number),
            "effective_to": company.now + timedelta(days=300 + 20 * number),
            "text": f"Refunds for {_TOPICS[number % len(_TOPICS)]} are granted within thirty days and by a person.",
        }
        for number in range(1, 9)
    ]


def _chunks(company: Company, _dice: random.Random) -> list[Record]:
    documents = [*company.records["articles"], *company.records["policies"]]
    return [
        {
            "chunk_id": f"{document['doc_id']}#0",
            "doc_id": document["doc_id"],
            "doc_version": document["version"],
            "text": document["text"],
            "embedded_at": company.ago(hours=2 + number / 8),
        }
        for number, document in enumerate(documents)
    ]


def _incidents(company: Company, dice: random.Random) -> list[Record]:
    return [
        {
            "id": number,
            "service": _SERVICES[number % len(_SERVICES)],
            "severity": dice.choice(("minor", "major", "critical")),
            "summary": f"The {_SERVICES[number % len(_SERVICES)]} service answered slowly and was restarted",
            "opened_at": company.ago(minutes=30 + 700 * number),
            "updated_at": company.ago(minutes=4 + 700 * number),
        }
        for number in range(60)
    ]


def _sessions(company: Company, dice: random.Random) -> list[Record]:
    return [
        {
            "session_id": f"S-{number:05d}",
            "user_id": dice.randint(1, CONTACTS),
            "plan_step": dice.choice(("welcome", "setup", "invite", "done")),
            "seen_at": company.ago(minutes=1 + 9 * number),
        }
        for number in range(120)
    ]


def _runs(company: Company, dice: random.Random) -> list[Record]:
    """Give the runs of the pilot: what each was given, did and cost; `traces` writes them as its spans."""
    chunks = company.records["chunks"]
    return [
        {
            "run": number,
            "started_at": company.ago(minutes=25 + 320 * number),
            "fetched_in": dice.uniform(0.3, 1.4),
            "retrieved_in": dice.uniform(0.1, 0.6),
            "drafted_in": dice.uniform(1.5, 3.5),
            "provider": "example-ai",
            "model": "sonnet-x",
            "tokens": dice.randint(1_500, 4_800),
            "answered": dice.randint(80, 400),
            "documents": [
                {"id": chunk["doc_id"], "version": chunk["doc_version"], "score": round(dice.uniform(0.5, 0.95), 3)}
                for chunk in dice.sample(chunks, 3)
            ],
            "marks": {"context.stale": number % 19 == 0, "context.missing": number % 23 == 0},
            "tool": "read_ticket",
            "offered": ["read_ticket", "draft_reply"],
            "event": "fallback" if number % 13 == 0 else "escalation" if number % 17 == 0 else "",
            "rubric_score": dice.choice((4.0, 4.2, 4.5, 4.8)),
        }
        for number in range(1, RUNS + 1)
    ]


def _tools(_company: Company, _dice: random.Random) -> list[Record]:
    """Give what the desk's server offers the workflow, and says of it."""
    return [
        {
            "name": "read_ticket",
            "description": "Gives a ticket of the workflow's own queue.",
            "inputs": ["ticket_id"],
            "hints": {"read_only_hint": True, "destructive_hint": False, "open_world_hint": False},
        },
        {
            "name": "draft_reply",
            "description": "Writes an internal note, which a support agent may send.",
            "inputs": ["ticket_id", "text"],
            "hints": {"read_only_hint": False, "destructive_hint": False, "open_world_hint": False},
        },
    ]
