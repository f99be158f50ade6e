"""A catalogue of 500 tables is read in as many statements as one of five."""

from __future__ import annotations

from lineage.facts import CostFact, DatasetFact, EdgeFact, FieldFact, GrantFact
from tests.connectors.postgresql_facts import of, structure
from tests.servers import PostgresDatabase

_COLUMNS = ", ".join(f"c{number} text" for number in range(20))
_TABLES = """
DO $$ BEGIN FOR n IN {first}..{last} LOOP
  EXECUTE format('CREATE TABLE public.t%s ({columns})', n);
  EXECUTE format('CREATE INDEX ON public.t%s (c0)', n);
  EXECUTE format('GRANT SELECT (c1, c2) ON public.t%s TO {role}', n);
  EXECUTE format('CREATE VIEW public.v%s AS SELECT c0, c1 FROM public.t%s WHERE c2 IS NOT NULL', n, n);
END LOOP; END $$"""


def test_statements_do_not_grow_with_the_tables(postgres: PostgresDatabase) -> None:
    auditor = postgres.role("auditor")
    postgres.execute(_TABLES.format(first=1, last=5, columns=_COLUMNS, role=auditor))
    [few] = of(structure(postgres, auditor), CostFact)
    postgres.execute(_TABLES.format(first=6, last=500, columns=_COLUMNS, role=auditor))

    facts = structure(postgres, auditor)

    [many] = of(facts, CostFact)
    assert many.queries == few.queries
    assert len(of(facts, DatasetFact)) == 1000
    assert len(of(facts, FieldFact)) == 500 * 22
    assert len([fact for fact in of(facts, GrantFact) if fact.on.field]) == 1000
    assert len({fact.target for fact in of(facts, EdgeFact)}) == 500 * 3
