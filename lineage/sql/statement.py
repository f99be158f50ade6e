"""What a statement writes: the targets of CREATE, INSERT, UPDATE, MERGE, DELETE ... with the origins of each column."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from lineage.sql.changes import change, delete, insert, merge, multi_insert, update
from lineage.sql.query import environment, query
from lineage.sql.relation import Deps, Relation, shown_and_key
from lineage.sql.sources import path_of
from lineage.sql.walk import Walk
from lineage.sql.writes import Read, Write

__all__ = ["change", "read"]

_HARMLESS = """
    Grant Revoke Set Use Describe Show Pragma Transaction Commit Rollback Comment Drop TruncateTable Analyze Kill
    Cache Uncache Refresh Attach Detach Semicolon Declare Return EndStatement
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
        return handler(walk, node)
    if type(node).__name__ in _HARMLESS.split():
        return Read(type(node).__name__.lower())
    return Read("other", doubt="a statement of a kind that is not supported")


def _bare(walk: Walk, node: exp.Expr) -> Read:
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Expr) and node.this.args.get("into"):
        node = node.this
    into = node.args.get("into")
    relation = query(walk, node, None, {})
    if isinstance(into, exp.Into) and isinstance(into.this, exp.Table):
        temporary = bool(into.args.get("temporary")) or bool(into.this.this.args.get("temporary"))
        return _made(walk, "select into", into.this, relation, [], temporary)
    return Read("select", [Write(None, relation.names, relation)])


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
    temporary = "TemporaryProperty" in kinds
    label = "create materialized view" if "MaterializedProperty" in kinds else f"create {kind.lower()}"
    if kind in {"PROCEDURE", "FUNCTION", "TRIGGER"}:
        return Read(label, doubt="the body of a routine is not read")
    table = node.this.this if isinstance(node.this, exp.Schema) else node.this
    if kind not in {"TABLE", "VIEW", "DYNAMIC TABLE", "STREAM"} or not isinstance(table, exp.Table):
        return Read(label)
    clone = node.args.get("clone")
    body = node.args.get("expression")
    if isinstance(clone, exp.Expr) and isinstance(clone.this, exp.Table):
        return _copied(walk, table, clone.this, temporary)
    like = next((item for item in kinds if item == "LikeProperty"), None)
    if isinstance(body, (exp.Query, exp.Subquery, exp.Values, exp.Table)):
        inner = environment(walk, node, None, {})
        relation = query(walk, body, None, inner)
        return _made(walk, label, table, relation, _columns(walk, node.this), temporary)
    if isinstance(body, exp.Expr):
        return Read(label, doubt="a definition of a kind that is not supported")
    if like is None:
        _declared(walk, node, table, temporary)
    return Read(label)


def _columns(walk: Walk, schema: object) -> list[str]:
    if not isinstance(schema, exp.Schema):
        return []
    found = [item.this if isinstance(item, exp.ColumnDef) else item for item in schema.expressions]
    return [shown_and_key(item, walk.naming)[0] for item in found if isinstance(item, exp.Identifier)]


def _declared(walk: Walk, node: exp.Expr, table: exp.Table, temporary: bool) -> None:
    columns = _columns(walk, node.this)
    shown, key = path_of(walk, table)
    if columns and temporary:
        keys = [walk.naming.key(name, quoted=True) for name in columns]
        nothing: list[Deps] = [{} for _ in columns]
        walk.learn(shown, key, columns, Relation(columns, keys, nothing))
    elif columns:
        walk.learn(walk.datasets.resolve(shown, key)[0], key, columns)


def _copied(walk: Walk, table: exp.Table, origin: exp.Table, temporary: bool) -> Read:
    relation = query(walk, exp.Select(expressions=[exp.Star()], from_=exp.From(this=origin)), None, {})
    return _made(walk, "create clone", table, relation, [], temporary)


def _copy(walk: Walk, node: exp.Expr) -> Read:
    inner = node.this
    table = inner.this if isinstance(inner, exp.Schema) else inner
    if isinstance(table, exp.Table) and isinstance(table.this, exp.Identifier):
        files = node.args.get("files") or ()
        queries = [item.this for item in files if isinstance(item, exp.Subquery)]
        if node.args.get("kind") and queries:
            return insert(walk, exp.Insert(this=inner, expression=queries[0]))
        if node.args.get("kind"):
            return Read("copy", doubt="data comes from files")
        relation = query(walk, exp.Select(expressions=[exp.Star()], from_=exp.From(this=table)), None, {})
        return Read("copy", [Write(None, relation.names, relation)])
    if isinstance(inner, (exp.Query, exp.Subquery)):
        relation = query(walk, inner, None, {})
        return Read("copy", [Write(None, relation.names, relation)])
    return Read("copy", doubt="data comes from files")


def _alter(walk: Walk, node: exp.Expr) -> Read:
    actions = node.args.get("actions") or ()
    body = next((item for item in actions if isinstance(item, exp.Query)), None)
    if body is not None and isinstance(node.this, exp.Table):
        return _made(walk, "create view", node.this, query(walk, body, None, {}), [], False)
    if any(type(item).__name__ in {"SwapTable", "AlterRename"} for item in actions):
        return Read("alter", doubt="datasets change their names")
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
    exp.Command: _command,
    exp.Block: _block,
}
