"""What a masking method may leave of a value: what still looks like personal data there is what was declared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from lineage.facts import LabelFact

_LEFT_BY: Final[Mapping[str, frozenset[str]]] = {
    "first_name": frozenset({"first_name"}),
    "generalise": frozenset({"birth_date", "address", "ip"}),
    "format_preserving": frozenset(
        {"email", "phone", "iban", "card", "ip", "ssn", "national_id", "person", "first_name"}
    ),
}


def not_left_by(method: str, labels: Iterable[LabelFact]) -> list[LabelFact]:
    """Give the labels of what a method does not leave: where there are any, it was not applied."""
    return [label for label in labels if label.label not in _LEFT_BY.get(method, frozenset())]
