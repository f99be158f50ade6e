"""The laws that every rule keeps."""

from pathlib import Path

import pytest
import yaml

from lineage import registry
from lineage.rule import Rule
from rules.questions import RULES

CATALOGUE = yaml.safe_load((Path(__file__).parent / "catalogue.yaml").read_text(encoding="utf-8"))
TESTS = Path(__file__).parent
ROWS = {rule.id for rule in RULES}

every_rule = pytest.mark.parametrize("rule", registry.rules(), ids=lambda rule: rule.id)


@every_rule
def test_a_rule_is_in_the_catalogue_with_its_severity(rule: Rule) -> None:
    family, _, flaw = rule.id.partition("/")

    assert flaw in CATALOGUE[family]
    assert rule.severity.value == CATALOGUE[family][flaw]["severity"]


@every_rule
def test_a_rule_narrows_as_the_catalogue_says(rule: Rule) -> None:
    family, _, flaw = rule.id.partition("/")

    assert {operation.value for operation in rule.operations} <= set(CATALOGUE[family][flaw]["narrows"])


@every_rule
def test_a_rule_has_its_page(rule: Rule) -> None:
    page = registry.page(rule)

    assert page.flaw
    assert len(page.why_it_matters) > 40
    assert len(page.what_it_looks_at) > 40
    assert len(page.how_to_fix_it) > 40


@every_rule
def test_what_a_rule_subsumes_exists(rule: Rule) -> None:
    known = {other.id for other in registry.rules()}

    assert set(rule.subsumes) <= known - {rule.id}


@pytest.mark.parametrize("rule", [rule for rule in registry.rules() if rule.id not in ROWS], ids=lambda rule: rule.id)
def test_a_rule_has_tests_of_its_own(rule: Rule) -> None:  # the rows of the table have theirs in test_questions
    family, _, flaw = rule.id.partition("/")
    texts = [path.read_text(encoding="utf-8") for path in (TESTS / family).glob("test_*.py")]

    assert any(rule.id in text or flaw.replace("-", "_") in text for text in texts)
