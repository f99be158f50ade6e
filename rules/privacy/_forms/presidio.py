"""Presidio, loaded when the first candidate needs it: yes or no, without a language model and without a network.

Four things are set right here.
The e-mail recogniser would download the public suffix list on first use: it gets the list that tldextract ships.
The phone recogniser takes 3 ms a text: ours asks the same library only where a number stands.
The card recogniser does not know the numbers that begin with 2: it gets their pattern.
Presidio's logger repeats the text that it could not check: it is silenced in this process.

Its modules import each other in circles, so that two threads that first import it at once find half of it and fail:
one thread at a time loads it.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from rules.privacy._forms.mail import known_domain
from rules.privacy._forms.phones import phone_spans
from rules.privacy._forms.secrets import ANY

if TYPE_CHECKING:
    from presidio_analyzer import AnalyzerEngine, EntityRecognizer

ENTITIES: Final = {
    "email": "EMAIL_ADDRESS",
    "iban": "IBAN_CODE",
    "card": "CREDIT_CARD",
    "ip": "IP_ADDRESS",
    "mac_address": "MAC_ADDRESS",
    "crypto_wallet": "CRYPTO",
    "phone": "PHONE_NUMBER",
    "ssn": "US_SSN",
    "secret": "SECRET",
}
"""Our label -> Presidio's entity."""

_LABELS: Final = {entity: label for label, entity in ENTITIES.items()}
_LOWEST_SCORE: Final = 0.4
loading: Final = threading.RLock()
"""Held while Presidio is imported."""


def recognised(label: str, texts: Sequence[str]) -> list[bool]:
    """Say for each text whether Presidio's recogniser of that label finds its kind in it."""
    with loading:
        recogniser = _recognisers()[label]
    entities = [ENTITIES[label]]
    return [any(found.score >= _LOWEST_SCORE for found in recogniser.analyze(text, entities, None)) for text in texts]


def spans(text: str, labels: frozenset[str]) -> frozenset[str]:
    """Give the labels, of those asked for, that Presidio's engine finds anywhere in a text."""
    entities = [ENTITIES[label] for label in labels if label in ENTITIES]
    if not entities:
        return frozenset()
    found = engine().analyze(text, language="en", entities=entities, score_threshold=_LOWEST_SCORE)
    ours = {_LABELS[result.entity_type] for result in found if result.entity_type in _LABELS}
    return frozenset(ours)


def engine() -> AnalyzerEngine:
    """Give Presidio's engine with these recognisers and no language model; one a process."""
    with loading:
        return _engine()


@cache
def _engine() -> AnalyzerEngine:
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
    from presidio_analyzer.nlp_engine import NoOpNlpEngine

    nlp = NoOpNlpEngine([{"lang_code": "en", "model_name": "no_op"}])
    nlp.load()
    registry = RecognizerRegistry(recognizers=list(_recognisers().values()), supported_languages=["en"])
    return AnalyzerEngine(
        registry=registry, nlp_engine=nlp, supported_languages=["en"], context_aware_enhancer=_NoContext()
    )


@cache
def _recognisers() -> dict[str, EntityRecognizer]:
    # Before the import: modules of Presidio log while they load, and the IBAN recogniser logs what it cannot check.
    logging.getLogger("presidio-analyzer").disabled = True
    from presidio_analyzer.predefined_recognizers import (
        CreditCardRecognizer,
        CryptoRecognizer,
        IbanRecognizer,
        IpRecognizer,
        MacAddressRecognizer,
        UsSsnRecognizer,
    )

    return {
        "email": _email_recogniser(),
        "iban": IbanRecognizer(),
        "card": CreditCardRecognizer(patterns=[*CreditCardRecognizer.PATTERNS, _second_series()]),
        "ip": IpRecognizer(),
        "mac_address": MacAddressRecognizer(),
        "crypto_wallet": CryptoRecognizer(),
        "ssn": UsSsnRecognizer(),
        "phone": _phone_recogniser(),
        "secret": _secret_recogniser(),
    }


def _second_series() -> Any:
    """Give the pattern of Mastercard numbers from 2221 to 2720, in use since 2017, which Presidio leaves out."""
    from presidio_analyzer import Pattern

    return Pattern("Mastercard, second series", r"\b2[2-7]\d{2}[- ]?\d{4}[- ]?\d{4}[- ]?\d{4}\b", 0.3)


def _email_recogniser() -> EntityRecognizer:
    from presidio_analyzer.predefined_recognizers import EmailRecognizer

    class OfflineEmailRecognizer(EmailRecognizer):  # type: ignore[misc]
        """Presidio's, with the suffix list that is installed, and the names that networks of their own use."""

        def validate_result(self, pattern_text: str) -> bool:
            return known_domain(pattern_text.rpartition("@")[2].lower())

    return OfflineEmailRecognizer()


def _phone_recogniser() -> EntityRecognizer:
    from presidio_analyzer import LocalRecognizer, RecognizerResult

    class SpanPhoneRecognizer(LocalRecognizer):  # type: ignore[misc]
        """Phone numbers where they are written as such."""

        def load(self) -> None:
            """Nothing: phonenumbers loads a country when it is asked for."""

        def analyze(
            self,
            text: str,
            entities: list[str],  # noqa: ARG002 - Presidio's port
            nlp_artifacts: Any = None,  # noqa: ARG002 - Presidio's port
        ) -> list[RecognizerResult]:
            return [RecognizerResult("PHONE_NUMBER", start, end, 0.75) for start, end in phone_spans(text)]

    return SpanPhoneRecognizer(supported_entities=["PHONE_NUMBER"], supported_language="en")


def _secret_recogniser() -> EntityRecognizer:
    from presidio_analyzer import Pattern, PatternRecognizer

    patterns = [Pattern("formats of keys", ANY, 0.95)]  # one pass: forty patterns cost 290 us a value
    return PatternRecognizer(
        supported_entity="SECRET", patterns=patterns, name="SecretRecognizer", global_regex_flags=re.MULTILINE
    )


def _NoContext() -> Any:  # noqa: N802 - makes a class that cannot exist before Presidio is loaded
    from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer

    class NoContext(ContextAwareEnhancer):  # type: ignore[misc]
        """Leave results as they are: without a language model there are no words around them."""

        def enhance_using_context(self, *, raw_results: Any, **_: Any) -> Any:
            return raw_results

    return NoContext(0.0, 0.0, 0, 0)
