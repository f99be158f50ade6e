"""Score spans of running text, and their speed: `python -m benchmarks.privacy.prose [--model en_core_web_sm]`.

Letters, tickets and notes in ten languages are put together from templates and names of this benchmark's own; every
place of personal data is known. Half of the languages (`HELD_OUT`) are scored apart, and so are three more with firms
of all (`prose_fresh`), which nobody looked at while rules were written. Between them stand texts with what looks like
personal data and is none. Texts written by hand in eighteen languages (`prose_written`) have a half of their own that
is only ever scored; `--written` scores them alone, `--speed` only times. A span counts where its kind is right and it
overlaps at least half of the place, and the place at least half of it. The speed is of processor time of one process.
"""

from __future__ import annotations

import random
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from benchmarks.privacy import prose_fresh as fresh
from benchmarks.privacy import prose_written as written
from benchmarks.privacy.made import card, email, iban
from benchmarks.privacy.prose_words import CLEAN, FILLER, LETTERS, PEOPLE, STREETS

HELD_OUT = ("es", "nl", "sv", "cs", "pt")
Place = tuple[int, int, str]


@dataclass(frozen=True)
class Prose:
    """A text, and where personal data stands in it."""

    language: str
    words: str
    places: tuple[Place, ...]


_MONTHS = {
    "en": "January March June October", "de": "Januar März Juni Oktober", "fr": "janvier mars juin octobre",
    "es": "enero marzo junio octubre", "it": "gennaio marzo giugno ottobre", "nl": "januari maart juni oktober",
    "pl": "stycznia marca czerwca października", "sv": "januari mars juni oktober", "pt": "janeiro março junho outubro",
    "cs": "ledna března června října", **fresh.MONTHS,
}  # fmt: skip


def _phone(r: random.Random, language: str) -> str:
    def pair() -> int:
        return r.randint(10, 99)

    national: dict[str, Callable[[], str]] = {
        "en": lambda: r.choice([f"({r.randint(201, 989)}) 555-01{pair()}", f"020 7946 0{r.randint(100, 999)}"]),
        "de": lambda: f"0151 {r.randint(10**7, 10**8 - 1)}",
        "fr": lambda: f"06 {pair()} {pair()} {pair()} {pair()}",
        "es": lambda: f"6{pair()} {r.randint(100, 999)} {r.randint(100, 999)}",
        "it": lambda: f"+39 347 {r.randint(1000000, 9999999)}",
        "nl": lambda: f"06-{r.randint(10**7, 10**8 - 1)}",
        "pl": lambda: f"+48 60{r.randint(1, 9)} {r.randint(100, 999)} {r.randint(100, 999)}",
        "sv": lambda: f"070-{r.randint(100, 999)} {pair()} {pair()}",
        "pt": lambda: f"91{r.randint(1, 9)} {r.randint(100, 999)} {r.randint(100, 999)}",
        "cs": lambda: f"+420 60{r.randint(1, 9)} {r.randint(100, 999)} {r.randint(100, 999)}",
        "da": lambda: f"{r.choice(['+45 ', ''])}{r.randint(20, 61)} {pair()} {pair()} {pair()}",
        "fi": lambda: f"04{r.randint(0, 9)} {r.randint(100, 999)} {r.randint(1000, 9999)}",
        "ro": lambda: f"07{r.randint(20, 88)} {r.randint(100, 999)} {r.randint(100, 999)}",
    }
    return national[language]()


_DOTTED = {"de", "pl", "cs", "fi", "ro"}


def _born(r: random.Random, language: str) -> str:
    day, month, year = r.randint(1, 28), r.randint(1, 12), r.randint(1940, 2005)
    named = r.choice(_MONTHS[language].split())
    link = " de " if language in {"es", "pt"} else ". " if language in {"de", "cs", "da", "fi"} else " "
    return r.choice([
        f"{day:02d}.{month:02d}.{year}" if language in _DOTTED else f"{day:02d}/{month:02d}/{year}",
        f"{year}-{month:02d}-{day:02d}",
        f"{day}{link}{named}{' de ' if link == ' de ' else ' '}{year}",
    ])  # fmt: skip


def _values(r: random.Random, language: str) -> dict[str, str]:
    first, last = (PEOPLE | fresh.PEOPLE)[language]
    other_first, other_last = r.choice(first), r.choice(last)
    return {
        "first": r.choice(first),
        "last": r.choice(last),
        "person": f"{r.choice(first)} {r.choice(last)}",
        "other": f"{other_first} {other_last}",
        "address": (STREETS | fresh.STREETS)[language](r),
        "phone": _phone(r, language),
        "email": email(r),
        "iban": iban(r),
        "card": card(r),
        "birth_date": _born(r, language),
        "ip": ".".join(str(r.randint(11, 220)) for _ in range(4)),
        "secret": "ghp_" + "".join(r.choices("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=36)),
        "number": str(r.randint(10**7, 10**9)),
        "amount": f"{r.randint(10, 999)},{r.randint(10, 99)}",
        "day": f"{r.randint(1, 28):02d}.{r.randint(1, 12):02d}.2025",
    }


_LABELS = {"first": "person", "last": "person", "other": "person", **{kind: kind for kind in (
    "person", "address", "phone", "email", "iban", "card", "birth_date", "ip", "secret")}}  # fmt: skip


def filled(r: random.Random, language: str, template: str) -> Prose:
    """Fill a template's `<kinds>`, and remember where they stand."""
    values, words, places = _values(r, language), "", []
    for number, part in enumerate(template.replace(">", "<").split("<")):
        if number % 2 == 0:
            words += part
            continue
        value = values[part]
        if part in _LABELS:
            places.append((len(words), len(words) + len(value), _LABELS[part]))
        words += value
    return Prose(language, words, tuple(places))


def proses(r: random.Random, each: int) -> Iterator[Prose]:
    """Give letters of every language, each within sentences that hold nothing, and texts without any personal data."""
    for language, templates in LETTERS.items():
        for _ in range(each):
            yield _letter(r, language, templates, FILLER[language])
        for _ in range(each // 2):
            yield _clean(r, language, CLEAN[language], FILLER[language])


def unseen(r: random.Random, each: int) -> Iterator[Prose]:
    """Give the same of languages, and of firms, that were not looked at."""
    for language, templates in fresh.LETTERS.items():
        for _ in range(each):
            yield _letter(r, language, templates, fresh.FILLER[language])
    for language, templates in fresh.CLEAN.items():
        for template in templates:
            for _ in range(3):
                yield _clean(r, language, [template], (FILLER | fresh.FILLER)[language])


def by_hand(half: Sequence[written.Written]) -> list[Prose]:
    """Give a half of the texts that were written by hand."""
    return [Prose(genre.split()[0], words, places) for genre, words, places in half]


def _letter(r: random.Random, language: str, templates: Sequence[str], filler: Sequence[str]) -> Prose:
    letter = filled(r, language, r.choice(templates))
    ahead = " ".join(r.choices(filler, k=r.randint(0, 4)))
    behind = " ".join(r.choices(filler, k=r.randint(0, 6)))
    shift = len(ahead) + 2 if ahead else 0
    words = f"{ahead}\n\n{letter.words}\n\n{behind}" if ahead else f"{letter.words}\n\n{behind}"
    return Prose(language, words, tuple((a + shift, b + shift, label) for a, b, label in letter.places))


def _clean(r: random.Random, language: str, templates: Sequence[str], filler: Sequence[str]) -> Prose:
    clean = filled(r, language, r.choice(templates))
    return Prose(language, clean.words + " " + " ".join(r.choices(filler, k=3)), ())


def score(proses: Sequence[Prose], found: Sequence[Sequence[Place]]) -> dict[str, tuple[int, int, int]]:
    """Give hits, misses and false alarms by kind."""
    hits: Counter[str] = Counter()
    misses: Counter[str] = Counter()
    alarms: Counter[str] = Counter()
    for prose, spans in zip(proses, found, strict=True):
        left = list(spans)
        for place in prose.places:
            match = next((span for span in left if span[2] == place[2] and _same(span, place)), None)
            if match is None:
                misses[place[2]] += 1
            else:
                hits[place[2]] += 1
                left.remove(match)
        alarms.update(span[2] for span in left)
    return {kind: (hits[kind], misses[kind], alarms[kind]) for kind in sorted({*hits, *misses, *alarms})}


def _same(span: Place, place: Place) -> bool:
    shared = min(span[1], place[1]) - max(span[0], place[0])
    return shared * 2 >= place[1] - place[0] and shared * 2 >= span[1] - span[0]


def ours(words: list[str]) -> list[list[Place]]:
    """Give the detector's spans of each text."""
    from rules.privacy._text.spans import spans_of

    found: list[list[Place]] = [[] for _ in words]
    for span in spans_of(words):
        found[span.text].append((span.start, span.end, span.label))
    return found


_THEIRS = {
    "PERSON": "person", "LOCATION": "address", "PHONE_NUMBER": "phone", "EMAIL_ADDRESS": "email", "IBAN_CODE": "iban",
    "CREDIT_CARD": "card", "DATE_TIME": "birth_date", "IP_ADDRESS": "ip",
}  # fmt: skip


def presidio(words: list[str], model: str) -> list[list[Place]]:
    """Give Presidio's spans with a spaCy model: its default recognisers for English."""
    warnings.simplefilter("ignore")
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NlpEngineProvider
    from presidio_analyzer.predefined_recognizers import EmailRecognizer

    from rules.privacy._forms.presidio import _email_recogniser

    models = [{"lang_code": "en", "model_name": model}]
    nlp = NlpEngineProvider(nlp_configuration={"nlp_engine_name": "spacy", "models": models}).create_engine()
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"], nlp_engine=nlp)
    registry.recognizers = [one for one in registry.recognizers if not isinstance(one, EmailRecognizer)]
    registry.add_recognizer(_email_recogniser())
    engine = AnalyzerEngine(registry=registry, nlp_engine=nlp, supported_languages=["en"])
    found: list[list[Place]] = []
    for text in words:
        results = engine.analyze(text, language="en", entities=list(_THEIRS), score_threshold=0.4)
        found.append([(one.start, one.end, _THEIRS[one.entity_type]) for one in results])
    return found


def _f1(counts: tuple[int, int, int]) -> float:
    hits, misses, alarms = counts
    return 2 * hits / max(1, 2 * hits + misses + alarms)


def told(name: str, proses: Sequence[Prose], found: Sequence[Sequence[Place]]) -> None:
    """Print micro F1, F1 by kind, and false alarms in clean texts."""
    kinds = score(proses, found)
    total = tuple(sum(counts[place] for counts in kinds.values()) for place in range(3))
    clean = [spans for prose, spans in zip(proses, found, strict=True) if not prose.places]
    print(
        f"{name}: F1 {_f1((total[0], total[1], total[2])):.3f} ({total[0]} hits, {total[1]} missed, {total[2]} false)"
    )
    print("  " + ", ".join(f"{kind} {_f1(counts):.2f} {counts}" for kind, counts in kinds.items()))
    print(f"  clean texts with a false alarm: {sum(map(bool, clean))} of {len(clean)}")


def main() -> None:
    """Score both halves of the languages, then time texts of which one in five holds personal data."""
    made = list(proses(random.Random(21), 60))  # noqa: S311 - data, not keys
    ours([made[0].words] * 40)  # imports are not measured
    runs: list[tuple[str, Callable[[list[str]], list[list[Place]]]]] = [("ours", ours)]
    if "--model" in sys.argv:
        model = sys.argv[sys.argv.index("--model") + 1]
        runs.append((f"Presidio with {model}", lambda words: presidio(words, model)))
    for name, run in runs if "--speed" not in sys.argv else ():
        looked_at = [prose for prose in made if prose.language not in HELD_OUT]
        held_out = [prose for prose in made if prose.language in HELD_OUT]
        fresh_ones = list(unseen(random.Random(23), 60))  # noqa: S311 - data, not keys
        for half, part in (
            ("written by hand, looked at", by_hand(written.DEVELOPED)),
            ("written by hand, held", by_hand(written.HELD)),
            ("languages looked at", looked_at),
            ("languages held out", held_out),
            ("languages and firms not looked at", fresh_ones),
        )[: 2 if "--written" in sys.argv else 5]:
            start = time.process_time()
            found = run([prose.words for prose in part])
            seconds = time.process_time() - start
            told(f"{name}, {half}", part, found)
            size = sum(len(prose.words.encode()) for prose in part)
            print(f"  {size / seconds / 1e6:.3f} MB/s on these {size / 1e3:.0f} kB")
        if name != "ours" and "--written" not in sys.argv:
            english = [prose for prose in made if prose.language == "en"]
            told(f"{name}, English alone", english, run([prose.words for prose in english]))
    if "--written" in sys.argv:
        return
    if "--speed" in sys.argv:
        speeds(made)
        return
    english = [prose for prose in made if prose.language == "en"]
    told("ours, English alone", english, ours([prose.words for prose in english]))
    speeds(made)


def speeds(made: Sequence[Prose]) -> None:
    """Print the speed on tickets of a dozen sentences, of which some begin with a letter that holds personal data."""
    letters = [prose for prose in made if prose.places]
    for said, share, times in (("one in five", 0.2, 12), ("two in five", 0.4, 12), ("every one", 1.0, 6)):
        r = random.Random(22)  # noqa: S311 - data, not keys
        texts = []
        for prose in letters * times:
            body = " ".join(r.choices(FILLER[prose.language], k=12))
            texts.append(f"{prose.words}\n\n{body}" if r.random() < share else body)
        size = sum(len(text.encode()) for text in texts)
        clock = time.perf_counter()
        best = min(_seconds(partial(ours, texts)) for _ in range(2))
        clock = (time.perf_counter() - clock) / 2
        rates = f"{size / best / 1e6:.2f} MB/s, by the clock {size / clock / 1e6:.2f}"
        print(f"ours, tickets, {said} holds personal data: {rates}, of {size / 1e6:.1f} MB")


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


if __name__ == "__main__":
    main()
