"""What a statement writes: the targets of CREATE, INSERT, UPDATE, MERGE, DELETE ... with the origins of each column."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from lineage.sql.assignments import VARIABLE
from lineage.sql.changes import change, delete, insert, merge, multi_insert, update
from lineage.sql.query import environment, query
from lineage.sql.relation import Deps, Relation, shown_and_key
from lineage.sql.sources import path_of
from lineage.sql.walk import Walk
from lineage.sql.writes import Read, Write

__all__ = ["change", "read"]

_HARMLESS = """
    Grant Revoke Use Describe Show Pragma Transaction Commit Rollback Comment TruncateTable Analyze Kill
    Uncache Refresh Attach Detach Semicolon Return EndStatement
"""
_HARMLESS_WORDS = """
    SET RESET SHOW USE GRANT REVOKE COMMENT VACUUM ANALYZE ANALYSE EXPLAIN OPTIMIZE LISTEN NOTIFY UNLISTEN
    CHECKPOINT LOCK UNLOCK DISCARD DEALLOCATE SAVEPOINT RELEASE START PRINT GO REINDEX CLUSTER FLUSH KILL MSCK PUT
    GET LIST REMOVE SECURITY DELIMITER DENY LOAD INSTALL HELP UNSET
"""


def read(walk: Walk, node: exp.Expr) -> Read:
    """Say what a statement writes."""
    handler = next((found for kind in type(node).__mro__ if (found := _HANDLERS.get(kind)) is not None), None)
    if handler is not None:
        answer = handler(walk, node)
        if answer.returned is not None:
            answer.writes.append(Write(None, answer.returned.names, answer.returned))
        return answer
    if type(node).__name__ in _HARMLESS.split():
        return Read(type(node).__name__.lower())
    return Read("other", doubt="a statement of a kind that is not supported")


def _bare(walk: Walk, node: exp.Expr) -> Read:
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Expr) and node.this.args.get("into"):
        node = node.this
    into = node.args.get("into")
    relation = query(walk, node, None, {})
    if isinstance(into, exp.Into) and isinstance(into.this, exp.Table):
        temporary = bool(into.args.get("temporary")) or _temporary(into.this)
        return _made(walk, "select into", into.this, relation, [], temporary)
    return Read("select", [Write(None, relation.names, relation)])


def _temporary(table: exp.Table) -> bool:
    name = table.this
    return bool(name.args.get("temporary") or name.args.get("global_") or table.name.startswith("#"))


def _made(walk: Walk, kind: str, table: exp.Table, relation: Relation, columns: list[str], temporary: bool) -> Read:
    shown, key = path_of(walk, table)
    if columns:
        relation = relation.renamed(columns, [walk.naming.key(name, quoted=True) for name in columns])
    if temporary:
        walk.learn(shown, key, relation.names, relation)
        return Read(kind, [])
    path, _ = walk.datasets.resolve(shown, key)
    if not relation.opens:
        walk.learn(path, key, list(relation.names))
    return Read(kind, [Write(path, relation.names, relation)])


def _create(walk: Walk, node: exp.Expr) -> Read:
    kind = str(node.args.get("kind") or "").upper()
    properties = node.args.get("properties")
    kinds = [type(item).__name__ for item in properties.expressions] if isinstance(properties, exp.Expr) else []
    label = "create materialized view" if "MaterializedProperty" in kinds else f"create {kind.lower()}"
    if kind in {"PROCEDURE", "FUNCTION", "TRIGGER", "MACRO"}:
        return Read(label, doubt="the body of a routine is not read")
    table = node.this.this if isinstance(node.this, exp.Schema) else node.this
    body = node.args.get("expression")
    if not isinstance(table, exp.Table) or (kind not in _MADE and not isinstance(body, exp.Query)):
        return Read(label, doubt="a definition of a kind that is not supported" if node.find(exp.Query) else "")
    temporary = bool(_TEMPORARY.intersection(kinds)) or "VOLATILE" in _stability(properties) or _temporary(table)
    if isinstance(body, exp.Table) and walk.naming.dialect == "clickhouse":
        return Read(label)  # CREATE TABLE v AS u copies the structure only
    return _defined(walk, node, label, table, temporary)


def _defined(walk: Walk, node: exp.Expr, label: str, table: exp.Table, temporary: bool) -> Read:
    clone, body = node.args.get("clone"), node.args.get("expression")
    properties = _properties(node.args.get("properties"))
    if isinstance(clone, exp.Expr) and isinstance(clone.this, exp.Table):
        return _copied(walk, table, clone.this, temporary)
    if isinstance(body, (exp.Query, exp.Subquery, exp.Values, exp.Table)):
        relation = query(walk, body, None, environment(walk, node, None, {}))
        into = next((item.this for item in properties if isinstance(item, exp.ToTableProperty)), None)
        if isinstance(into, exp.Table):
            path = walk.place(*path_of(walk, into))[0]
            return Read(label, [Write(path, relation.names, relation, whole=False)])
        return _made(walk, label, table, relation, _renaming(walk, node.this), temporary)
    if isinstance(body, exp.Expr):
        return Read(label, doubt="a definition of a kind that is not supported")
    if not any(isinstance(item, exp.LikeProperty) for item in properties):
        _declared(walk, node, table, temporary)
    return Read(label)


_MADE = frozenset({"TABLE", "VIEW", "DYNAMIC TABLE", "STREAM"})
_TEMPORARY = frozenset({"TemporaryProperty", "GlobalProperty"})


def _properties(properties: object) -> list[exp.Expr]:
    return list(properties.expressions) if isinstance(properties, exp.Expr) else []


def _stability(properties: object) -> str:
    return " ".join(item.name.upper() for item in _properties(properties) if isinstance(item, exp.StabilityProperty))


def _renaming(walk: Walk, schema: object) -> list[str]:
    """Give the names that a definition puts over those of its query; MySQL's declared columns stand beside them."""
    declared = isinstance(schema, exp.Schema) and any(
        isinstance(item, exp.ColumnDef) and item.args.get("kind") for item in schema.expressions
    )
    return [] if declared and walk.naming.dialect in _BESIDE else _columns(walk, schema)


_BESIDE = frozenset({"mysql", "mariadb", "doris", "starrocks", "singlestore"})


def _columns(walk: Walk, schema: object) -> list[str]:
    if not isinstance(schema, exp.Schema):
        return []
    found = [item.this if isinstance(item, exp.ColumnDef) else item for item in schema.expressions]
    return [shown_and_key(item, walk.naming)[0] for item in found if isinstance(item, exp.Identifier)]


def _declared(walk: Walk, node: exp.Expr, table: exp.Table, temporary: bool) -> None:
    columns = _columns(walk, node.this)
    shown, key = path_of(walk, table)
    if columns:
        columns += _of_partitions(walk, node.args.get("properties"))
    if columns and temporary:
        keys = [walk.naming.key(name, quoted=True) for name in columns]
        nothing: list[Deps] = [{} for _ in columns]
        walk.learn(shown, key, columns, Relation(columns, keys, nothing))
    elif columns:
        walk.learn(walk.datasets.resolve(shown, key)[0], key, columns)


def _of_partitions(walk: Walk, properties: object) -> list[str]:
    """Give the columns that PARTITIONED BY declares with their type (Hive), not those that it only names."""
    found: list[str] = []
    for item in _properties(properties):
        if isinstance(item, exp.PartitionedByProperty) and isinstance(item.this, exp.Schema):
            declared = [column for column in item.this.expressions if isinstance(column, exp.ColumnDef)]
            found += [shown_and_key(column.this, walk.naming)[0] for column in declared if column.args.get("kind")]
    return found


def _copied(walk: Walk, table: exp.Table, origin: exp.Table, temporary: bool) -> Read:
    relation = query(walk, exp.Select(expressions=[exp.Star()], from_=exp.From(this=origin)), None, {})
    return _made(walk, "create clone", table, relation, [], temporary)


def _copy(walk: Walk, node: exp.Expr) -> Read:
    inner = node.this
    table = inner.this if isinstance(inner, exp.Schema) else inner
    loads = bool(node.args.get("kind"))
    files = [item for item in node.args.get("files") or () if isinstance(item, exp.Expr)]
    if isinstance(table, exp.Table) and isinstance(table.this, exp.Identifier):
        queries = [item.this for item in files if isinstance(item, exp.Subquery)]
        if loads and queries:
            return insert(walk, exp.Insert(this=inner, expression=queries[0]))
        if loads:
            return Read("copy", doubt="data comes from files")
        columns = inner.expressions if isinstance(inner, exp.Schema) else [exp.Star()]
        items = [exp.Column(this=item.copy()) if isinstance(item, exp.Identifier) else item for item in columns]
        return _unloaded(walk, exp.Select(expressions=items, from_=exp.From(this=table)))
    if isinstance(inner, (exp.Query, exp.Subquery)):
        return _unloaded(walk, inner)
    origin = next((item for item in files if isinstance(item, (exp.Query, exp.Subquery, exp.Table))), None)
    if loads and origin is not None and not (isinstance(origin, exp.Table) and isinstance(origin.this, exp.Var)):
        # COPY INTO @stage FROM t: to files, whatever the word says.
        return _unloaded(walk, _everything(origin))
    return Read("copy", doubt="data comes from files")


def _unloaded(walk: Walk, node: exp.Expr) -> Read:
    relation = query(walk, node, None, {})
    return Read("copy", [Write(None, relation.names, relation)])


def _everything(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Table):
        return exp.Select(expressions=[exp.Star()], from_=exp.From(this=node))
    return node


def _cached(walk: Walk, node: exp.Expr) -> Read:
    body = node.args.get("expression")
    if not isinstance(body, exp.Expr) or not isinstance(node.this, exp.Table):
        return Read("cache")
    return _made(walk, "cache", node.this, query(walk, body, None, environment(walk, node, None, {})), [], True)


def _declare(walk: Walk, node: exp.Expr) -> Read:
    for item in node.expressions:
        kind, names = item.args.get("kind"), item.this
        for name in names if isinstance(names, list) else [names]:
            if isinstance(kind, exp.Schema) and isinstance(name, exp.Parameter):
                table = exp.Table(this=name.copy())
                holder = exp.Create(this=exp.Schema(this=table, expressions=kind.expressions))
                _declared(walk, holder, table, True)
    if node.find(exp.Query):
        return Read("declare", doubt=VARIABLE)
    return Read("declare")


def _set(_walk: Walk, node: exp.Expr) -> Read:
    return Read("set", doubt=VARIABLE if node.find(exp.Query) else "")


def _dropped(walk: Walk, node: exp.Expr) -> Read:
    if isinstance(node.this, exp.Table):
        walk.forget(path_of(walk, node.this)[1])
    return Read("drop")


def _alter(walk: Walk, node: exp.Expr) -> Read:
    actions = node.args.get("actions") or ()
    body = next((item for item in actions if isinstance(item, exp.Query)), None)
    if body is not None and isinstance(node.this, exp.Table):
        return _made(walk, "create view", node.this, query(walk, body, None, {}), [], False)
    for item in actions:
        if isinstance(item, exp.AlterRename) and isinstance(node.this, exp.Table) and isinstance(item.this, exp.Table):
            if not walk.rename(path_of(walk, node.this)[1], path_of(walk, item.this)):
                return Read("alter", doubt="datasets change their names")
        elif isinstance(item, exp.SwapTable):
            return Read("alter", doubt="datasets change their names")
        elif isinstance(item, exp.RenameColumn):
            return Read("alter", doubt="columns change their names")
    return Read("alter")


def _command(_walk: Walk, node: exp.Expr) -> Read:
    word = node.name.upper()
    if word in _HARMLESS_WORDS.split():
        return Read("other")
    return Read("other", doubt="a statement of a kind that is not supported")


def _block(walk: Walk, node: exp.Expr) -> Read:
    whole = Read("block")
    for item in node.expressions:
        part = read(walk, item)
        whole.writes.extend(part.writes)
        whole.doubt = whole.doubt or part.doubt
    return whole


_HANDLERS: dict[type[object], Callable[[Walk, exp.Expr], Read]] = {
    exp.Query: _bare,
    exp.Values: _bare,
    exp.Pivot: _bare,
    exp.Create: _create,
    exp.Insert: insert,
    exp.MultitableInserts: multi_insert,
    exp.Update: update,
    exp.Delete: delete,
    exp.Merge: merge,
    exp.Copy: _copy,
    exp.Alter: _alter,
    exp.Cache: _cached,
    exp.Declare: _declare,
    exp.Set: _set,
    exp.Drop: _dropped,
    exp.Command: _command,
    exp.Block: _block,
}
