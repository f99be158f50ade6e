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
        kind = self.draw(st.integers(0, 12 if depth > 0 else 2))
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
        if kind == 10:
            return f"struct_pack(m := {one}, n := {two}).{self.pick(['m', 'n'])}"
        if kind == 11:
            return f"list_sum(list_transform([{one}, {two}], lambda e: e + {self.column(sources)}))"
        if kind == 12:
            return f"coalesce(([{one}, {two}])[CAST(abs({self.column(sources)}) AS BIGINT) + 1], 7)"
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
        text, columns = self.turned(self.pick(list(TABLES)))
        return Source(f"{text} AS {alias}", alias, columns)

    def turned(self, table: str) -> tuple[str, list[str]]:
        """Give a table as it is, or with its columns in a struct, as rows, or its rows as columns."""
        one, two, three = self.draw(st.permutations(TABLES[table]))
        match self.draw(st.integers(0, 9)):
            case 0:
                struct = f"struct_pack(m := {one}, n := {two}) AS s"
                return f"(SELECT {struct}, {three} AS r FROM {table})", ["s.m", "s.n", "r"]
            case 1:
                using = f"USING {self.pick(['sum', 'max', 'count'])}({two}) GROUP BY {three}"
                return f"(PIVOT {table} ON {one} IN (0, 1, 2) {using})", [three, '"0"', '"1"', '"2"']
            case 2:
                held = f"UNPIVOT (held FOR name IN ({two}, {three}))"
                return f"(SELECT {one}, name, held FROM {table} {held})", [one, "held"]
            case 3:
                return f"(SELECT {one}, unnest([{two}, {three}]) AS each FROM {table})", [one, "each"]
        return table, TABLES[table]

    def beside(self, sources: list[Source]) -> Source:
        """Give an item of FROM that reads the items before it."""
        alias = self.alias()
        if self.chance(4):
            # How many rows there are depends on the value.
            return Source(f"UNNEST(range({self.column(sources)} % 3)) AS {alias}(w)", alias, ["w"])
        if self.chance(2):
            return Source(f"UNNEST([{self.column(sources)}, {self.column(sources)}]) AS {alias}(w)", alias, ["w"])
        inside = self.source(0)
        value, condition = self.value([inside, *sources], 1), self.condition([inside, *sources], 0)
        text = f"SELECT {value} AS w, {self.column([inside])} AS z FROM {inside.text} WHERE {condition}"
        return Source(f"LATERAL ({text}) AS {alias}", alias, ["w", "z"])

    def joined(self, depth: int) -> tuple[str, list[Source]]:
        first = self.source(depth)
        text, sources = first.text, [first]
        while len(sources) < 3 and self.chance(2):
            other = self.source(depth)
            kind = self.pick(["JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", ",", "SEMI JOIN", "LATERAL", "USING"])
            shared = [name for name in other.columns if name.isalpha() and name in sources[-1].columns]
            if kind == "LATERAL":
                other = self.beside(sources)
                text += f" CROSS JOIN {other.text}"
            elif kind == "USING" and shared and len(sources) == 1:
                side = self.pick(["", "LEFT ", "RIGHT ", "FULL "])
                text += f" {side}JOIN {other.text} USING ({shared[0]})"
            elif kind in {",", "USING"}:
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
            where, over = self.windows(sources, where, over)
            values = [f"{self.pick(['sum', 'max', 'count'])}({self.column(sources)}) OVER {over}" for _ in range(count)]
        else:
            values = [self.value(sources, 2) for _ in range(count)]
        items, names = self.items(values)
        if self.chance(8):
            where += f" ORDER BY ALL LIMIT {self.pick(['1', '2', '4'])}"
        distinct = "DISTINCT " if self.chance(6) else ""
        return f"SELECT {distinct}{items} FROM {text}{where}", names

    def windows(self, sources: list[Source], where: str, over: str) -> tuple[str, str]:
        """Give the clauses behind FROM, and how the window is named."""
        if self.chance(3):
            name = self.alias()
            where, over = f"{where} WINDOW {name} AS {over}", name
        if self.chance(3):
            chosen = f"rank() OVER (PARTITION BY {self.column(sources)} ORDER BY {self.column(sources)})"
            where += f" QUALIFY {chosen} = 1"
        return where, over

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
        group = self.pick([key, "1", f"ROLLUP ({key})", f"GROUPING SETS (({key}), ())", "ALL"])
        return f"SELECT {items} FROM {text}{where} GROUP BY {group}{having}", names

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
    recursive = maker.chance(5)
    if recursive:
        name, table = maker.alias(), maker.pick(list(TABLES))
        one, two, three = draw(st.permutations(TABLES[table]))
        step = f"SELECT {table}.{three}, {name}.n FROM {table} JOIN {name} ON {table}.{one} = {name}.m"
        parts.append(f"{name}(m, n) AS (SELECT {one}, {two} FROM {table} UNION {step})")
        maker.ctes.append((name, ["m", "n"]))
    for _ in range(draw(st.integers(0, 2))):
        text, columns = maker.query(1)
        # A query of WITH may take a table's name, which hides the table from then on.
        name = maker.alias()
        parts.append(f"{name} AS ({text})")
        maker.ctes.append((name, columns))
    text, columns = maker.query(2)
    clause = f"WITH {'RECURSIVE ' if recursive else ''}{', '.join(parts)} " if parts else ""
    return f"{clause}{text}", columns
