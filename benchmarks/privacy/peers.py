"""Peers on the same rows as the detector: `python -m benchmarks.privacy.peers` writes them, each peer reads them.

    python -m benchmarks.privacy.peers write /tmp/rows.jsonl          # our columns, 50 rows each, one seed
    python -m benchmarks.privacy.peers ours /tmp/rows.jsonl           # the detector, headers read and ignored
    python -m benchmarks.privacy.peers presidio /tmp/rows.jsonl       # Presidio's vote by cell
    uv venv /tmp/peer && uv pip install --python /tmp/peer/bin/python 'DataProfiler[ml]'
    /tmp/peer/bin/python benchmarks/privacy/peers.py dataprofiler /tmp/rows.jsonl

DataProfiler labels each cell; a column is personal where a third of its cells are, as in Presidio's vote.
piicatcher 0.21.2 cannot be installed on Python 3.11: it depends on goog-stats, and that on logging 0.4.9.6, a source
archive of Python 2's time that no installer unpacks.
"""

from __future__ import annotations

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROWS = 50
Row = tuple[str, str | None, list[str]]


def write(path: Path) -> None:
    """Write header, kind and values of each column."""
    from benchmarks.privacy.made import negatives, positives

    r = random.Random(11)  # noqa: S311 - data, not keys
    cases = [*positives(r, ROWS), *negatives(r, ROWS)]
    lines = [json.dumps([case.header, case.expected, [str(value) for value in case.values]]) for case in cases]
    path.write_text("\n".join(lines), encoding="utf-8")


def ours(rows: list[Row], *, headers: bool) -> list[bool]:
    """Say of each column whether the detector calls it personal."""
    import pyarrow as pa

    from rules.privacy.detection import DETECTOR

    return [
        any(
            label.confidence >= 0.75 and not label.label.startswith("masked:")
            for label in DETECTOR.detect(pa.table({header if headers else "c01": values}))
        )
        for header, _, values in rows
    ]


def presidio(rows: list[Row]) -> list[bool]:
    """Say of each column whether Presidio's vote calls it personal."""
    from benchmarks.privacy.made import Case
    from benchmarks.privacy.run import presidio_vote

    found, _, _ = presidio_vote([Case(header, kind, list(values), "") for header, kind, values in rows], ROWS)
    return [bool(kinds) for kinds in found]


_PLAIN = {
    "UNKNOWN",
    "INTEGER",
    "FLOAT",
    "QUANTITY",
    "DATETIME",
    "DATE",
    "TIME",
    "ORDINAL",
    "URL",
    "HASH_OR_KEY",
    "UUID",
}


def dataprofiler(rows: list[Row]) -> list[bool]:
    """Say of each column whether DataProfiler's labeler calls a third of its cells personal."""
    import dataprofiler  # type: ignore[import-not-found]

    labeler = dataprofiler.DataLabeler(labeler_type="structured")
    labeler.predict(["warm"])
    found = []
    for _, _, values in rows:
        said = labeler.predict(values)["pred"]
        found.append(sum(label not in _PLAIN for label in said) * 3 >= len(values))
    return found


def told(name: str, rows: list[Row], run: Callable[[list[Row]], list[bool]]) -> None:
    """Print F1 of `personal or not`, misses, false alarms, and cells a second of processor time."""
    run(rows[:2])  # imports are not measured
    start = time.process_time()
    found = run(rows)
    seconds = time.process_time() - start
    pairs = [(kind is not None, yes) for (_, kind, _), yes in zip(rows, found, strict=True)]
    hits, misses, alarms = (pairs.count(pair) for pair in ((True, True), (True, False), (False, True)))
    cells = sum(len(values) for _, _, values in rows)
    score = 2 * hits / (2 * hits + misses + alarms)
    print(f"{name}: F1 {score:.3f}, {misses} missed, {alarms} false alarms, {cells / seconds:,.0f} cells/s")


def main() -> None:
    """Write the rows, or let one of the peers judge them."""
    task, path = sys.argv[1], Path(sys.argv[2])
    if task == "write":
        write(path)
        return
    rows: list[Row] = [tuple(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    if task == "ours":
        told("ours, headers read", rows, lambda some: ours(some, headers=True))
        told("ours, headers ignored", rows, lambda some: ours(some, headers=False))
    else:
        told(task, rows, {"presidio": presidio, "dataprofiler": dataprofiler}[task])


if __name__ == "__main__":
    main()
