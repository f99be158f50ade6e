"""The systems behind `plan.yaml`: a CRM in SQLite, tickets in JSON Lines and product events in Parquet.

Everything is made up and the same at every run. What the plan takes for granted is untrue in these places:

* EU contacts were last synchronised 200 days ago, while the US ones are minutes old;
* two contacts are dated in the future, and would hide a table that nobody updates any more;
* the view that is to give a keyed hash of the e-mail address gives the address;
* ticket notes, which the plan calls harmless, hold phone numbers and bank accounts;
* product events are kept for 90 days where 30 were promised;
* nothing says how long traces are kept;
* nobody needs the year of birth.
"""

from __future__ import annotations

import json
import random
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""The moment of the story; the audit is made as of it."""

FIRST = ("Ada", "Bruno", "Chiara", "Dmitri", "Elif", "Farid", "Greta", "Hana", "Ivo", "Jun", "Kofi", "Lena")
LAST = ("Abt", "Bianchi", "Castro", "Dvorak", "Eriksen", "Fontaine", "Gruber", "Haddad", "Ito", "Jansen", "Kaya")
MOODS = ("cannot log in", "was charged twice", "asks for an invoice", "wants to change the plan", "reports a slow page")


def build(folder: Path) -> dict[str, str]:
    """Write the three systems below a folder and give the environment that the plan needs."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = random.Random(7)  # noqa: S311 - a story, no secret
    crm(folder / "crm.db", dice)
    (folder / "helpdesk").mkdir(exist_ok=True)
    tickets(folder / "helpdesk" / "tickets.jsonl", dice)
    (folder / "product").mkdir(exist_ok=True)
    usage(folder / "product" / "usage.parquet", dice)
    return {
        "CRM_URL": f"sqlite:///{folder / 'crm.db'}",
        "HELPDESK_FILES": str(folder / "helpdesk"),
        "PRODUCT_FILES": str(folder / "product"),
    }


def crm(path: Path, dice: random.Random) -> None:
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    try:
        connection.executescript(
            """
            create table contacts (
                id integer primary key, full_name text not null, email text not null, region text not null,
                tier text, birth_year integer, created_at text not null, updated_at text not null
            );
            create view ai_contacts as
                select id, region, tier, lower(email) as email, birth_year, created_at, updated_at from contacts;
            """
        )
        connection.executemany(
            "insert into contacts values (?, ?, ?, ?, ?, ?, ?, ?)", [contact(number, dice) for number in range(1, 601)]
        )
        connection.commit()
    finally:
        connection.close()


def contact(number: int, dice: random.Random) -> tuple[object, ...]:
    first, last = dice.choice(FIRST), dice.choice(LAST)
    region = "EU" if number % 3 == 0 else "US"
    created = NOW - timedelta(days=dice.randint(210, 700))
    age = (
        timedelta(days=200, minutes=dice.randint(0, 9000))
        if region == "EU"
        else timedelta(minutes=dice.randint(5, 9000))
    )
    updated = NOW + timedelta(days=300) if number in (10, 20) else NOW - age
    return (
        number,
        f"{first} {last}",
        f"{first}.{last}{number}@mail.example".lower(),
        region,
        dice.choice(("free", "silver", "gold")),
        dice.randint(1950, 2006),
        stamp(created),
        stamp(updated),
    )


def tickets(path: Path, dice: random.Random) -> None:
    with path.open("w", encoding="utf-8") as opened:
        for number in range(1, 801):
            contact_id = dice.randint(1, 600)
            row = {
                "id": f"T-{number:05d}",
                "contact_id": contact_id,
                "body": f"Customer {dice.choice(MOODS)} since {dice.randint(2, 20)} days and waits for an answer.",
                "note": note(dice),
                "created_at": stamp(NOW - timedelta(minutes=3 + 400 * (800 - number))),
            }
            opened.write(json.dumps(row) + "\n")


def note(dice: random.Random) -> str:
    kind = dice.random()
    if kind < 0.06:
        return f"call back under +49 30 9018{dice.randint(20000, 99999)}"
    if kind < 0.10:
        return f"refund to {iban(dice)}"
    return dice.choice(("sent form B", "second contact", "asked for patience", "waiting for logs", ""))


def iban(dice: random.Random) -> str:
    """Give a German account number with right check digits (ISO 13616), of a bank that does not exist."""
    account = f"99999999{dice.randint(0, 10**10 - 1):010d}"
    check = 98 - int(account + "131400") % 97
    return f"DE{check:02d}{account}"


def usage(path: Path, dice: random.Random) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = 5_000
    table = pa.table(
        {
            "user_id": pa.array([dice.randint(1, 600) for _ in range(rows)], pa.int64()),
            "feature": pa.array([dice.choice(("search", "export", "share", "import")) for _ in range(rows)]),
            "event_time": pa.array(
                [NOW - timedelta(minutes=10 + dice.randint(0, 90 * 24 * 60)) for _ in range(rows - 1)]
                + [NOW - timedelta(minutes=10)],
                pa.timestamp("us", tz="UTC"),
            ),
        }
    )
    pq.write_table(table, path)


def stamp(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S")
