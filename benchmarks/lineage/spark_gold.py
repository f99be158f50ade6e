"""Ask Spark which source columns each output of a query depends on: the references of its analysed plan.

    python spark_gold.py WORKLOAD.json GOLD.json

Run by `python -m benchmarks.lineage` with the Python of an environment that has pyspark (and a Java runtime).
Tables are declared, never filled; no query runs.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Columns = set[tuple[str, str]]


def each(sequence: Any) -> Iterator[Any]:
    """Iterate over a Scala sequence."""
    for position in range(sequence.size()):
        yield sequence.apply(position)


class Plan:
    """Reads an analysed plan bottom-up: the source columns of every attribute, by its id."""

    def __init__(self) -> None:
        self.columns: dict[int, Columns] = {}
        self.queries: dict[int, list[int]] = {}
        """Output attributes of each query of WITH."""

    def outputs(self, plan: Any) -> list[int]:
        return [attribute.exprId().id() for attribute in each(plan.output())]

    def read(self, plan: Any) -> None:
        name = plan.getClass().getSimpleName()
        if name == "WithCTE":
            for definition in each(plan.cteDefs()):
                self.read(definition.child())
                self.queries[definition.id()] = self.outputs(definition.child())
            self.read(plan.plan())
            return
        for child in each(plan.children()):
            self.read(child)
        getattr(self, f"_{name.lower()}", self._other)(plan)

    def _logicalrelation(self, plan: Any) -> None:
        table = plan.catalogTable().get().identifier().table()
        for attribute in each(plan.output()):
            self.columns[attribute.exprId().id()] = {(table, attribute.name())}

    def _cterelationref(self, plan: Any) -> None:
        self._same(self.outputs(plan), self.queries[plan.cteId()])

    def _union(self, plan: Any) -> None:
        for child in each(plan.children()):
            self._same(self.outputs(plan), self.outputs(child))

    _intersect = _union

    def _same(self, attributes: list[int], others: list[int]) -> None:
        for attribute, other in zip(attributes, others, strict=True):
            self.columns.setdefault(attribute, set()).update(self.columns.get(other, set()))

    def _expand(self, plan: Any) -> None:
        outputs = self.outputs(plan)
        for projection in each(plan.projections()):
            for attribute, expression in zip(outputs, each(projection), strict=True):
                self.columns.setdefault(attribute, set()).update(self.of(expression))

    def _other(self, plan: Any) -> None:
        for expression in each(plan.expressions()):
            self._named(expression)

    def _named(self, expression: Any) -> None:
        if expression.getClass().getSimpleName() == "Alias":
            self.columns[expression.exprId().id()] = self.of(expression.child())
        else:
            for child in each(expression.children()):
                self._named(child)
            self.of(expression)

    def of(self, expression: Any) -> Columns:
        """Give the source columns of an expression."""
        name = expression.getClass().getSimpleName()
        if name in {"ScalarSubquery", "ListQuery", "Exists"}:
            self.read(expression.plan())
            found: Columns = set()
            if name != "Exists":
                for attribute in self.outputs(expression.plan()):
                    found |= self.columns.get(attribute, set())
            return found
        if name in {"AttributeReference", "OuterReference"}:
            attribute = expression if name == "AttributeReference" else expression.e()
            return self.columns.get(attribute.exprId().id(), set())
        found = set()
        for child in each(expression.children()):
            found |= self.of(child)
        return found


def main(workload: Path, out: Path) -> None:
    from pyspark.sql import SparkSession

    spark = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.warehouse.dir", str(out.parent / "warehouse"))
        .config("spark.sql.ansi.enabled", "false")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("OFF")
    gold: list[Any] = []
    known: set[tuple[str, str]] = set()
    for statement in json.loads(workload.read_text(encoding="utf-8")):
        suite = statement["name"].split()[0].replace("-", "_")
        spark.sql(f"CREATE DATABASE IF NOT EXISTS {suite}")
        spark.sql(f"USE {suite}")
        for table, columns in statement["types"].items():
            if (suite, table) not in known:
                known.add((suite, table))
                spec = ", ".join(f"`{name}` {kind}" for name, kind in columns.items())
                spark.sql(f"CREATE TABLE `{table}` ({spec}) USING parquet")
        try:
            analysed = spark.sql(statement["spark"])._jdf.queryExecution().analyzed()  # noqa: SLF001 - the only door to the plan
            plan = Plan()
            plan.read(analysed)
            gold.append(
                [
                    [attribute.name(), sorted(plan.columns.get(attribute.exprId().id(), set()))]
                    for attribute in each(analysed.output())
                ]
            )
        except Exception as error:  # noqa: BLE001 - a query that Spark does not take is a result
            gold.append(f"{type(error).__name__}: {str(error)[:300]}")
    out.write_text(json.dumps(gold), encoding="utf-8")
    spark.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
