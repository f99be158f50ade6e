"""Compare column lineage with its Python peers: CPU time in one run, and agreement on public cases.

    python -m benchmarks.lineage --sources DIR --peers DIR [--rounds N]

`--sources` holds unpacked source distributions (`sqlglot-*`, `sqllineage-*`), `--peers` an environment for each peer
(`DIR/datahub`, `DIR/sqllineage`, `DIR/collate`, `DIR/sqlglotc`, `DIR/spark`), both outside the checkout: nothing of
them is kept here.
See README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.lineage.cases import cases
from benchmarks.lineage.openlineage import openlineage
from benchmarks.lineage.workload import Statement, tpc

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
Edge = tuple[str, str, str]


def pythons(peers: Path) -> dict[str, str]:
    """Give the Python that each tool runs in."""
    found = {"lineage-audit": sys.executable, "sqlglot": sys.executable}
    if (ROOT / ".venv").exists() and (peers / "sqlglotc/bin/python").exists():
        found["lineage-audit + sqlglotc"] = str(peers / "sqlglotc/bin/python")
        found["sqlglot + sqlglotc"] = str(peers / "sqlglotc/bin/python")
    for name in ("datahub", "sqllineage", "collate"):
        if (peers / name / "bin/python").exists():
            found[name] = str(peers / name / "bin/python")
    return found


def measured(tool: str, python: str, statements: list[Statement], rounds: int) -> dict[str, Any]:
    """Run one tool over the statements in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        workload, result = Path(folder, "workload.json"), Path(folder, "result.json")
        workload.write_text(json.dumps(statements), encoding="utf-8")
        environment = {**os.environ, "PYTHONPATH": str(ROOT)} if tool.startswith("lineage-audit") else dict(os.environ)
        command = [python, str(HERE / "measure.py"), tool.partition(" ")[0], str(workload), str(result), str(rounds)]
        subprocess.run(command, check=True, env=environment, cwd=folder, stderr=subprocess.DEVNULL)  # noqa: S603 - our own file
        answer: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return answer


def folded(edges: list[list[str]] | None, kinds: tuple[str, ...]) -> set[Edge]:
    """Spell edges alike: each tool has its own name for an unnamed expression, so any such name is `?`."""

    def name(text: str) -> str:
        return text.lower() if re.fullmatch(r"[\w$* ><=-]+", text) and not text.startswith("_col_") else "?"

    return {
        (source.rpartition(".")[2].lower(), name(column), name(target))
        for source, column, target, kind in edges or []
        if kind in kinds and column != "*"  # sqllineage lets count(*) depend on `*`
    }


def agree(one: list[list[str]] | None, two: list[list[str]] | None) -> bool:
    """Say whether two tools give the same edges; peers do not tell values (DIRECT) from conditions (INDIRECT)."""
    both, direct = ("DIRECT", "INDIRECT"), ("DIRECT",)
    return folded(two, both) in (folded(one, both), folded(one, direct))


def speed(statements: list[Statement], tools: dict[str, str], rounds: int) -> None:
    """Print CPU time of each tool on the TPC views, and on how many statements they agree."""
    print(f"\n{len(statements)} TPC views, full schema, CPU seconds, best of {rounds} (sqllineage, collate: one)")
    results: dict[str, dict[str, Any]] = {}
    for turn in range(rounds):
        for tool, python in tools.items():
            if turn and tool in {"sqllineage", "collate"}:
                continue
            # A process for each turn: DataHub keeps its answers, so a second turn would measure its cache.
            result = measured(tool, python, statements, 1)
            result["seconds"] += results.get(tool, {}).get("seconds", [])
            results[tool] = result
    ours = results["lineage-audit"]
    for tool, result in results.items():
        best = min(result["seconds"])
        same = sum(agree(one, two) for one, two in zip(ours["edges"], result["edges"], strict=True))
        failed = sum(edges is None for edges in result["edges"])
        ratio = best / min(ours["seconds"])
        figures = f"{best:8.3f} s  {len(statements) / best:8.1f}/s  x{ratio:<7.2f}"
        print(f"  {tool:26} {figures} same edges {same}, failed {failed}")
    for statement, one, two in zip(statements, ours["edges"], results["sqlglot"]["edges"], strict=True):
        if not agree(one, two):
            more = sorted(folded(two, ("DIRECT",)) - folded(one, ("DIRECT", "INDIRECT")))
            less = sorted(folded(one, ("DIRECT",)) - folded(two, ("DIRECT",)))
            print(f"    {statement['name']}: only sqlglot {more[:3]}, only ours {less[:3]}")


def gold(statements: list[Statement], peers: Path) -> None:
    """Print on how many TPC queries the edges are those of Spark's analysed plan, and the share of right ones."""
    from sqlglot import transpile

    from lineage.sql import sql_reader

    python = peers / "spark/bin/python"
    if not python.exists():
        print("\nSpark: not found")
        return
    with tempfile.TemporaryDirectory() as place:
        workload, out = Path(place, "workload.json"), Path(place, "gold.json")
        queries = [statement["sql"].split(" AS ", 1)[1] for statement in statements]
        texts = [transpile(query, read="duckdb", write="spark")[0] for query in queries]
        both = [{**statement, "spark": text} for statement, text in zip(statements, texts, strict=True)]
        workload.write_text(json.dumps(both), encoding="utf-8")
        command = [str(python), str(HERE / "spark_gold.py"), str(workload), str(out)]
        subprocess.run(command, check=True, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 - our own file
        answers = json.loads(out.read_text(encoding="utf-8"))
    right = agreed = ours = theirs = 0
    for statement, answer in zip(statements, answers, strict=True):
        found = sql_reader(dialect=statement["dialect"], schema=statement["schema"]).read(statement["sql"])
        mine = {(e.target_field, e.source[-1].lower(), e.source_field.lower()) for e in found.edges}
        named = [] if isinstance(answer, str) else zip(found.outputs[0].columns, answer, strict=True)
        wanted = {(name, table.lower(), field.lower()) for name, (_, cols) in named for table, field in cols}
        right += mine == wanted
        agreed, ours, theirs = agreed + len(mine & wanted), ours + len(mine), theirs + len(wanted)
        if mine != wanted:
            print(f"  {statement['name']}: extra {sorted(mine - wanted)[:3]}, missing {sorted(wanted - mine)[:3]}")
    print(
        f"\nSpark's analysed plans: {right} of {len(statements)} exact; {agreed} of {ours} edges right, {theirs} asked"
    )


def split(statements: list[Statement]) -> None:
    """Print what parsing and what the walk cost, so that a ratio to a peer on the same parser can be judged."""
    from sqlglot import Dialect

    from lineage.sql import sql_reader

    dialect = Dialect.get_or_raise("duckdb")
    readers = {id(s["schema"]): sql_reader(dialect="duckdb", schema=s["schema"]) for s in statements}

    def cost(work: Callable[[Statement], object]) -> float:
        took = []
        for _ in range(3):
            started = time.process_time()
            for statement in statements:
                work(statement)
            took.append(time.process_time() - started)
        return min(took)

    words = cost(lambda s: dialect.tokenize(s["sql"]))
    trees = cost(lambda s: dialect.parse(s["sql"])) - words

    def anew(statement: Statement) -> object:
        reader = readers[id(statement["schema"])]
        reader.forget()
        return reader.read(statement["sql"])

    whole = cost(anew)
    rest = whole - words - trees
    print(f"\nof {whole:.3f} s: words {words:.3f}, trees {trees:.3f}, fingerprints, walk and edges {rest:.3f}")


def scale() -> None:
    """Print what a wide query and a repeated query log cost."""
    from lineage.sql import sql_reader

    def cost(columns: int) -> float:
        names = [f"c{number}" for number in range(columns)]
        parts, before = [], "t"
        for turn in range(5):
            items = ", ".join(f"{name} + 1 AS {name}" if turn % 2 else name for name in names)
            parts.append(f"q{turn} AS (SELECT {items} FROM {before})")  # noqa: S608 - made here, never run
            before = f"q{turn}"
        sql = f"WITH {', '.join(parts)} SELECT * FROM {before}"  # noqa: S608 - made here, never run
        best = []
        for _ in range(5):
            reader = sql_reader(dialect="postgres", schema={"t": names})
            started = time.process_time()
            reader.read(sql)
            best.append(time.process_time() - started)
        return min(best)

    figures = ", ".join(f"{columns} columns {cost(columns):.3f} s" for columns in (200, 400, 800, 1600))
    print(f"\nthrough 5 queries of WITH, CPU: {figures}")
    reader = sql_reader(dialect="postgres", schema={"t": ["a", "b", "c"], "u": ["b", "d"]})
    sql = "SELECT t.a, count(*) FROM t JOIN u ON t.b = u.b WHERE u.d = '{}' AND c > {} GROUP BY t.a ORDER BY 1"
    lines = [sql.replace("{}", str(number)) for number in range(10_000, 30_000)]
    started = time.process_time()
    for line in lines:
        reader.read(line)
    each_second = len(lines) / (time.process_time() - started)
    print(f"a query log of one statement with changing literals: {each_second:,.0f} lines/s")


def main() -> None:
    """Run all that the given folders allow."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lineage")
    parser.add_argument("--sources", type=Path, required=True, help="folder of unpacked source distributions")
    parser.add_argument("--peers", type=Path, required=True, help="folder of the peers' environments")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=["speed", "cases", "scale", "gold", "split", "openlineage"])
    options = parser.parse_args()
    if options.only in {None, "scale"}:
        scale()
    if options.only in {None, "cases"}:
        cases(options.sources, options.peers)
    if options.only in {None, "openlineage"}:
        openlineage()
    statements = tpc(next(iter(sorted(options.sources.glob("sqlglot-*/tests")))).parent)
    if options.only in {None, "gold"}:
        gold(statements, options.peers)
    if options.only in {None, "split"}:
        split(statements)
    if options.only in {None, "speed"}:
        speed(statements, pythons(options.peers), options.rounds)


if __name__ == "__main__":
    main()
