"""Whatever is in the file, a plan is loaded or its problems are told: never a traceback."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.plan.load import read_plan
from lineage.plan.problems import render_problems
from lineage.plan.schema import PlanShape
from lineage.yamlsource import lines_of, plain_data, read_yaml

PLANS = Path(__file__).parent / "plans"
TEXTS = [(PLANS / name).read_text("utf-8") for name in ("minimal.yaml", "whole.yaml")]
TREES: list[Any] = []
for sample in TEXTS:
    sample_root = read_yaml(sample).root
    assert sample_root is not None
    TREES.append(plain_data(sample_root))

PLAIN: list[Any] = [
    None,
    True,
    0,
    -1,
    1e308,
    "",
    " ",
    "x",
    "${X}",
    "../x",
    "\u202e",
    "a.b.c",
    "now",
    "'",
    '"',
    "all",
    "P",
]
NESTED: list[Any] = [[], {}, [[]], [None], {"": 1}, {"a.b": {"c": 1}}, ["all"], {"x": []}, [{"stage": "first"}] * 2]
odd_values: st.SearchStrategy[Any] = st.sampled_from([*PLAIN, *NESTED, "none", "é" * 300]) | st.text(max_size=5)


def holds_together(text: str | bytes) -> None:
    plan, problems = read_plan(text, "plan.yaml")

    assert (plan is None) == bool(problems)
    shown = text if isinstance(text, str) else text.decode("utf-8", errors="replace")
    lines = lines_of(shown)
    for problem in problems:
        assert 1 <= problem.line <= len(lines)
        assert problem.column >= 1
        assert problem.message
    assert render_problems(problems, text, "plan.yaml")
    if plan is not None:
        assert all(plan.datasets())
        assert set(plan.leaves) <= set(plan.marks)


@given(st.text(max_size=100) | st.binary(max_size=100))
def test_any_text_is_a_plan_or_problems(text: str | bytes) -> None:
    holds_together(text)


@given(st.sampled_from(TEXTS), st.data())
def test_a_plan_with_characters_changed_is_a_plan_or_problems(text: str, choice: st.DataObject) -> None:
    for _ in range(choice.draw(st.integers(1, 4))):
        at = choice.draw(st.integers(0, len(text)))
        cut = choice.draw(st.integers(0, 30))
        put = choice.draw(
            st.sampled_from(["", " ", "\n", "\t", ":", "- ", "'", '"', "{", "}", "[", "#", "&a ", "*a", "!", "|", "\0"])
        )
        text = text[:at] + put + text[at + cut :]

    holds_together(text)


@given(st.sampled_from(TEXTS), st.data())
def test_a_plan_with_lines_moved_is_a_plan_or_problems(text: str, choice: st.DataObject) -> None:
    lines = text.split("\n")
    for _ in range(choice.draw(st.integers(1, 4))):
        source = choice.draw(st.integers(0, len(lines) - 1))
        target = choice.draw(st.integers(0, len(lines) - 1))
        line = lines[source] if choice.draw(st.booleans()) else lines.pop(source)
        lines.insert(target, line)

    holds_together("\n".join(lines))


@given(st.integers(0, 1), st.data())
def test_a_plan_with_parts_of_other_kinds_is_a_plan_or_problems(number: int, choice: st.DataObject) -> None:
    seed = choice.draw(st.integers(0, 2**32))
    tree = mutated(TREES[number], random.Random(seed), choice)

    holds_together(json.dumps(tree, indent=1, ensure_ascii=False))


def mutated(tree: Any, chance: random.Random, choice: st.DataObject) -> Any:
    tree = json.loads(json.dumps(tree))
    for _ in range(choice.draw(st.integers(1, 5))):
        holder, key = tree, chance.choice(list(tree)) if tree else None
        while key is not None and isinstance(holder[key], dict | list) and holder[key] and chance.random() < 0.8:
            holder = holder[key]
            key = chance.choice(list(holder)) if isinstance(holder, dict) else chance.randrange(len(holder))
        if key is None:
            return tree
        match choice.draw(st.sampled_from(["delete", "retype", "rename", "copy"])):
            case "delete":
                del holder[key]
            case "retype":
                holder[key] = copy.deepcopy(choice.draw(odd_values))
            case "rename" if isinstance(holder, dict):
                holder[choice.draw(st.text(max_size=6)) or key] = holder.pop(key)
            case _ if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[key]))
            case _:
                holder["copy"] = copy.deepcopy(holder[key])
    return tree


@pytest.mark.parametrize("block", list(PlanShape.model_fields))
@pytest.mark.parametrize("value", ["", "x", "1", "[x]", "{x: y}", "[[]]", "{x: {y: z}}", "{x: [1, {y: z}]}"])
def test_each_block_of_another_kind_is_a_plan_or_problems(block: str, value: str) -> None:
    kept = [line for line in TEXTS[0].split("\n") if not line.startswith(f"{block}:")]

    holds_together("\n".join(kept) + f"\n{block}: {value}\n")


def test_hundreds_of_mistakes_are_all_told() -> None:
    fields = "".join(f"          f{number}: {{need: requird, joins: crm.x.f{number}}}\n" for number in range(400))
    text = TEXTS[0].replace("          id: required\n", fields, 1)

    _, problems = read_plan(text, "plan.yaml")
    assert len(problems) >= 800
