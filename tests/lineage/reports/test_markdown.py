"""The page for a pull request: the decision first, names that are only names, and short enough to be posted."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from inline_snapshot import snapshot
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lineage.model import SourceId
from lineage.report import Crosses, Crossing, Decision, SensitiveField
from lineage.reports.markdown import LIMIT, written
from tests.lineage.reports.sample import ASSUMPTIONS, MATRIX, SCOPE, UNMASKED, everywhere, report

OURS = {"<br>", "<code>", "</code>"}
NAMES = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details><h1>",
    "[click](javascript:alert(1))",
    "](javascript:alert(1))",
    "![x](http://evil.example/x.png)",
    "<http://evil.example>",
    "http://evil.example",
    "www.evil.example",
    "a | b | c",
    "a \\| b",
    "a \\",
    "`code`",
    "``",
    "a`b|c",
    "# head",
    "```\nfence",
    "**bold** _it_ ~~gone~~",
    "&lt;script&gt;",
    "a\nb\n\n# head",
    "\x1b[31mred",
    "\u202egnp.exe",
    "[red]x[/red]",
    "@everyone",
    "#1",
    "$x$",
    "\"quoted'",
    "--- | ---",
    "- [ ] task",
)


def parsed(text: str) -> list[Token]:
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)
    return [each for token in tokens for each in (token, *(token.children or ()))]


def shape(text: str) -> list[str]:
    return [token.type for token in parsed(text) if token.type.endswith(("_open", "_close", "fence", "html_block"))]


def test_a_run_is_told_whole() -> None:
    assert written(report(), 3) == snapshot("""\
## HOLD: `support-reply` 0.4.0 (draft)

2 blockers, 2 high; 9 assumptions: 3 broken, 4 unverified, 2 held. 61 questions open.
1 finding accepted.
As of 2026-11-22 12:00 UTC, `plan.yaml`, mode sample, run `5f2c9a0e11d04b7a`, exit 3.

**The run is incomplete**: a source or a rule failed, so silence here is no answer.

### What failed

| what | why | way out |
|---|---|---|
| `source helpdesk` | connection refused | start it, or mend HELPDESK\\_URL |

### What may launch

| stage | decision | because |
|---|---|---|
| `first` | **hold** | 1 blocker holds the launch |

| scope | declared | may launch | lost |
|---|---|---|---|
| sources | 2 | 2 | - |
| fields | 4 | 2 | `crm.contacts.email`, `helpdesk.tickets.body` |
| segments | 1 | 1 | - |
| steps | 1 | 1 | - |
| stages | 1 | 1 | - |

#### What is lost, and why

| operation | because of | leaves the scope | costs beside |
|---|---|---|---|
| `drop_field crm.contacts.email` | `privacy/unmasked-at-boundary of crm.contacts.email` | `crm.contacts.email` | 1,200 records; no longer measured: reply\\_rate; sample no longer reached: pilot |
| `drop_field helpdesk.tickets.body` | `source/hidden-or-missing of helpdesk.tickets.body` | `helpdesk.tickets.body` | - |

#### What gives it back

| gives back | mend all of | owners | effort |
|---|---|---|---|
| `crm.contacts.email` | `privacy/unmasked-at-boundary of crm.contacts.email` | crm-owner@acme.example | 1 fix of hours |

### Holds the launch (1)

| severity | finding | declared | actual | scope | fix | owner |
|---|---|---|---|---|---|---|
| blocker | `crm.contacts`: the newest record is 200 days 4 hours old, 4 hours were promised<br>`freshness/stale-source` `0a1fba7828722375` | `4 hours`<br>`plan.yaml:10:40` | 200 days 4 hours (between 200 days 3 hours and 200 days 5 hours) |  | start the load again | crm-owner@acme.example |

### Would narrow the launch, were it not held (2)

| severity | finding | declared | actual | scope | fix | owner |
|---|---|---|---|---|---|---|
| blocker | `crm.contacts.email`: email addresses cross the boundary prompt unmasked<br>`privacy/unmasked-at-boundary` `231c128e515bf945` | `email`<br>`plan.yaml:12:9` | 97 % | `drop_field crm.contacts.email` | declare a mask<br>`mask: hmac` | crm-owner@acme.example |
| high if true | `helpdesk.tickets.body`: body is not in the catalogue that auditor sees<br>`source/hidden-or-missing` `55e4279f1ac70919` | `required`<br>`plan.yaml:22:11` | to settle: GRANT SELECT (body) ON helpdesk.tickets TO auditor | `drop_field helpdesk.tickets.body` |  | crm-owner@acme.example |

### Told; the scope stays (1)

| severity | finding | declared | actual | scope | fix | owner |
|---|---|---|---|---|---|---|
| high (waived) | `crm`: ai\\_support\\_draft can read 3 fields that the plan does not declare<br>`access/over-grant` `f4c10734e6fa8109` | `ai_support_draft`<br>`plan.yaml:6:15` | 3 fields |  | take the right away<br>`REVOKE SELECT ON TABLE public.people FROM "crm_reader";` (dba@acme.example) | crm-owner@acme.example |

### What crosses a boundary

| field | kind | mask | prompt | output draft\\_reply | store traces |
|---|---|---|---|---|---|
| `helpdesk.tickets.body` | free\\_text | `entities` | unverified | - | - |
| `crm.contacts.email` | email | none | **raw** | not reached | masked (hmac, observed) |

### Access of `ai_support_draft` at `crm`

25 % of what it reads is needed (1 of 4 fields), 1 sensitive field beyond the plan, 0 more after becoming another role. 2 more beyond the plan.

| field | declared | effective | by | who else reads it |
|---|---|---|---|---|
| `crm.contacts.id` | needed | exact | ai\\_support\\_draft → ai.contacts\\_v.id (grant select) |  |
| `crm.contacts.tier` | needed | under | not granted |  |
| `crm.people.ssn`<br>ssn, declared | not needed | over | ai\\_support\\_draft → crm\\_reader (member of) → crm.people.ssn (grant select) | PUBLIC (grant select), staff (grant select of people\\_reader, latent), and 2 more |

### Access of `ai_helpdesk` at `helpdesk`

not known: helpdesk was not read.

### What was read

| dataset | records | newest is old | read by | owner | cost of the source |
|---|---|---|---|---|---|
| `crm.contacts` | 12,000 | 200 days 4 hours by `updated_at`; 4 hours needed: broken | `draft` | crm-owner@acme.example | 14 queries, 12,000 rows, 1.2 s |
| `helpdesk.tickets` | not known | no clock declared | `draft` | nobody | not read |

### The plan that may launch

```diff
--- a/plan.yaml
+++ b/plan.yaml
@@ -14,3 +14,2 @@
       tier: required
-      email: {need: helpful, sensitive: email}
```

<details><summary>Ledger: 3 assumptions broken (1 configured, 2 observed)</summary>

| assumption | declared | verdict | evidence | what is true | to settle | owner |
|---|---|---|---|---|---|---|
| `sources.crm.datasets.contacts.fresh.within` | `x` | broken | observed | stale |  | crm-owner@acme.example |
| `sources.crm.datasets.contacts.fields.email.sensitive` | `x` | broken | observed | unmasked |  | crm-owner@acme.example |
| `sources.crm.identity` | `x` | broken | configured | reads too much |  | crm-owner@acme.example |

</details>

<details><summary>Ledger: 4 assumptions unverified (3 asserted, 1 configured)</summary>

| assumption | declared | verdict | evidence | what is true | to settle | owner |
|---|---|---|---|---|---|---|
| `sources.helpdesk.datasets.tickets.fields.body.need` | `x` | unverified | configured | hidden | a grant | crm-owner@acme.example |
| `sources.crm.datasets.contacts.fields.id.need` | `x` | unverified | asserted | it was not measured | scan again | crm-owner@acme.example |
| `sources.crm.datasets.contacts.fields.tier.need` | `x` | unverified | asserted | it was not measured | scan again | crm-owner@acme.example |
| `workflow.why_now` | `x` | unverified | asserted | not answered yet | an answer | crm-owner@acme.example |

</details>

<details><summary>Ledger: 2 assumptions held (1 configured, 1 observed)</summary>

| assumption | declared | verdict | evidence | what is true | to settle | owner |
|---|---|---|---|---|---|---|
| `sources.crm.datasets.contacts.reads` | `x` | held | configured | is a view |  | crm-owner@acme.example |
| `sources.crm.datasets.contacts.key` | `x` | held | observed | no record twice |  | crm-owner@acme.example |

</details>

<details><summary>Not looked at (1)</summary>

| what | why |
|---|---|
| `helpdesk: system` | timeout |

</details>
""")  # noqa: E501 - the page as it is


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_ever_a_name(name: str) -> None:
    tokens = parsed(written(everywhere(name)))

    assert not [token for token in tokens if token.type in ("link_open", "image", "em_open", "s_open")]
    assert {token.content for token in tokens if token.type == "html_inline"} <= OURS
    blocks = "".join(token.content for token in tokens if token.type == "html_block")
    assert set(re.findall(r"<[^>]*>", blocks)) <= {"<details>", "<summary>", "</summary>", "</details>"}


@pytest.mark.parametrize("name", NAMES)
def test_no_name_changes_the_form_of_the_page(name: str) -> None:
    plain = [token for token in shape(written(everywhere("x"))) if token != "code_inline"]

    assert shape(written(everywhere(name))) == plain


@pytest.mark.parametrize("name", ["@everyone", "#1", "http://evil.example", "www.evil.example"])
def test_no_sentence_notifies_or_links_after_rendering(name: str) -> None:
    tokens = parsed(written(everywhere(name)))

    assert not [token for token in tokens if token.type == "text" and re.search(r"(^|\W)[@#]\w", token.content)]
    assert "http://evil" not in re.sub(r"`[^`]*`|```.*?```", "", written(everywhere(name)), flags=re.DOTALL)


def test_a_diff_cannot_close_its_fence() -> None:
    diff = "--- a\n+++ b\n+```\n+# head\n"

    tokens = parsed(written(report(scope=replace(SCOPE, plan_diff=diff))))

    assert [token.content for token in tokens if token.type == "fence"] == [diff]


def test_a_page_that_would_be_too_long_is_cut_and_says_so() -> None:
    findings = tuple(replace(UNMASKED, id=f"{number:016x}") for number in range(3_000))
    lines = tuple(replace(line, leaf=f"{line.leaf}.{number}") for number in range(500) for line in ASSUMPTIONS)

    text = written(report(findings=findings, assumptions=lines))

    assert 50_000 < len(text) <= LIMIT
    assert text.startswith("## HOLD")
    assert re.search(r"\*[\d,]+ findings more: left out here for length", text)
    assert re.search(r"\*[\d,]+ assumptions more: left out here for length", text)
    for part in ("What may launch", "What is lost, and why", "What crosses a boundary", "Ledger: ", "Not looked at"):
        assert part in text


def test_names_of_any_length_leave_the_page_short_enough() -> None:
    name = "&" * 5_000
    crossings = tuple(Crossing(f"{number}{name}", Crosses.RAW, name) for number in range(50))
    shown = replace(
        everywhere(name),
        matrix=tuple(replace(MATRIX[0], crossings=crossings) for _ in range(200)),
        identities={SourceId(name): name},
    )

    assert len(written(shown)) <= LIMIT


def test_a_run_without_a_finding_has_no_empty_tables() -> None:
    text = written(
        report(
            decision=Decision.SHIP,
            findings=(),
            failures=(),
            matrix=(),
            scope=SCOPE.__class__(SCOPE.declared, SCOPE.declared),
        )
    )

    assert text.startswith("## SHIP")
    assert "Holds the launch" not in text
    assert "What failed" not in text
    assert "What crosses" not in text


def test_a_field_without_a_boundary_is_told() -> None:
    text = written(report(matrix=(*MATRIX, SensitiveField(MATRIX[0].field, "phone", ""))))

    assert "| `helpdesk.tickets.body` | phone | none | - | - |" in text
