"""The laws of connectors, for services whose datasets are given: what `ConnectorLaws` asks of `contacts` does not fit.

A service's test says in `known` what its lively system must tell.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from lineage.connector import Column, Measure, MeasureKind, Profile, Sample, Structure, Task
from lineage.facts import Fact, FieldFact, MeasureFact, UnseenFact
from lineage.predicate import And, Predicate, Truth
from lineage.predicate import Compare as Comparison
from tests.connectors.conformance import INJECTIONS, ConnectorLaws, System, read, relation_of
from tests.stand_ins import on_loopback

TOKEN = "s3cret-token-of-the-service"


@dataclass(slots=True)
class Asked:
    """What a stand-in was asked."""

    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer with a status of its own."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b'{"message": "zq7marker"}'


@contextmanager
def standing_in(
    answers: Callable[[str, dict[str, str]], Any], asked: Asked, authorization: str = f"Bearer {TOKEN}"
) -> Iterator[str]:
    """Answer as a service does, on this machine alone: `answers(path, query)` gives JSON, a Reply, or None."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.lines.append(f"{self.command} {self.path}")
            place = urlsplit(self.path)
            if self.headers.get("Authorization") != authorization:
                found: Any = Reply(401)
            else:
                found = answers(place.path, dict(parse_qsl(place.query, keep_blank_values=True)))
            reply = found if isinstance(found, Reply) else None
            if found is None:
                reply = Reply(404)
            self.send_response(200 if reply is None else reply.status)
            for name, value in ({} if reply is None else reply.headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode() if reply is None else reply.body)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815 - as http.server names them

        def log_message(self, *args: object) -> None:
            pass

    with on_loopback(Handler) as address:
        yield address


class SaasLaws(ConnectorLaws):
    """Inherit, and say what the lively system tells."""

    known: Mapping[str, object]
    """Dataset of the plan -> its number of records."""

    def everything(self, system: System) -> list[Fact]:
        structure = read(self.kind, system.settings, [Structure(system.targets)])
        tasks: list[Task] = []
        for dataset in system.targets:
            relation = relation_of(structure, dataset)
            measures = [Measure(dataset, MeasureKind.ROWS)]
            for name, column in relation.columns.items():
                clock = column.type.startswith("TIMESTAMP")
                measures.append(Measure(dataset, MeasureKind.NEWEST if clock else MeasureKind.NULLS, name))
            tasks += [Profile(relation, None, (), tuple(measures)), Sample(relation, None, None)]
        return [*structure, *read(self.kind, system.settings, tasks)]

    def test_what_is_there_is_told(self, system: System) -> None:
        facts = self.everything(system)

        rows = {fact.dataset: fact.value for fact in facts if isinstance(fact, MeasureFact) and fact.measure == "rows"}
        assert rows == self.known
        newest = [fact.value for fact in facts if isinstance(fact, MeasureFact) and fact.measure.startswith("newest")]
        assert any(newest)
        assert [fact.what for fact in facts if isinstance(fact, UnseenFact) and fact.what in {"data", "sample"}] == []

    def test_what_a_join_loses_and_what_repeats_is_told(self, system: System) -> None:
        [dataset, *_] = system.targets
        relation = relation_of(read(self.kind, system.settings, [Structure(system.targets)]), dataset)
        first = next(iter(relation.columns))
        measure = Measure(dataset, MeasureKind.REPEATS, first)

        facts = read(self.kind, system.settings, [Profile(relation, None, (), (measure,))])

        assert [fact.value for fact in facts if isinstance(fact, MeasureFact) and fact.measure == measure.key] == [0]

    @pytest.mark.parametrize("text", INJECTIONS)
    def test_a_plan_that_attacks_changes_nothing(self, system: System, text: str) -> None:
        [dataset, *_] = system.targets
        structure = read(self.kind, system.settings, [Structure(system.targets)])
        relation, before = relation_of(structure, dataset), system.state()
        attacked = replace(relation, columns={**relation.columns, "evil": Column((text,), "text")})
        first = next(iter(relation.columns))
        wheres: Sequence[Predicate] = [Comparison(first, "=", text), Truth("evil"), And((Truth("evil"),))]

        facts = read(
            self.kind,
            system.settings,
            [
                *(Profile(attacked, where, (), (Measure(dataset, MeasureKind.ROWS),)) for where in wheres),
                Profile(attacked, None, (), (Measure(dataset, MeasureKind.NULLS, "evil"),)),
                Sample(attacked, None, None),
            ],
        )

        assert system.state() == before
        assert any(
            fact.name is not None and fact.name.field == (text,) for fact in facts if isinstance(fact, UnseenFact)
        )
        assert not any(isinstance(fact, MeasureFact) and fact.measure.endswith(":evil") for fact in facts)


def fields_in(facts: Sequence[Fact]) -> dict[str, FieldFact]:
    """Give the fields by their names."""
    return {".".join(fact.name.field): fact for fact in facts if isinstance(fact, FieldFact)}
