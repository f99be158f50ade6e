"""Routines, rules and triggers of a PostgreSQL database: what each reads, gives back, writes and copies on.

A routine may run with its owner's rights, and a rule always runs with those of its table's owner: whoever may start
one reads what it gives. Bodies in SQL and static PL/pgSQL are read; what is put together while it runs is opaque.
Bodies hold literals: they stay in this module.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from connectors._pg.aggregates import aggregate_fact, read_aggregates
from connectors._pg.fragments import LOOSE, Fragment, Routine, Scope, by_name
from connectors._pg.functions import functions_of
from connectors._pg.plpgsql import Body, Step, body_of
from connectors._pg.session import Database
from connectors._pg.structure import OURS, Catalogue
from connectors._pg.texts import is_value
from connectors._pg.words import split, until, words
from connectors._sql import Failed
from lineage.facts import CallFact, EdgeFact, Fact, OpaqueFact, RoutineFact
from lineage.model import Confidence, EdgeEvidence, Exposure, Name, Transformation

_ROUTINES: Final = f"""
SELECT p.oid, n.nspname, p.proname || '(' || oidvectortypes(p.proargtypes) || ')', p.proname,
       pg_get_userbyid(p.proowner), p.prosecdef, l.lanname, p.prorettype IN ('void'::regtype, 'trigger'::regtype),
       coalesce(p.proargnames, ARRAY[]::text[]), coalesce(p.proargmodes::text[], ARRAY[]::text[]),
       p.pronargs - p.pronargdefaults - (p.provariadic <> 0)::int,
       CASE WHEN p.provariadic <> 0 THEN 999 ELSE p.pronargs END,
       (SELECT substr(c, 13) FROM unnest(p.proconfig) c WHERE c LIKE 'search\\_path=%'), {{body}},
       p.prorettype IN ('trigger'::regtype, 'event_trigger'::regtype)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE {OURS} AND p.prokind IN ('f', 'p') AND NOT EXISTS (
  SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
ORDER BY n.nspname, 3"""  # noqa: S608 - made of our own constants
_SINCE_14: Final = "CASE WHEN p.prosqlbody IS NULL THEN p.prosrc ELSE pg_get_function_sqlbody(p.oid) END"
_RULES: Final = f"""
SELECT r.ev_class, r.rulename, CASE r.ev_type WHEN '2' THEN 'update' WHEN '3' THEN 'insert' ELSE 'delete' END,
       pg_get_ruledef(r.oid)
FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE r.rulename <> '_RETURN' AND r.ev_enabled <> 'D' AND {OURS} ORDER BY 1, 2"""  # noqa: S608 - our own constants
_TRIGGERS: Final = f"""
SELECT DISTINCT t.tgrelid, t.tgfoid FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND {OURS} ORDER BY 1, 2"""  # noqa: S608 - made of our own constants
_CALLED: Final = """
SELECT DISTINCT r.ev_class, d.refobjid
FROM pg_rewrite r
JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_proc'::regclass
WHERE r.rulename = '_RETURN' ORDER BY 1, 2"""
_PLAIN: Final = frozenset({"c", "internal"})
_FOREIGN: Final = "its body is in a language that is not read"
_GIVEN: Final = Transformation("DIRECT", "TRANSFORMATION")


@dataclass(slots=True)
class _Read:
    """A routine, with what was found in its body."""

    row: Sequence[Any]
    routine: Routine
    fact: RoutineFact
    copies: list[tuple[Name, Name, Any, Exposure]] = field(default_factory=list)


def read_routines(database: Database, catalogue: Catalogue) -> Iterator[Fact]:
    """Read routines, rules and triggers, and tell which views call which routine."""
    rows = _rows(database)
    routines = [Routine(row[0], database.path(row[1], row[2]), row[10], row[11]) for row in rows]
    aggregates = read_aggregates(database)
    named = by_name([*routines, *(aggregate for aggregate, *_ in aggregates)])
    scopes = _Scopes(catalogue, named, functions_of(database))
    read = {row[0]: _routine(database, scopes, row, routine) for row, routine in zip(rows, routines, strict=True)}
    functions = {oid: one.fact for oid, one in read.items()}
    for aggregate in aggregates:
        fact = aggregate_fact(database, aggregate, functions)
        read[aggregate[0].oid] = _Read((), aggregate[0], fact)
    for one in read.values():
        yield one.fact
        yield from _edges(database, one.fact.name, one.copies)
        if one.fact.opaque and one.fact.runs_as_owner and one.fact.opened_by:
            reason = f"a routine that runs with its owner's rights may read anything its owner may: {one.fact.opaque}"
            settle = "review what the routine reads, and who may execute it"
            yield database.unseen("access", Failed(reason, settle), one.fact.name)
    yield from _rules(database, scopes)
    yield from _triggers(database, scopes, rows)
    yield from _calls(database, catalogue, read)


@dataclass(frozen=True, slots=True)
class Bodied:
    """A routine, as what it runs."""

    oid: int
    schema: str
    path: tuple[str, ...]
    """The schemas that it sets to look for names in; empty where it sets none."""
    body: Body


def bodies(database: Database) -> Mapping[str, Sequence[Bodied]]:
    """Give what each routine runs, by its name without a schema."""
    found: defaultdict[str, list[Bodied]] = defaultdict(list)
    for row in _rows(database):
        found[row[3]].append(Bodied(row[0], row[1], tuple(_schemas(row[12] or "")), _body(row)))
    return found


def _rows(database: Database) -> list[Sequence[Any]]:
    if database.version < 140_000:
        return database.rows(_ROUTINES.format(body="p.prosrc"))
    try:
        return database.rows(_ROUTINES.format(body=_SINCE_14))
    except Failed:
        # One that is locked hides no other: the bodies that must be printed by the server are opaque then.
        return database.rows(_ROUTINES.format(body="CASE WHEN p.prosqlbody IS NULL THEN p.prosrc END"))


@dataclass(slots=True)
class _Scopes:
    catalogue: Catalogue
    routines: Mapping[tuple[str | None, str], Sequence[Routine]]
    functions: Mapping[str, Exposure]
    made: dict[tuple[str, ...] | None, Scope] = field(default_factory=dict)

    def of(self, path: str | None) -> Scope:
        """Give the scope of a search path; without one, names that only one relation has are known."""
        schemas = None if path is None else tuple(_schemas(path))
        if schemas not in self.made:
            from lineage.sql import sql_reader

            loose = self._loose(schemas)
            schema: dict[tuple[str, ...], list[str]] = {
                key: self.catalogue.columns[oid] for key, oid in self.catalogue.by_path.items()
            }
            schema.update(((LOOSE, name), self.catalogue.columns[oid]) for name, oid in loose.items())
            reader = sql_reader(dialect="postgres", schema=schema, default_schema=LOOSE, functions=self.functions)
            called: defaultdict[str, list[int]] = defaultdict(list)
            for (_, name), oid in self.catalogue.by_path.items():
                called[name].append(oid)
            self.made[schemas] = Scope(self.catalogue, reader, loose, self.routines, called=called)
        return self.made[schemas]

    def _loose(self, schemas: tuple[str, ...] | None) -> Mapping[str, int]:
        if schemas is not None:
            return {
                name: oid
                for schema in reversed(schemas)
                for (where, name), oid in self.catalogue.by_path.items()
                if where == schema
            }
        found: defaultdict[str, list[int]] = defaultdict(list)
        for (_, name), oid in self.catalogue.by_path.items():
            found[name].append(oid)
        return {name: oids[0] for name, oids in found.items() if len(oids) == 1}


def _schemas(path: str) -> Iterator[str]:
    for part in split(words(path), ","):
        if part and part[0].name:
            yield part[0].name


def _routine(database: Database, scopes: _Scopes, row: Sequence[Any], routine: Routine) -> _Read:
    _, _, _, name, owner, definer, language, *_ = row
    # Nobody calls a trigger's function: what it does is done by writing to the table.
    opened_by = () if row[14] else ((routine.name, "execute"),)
    fact = RoutineFact(database.seen(), routine.name, owner, definer, opened_by)
    one = _Read(row, routine, fact)
    body = _body(row)
    if body.opaque:
        # A function in C that has no rights of its own is taken for a plain one, as those of the server are.
        harmless = language in _PLAIN and not definer
        one.fact = replace(fact, opaque="" if harmless else body.opaque)
        return one
    named = frozenset({*body.variables, *(argument for argument in row[8] if argument)})
    scope = replace(scopes.of(row[12]), variables=named, own=name)
    one.fact, one.copies = _told(scope, fact, body, _out(row))
    if not row[13].lstrip().upper().startswith(("BEGIN ATOMIC", "RETURN ")) or language != "sql":
        # A text is read again whenever it runs: who runs it must be able to name what is in it.
        named_in = [place.dataset for place, _ in one.fact.needs] + list(one.fact.calls)
        schemas = dict.fromkeys((Name(place.namespace, place.path[:-1]), "usage") for place in named_in)
        one.fact = replace(one.fact, needs=(*one.fact.needs, *schemas))
    return one


def _out(row: Sequence[Any]) -> frozenset[str]:
    return frozenset(name for name, mode in zip(row[8], row[9], strict=False) if name and mode in ("o", "b", "t"))


def _body(row: Sequence[Any]) -> Body:
    language, nothing, text = row[6], row[7], row[13]
    if text is None:
        return Body(opaque="its body could not be read")
    if language == "plpgsql":
        return body_of(text)
    if language != "sql":
        return Body(opaque=_FOREIGN)
    parts = words(text)
    if [part.lower for part in parts[:2]] == ["begin", "atomic"]:
        parts = parts[2:-1]
    elif parts and parts[0].lower == "return":
        parts = words(f"SELECT {text.strip()[6:]}")
    statements = [part for part in split(parts, ";") if part]
    body = Body(variables=set())
    for number, statement in enumerate(statements):
        body.steps.append(Step(statement, back=number == len(statements) - 1 and not nothing))
    return body


def _told(
    scope: Scope, fact: RoutineFact, body: Body, out: Iterable[str] = ()
) -> tuple[RoutineFact, list[tuple[Name, Name, Any, Exposure]]]:
    """Say what a body does, its values followed through its variables."""
    fragments = _fragments(scope, body)
    known = {routine.oid: routine.name for found in scope.routines.values() for routine in found}
    opaque = body.opaque or next((found.opaque for found in fragments if found.opaque), "")
    return (
        replace(
            fact,
            needs=tuple(dict.fromkeys(need for found in fragments for need in found.needs)),
            gives=tuple(_given(body, fragments, out).items()),
            calls=tuple(dict.fromkeys(known[oid] for found in fragments for oid in found.calls)),
            branches=any(
                (one.needs or one.calls) and not step.sure for step, one in zip(body.steps, fragments, strict=True)
            ),
            opaque=opaque,
        ),
        [copy for found in fragments for copy in found.copies],
    )


def _fragments(scope: Scope, body: Body) -> list[Fragment]:
    """Read every step; dynamic SQL sees no variables of the body, and no NEW and OLD."""
    bare = replace(scope, variables=frozenset(filter(is_value, body.variables)), own="", row=None)
    return [(bare if step.dynamic else scope).fragment(step.query) for step in body.steps]


def _given(body: Body, fragments: Sequence[Fragment], out: Iterable[str]) -> Mapping[Name, Exposure]:
    held: defaultdict[str, dict[Name, Exposure]] = defaultdict(dict)
    back: dict[Name, Exposure] = {}
    # A value moves at most once through each variable before nothing changes any more.
    for _ in range(len(body.variables) + 1):
        before = sum(map(len, held.values())) + len(back)
        for step, found in zip(body.steps, fragments, strict=True):
            values = dict(found.values)
            for variable in found.variables:
                _merge(values, held[variable])
            for variable in step.into:
                _merge(held[variable], values)
            if step.back:
                _merge(back, values)
        if sum(map(len, held.values())) + len(back) == before:
            break
    for variable in out:
        _merge(back, held[variable])
    return back


def _merge(into: dict[Name, Exposure], more: Mapping[Name, Exposure]) -> None:
    for name, exposure in more.items():
        into[name] = min(into.get(name, exposure), exposure, key=lambda item: item.rank)


def _rules(database: Database, scopes: _Scopes) -> Iterator[Fact]:
    for table, rule, right, text in database.rows(_RULES):
        if table not in scopes.catalogue.relations:
            continue
        relation = scopes.catalogue.relations[table]
        name = database.path(relation.schema, f"rule {rule} on {relation.name}")
        on = scopes.catalogue.names[table]
        fact = RoutineFact(database.seen(), name, relation.owner, runs_as_owner=True, opened_by=((on, right),))
        parts = words(text)
        start = until(parts, 0, "do") + 1
        start += start < len(parts) and parts[start].lower in ("instead", "also")
        actions = parts[start:-1] if parts and parts[-1].lower == ";" else parts[start:]
        if actions and actions[0].lower == "(" and until(actions, 0, ";") == len(actions):
            actions = actions[1:-1]
        body = Body(variables={"new", "old"})
        for action in split(actions, ";"):
            if action and action[0].lower not in ("nothing", "notify"):
                body.steps.append(Step(action, back=True))
        scope = replace(scopes.of(None), variables=frozenset(body.variables), row=table)
        told, copies = _told(scope, fact, body)
        # Since 16 its table is asked for with each action: the owner who lost SELECT on it lends nothing (seed 247).
        asked = ((on, "select"),) if database.version >= 160_000 else ()
        yield replace(told, needs=(*told.needs, *asked))
        yield from _edges(database, name, copies)


def _triggers(database: Database, scopes: _Scopes, rows: Sequence[Sequence[Any]]) -> Iterator[Fact]:
    bodies = {row[0]: row for row in rows}
    for table, function in database.rows(_TRIGGERS):
        row = bodies.get(function)
        if row is None or table not in scopes.catalogue.relations:
            continue
        body, on = _body(row), scopes.catalogue.names[table]
        scope = replace(scopes.of(row[12]), variables=frozenset(body.variables), own=row[3], row=table)
        copies = [copy for found in _fragments(scope, body) for copy in found.copies]
        yield from _edges(database, on, copies)
        if body.opaque:
            what = Failed(f"a trigger of it may copy its rows on: {body.opaque}", "review what the trigger writes")
            yield database.unseen("definition", what, on)


def _edges(database: Database, maker: Name, copies: Iterable[tuple[Name, Name, Any, Exposure]]) -> Iterator[EdgeFact]:
    seen, job = database.seen(), f"{maker.path[-2]}.{maker.path[-1]}"
    for source, target, transformation, exposure in dict.fromkeys(copies):
        if source != target:
            yield EdgeFact(seen, source, target, transformation, exposure, Confidence.INFERRED, EdgeEvidence.SQL, job)


def _calls(database: Database, catalogue: Catalogue, read: Mapping[int, _Read]) -> Iterator[Fact]:
    """Tell which routine a view calls; what it gives is in the view, and what is not known of it makes it opaque."""
    seen = database.seen()
    facts = {one.fact.name: one.fact for one in read.values()}
    for view, oid in database.rows(_CALLED):
        if view not in catalogue.names or oid not in read:
            continue
        name = catalogue.names[view]
        yield CallFact(seen, name, read[oid].fact.name)
        for fact in _closure(read[oid].fact, facts):
            if fact.opaque:
                yield OpaqueFact(seen, name, "it calls a function of the database, which may read other datasets")
            for source, exposure in fact.gives:
                for column in catalogue.columns[view]:
                    yield EdgeFact(
                        seen,
                        source,
                        name.at(column),
                        _GIVEN,
                        exposure,
                        Confidence.AMBIGUOUS,
                        EdgeEvidence.SQL,
                        f"{fact.name.path[-2]}.{fact.name.path[-1]}",
                    )


def _closure(start: RoutineFact, facts: Mapping[Name, RoutineFact]) -> Iterator[RoutineFact]:
    seen = {start.name: start}
    stack = [start]
    while stack:
        here = stack.pop()
        yield here
        for name in here.calls:
            if name in facts and name not in seen:
                seen[name] = facts[name]
                stack.append(facts[name])
