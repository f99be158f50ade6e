"""Measure detection on made-up data, beside Presidio's own vote: `python -m benchmarks.privacy.run`.

Prints F1 for `personal or not` with headers and without, by kind, false alarms, leaks found, and cells a second.
Presidio's vote is per cell, every pattern recogniser it loads by default for English, no language model; the vote wins
where a third of the first 50 cells agree.
"""

from __future__ import annotations

import logging
import random
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from benchmarks.privacy.made import Case, leaks, negatives, positives, texts
from rules.privacy.detection import DETECTOR

SEEDS = (11, 12, 13)
ROWS = 1_000


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


def timed(run: Callable[[], object]) -> float:
    """Give the best seconds of three runs."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


def presidio_vote(cases: Sequence[Case], rows: int) -> tuple[list[set[str]], float, int]:
    """Give Presidio's column vote, its seconds and its cells."""
    warnings.simplefilter("ignore")
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NoOpNlpEngine
    from presidio_analyzer.predefined_recognizers import EmailRecognizer

    from rules.privacy._presidio import _email_recogniser

    logging.getLogger("presidio-analyzer").disabled = True
    nlp = NoOpNlpEngine([{"lang_code": "en", "model_name": "no_op"}])
    nlp.load()
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=nlp)
    registry.recognizers = [one for one in registry.recognizers if not isinstance(one, EmailRecognizer)]
    registry.add_recognizer(_email_recogniser())  # the same one, without its download
    engine = AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["en"])
    unwanted = {"DATE_TIME", "URL"}
    found, cells = [], 0
    start = time.perf_counter()
    for case in cases:
        votes: Counter[str] = Counter()
        values = [str(value) for value in case.values[:rows]]
        for value in values:
            cells += 1
            results = engine.analyze(value, language="en", context=[case.header], score_threshold=0.4)
            votes.update({result.entity_type for result in results} - unwanted)
        found.append({kind for kind, count in votes.items() if count * 3 >= len(values)})
    return found, time.perf_counter() - start, cells


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
    seconds = timed(lambda: raw_labels(made, ROWS, headers=True))
    speed = len(made) * ROWS / seconds
    print(f"ours, {ROWS} rows: {speed:,.0f} cells/s")
    few = raw_labels(made, 50, headers=True)
    print(f"ours on the same 50 rows: F1 {f1(made, few)[0]:.3f}")
    voted, took, cells = presidio_vote(made, 50)
    print(
        f"Presidio's vote on 50 rows: F1 {f1(made, voted)[0]:.3f}, {cells / took:,.0f} cells/s; "
        f"ours is {speed / (cells / took):,.0f} times as fast"
    )


if __name__ == "__main__":
    main()
