"""Measure the search for leaks: `python -m benchmarks.privacy.leaks [VALUES] [MEGABYTES]`.

Made-up values are planted in made-up text, each as it is and in other spellings, and looked for as the scan does.
Prints how many of the planted values were found by kind and spelling, values found that were not planted, megabytes a
second and the most memory that the process had.
"""

from __future__ import annotations

import base64
import json
import random
import resource
import sys
import time
import unicodedata
from collections import defaultdict
from urllib.parse import quote

from benchmarks.privacy.masks import FAMILY, GIVEN, HOSTS
from rules.privacy._leaks.search import Fingerprints

BLOCK = 32 << 20
_PLAIN = {ord(letter): two for letter, two in {"ü": "ue", "Ü": "Ue", "ë": "e", "é": "e"}.items()}
PLANTED = 20_000
"""Values planted in a block."""
WORDS = [
    "the",
    "customer",
    "asked",
    "about",
    "an",
    "invoice",
    "that",
    "was",
    "sent",
    "last",
    "week",
    "and",
    "the",
    "reply",
    "said",
    "please",
    "wait",
    "until",
    "Monday",
    "order",
    "status",
    "open",
    "closed",
    "pending",
    "retry",
    "error",
    "404",
    "2026",
    "v1.2.3",
    "user",
    "id=8831",
    "agent",
    "said",
    "thanks",
    "regards",
    "Anna",
    "Paul",
    "Straße",
    "für",
    "über",
    "naïve",
    "café",
    "https://example.com/path?x=1&y=22",
    "12:30:59",
    "+1",
    "-5",
    "100%",
    "call",
    "back",
    "30",
    "minutes",
    "ticket",
]


def made(kind: str, number: int, rng: random.Random) -> str:
    """Make up the value of a number: no two are the same."""
    given, family = rng.choice(GIVEN), rng.choice(FAMILY)
    match kind:
        case "email":
            return f"{given}.{family}.{number}@{rng.choice(HOSTS)}".lower()
        case "phone":
            return f"+49 15{number % 10} {10_000_000 + number * 7 % 89_999_999}"
        case "iban":
            return f"DE{rng.randrange(10, 99)}{10**17 + number * 7919}"
        case "card":
            return f"4{10**14 + number * 104_729}"
        case _:
            return f"{given}{number:x} {family}{number % 97:x}"


def spellings(kind: str, value: str) -> dict[str, str]:
    """Give a value as it is, and as others write it."""
    found = {"as it is": value}
    match kind:
        case "email":
            local, _, host = value.partition("@")
            found |= {
                "capitals": value.upper(),
                "alias": f"{local}+news@{host}",
                "dots": f"{local.replace('.', '')}@{host}",
            }
        case "phone":
            bare = value.replace(" ", "")
            national = "0" + bare[3:]
            found |= {
                "international": bare,
                "00": f"00{bare[1:]}",
                "national": f"({national[:4]}) {national[4:7]}-{national[7:]}",
            }
        case "iban":
            found |= {"grouped": " ".join(value[i : i + 4] for i in range(0, len(value), 4)), "small": value.lower()}
        case "card":
            found |= {"grouped": "-".join(value[i : i + 4] for i in range(0, len(value), 4))}
        case _:
            words = value.split()
            found |= {"turned": f"{words[1]}, {words[0]}", "capitals": value.upper()}
    middle = len(value) // 2
    found |= {
        "JSON": json.dumps(value)[1:-1],
        "base64": base64.b64encode(json.dumps({"about": value}).encode()).decode(),
        "hexadecimal": value.encode().hex(),
        "URL": quote(value, safe=""),
        "HTML": "".join(f"&#{ord(sign)};" if not sign.isalnum() or sign > "z" else sign for sign in value),
        "broken line": f"{value[:middle]}\n  {value[middle:]}",
        "decomposed": unicodedata.normalize("NFD", value),
        "plain letters": value.translate(_PLAIN),
    }
    return found


def main(values: int, megabytes: int) -> None:
    """Plant, search, tell."""
    rng = random.Random(5)  # noqa: S311 - made-up text, the same each time
    shares = {"email": 0.4, "phone": 0.3, "iban": 0.1, "card": 0.1, "person": 0.1}
    prints = Fingerprints()
    known: list[tuple[str, str]] = []
    taken = 0.0
    for kind, share in shares.items():
        column = [made(kind, number, rng) for number in range(int(values * share))]
        used = time.process_time()
        prints.add(column, kind)
        taken += time.process_time() - used
        known += [(kind, value) for value in column]
    used = time.process_time()
    prints.search(b"the first search makes the tables")
    taken += time.process_time() - used
    print(f"{len(known):,} values taken in {taken:.1f} s of processor time")
    planted: dict[int, tuple[str, str]] = {}
    found: set[int] = set()
    seconds, busy, size = 0.0, 0.0, 0
    filler = [" ".join(rng.choices(WORDS, k=12)) for _ in range(5_000)]
    while size < megabytes << 20:
        text = _block(filler, known, planted, rng)
        start, used = time.perf_counter(), time.process_time()
        hits = prints.search(text)
        seconds += time.perf_counter() - start
        busy += time.process_time() - used
        size += len(text)
        found.update(hits.values.tolist())
    told: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for number, how in planted.items():
        told[how].append(number in found)
    for (kind, spelling), answers in sorted(told.items()):
        print(f"  {kind:7} {spelling:14} {sum(answers):>7,} of {len(answers):>7,}")
    hit = sum(sum(answers) for answers in told.values())
    print(f"{hit:,} of {len(planted):,} planted values found; {len(found - planted.keys())} others")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told_size = size / 2**20
    print(f"{told_size:,.0f} MB in {seconds:.1f} s: {told_size / seconds:.0f} MB/s")
    print(f"{told_size / busy:.0f} MB for each second of processor time; {memory:,.0f} MB of memory at most")


def _block(
    filler: list[str], known: list[tuple[str, str]], planted: dict[int, tuple[str, str]], rng: random.Random
) -> bytes:
    lines = []
    size = 0
    while size < BLOCK:
        line = rng.choice(filler)
        lines.append(line)
        size += len(line) + 1
    for _ in range(PLANTED):
        number = rng.randrange(len(known))
        if number in planted:
            continue
        kind, value = known[number]
        spelling, text = rng.choice(list(spellings(kind, value).items()))
        planted[number] = (kind, spelling)
        place = rng.randrange(len(lines))
        before, after = rng.choice(("", "(", "to: ", '"')), rng.choice(("", ".", ",", '"', ")"))
        lines[place] = f"{lines[place]} {before}{text}{after} and more"
    return "\n".join(lines).encode()


if __name__ == "__main__":
    given = [int(text) for text in sys.argv[1:]]
    main(*(given + [1_000_000, 1_024][len(given) :]))
