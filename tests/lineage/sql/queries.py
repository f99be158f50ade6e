"""Random queries over three small tables, valid in DuckDB, for tests against the engine's own answer."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

TABLES = {"t": ["a", "b", "c"], "u": ["a", "d", "e"], "v": ["b", "d", "f"]}
Draw = st.DrawFn


@dataclass(frozen=True)
class Source:
    """An item of FROM: its text, its alias and its columns."""

    text: str
    alias: str
    columns: list[str]


class Maker:
    """Makes a query; every alias is `q` and a number, so that a test can rename them."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self.aliases = 0
        self.ctes: list[tuple[str, list[str]]] = []

    def alias(self) -> str:
        self.aliases += 1
        return f"q{self.aliases}"

    def pick(self, options: list[str]) -> str:
        return self.draw(st.sampled_from(options))

    def chance(self, one_in: int) -> bool:
        return self.draw(st.integers(1, one_in)) == 1

    def column(self, sources: list[Source]) -> str:
        source = self.draw(st.sampled_from(sources))
        return f"{source.alias}.{self.pick(source.columns)}"

    def value(self, sources: list[Source], depth: int) -> str:  # noqa: PLR0911 - one line a kind of expression
        kind = self.draw(st.integers(0, 9 if depth > 0 else 2))
        if kind <= 2:
            return self.column(sources)
        one, two = self.value(sources, depth - 1), self.value(sources, depth - 1)
        if kind == 3:
            return f"({one} {self.pick(['+', '-', '*'])} {two})"
        if kind == 4:
            return f"CASE WHEN {self.condition(sources, 0)} THEN {one} ELSE {two} END"
        if kind == 5:
            return self.pick([f"coalesce({one}, {two})", f"nullif({one}, {two})", f"greatest({one}, {two})"])
        if kind == 6:
            return f"CAST({one} AS BIGINT)"
        if kind == 7:
            return f"CAST(({one} > {two}) AS INTEGER)"
        if kind == 8:
            return f"(SELECT {self.pick(['max', 'sum', 'count'])}({self.inner(sources, depth - 1)})"
        return f"CASE {one} WHEN 1 THEN {two} END"

    def inner(self, outer: list[Source], depth: int) -> str:
        inside = self.source(0)
        value = self.value([inside], 0)
        return f"{value}) FROM {inside.text} WHERE {self.condition([inside, *outer], depth)}"

    def condition(self, sources: list[Source], depth: int) -> str:
        kind = self.draw(st.integers(0, 5 if depth > 0 else 2))
        if kind <= 2:
            compare = self.pick(["=", "<", ">=", "<>"])
            return f"{self.column(sources)} {compare} {self.pick([self.column(sources), '1', '2'])}"
        if kind == 3:
            return f"({self.condition(sources, depth - 1)} {self.pick(['AND', 'OR'])} {self.condition(sources, 0)})"
        inside = self.source(0)
        if kind == 4:
            return f"EXISTS (SELECT 1 FROM {inside.text} WHERE {self.condition([inside, *sources], 0)})"
        return f"{self.column(sources)} IN (SELECT {self.column([inside])} FROM {inside.text})"

    def source(self, depth: int) -> Source:
        alias = self.alias()
        if depth > 0 and self.chance(3):
            text, columns = self.query(depth - 1)
            return Source(f"({text}) AS {alias}", alias, columns)
        if self.ctes and self.chance(2):
            name, columns = self.draw(st.sampled_from(self.ctes))
            return Source(f"{name} AS {alias}", alias, columns)
        table = self.pick(list(TABLES))
        return Source(f"{table} AS {alias}", alias, TABLES[table])

    def joined(self, depth: int) -> tuple[str, list[Source]]:
        first = self.source(depth)
        text, sources = first.text, [first]
        while len(sources) < 3 and self.chance(2):
            other = self.source(depth)
            kind = self.pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", ",", "SEMI JOIN"])
            if kind == ",":
                text += f" CROSS JOIN {other.text}"
            else:
                text += f" {kind} {other.text} ON {self.column(sources)} = {self.column([other])}"
            if kind != "SEMI JOIN":
                sources.append(other)
            else:
                break
        return text, sources

    def items(self, values: list[str]) -> tuple[str, list[str]]:
        names = [f"x{number}" for number in range(len(values))]
        return ", ".join(f"{value} AS {name}" for value, name in zip(values, names, strict=True)), names

    def query(self, depth: int) -> tuple[str, list[str]]:
        kind = self.draw(st.integers(0, 6 if depth > 0 else 4))
        if kind == 6:
            return self.union(depth)
        text, sources = self.joined(depth)
        where = f" WHERE {self.condition(sources, 1)}" if self.chance(2) else ""
        count = self.draw(st.integers(1, 3))
        if kind == 4:
            return self.grouped(text, sources, where, count)
        if kind == 3:
            over = f"(PARTITION BY {self.column(sources)} ORDER BY {self.column(sources)})"
            values = [f"{self.pick(['sum', 'max', 'count'])}({self.column(sources)}) OVER {over}" for _ in range(count)]
        else:
            values = [self.value(sources, 2) for _ in range(count)]
        items, names = self.items(values)
        distinct = "DISTINCT " if self.chance(6) else ""
        return f"SELECT {distinct}{items} FROM {text}{where}", names

    def grouped(self, text: str, sources: list[Source], where: str, count: int) -> tuple[str, list[str]]:
        key = self.value(sources, 1)
        if "SELECT" in key:
            key = self.column(sources)
        aggregates = [
            f"{self.pick(['sum', 'min', 'max', 'count', 'avg'])}({self.column(sources)})"
            + (f" FILTER (WHERE {self.condition(sources, 0)})" if self.chance(4) else "")
            for _ in range(count)
        ]
        items, names = self.items([key, *aggregates])
        having = f" HAVING max({self.column(sources)}) > 0" if self.chance(4) else ""
        return f"SELECT {items} FROM {text}{where} GROUP BY {self.pick([key, '1'])}{having}", names

    def union(self, depth: int) -> tuple[str, list[str]]:
        one, names = self.query(depth - 1)
        two, others = self.query(depth - 1)
        width = min(len(names), len(others))
        operator = self.pick(["UNION ALL", "UNION", "EXCEPT", "INTERSECT"])
        left, right = ", ".join(names[:width]), ", ".join(others[:width])
        return f"SELECT {left} FROM ({one}) {operator} SELECT {right} FROM ({two})", names[:width]


@st.composite
def queries(draw: Draw) -> tuple[str, list[str]]:
    """Give a query and the names of its columns."""
    maker = Maker(draw)
    parts = []
    for _ in range(draw(st.integers(0, 2))):
        text, columns = maker.query(1)
        # A query of WITH may take a table's name, which hides the table from then on.
        name = maker.alias()
        parts.append(f"{name} AS ({text})")
        maker.ctes.append((name, columns))
    text, columns = maker.query(2)
    clause = f"WITH {', '.join(parts)} " if parts else ""
    return f"{clause}{text}", columns
