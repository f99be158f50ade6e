"""The workflow reads data about employees.

Why it matters
--------------
Employees cannot freely consent, and in many countries a works council has a say before a system may watch or rank them.
A support workflow that reads who answered which ticket how fast is such a system, whatever it was built for.

What it looks at
----------------
Sensitive fields that steps read, in datasets or under names that speak of employees (`employee`, `staff`, `payroll`,
`personnel`, `hr`, and such words of other languages), and fields declared `sensitive: employee`.
Broken: there are some, and the dossier holds no decision (`dossier.items.works_council` or `dossier.items.dpia`).
Held (asserted): a decision is named.

How to fix it
-------------
Take the fields out, or have the decision made and name its document in the dossier.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lineage.finding import Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Field, Plan
from lineage.rule import Evidence, Rule
from rules.privacy import _reading as reading
from rules.source._exposed import subject

_WORDS: Final = frozenset(
    {"employee", "employees", "staff", "personnel", "payroll", "hr"}
    | {"hris", "workforce", "coworker", "mitarbeiter", "lohn", "gehaltsabrechnung"}
    | {"salaries", "employe", "employes", "empleado", "empleados", "nomina"}
    | {"dipendente", "dipendenti", "werknemer", "werknemers", "medewerker", "funcionario"}
    | {"funcionarios", "pracownik", "pracownicy", "anstalld", "ansatt"}
)
_EMPLOYEE: Final = frozenset({"employee", "employee_id", "staff", "salary", "payroll"})


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every sensitive field of employees that is read."""
    plan = evidence.plan
    decided = plan.answer("dossier.items.works_council") or plan.answer("dossier.items.dpia")
    for dataset, field in reading.read_fields(plan):
        why = _speaks(plan, dataset, field)
        if not why:
            continue
        leaf = reading.leaf_of(plan, field, "sensitive")
        if decided:
            yield reading.held(leaf, dataset, field, f"{why}; the dossier names a decision", Level.ASSERTED)
        else:
            yield _broken(leaf, dataset, field, f"{why}, and the dossier names no decision about it")


def _speaks(plan: Plan, dataset: Dataset, field: Field) -> str:
    if (field.sensitive or "").lower() in _EMPLOYEE:
        return f"is declared as {field.sensitive}"
    if reading.declared_kind(field) is None:
        return ""
    for place, name in (("field", field.name), ("field", field.column[-1]), ("dataset", dataset.reads)):
        if _words(name) & _WORDS:
            return f"its {place} speaks of employees"
    return "its source speaks of employees" if _words(plan.sources[dataset.source].id) & _WORDS else ""


def _words(name: str) -> set[str]:
    split = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return {word for word in re.split(r"[^a-z]+", split.lower()) if word}


def _broken(leaf: str, dataset: Dataset, field: Field, says: str) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.ASSERTED,
        subject(dataset, field.name),
        says,
        operations=(Operation(Op.DECIDE, field.id),),
        fixes=(
            Fix(FixKind.DECISION, "have it decided with the works council, by an impact assessment"),
            Fix(FixKind.PLAN, "name the document: `dossier: {items: {works_council: docs/...}}`", effort="minutes"),
        ),
        confidence="likely",
    )


RULE = Rule(id="privacy/employee-data", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
