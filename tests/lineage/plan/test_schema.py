"""The JSON Schema that editors use agrees with what is loaded."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from lineage.plan.schema import json_schema
from lineage.yamlsource import plain_data, read_yaml


def is_valid(text: str) -> bool:
    root = read_yaml(text).root
    assert root is not None
    return Draft202012Validator(json_schema()).is_valid(plain_data(root))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json_schema())


def test_both_sample_plans_are_valid_under_it(minimal: str, whole: str) -> None:
    assert is_valid(minimal)
    assert is_valid(whole)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("reads: ai.contacts_v", "raeds: ai.contacts_v"),
        ("id: required", "id: requierd"),
        ("mask: hmac", "mask: hmak"),
        ("within: 4 hours", "within: soon"),
        ("limit: 24 months", "limit: 24"),
        ("type: postgresql, ", ""),
        ("plan: v1", "plan: v2"),
        ("stage: first", "stage: First Stage"),
        ("tickets:\n", "Support Tickets:\n"),
        ("meta: {id: support-reply,", "meta: {"),
    ],
)
def test_broken_plans_are_not_valid(minimal: str, old: str, new: str) -> None:
    assert old in minimal
    assert not is_valid(minimal.replace(old, new, 1))


def test_every_key_tells_an_editor_what_it_means() -> None:
    untold = [
        f"{name}.{key}"
        for name, definition in json_schema()["$defs"].items()
        for key, part in definition["properties"].items()
        if "description" not in part and "$ref" not in str(part)
    ]
    assert untold == []
