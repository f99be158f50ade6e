"""Columns that others made, to measure detection on what its author did not write.

    python -m venv /tmp/outside && /tmp/outside/bin/pip install faker vega-datasets scikit-learn statsmodels pandas
    /tmp/outside/bin/python benchmarks/privacy/outside.py make /tmp/columns.jsonl
    python -m benchmarks.privacy.outside score /tmp/columns.jsonl

People, addresses and ids come from Faker in 23 locales, negatives from Faker and from real public tables without
personal data; neither is a dependency of ours. Headers are kind or opaque by turns.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

ROWS = 300
LOCALES = (
    "en_GB en_IN de_AT fr_CA es_MX pt_PT da_DK no_NO fi_FI cs_CZ hu_HU ro_RO el_GR uk_UA bg_BG hr_HR zh_CN ko_KR ar_SA "
    "he_IL id_ID vi_VN th_TH"
)
PERSONAL = {
    "name": ("person", cycle(["full_name", "c17", "customer", "x"])),
    "last_name": ("person", cycle(["last_name", "q2"])),
    "first_name": ("person", cycle(["first_name", "w"])),
    "address": ("address", cycle(["address", "col_5", "addr1"])),
    "street_address": ("address", cycle(["street", "location_text"])),
    "phone_number": ("phone", cycle(["phone", "f_9"])),
    "email": ("email", cycle(["email", "v2"])),
    "date_of_birth": ("birth_date", cycle(["dob", "d1"])),
    "ssn": ("national_id", cycle(["ssn", "id_nr", "k3"])),
}
HARMLESS = (
    "company job city country catch_phrase color_name iso8601 file_name user_agent language_name currency_name bs word "
    "sentence"
)
KIN = {"first_name": "person", "ssn": "national_id"}


def made() -> Iterator[tuple[str, str | None, list[object]]]:
    """Give header, kind (None: harmless) and values of each column."""
    import faker  # type: ignore[import-not-found]

    for number, locale in enumerate(LOCALES.split()):
        maker = faker.Faker(locale)
        maker.seed_instance(77 + number)
        for name, (kind, headers) in PERSONAL.items():
            yield next(headers), kind, [str(getattr(maker, name)()).replace("\n", ", ") for _ in range(ROWS)]
        for name in HARMLESS.split():
            yield name, None, [str(getattr(maker, name)()) for _ in range(ROWS)]
    yield from real()


def real() -> Iterator[tuple[str, str | None, list[object]]]:
    """Give the columns of public tables that hold no personal data."""
    import sklearn.datasets as learn  # type: ignore[import-not-found]
    import statsmodels.datasets as models  # type: ignore[import-not-found]
    from vega_datasets import local_data  # type: ignore[import-not-found]

    tables = [getattr(learn, f"load_{name}")(as_frame=True).frame for name in ("iris", "wine", "diabetes", "linnerud")]
    tables += [
        getattr(models, name).load_pandas().data
        for name in dir(models)
        if hasattr(getattr(models, name), "load_pandas")
    ]
    for name in local_data.list_datasets():
        found = getattr(local_data, name.replace("-", "_"))
        tables.extend(
            [found()] if callable(found) and name not in {"graticule", "world-110m", "us-10m", "la-riots"} else []
        )
    for table in tables:
        for header in getattr(table, "columns", ()):
            yield str(header), None, table[header].dropna().tolist()[:1_000]


def score(lines: list[str], *, headers: bool) -> None:
    """Print F1 of `personal or not`, misses, false alarms, and F1 by kind."""
    import pyarrow as pa

    from rules.privacy.detection import DETECTOR

    right = missed = alarms = harmless = 0
    kinds: dict[str, list[int]] = {}
    for line in lines:
        header, kind, values = json.loads(line)
        if not values:
            continue
        table = pa.table({header if headers else "c01": pa.array(values)})
        labels = {one.label for one in DETECTOR.detect(table) if one.confidence >= 0.75}
        found = {KIN.get(label, label) for label in labels if not label.startswith("masked:")}
        right += bool(kind and found)
        missed += bool(kind and not found)
        harmless += kind is None
        alarms += bool(found and kind is None)
        for one in {kind, *found} - {None}:
            counts = kinds.setdefault(str(one), [0, 0, 0])
            counts[0 if one == kind and one in found else 1 if one == kind else 2] += 1
    print(f"headers {'read' if headers else 'ignored'}: F1 {2 * right / (2 * right + missed + alarms):.3f},", end=" ")
    print(f"{missed} of {right + missed} missed, {alarms} false alarms in {harmless}")
    print(", ".join(f"{kind} {2 * a / (2 * a + b + c):.2f}" for kind, (a, b, c) in sorted(kinds.items())))


def main() -> None:
    """Make the columns, or score them."""
    task, path = sys.argv[1], Path(sys.argv[2])
    if task == "make":
        warnings.simplefilter("ignore")
        plain: Any = (bool, int, float, str)
        lines = [
            json.dumps([header, kind, [value if isinstance(value, plain) else str(value) for value in values]])
            for header, kind, values in made()
        ]
        path.write_text("\n".join(lines), encoding="utf-8")
    else:
        lines = path.read_text(encoding="utf-8").splitlines()
        score(lines, headers=True)
        score(lines, headers=False)


if __name__ == "__main__":
    main()
