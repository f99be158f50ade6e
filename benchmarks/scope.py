"""How long the scope of a large plan takes: `python -m benchmarks.scope`.

2,000 assumptions (fields that are needed), of which 500 have a blocker that takes the field out; the blockers are made
by one rule that reads the plan alone, so that what is measured is the resolver with its audits, edits and restore sets.
"""

from __future__ import annotations

import time

from lineage.finding import Op, Operation
from lineage.report import Decision
from tests.lineage.scope_cases import Trouble, loaded, resolved

DATASETS, FIELDS, FINDINGS = 100, 20, 500


def plan_text() -> str:
    lines = ["plan: v1", "meta: {id: w, status: draft, owner: pm@acme.example}", "sources:"]
    lines += ["  s0:", "    connector: {type: sqlite, url: '${U}'}", "    datasets:"]
    for d in range(DATASETS):
        lines += [f"      d{d}:", "        reads: t", "        fields:"]
        lines += [f"          f{f}: helpful" for f in range(FIELDS)]
    reads = ", ".join(f"s0.d{d}: all" for d in range(DATASETS))
    lines += ["steps:", f"  t0: {{reads: {{{reads}}}, to: prompt}}", "rollout: [{stage: r0}]"]
    return "\n".join(lines) + "\n"


def main() -> None:
    text = plan_text()
    claims = sum(leaf.kind.value == "claim" for leaf in loaded(text).leaves.values())
    troubles = [
        Trouble(
            (Operation(Op.DROP_FIELD, f"s0.d{n % DATASETS}.f{n // DATASETS}"),), ("minutes", "hours", "days")[n % 3]
        )
        for n in range(FINDINGS)
    ]
    started = time.perf_counter()
    found = resolved(text, troubles)
    seconds = time.perf_counter() - started
    assert found.decision is Decision.NARROW
    assert len(found.scope.applied) == FINDINGS
    print(f"{claims:,} claims, {len(found.audit.findings)} findings: {seconds:.2f} s")


if __name__ == "__main__":
    main()
