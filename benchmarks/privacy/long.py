"""Cells a second on columns of a million rows, by kind: `python -m benchmarks.privacy.long [ROWS]`.

Processor time of one process is counted, so that other work on the machine does not show.
"""

from __future__ import annotations

import hashlib
import random
import sys
import time
import uuid

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow

from benchmarks.privacy.made import email, iban, person, phone, street
from rules.privacy.detection import DETECTOR


def main() -> None:
    """Time each column, best of two."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    r = random.Random(1)  # noqa: S311 - data, not keys
    columns = {
        "email": lambda: email(r),
        "digest": lambda: hashlib.sha256(r.randbytes(8)).hexdigest(),
        "id": lambda: str(uuid.UUID(int=r.getrandbits(128))),
        "name": lambda: person(r, "de"),
        "ref": lambda: f"REF-{r.randint(1, 10**8)}",
        "order_no": lambda: "4" + str(r.randint(10**14, 10**15)),
        "iban": lambda: iban(r),
        "created": lambda: f"2025-0{r.randint(1, 9)}-1{r.randint(1, 9)}T10:{r.randint(10, 59)}:{r.randint(10, 59)}Z",
        "status": lambda: r.choice(["open", "closed"]),
        "price": lambda: f"{r.uniform(1, 9999):.2f}",
        "ip": lambda: ".".join(str(r.randint(1, 254)) for _ in range(4)),
        "phone": lambda: phone(r, "E164"),
        "street": lambda: street(r, "de"),
        "amount": lambda: r.randint(1, 10**9),
    }
    list(DETECTOR.detect(pa.table({"email": ["a@corp.com", "b@corp.com"]})))  # imports are not measured
    total = 0.0
    for header, make in columns.items():
        table = pa.table({header: pa.array([make() for _ in range(rows)])})
        best = min(_seconds(table) for _ in range(2))
        total += best
        print(f"{header:10}{rows / best:14,.0f} cells/s")
    print(f"{'all':10}{rows * len(columns) / total:14,.0f} cells/s")


def _seconds(table: pa.Table) -> float:
    start = time.process_time()
    list(DETECTOR.detect(table))
    return time.process_time() - start


if __name__ == "__main__":
    main()
