"""Languages and formats of texts: told by the texts themselves, held against what the inputs list."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.report import Report
from lineage.reports.snapshot import lines
from lineage.testing import World, assumption, finding, verdict
from rules.source._language import UNKNOWN, format_of, language_code, language_of
from rules.source.undeclared_language_or_format import RULE
from tests.servers import PostgresDatabase

PLAN = """
plan: v1
meta: {id: content, owner: owner@acme.example}
scope: {include: {inputs: [{LISTED}]}}
sources:
  desk:
    connector: {type: KIND, url: "${DESK_URL}"}
    datasets:
      tickets: {reads: tickets, fields: {id: required, body: {need: required, sensitive: free_text}}}
steps: {draft: {reads: {desk.tickets: all}, to: prompt}}
rollout: [{stage: first}]
"""
ENGLISH = "Hello, I cannot log in to my account since this morning and the page says that the password is wrong."
GERMAN = "Guten Tag, ich kann mich seit heute nicht mehr anmelden, und die Seite sagt, dass mein Passwort falsch ist."
POLISH = "Dzień dobry, od rana nie mogę się zalogować do systemu, a strona mówi, że hasło jest błędne."
TEXTS = {
    "en": ENGLISH,
    "de": GERMAN,
    "pl": POLISH,
    "fr": "Bonjour, je ne peux plus me connecter depuis ce matin et la page dit que mon mot de passe est faux.",
    "es": "Hola, no puedo entrar en mi cuenta desde esta mañana y la página dice que la contraseña no es correcta.",
    "it": "Ciao, non riesco ad accedere al mio conto da questa mattina e la pagina dice che la password è errata.",
    "pt": "Olá, não consigo entrar na minha conta desde esta manhã e a página diz que a senha não está correta.",
    "nl": "Goedendag, ik kan sinds vanmorgen niet meer inloggen en de pagina zegt dat mijn wachtwoord niet klopt.",
    "sv": "Hej, jag kan inte logga in på mitt konto sedan i morse och sidan säger att lösenordet är fel.",
    "fi": "Hei, en voi kirjautua tililleni, koska sivu sanoo että salasana ei ole oikein, mutta se on sama kuin ennen.",
    "cs": "Dobrý den, od rána se nemohu přihlásit do svého účtu a stránka říká, že heslo je špatné, ale není to tak.",
    "tr": "Merhaba, bu sabah giriş yapmak için çok uğraştım ama sayfa şifre yanlış diyor, lütfen bana yardım edin.",  # noqa: RUF001 - it is that language
    "ja": "今朝からログインできません。パスワードが違うと表示されます。",
    "ru": "Здравствуйте, я не могу войти в систему с утра, страница пишет, что пароль неверный.",  # noqa: RUF001 - it is that language
    "uk": "Доброго дня, я не можу увійти до системи з ранку, сторінка пише, що пароль невірний.",
    "el": "Καλημέρα, δεν μπορώ να συνδεθώ από το πρωί και η σελίδα λέει ότι ο κωδικός είναι λάθος.",  # noqa: RUF001 - it is that language
}


@pytest.mark.parametrize("code", TEXTS)
def test_the_language_of_a_sentence_is_told(code: str) -> None:
    assert language_of(TEXTS[code]) == code


@pytest.mark.parametrize("text", ["", "OK", "4711 / 0815", "ERR_CONNECTION_RESET at 10.0.0.1", "Berlin Paris Oslo"])
def test_a_text_with_too_little_language_has_none(text: str) -> None:
    assert language_of(text) == UNKNOWN


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (ENGLISH, "text"),
        ("a < b and c > d, is that right?", "text"),
        ("see <https://example.test> for more", "text"),
        ("# A title\n\n* one\n* two", "text"),
        ("<p>Hello</p><br>I cannot log in", "html"),
        ("<!DOCTYPE html><html><body>x</body></html>", "html"),
        ('{"body": "hello"}', "json"),
        ("[1] see below", "text"),
        ("<?xml version='1.0'?><note>hi</note>", "xml"),
        ("{\\rtf1\\ansi hello}", "rtf"),
        ("JVBERi0x" * 60, "binary"),
    ],
)
def test_the_format_of_a_text_is_told_by_its_shape(text: str, kind: str) -> None:
    assert format_of(text) == kind


def test_languages_are_known_by_code_region_and_name() -> None:
    assert [language_code(word) for word in ("en", "EN-gb", "German", "pt_BR", "klingon")] == [
        "en",
        "en",
        "de",
        "pt",
        None,
    ]


def table(texts: Sequence[str]) -> str:
    quoted = ", ".join("({}, '{}')".format(number, text.replace("'", "''")) for number, text in enumerate(texts))
    return f"CREATE TABLE tickets (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO tickets VALUES {quoted};"


def audited(folder: Path, texts: Sequence[str], listed: str = "languages: [en, de], formats: [text]") -> Report:
    text = PLAN.replace("KIND", "sqlite").replace("LISTED", listed)
    return World(folder).sqlite("desk", table(texts)).audit(text, rules=(RULE,))


def test_texts_of_the_listed_languages_are_held(tmp_path: Path) -> None:
    report = audited(tmp_path, [ENGLISH, GERMAN] * 50)

    assert not report.findings
    assert verdict(report, "include.inputs") is Verdict.HELD


def test_texts_of_another_language_are_told_with_their_share(tmp_path: Path) -> None:
    found = finding(audited(tmp_path, [ENGLISH] * 95 + [POLISH] * 5), RULE.id)

    assert found is not None
    assert "5 texts of 100 are of a language that is not listed: pl 5 %" in found.judgement.says


def test_mark_up_is_told_where_only_text_is_listed(tmp_path: Path) -> None:
    found = finding(audited(tmp_path, [ENGLISH] * 50 + [f"<div><p>{ENGLISH}</p></div>"] * 10), RULE.id)

    assert found is not None
    assert "html" in found.judgement.says


def test_a_single_stray_text_is_no_mix(tmp_path: Path) -> None:
    assert not audited(tmp_path, [ENGLISH] * 99 + [POLISH]).findings


def test_texts_that_are_too_short_and_languages_that_are_unknown_decide_nothing(tmp_path: Path) -> None:
    short = audited(tmp_path, ["ok", "done", "thanks"] * 20)
    assert "cannot be told" in assumption(short, "include.inputs").says

    (tmp_path / "other").mkdir()
    unknown = audited(tmp_path / "other", [ENGLISH] * 20, listed="languages: [en, klingon]")
    assert verdict(unknown, "include.inputs") is Verdict.UNVERIFIED


@pytest.mark.postgresql
def test_a_server_is_asked_the_same_and_no_text_becomes_a_fact(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(table([ENGLISH] * 20 + [POLISH] * 20))
    world = World(tmp_path).url("desk", postgres.url())
    text = PLAN.replace("KIND", "postgresql").replace("LISTED", "languages: [en]")

    assert finding(world.audit(text, rules=(RULE,)), RULE.id) is not None
    assert not any("password" in line or "zalog" in line for line in lines(world.scan(text, rules=(RULE,))))
