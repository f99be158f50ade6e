"""The page: one file, no request, whole without its script, and no name that is more than a name."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from lineage.model import Verdict
from lineage.report import Decision, Report, Scope
from lineage.reports.html import written
from tests.lineage.reports.sample import ASSUMPTIONS, MATRIX, SCOPE, STALE, everywhere, report
from tests.lineage.reports.test_markdown import NAMES

VOID = {"meta", "link", "input", "br", "wbr", "img"}
LOADING = {"src", "srcset", "data", "action", "formaction", "poster", "background", "ping", "cite"}


@dataclass
class Page(HTMLParser):
    """What a page holds: its elements with attributes, and its texts."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.texts))


def page(shown: Report) -> Page:
    parsed = Page()
    parsed.feed(written(shown, 3))
    parsed.close()
    assert parsed.open == []
    return parsed


def test_each_user_finds_the_answer_to_the_first_question() -> None:
    text = page(report()).text

    assert "Nothing may launch yet." in text
    assert "hold first 1 blocker holds the launch" in text
    assert "buys back declare a mask" in text
    assert "crm. contacts. email" in text
    assert "it was not looked at" in text
    assert "12,000 records, 200 days 4 hours old, 4 hours needed broken" in text
    assert "to fix: blocker stale source" in text
    assert "read by draft as ai_support_draft" in text
    assert "14 queries, 12,000 rows, 1.2 s" in text


def test_every_assumption_finding_failure_and_gap_is_on_the_page() -> None:
    parsed = page(report())

    for line in ASSUMPTIONS:
        assert line.leaf in parsed.text
    for finding in report().findings:
        assert f"f-{finding.id}" in {attributes.get("id") for _, attributes in parsed.elements}
    assert "connection refused" in parsed.text
    assert "helpdesk: system" in parsed.text
    assert "{need: helpful, sensitive: email}" in parsed.text


def test_the_page_asks_nothing_of_anybody() -> None:
    text = written(report())
    links = [attributes["href"] or "" for _, attributes in page(report()).elements if "href" in attributes]

    assert not [name for _, attributes in page(report()).elements for name in LOADING & set(attributes)]
    assert all(link.startswith("#") or link == "data:," for link in links)
    assert not re.search(r"https?:|//[a-z]|@import|url\(|fetch\(|XMLHttpRequest|WebSocket|sendBeacon|import\(", text)


def test_the_policy_allows_only_the_page_itself() -> None:
    text = written(report())
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    (script,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)

    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def test_no_element_has_an_event_handler() -> None:
    assert not [name for _, attributes in page(report()).elements for name in attributes if name.startswith("on")]


def test_links_within_the_page_lead_somewhere() -> None:
    elements = page(report()).elements
    there = {attributes["id"] for _, attributes in elements if "id" in attributes}

    assert {(a["href"] or "")[1:] for _, a in elements if (a.get("href") or "").startswith("#")} <= there
    assert len(there) == sum("id" in attributes for _, attributes in elements)


def test_the_page_has_landmarks_and_a_heading_at_every_step() -> None:
    elements = page(report()).elements
    levels = [int(tag[1]) for tag, _ in elements if re.fullmatch(r"h[1-6]", tag)]

    assert {"header", "nav", "main", "footer"} <= {tag for tag, _ in elements}
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert all("scope" in attributes for tag, attributes in elements if tag == "th")


@pytest.mark.parametrize("name", [*NAMES, "{{ 7 * 7 }}", "{% raw %}", '" onmouseover="alert(1)', "' autofocus='"])
def test_a_name_is_only_ever_a_name(name: str) -> None:
    def form(shown: Report) -> list[tuple[str, list[str]]]:
        return [(tag, sorted(attributes)) for tag, attributes in page(shown).elements if tag not in ("wbr", "pre")]

    parsed = page(everywhere(name))

    assert form(everywhere(name)) == form(everywhere("x"))
    assert name in "".join(parsed.texts) or not name.isprintable() or "." in name
    assert "\x1b" not in written(everywhere(name))
    assert "\u202e" not in written(everywhere(name))


def test_a_run_that_ships_says_so_and_has_no_holes() -> None:
    held = tuple(line for line in ASSUMPTIONS if line.verdict is Verdict.HELD)
    shown = report(
        decision=Decision.SHIP,
        findings=(),
        failures=(),
        scope=Scope(SCOPE.declared, SCOPE.declared),
        assumptions=held,
        matrix=(),
        sources=(),
        stages=(),
    )

    text = page(shown).text

    assert "All that was planned may launch." in text
    assert "No field is declared or was found to be sensitive" in text
    assert "Incomplete" not in text


def test_an_incomplete_run_says_so_before_everything_else() -> None:
    text = page(report()).text

    assert text.index("Incomplete: silence here is no answer.") < text.index("What may launch")


def test_raw_fields_come_first() -> None:
    text = page(report(matrix=(*MATRIX, *MATRIX))).text

    assert text.index("crm. contacts. email") < text.index("helpdesk. tickets. body")


def test_a_large_run_keeps_its_first_screen_short() -> None:
    shown = report(
        matrix=MATRIX * 50, findings=(STALE,), scope=Scope(SCOPE.declared, SCOPE.declared, SCOPE.applied * 9)
    )

    text = page(shown).text

    assert "91 more fields" in text
    assert "12 more" in text
