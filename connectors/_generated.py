"""Edges of generated columns: what stands in one is made of other columns of its row, and may be one of them as it is.

A right on a generated column needs none on what it is made of, so that a copy of a closed column is open by it.
Expressions hold literals: they stay here, and edges carry a fingerprint without them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from connectors._inside import Inside, beneath, laid_out, paired
from lineage.facts import EdgeFact, Seen, UnseenFact
from lineage.model import EdgeEvidence, Exposure, Name

_ROW: Final = "lineage_row"
"""What the table is called while its expressions are read."""
_SETTLE: Final = "review what the generated column is made of"


def expressions_in(definition: str, dialect: str) -> Iterator[tuple[str, str]]:
    """Give (column, expression) of the generated columns that a CREATE TABLE declares, where it can be cut at all."""
    from sqlglot import tokenize
    from sqlglot.errors import TokenError
    from sqlglot.tokenizer_core import TokenType

    try:
        tokens = tokenize(definition, read=dialect)
    except TokenError:
        return
    depth, first, start, column = 0, True, -1, ""
    for before, token in pairwise(tokens):
        if token.token_type is TokenType.L_PAREN:
            depth += 1
            if depth == 2 and before.token_type is TokenType.ALIAS:
                start = token.end + 1
            first = first or depth == 1
        elif token.token_type is TokenType.R_PAREN:
            if depth == 2 and start >= 0:
                yield column, definition[start : token.start]
                start = -1
            depth -= 1
        elif depth == 1 and first:
            column, first = token.text, False
        elif depth == 1 and token.token_type is TokenType.COMMA:
            first = True


def generated_edges(
    seen: Seen,
    dialect: str,
    made: Iterable[tuple[Name, str]],
    columns: Mapping[Name, Sequence[str]],
    functions: Mapping[str, Exposure] | None = None,
    inside: Inside | None = None,
) -> Iterator[EdgeFact | UnseenFact]:
    """Turn the expressions of generated columns into edges; what is not understood in whole is said to be unseen."""
    from lineage.sql import column_edges

    for target, text in made:
        table = target.dataset
        found = column_edges(
            f"SELECT {text} AS {_ROW} FROM {_ROW}",  # noqa: S608 - parsed, never run
            dialect=dialect,
            schema={_ROW: laid_out(table, columns.get(table, ()), inside or {})},
            functions=functions,
        )
        job = found.statements[0].fingerprint if found.statements else ""
        for edge in found.edges:
            path = (edge.source_field, *edge.inside)
            if edge.source != (_ROW,) or edge.source_field == "*" or table.at(edge.source_field) == target:
                continue
            change, left, sure = edge.transformation, edge.exposure, edge.confidence
            into = beneath(table, target.field, inside or {})
            for source, filled, _ in paired(beneath(table, path, inside or {}), len(path), into):
                yield EdgeFact(seen, source, filled, change, left, sure, EdgeEvidence.SQL, job)
        if found.unparsed or not found.statements:
            reason = found.unparsed[0].reason if found.unparsed else "it says nothing"
            reason = f"what the column is made of was not understood: {reason}"
            yield UnseenFact(seen, "definition", reason, _SETTLE, target)
