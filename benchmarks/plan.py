"""A plan of 2,000 lines: what reading it costs beyond imports.

    python -m benchmarks.plan [--lines N] [--rounds N]

The plan is generated: sources, datasets with fields of every shape, segments, steps and a rollout, all references
right; a second one has a mistake in every dataset, since a plan is checked most often while it is wrong.
"""

from __future__ import annotations

import argparse
import time

from lineage.plan.load import read_plan
from lineage.plan.problems import render_problems

GOAL = 0.3
_DATASET = """\
      table{n}:
        reads: app.table{n}
        key: id
        where: "created_at >= now - 18 months AND region IN ('EU', 'US')"
        fresh: {{clock: updated_at, zone: UTC, within: 4 hours, when_stale: hold_step}}
        keep: {{limit: 24 months, since: created_at, by: job purge}}
        fields:
          id: {need}
          region: {{need: required, complete: 1.0}}
          tier: {{need: required, values: [free, silver, gold], complete: 0.99}}
          email: {{need: helpful, sensitive: email, mask: hmac}}
          note:
            need: required
            sensitive: free_text
            mask: {{to: entities, of: [EMAIL, PHONE, IBAN]}}
          parent_id: {{need: required, joins: table{parent}.id, orphans: 0.01}}
          created_at: required
          updated_at: required
"""


def made(lines: int, need: str = "required") -> str:
    """Make a plan of about that many lines, with that need in every dataset."""
    text, number = "plan: v1\nmeta: {id: large, version: 0.1.0, owner: pm@acme.example}\nsources:\n", 0
    reads: list[str] = []
    segments: list[str] = []
    while text.count("\n") + len(reads) + len(segments) < lines:
        source = f"source{number // 10}"
        if number % 10 == 0:
            text += (
                f'  {source}:\n    connector: {{type: postgresql, url: "${{URL}}"}}\n    identity: reader\n'
                "    owner: owner@acme.example\n    datasets:\n"
            )
        text += _DATASET.format(n=number, need=need, parent=number - number % 10)
        reads.append(f"  step{number}: {{reads: {{{source}.table{number}: [id, region, email]}}, to: prompt}}")
        segments.append(
            f"""  part{number}: {{of: {source}.table{number}, where: "region = 'EU' AND tier != 'free'"}}"""
        )
        number += 1
    steps = "steps:\n" + "\n".join(reads)
    return text + "segments:\n" + "\n".join(segments) + f"\n{steps}\nrollout: [{{stage: first, segment: part0}}]\n"


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--lines", type=int, default=2000)
    words.add_argument("--rounds", type=int, default=5)
    given = words.parse_args()
    read_plan(made(40), "plan.yaml")  # imports and what is built once are not counted
    for what, text in (("right", made(given.lines)), ("wrong in every dataset", made(given.lines, "requird"))):
        wall: list[float] = []
        cpu: list[float] = []
        told = ""
        for _ in range(given.rounds):
            begin, busy = time.perf_counter(), time.process_time()
            plan, problems = read_plan(text, "plan.yaml")
            render_problems(problems, text, "plan.yaml")
            wall.append((time.perf_counter() - begin) * 1000)
            cpu.append((time.process_time() - busy) * 1000)
            told = f"{len(plan.leaves):,} leaves" if plan else f"{len(problems)} problems told"
        figures = f"best {min(wall):.0f} ms, worst of {given.rounds} {max(wall):.0f} ms, CPU {min(cpu):.0f} ms"
        print(f"{text.count(chr(10)):,} lines, {what}, {told}: {figures} (goal {GOAL * 1000:.0f} ms)")


if __name__ == "__main__":
    main()
