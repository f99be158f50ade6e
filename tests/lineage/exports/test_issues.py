"""Bodies of issues: found again by their marker, within the sites' limits, and without live markup."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt

from lineage.exports import exported
from lineage.exports.issues import BODY, TITLE, marker
from lineage.finding import Fix, FixKind
from lineage.report import Report
from tests.lineage.reports.sample import OVER_GRANT, STALE, everywhere, report


def bodies(shown: Report, site: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(exported(shown, site))
    return found


def text_of(body: dict[str, Any]) -> str:
    text: str = body.get("body") or body["description"]
    return text


@pytest.mark.parametrize("site", ["github", "gitlab"])
def test_an_issue_is_found_again_by_its_marker(site: str) -> None:
    now, later = bodies(report(), site), bodies(report(findings=(replace(STALE, title="older still"),)), site)

    assert text_of(now[0]).startswith(marker(STALE))
    assert text_of(later[0]).startswith(marker(STALE))


def test_a_body_has_the_keys_that_each_site_takes() -> None:
    assert set(bodies(report(), "github")[0]) == {"title", "body", "labels"}
    assert isinstance(bodies(report(), "github")[0]["labels"], list)
    assert set(bodies(report(), "gitlab")[0]) == {"title", "description", "labels", "issue_type"}
    assert isinstance(bodies(report(), "gitlab")[0]["labels"], str)


@pytest.mark.parametrize("site", ["github", "gitlab"])
def test_an_issue_says_what_where_why_and_how_to_mend_it(site: str) -> None:
    text = text_of(bodies(report(findings=(OVER_GRANT,)), site)[0])

    for part in ("plan.yaml:6:15", "REVOKE SELECT", "ai_support_draft -> crm_reader", "dba@", "waived"):
        assert part.replace("@", "") in text.replace("&#8203;", "").replace("@", "").replace("\\", "")


@pytest.mark.parametrize("site", ["github", "gitlab"])
def test_long_text_is_cut_with_a_pointer_and_no_fence_stays_open(site: str) -> None:
    fix = Fix(FixKind.SQL, "revoke", "REVOKE SELECT ON a FROM b;\n" * 9_000)
    long = replace(STALE, title="x" * 5_000, judgement=replace(STALE.judgement, fixes=(fix,)))

    (body,) = bodies(report(findings=(long,)), site)

    assert len(body["title"]) == TITLE
    assert len(text_of(body)) <= BODY
    assert "**Cut here for length.**" in text_of(body)
    last = MarkdownIt().parse(text_of(body))[-2]
    assert last.type == "inline"
    assert STALE.id in last.content


@pytest.mark.parametrize("site", ["github", "gitlab"])
@pytest.mark.parametrize(
    "name",
    [
        "<img src=x onerror=alert(1)>",
        "-->\n<script>x</script>",
        "`` ``` ```` ~~~",
        "[click](javascript:alert(1))",
        "![x](http://evil.example/p.png)",
        "@everyone #1 http://evil.example",
        "/close\n/assign @me",
        "# heading\n- [ ] task",
        "x | y\n|---|---|",
    ],
)
def test_no_name_is_markup(site: str, name: str) -> None:
    for body in bodies(everywhere(name), site):
        tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(text_of(body))
        inline = [child for token in tokens for child in token.children or ()]
        assert [token.content for token in tokens if token.type == "html_block"] == [
            text_of(body).split("\n")[0] + "\n"
        ]
        assert not {child.type for child in inline} & {"link_open", "image"}
        assert {child.content for child in inline if child.type == "html_inline"} <= {"<code>", "</code>"}
        assert not any(line.lstrip().startswith("/") for line in text_of(body).split("\n")) or site == "github"
        assert "\x1b" not in text_of(body)
