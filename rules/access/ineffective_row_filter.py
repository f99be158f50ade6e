"""A row policy stands on what is read and does not bind the identity.

Why it matters
--------------
The policy looks like the reason why other customers' records cannot reach the prompt. A superuser, a role that
bypasses row security, an owner without `FORCE`, or a view of such an owner reads every row all the same.

What it looks at
----------------
Declared datasets with row security, on themselves or on a table that their view reads, and whether any policy applies
to the identity there: its attributes, ownership and `FORCE`, and as whom each view reads.

How to fix it
-------------
Read as a login that owns nothing and bypasses nothing, by views of such owners; `ALTER TABLE ... FORCE ROW LEVEL
SECURITY` binds owners, and `security_invoker` lets a view be read under its reader's policies.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.facts import DatasetFact
from lineage.finding import Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import DatasetKind, Level, Name, Principal, Severity, Verdict
from lineage.plan.model import Dataset
from lineage.rule import Evidence, Rule
from rules.access._owners import another_reader
from rules.access._reach import Identity, counted, judged, listed
from rules.access._sql_postgresql import quoted, relation

_BYPASSES = frozenset({"superuser", "bypass_row_security"})


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each declared dataset with a row policy; an identity without one is held."""
    for found in judged(evidence):
        if isinstance(found, Judgement):
            yield found
            continue
        broken = [
            one for name, dataset in found.datasets.items() if (one := _judgement(evidence, found, name, dataset))
        ]
        yield from broken
        if not broken:
            yield found.held(f"every row policy on what {found.principal} reads binds it, or there is none")


def _judgement(evidence: Evidence, identity: Identity, name: Name, dataset: Dataset) -> Judgement | None:
    reach = identity.reach
    readable = any(reach.active(name.at(*field.column)) for field in dataset.fields.values())
    if not readable or name in reach.rows:
        return None
    tables = sorted(fact.name for fact in _beneath(evidence, name) if fact.row_security and not _view(fact))
    if not tables:
        return None
    who = identity.principal
    patch = "\n".join(_statements(evidence, identity, name, tables))
    owners = {view.name.short: _new_owner(identity, view, tables) for view in _bypassing(evidence, identity, name)}
    homeless = [view for view, owner in owners.items() if owner is None]
    fix = Fix(FixKind.SQL, f"let the policies bind {who}, and who its views read as", patch)
    if homeless:
        text = f"give {listed(homeless)} to a role that the policies bind and that may read what is named there"
        fix = Fix(FixKind.DECISION, f"{text}; no such role is there yet")
    return Judgement(
        identity.leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(dataset.id),
        f"no row policy of {listed([table.short for table in tables])} binds {who}: it reads every row of {dataset.id}",
        counted(identity, len(tables), "tables with row security"),
        path=(Hop(str(who), tables[0].short, "reads every row of"),),
        operations=(Operation(Op.HOLD_LAUNCH, "launch"),),
        fixes=(fix,),
    )


def _statements(evidence: Evidence, identity: Identity, name: Name, tables: list[Name]) -> Iterator[str]:
    """Give what makes the policies bind: nothing binds who bypasses them, whatever the table forces."""
    access, who = evidence.ground.access, identity.principal
    for view in _bypassing(evidence, identity, name):
        if (owner := _new_owner(identity, view, tables)) is not None:
            yield f"ALTER VIEW {relation(view.name)} OWNER TO {quoted(owner.name)};"
    if _BYPASSES & access.attributes(who):
        yield f"ALTER ROLE {quoted(who.name)} NOSUPERUSER NOBYPASSRLS;"
    yield from (f"ALTER TABLE {relation(table)} FORCE ROW LEVEL SECURITY;" for table in tables)


def _bypassing(evidence: Evidence, identity: Identity, name: Name) -> Iterator[DatasetFact]:
    """Give the views on the way to the tables whose owner no policy binds."""
    access, space = evidence.ground.access, identity.principal.namespace
    for fact in _beneath(evidence, name):
        lends = _view(fact) and fact.runs_as_owner
        if lends and fact.owner and _BYPASSES & access.attributes(Principal(space, fact.owner)):
            yield fact


def _new_owner(identity: Identity, view: DatasetFact, tables: list[Name]) -> Principal | None:
    catalog, graph = identity.ground.catalog, identity.ground.graph
    bases = {
        base.dataset for field in catalog.fields.get(view.name, {}) for base in graph.origins(view.name.at(*field))
    }
    return another_reader(identity, sorted({*tables, *(base for base in bases if base != view.name)}))


def _view(fact: DatasetFact) -> bool:
    return fact.kind is DatasetKind.VIEW


def _beneath(evidence: Evidence, name: Name) -> Iterator[DatasetFact]:
    """Give a dataset and what it reads by views, down to the tables."""
    seen, stack = {name}, [name]
    while stack:
        here = stack.pop()
        fact = evidence.ground.catalog.datasets.get(here)
        if fact is None:
            continue
        yield fact
        if fact.kind is not DatasetKind.VIEW:
            continue
        for field in evidence.ground.catalog.fields.get(here, {}):
            for base in evidence.ground.graph.origins(here.at(*field)):
                if base.dataset not in seen:
                    seen.add(base.dataset)
                    stack.append(base.dataset)


RULE = Rule(
    id="access/ineffective-row-filter",
    severity=Severity.BLOCKER,
    check=check,
    operations=(Op.HOLD_LAUNCH,),
)
