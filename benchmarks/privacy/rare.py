"""Rare leaks of every kind in every sort of column: `python -m benchmarks.privacy.rare [dev|held] [misses]`.

Columns of 1,000 to 20,000 rows of which 0.5, 1 or 2 % hold a raw value; two e-mail addresses among 10,000 rows; one
that is repeated; and the same columns without any.
Found is a leak whose kind is told as likely, so that `privacy/undeclared-sensitive-data` breaks.
What nobody can tell from its letters (US social security numbers, British insurance numbers, passports, plates,
positions) is asked about: it counts where the finding that leaves the field unverified names it, and is told apart.
Of the half `dev` what was missed may be looked at, of `held` only the score.
"""

from __future__ import annotations

import random
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.privacy.rare_carriers import CARRIERS, Carrier
from benchmarks.privacy.rare_kinds import ASKED, email, proved
from benchmarks.privacy.third import LIKELY, labelled

ROWS: Final = (1_000, 1_000, 2_000, 5_000, 10_000, 20_000)
SHARES: Final = (0.005, 0.01, 0.02)
CLEAN: Final = 24
"""Columns without a leak of each carrier."""
_KIN: Final = {
    "national_id": {"national_id", "ssn", "health_id"},
    "ssn": {"ssn", "national_id"},
    "passport": {"passport", "national_id"},
    "iban": {"iban", "bank_account"},
    "location": {"location"},
}


@dataclass(frozen=True)
class Rare:
    """A column, and the label of what leaks in it; empty where nothing does."""

    carrier: str
    header: str
    kind: str
    label: str
    asked: bool
    values: list[object]


def made(part: str) -> Iterator[Rare]:
    """Give every column of a half."""
    for number, carrier in enumerate(CARRIERS):
        r = random.Random(f"{part}{number}")  # noqa: S311 - data, not keys
        for asked, kinds in ((False, proved(part)), (True, {k: (k, make) for k, make in ASKED[part].items()})):
            for kind, (label, make) in kinds.items():
                rows, share = r.choice(ROWS), r.choice(SHARES)
                values = _clean(r, part, carrier, rows)
                planted = [carrier.plant(r, part, label, make(r)) for _ in range(max(5, round(rows * share)))]
                if planted[0] is None:
                    continue
                for place, value in zip(r.sample(range(rows), len(planted)), planted, strict=True):
                    values[place] = value
                yield Rare(carrier.name, r.choice(carrier.headers[part]), kind, label, asked, values)
        yield from _few(part, carrier, r)
        for _ in range(CLEAN):
            values = _clean(r, part, carrier, r.choice(ROWS))
            yield Rare(carrier.name, r.choice(carrier.headers[part]), "none", "", False, values)


def _few(part: str, carrier: Carrier, r: random.Random) -> Iterator[Rare]:
    """Give two addresses in 10,000 rows, and one that stands twice."""
    once = email(part, r)
    for kind, mails in (("two e-mails", [email(part, r), email(part, r)]), ("one e-mail twice", [once, once])):
        values = _clean(r, part, carrier, 10_000)
        planted = [carrier.plant(r, part, "email", mail) for mail in mails]
        if planted[0] is None:
            continue
        for place, value in zip(r.sample(range(len(values)), 2), planted, strict=True):
            values[place] = value
        yield Rare(carrier.name, r.choice(carrier.headers[part]), kind, "email", kind != "two e-mails", values)


def _clean(r: random.Random, part: str, carrier: Carrier, rows: int) -> list[object]:
    return [carrier.clean(r, part) for _ in range(rows)]


def score(part: str, *, tell: bool = False) -> None:
    """Print what was found of each kind and in each carrier, and the false alarms."""
    by: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    alarms = questions = clean = 0
    start = time.process_time()
    for one in made(part):
        labels = {label: sure for label, sure in labelled(one.header, one.values).items() if ":" not in label}
        if not one.label:
            clean += 1
            alarms += any(sure >= LIKELY for sure in labels.values())
            questions += bool(labels) and all(sure < LIKELY for sure in labels.values())
            if tell and labels:
                print("   alarm", one.carrier, one.header, labels)
            continue
        told = max((labels.get(label, 0.0) for label in _KIN.get(one.label, {one.label})), default=0.0)
        found = told > 0 if one.asked else told >= LIKELY
        if tell and not found:
            print("   missed", one.carrier, one.header, one.kind, len(one.values), labels)
        for key in ("asked" if one.asked else "all", one.kind.split(" ")[0] + "*" * one.asked, f"in {one.carrier}"):
            by[key][0] += found
            by[key][1] += 1
            by[key][2] += not found and told > 0
    print(f"{part}: {alarms} false alarms and {questions} needless questions in {clean} columns;", end=" ")
    print(f"{time.process_time() - start:.0f} s of processor time")
    for key, (found_of, of, asked_of) in by.items():
        print(f"  {key}: {found_of} of {of} found" + (f", {asked_of} asked about" if asked_of else ""))


def main() -> None:
    """Score one half or both."""
    tell = "misses" in sys.argv
    for part in [one for one in ("dev", "held") if one in sys.argv] or ["dev", "held"]:
        score(part, tell=tell and part == "dev")


if __name__ == "__main__":
    main()
