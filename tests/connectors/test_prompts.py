"""Prompt templates: the names that they take from outside, whatever their syntax does with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lineage import registry
from lineage.connector import Structure
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import CostFact, Fact, SystemFact, TemplateFact
from lineage.model import SourceId

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MARKER = "zq7marker"


def read(folder: Path, templates: Mapping[str, str]) -> list[Fact]:
    for name, text in templates.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    connector = registry.connector("prompts")
    settings = connector.settings.model_validate({"path": str(folder)})
    return list(connector.read(settings, [Structure()], Context(SourceId("prompts"), NOW)))


def template(folder: Path, text: str) -> TemplateFact:
    [found] = [fact for fact in read(folder, {"t.j2": text}) if isinstance(fact, TemplateFact)]
    return found


@pytest.mark.parametrize(
    ("text", "uses"),
    [
        ("Hi {{ contact.name }} {{ contacts['email'] }}{# x.y #}", ["contact.name", "contacts.email"]),
        ("{% for t in tickets %}{{ t.body }}{{ loop.index }}{% endfor %}{{ today }}", ["tickets.body", "today"]),
        ("{% for t in tickets %}{{ t }}{% endfor %}", ["tickets"]),
        ("{% for t in tickets | sort(attribute='at') %}{{ t.body }}{% endfor %}", ["tickets.at", "tickets.body"]),
        ("{{ tickets | tojson }} {{ tickets | map(attribute='body') | join }}", ["tickets", "tickets.body"]),
        ("{% set c = crm.contacts %}{{ c.email | upper }}", ["crm.contacts.email"]),
        ("{% with a = contact.email %}{{ a }}{% endwith %}", ["contact.email"]),
        ("{% block b %}{{ tier }}{% endblock %}", ["tier"]),
        ("{% macro m(a) %}{{ a.b }}{{ z }}{% endmacro %}{{ m(contact) }}", ["contact.b", "z"]),
        ("{% macro m(a, b=z) %}{{ a.x }}{{ b }}{% endmacro %}{{ m(a=u, b=v.w) }}", ["u.x", "v.w", "z"]),
        ("{% macro m(t) %}{{ t.x }}{{ m(t.up) }}{% endmacro %}{{ m(ts) }}", ["ts.up", "ts.x"]),
        ("{% for t in ts | selectattr('open') %}{{ t.ssn }}{% endfor %}", ["ts.open", "ts.ssn"]),
        ("{% for t in (ts or []) | default(us) %}{{ t.x }}{% endfor %}", ["ts.x", "us"]),
        ("{{ contact | attr('email') }} {{ contact.get('tel', b.tel) }}", ["b.tel", "contact.email", "contact.tel"]),
        ("{{ contact.name.split(' ')[0].title() }}", ["contact.name"]),
        ("{% set b %}{{ t.q }}{% endset %}{{ b }}{% if c is defined and c.vip %}{% endif %}", ["c.vip", "t.q"]),
        ("{% for t in ts %}{% set u = t.user %}{{ u.email }}{% endfor %}", ["ts.user.email"]),
        ("{{ region if tier == 'gold' else name ~ x }}", ["name", "region", "tier", "x"]),
        ("{{ contact.email.lower() }} {{ tickets[0].body }}", ["contact.email", "tickets.body"]),
        ("{{ contact[key] }}", ["contact", "key"]),
        ("{% for k, v in contact.items() %}{{ v }}{% endfor %}", ["contact"]),
        ("{% raw %}{{ no }}{% endraw %}{% set n = 3 %}{{ n }}{{ range(3) }}", []),
        (f"{MARKER} {{{{ a }}}} {{% if b == '{MARKER}' %}}{MARKER}{{% endif %}}", ["a", "b"]),
    ],
)  # fmt: skip
def test_a_template_uses_what_it_takes_from_outside(tmp_path: Path, text: str, uses: list[str]) -> None:
    found = template(tmp_path, text)

    assert [".".join(chain) for chain in found.uses] == uses
    assert found.unread == ""
    assert MARKER not in repr(found)


def test_a_template_that_is_taken_in_sees_the_names_around_it(tmp_path: Path) -> None:
    facts = read(
        tmp_path,
        {
            "main.j2": "{% for t in tickets %}{% include 'parts/one.j2' %}{% include 'gone.j2' %}{% endfor %}",
            "parts/one.j2": "{{ t.body }}{{ today }}{% include 'two.j2' %}{% include 'parts/one.j2' %}",
            "parts/two.j2": "{{ t.author.email }}",
        },
    )

    [main] = [fact for fact in facts if isinstance(fact, TemplateFact) and fact.template == "main.j2"]
    assert main.uses == (("tickets", "author", "email"), ("tickets", "body"), ("today",))
    assert main.includes == ("gone.j2",)


def test_macros_that_call_one_another_end(tmp_path: Path) -> None:
    macros = [
        f"{{% macro m{n}(t) %}}{{{{ t.f{n} }}}}{{{{ m{n - 1}(t) }}}}{{{{ m{n - 1}(t) }}}}{{% endmacro %}}"
        for n in range(1, 30)
    ]

    found = template(tmp_path, "{% macro m0(t) %}{% endmacro %}" + "".join(macros) + "{{ m29(contact) }}")

    assert ("contact", "f29") in found.uses
    assert ("contact",) in found.uses


def test_what_it_takes_in_is_told_where_the_name_is_a_text(tmp_path: Path) -> None:
    found = template(tmp_path, "{% extends 'base.j2' %}{% import 'm.j2' as m %}{{ m.f(email) }}{% include name %}")

    assert found.includes == ("base.j2", "m.j2")
    assert found.uses == (("email",),)
    assert found.unread == "it takes in a template whose name is only known when it is rendered"


@pytest.mark.parametrize("text", ["{{ broken", "{% strange %}", "{% for %}", "{{ " + "(" * 5_000 + "a"])
def test_a_template_that_is_not_understood_may_use_anything(tmp_path: Path, text: str) -> None:
    found = template(tmp_path, text)

    assert found.unread
    assert found.uses == ()


def test_templates_are_named_below_their_folder_and_nothing_else_is_read(tmp_path: Path) -> None:
    facts = read(tmp_path, {"a/reply.j2": "{{ a }}", "notes.md": MARKER, "b.jinja2": "{{ b }}"})

    assert [fact.template for fact in facts if isinstance(fact, TemplateFact)] == ["a/reply.j2", "b.jinja2"]
    assert isinstance(facts[0], SystemFact)
    assert isinstance(facts[-1], CostFact)
    assert MARKER not in repr(facts)


def test_nothing_of_a_template_is_run(tmp_path: Path) -> None:
    trap = tmp_path / "ran"

    found = template(tmp_path, "{{ cycler.__init__.__globals__.os.system('touch " + str(trap) + "') }}")

    assert not trap.exists()
    assert found.unread == ""


def test_a_folder_that_is_not_there_is_an_error_with_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(ConnectorError, match="is the connector's path right") as told:
        read(tmp_path / "no" / "such", {})

    assert str(tmp_path) not in str(told.value)
