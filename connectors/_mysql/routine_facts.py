"""Facts of MariaDB's routines: what each needs and gives, and what views have of the functions that they call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from connectors._mysql.routines import HIDDEN, STRANGE, Done, Reader, Routine, given
from connectors._mysql.session import Database
from connectors._mysql.structure import Catalogue, quoted_account
from connectors._sql import Failed
from connectors._views import Known
from lineage.facts import CallFact, EdgeFact, Fact, OpaqueFact, RoutineFact
from lineage.model import Confidence, DatasetKind, EdgeEvidence, Exposure, Name, Transformation

BODIES: Final = ("db", "name", "type", "definer", "param_list", "body")
"""The columns of `mysql.proc` that say what a routine does."""
_GIVEN: Final = Transformation("DIRECT", "TRANSFORMATION")
_COPIED: Final = Transformation("DIRECT", "IDENTITY")


def routine_name(database: Database, path: tuple[str, ...]) -> Name:
    """Give the name of a routine: what tells a function from a procedure is not in it."""
    return database.path(path[0], f"{path[1]}()")


def routine_facts(database: Database, catalogue: Catalogue, routines: Sequence[Routine]) -> Iterator[Fact]:
    """Tell what routines do, and which views call them; what could not be read is undecided."""
    if not routines and not catalogue.calls:
        return
    functions = {one.folded: one for one in routines if one.kind == "FUNCTION"}
    views = frozenset(
        database.path(*place) for place, table in catalogue.tables.items() if table.kind is DatasetKind.VIEW
    )
    known = Known("mysql", database.schema or "", catalogue.fields, database.context.functions)
    reader, seen = Reader(known, frozenset(functions), views), database.seen("mysql.*")
    done: dict[tuple[str, str], Done] = {}
    for one in routines:
        # A function and a procedure of one name are one here: neither is decided.
        done[one.folded] = reader.read(one) if one.folded not in done else Done(opaque=STRANGE)
    for one in {one.folded: one for one in routines}.values():
        name, does = routine_name(database, one.path), done[one.folded]
        calls = tuple(routine_name(database, functions[path].path) for path in does.calls)
        needs = (*does.needs, (name, "execute"))  # of the definer too
        yield RoutineFact(
            seen,
            name,
            one.definer,
            one.as_definer,
            ((name, "execute"),),
            needs,
            tuple(does.gives.items()),
            calls,
            branches=does.branches,
            always=(*does.always, (name, "execute")) if does.branches else (),
            opaque=does.opaque,
        )
        for (source, target), exposure in does.copies.items():
            how = _GIVEN if exposure is not Exposure.RAW else _COPIED
            job = ".".join(one.path)
            yield EdgeFact(seen, source, target, how, exposure, Confidence.INFERRED, EdgeEvidence.SQL, job)
        if does.opaque and one.as_definer:
            reason = f"a routine that runs with its definer's rights may read anything its definer may: {does.opaque}"
            settle = "review what the routine reads, and who may execute it"
            if does.opaque == HIDDEN:
                settle = f"GRANT SELECT ({', '.join(BODIES)}) ON mysql.proc TO {quoted_account(database.identity)}"
            yield database.unseen("access", Failed(reason, settle), name)
    yield from _calls(database, catalogue, functions, done)


def _calls(
    database: Database,
    catalogue: Catalogue,
    functions: Mapping[tuple[str, str], Routine],
    done: Mapping[tuple[str, str], Done],
) -> Iterator[Fact]:
    """Tell which views call which function: what it gives is in the view, and what is not known makes it opaque."""
    seen = database.seen("mysql.*")
    for view, calls in catalogue.calls.items():
        for call in sorted(calls):
            path = call[0].casefold(), call[1].casefold()
            gifts, whole = given(path, done)
            if path in functions:
                yield CallFact(seen, view, routine_name(database, functions[path].path))
            if not whole or path not in functions:
                yield OpaqueFact(seen, view, "it calls a function of the database, which may read other datasets")
            for source, exposure in gifts.items():
                for column in catalogue.fields[view]:
                    yield EdgeFact(
                        seen,
                        source,
                        view.at(column),
                        _GIVEN,
                        exposure,
                        Confidence.AMBIGUOUS,
                        EdgeEvidence.SQL,
                        ".".join(path),
                    )
