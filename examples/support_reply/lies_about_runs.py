"""Lies that the runs of the pilot hold, and its index: what ran is not what the plan says, or cannot be explained."""

from __future__ import annotations

import json
from typing import Final

from examples.support_reply.company import Company
from examples.support_reply.lies import Lie

_UNLOOKED: Final = "    owner: ai-engineer@acme.example\n    datasets: {}\n"
_LOOKED: Final = """\
    owner: ai-engineer@acme.example
    datasets:
      spans:
        reads: spans
        key: span_id
        keep: {limit: 30 days, since: started_at, by: project setting}
        fields: {span_id: required, started_at: required}
"""


def some_answers_name_no_document(company: Company) -> None:
    """One run in five does not list what it retrieved."""
    for run in company.records["runs"][::5]:
        run["documents"] = []


def documents_are_cited_without_version(company: Company) -> None:
    """One run in four lists documents without the version that was read."""
    for run in company.records["runs"][::4]:
        documents = run["documents"]
        assert isinstance(documents, list)  # noqa: S101 - the company's own record
        run["documents"] = [{"id": one["id"], "score": one["score"]} for one in documents]


def no_run_says_where_it_searched(company: Company) -> None:
    """No run says which index it searched."""
    company.each("runs", lambda run: run.update(index=None))


def nobody_sees_what_was_asked(company: Company) -> None:
    """What was searched for is not recorded."""
    company.each("runs", lambda run: run.update(query=None))


def one_run_in_ten_is_kept(company: Company) -> None:
    """The sampler keeps one run in ten, and events must be audited."""
    company.each("runs", lambda run: run.update(sampler="ot=th:e6666666666668"))


def prompts_are_captured(company: Company) -> None:
    """The plan says that traces hold no content, and runs hold their prompts."""
    company.says("content: masked, keep", "content: none, keep")
    for run in company.records["runs"][::3]:
        run["prompt"] = '[{"role": "user", "parts": [{"type": "text", "content": "[masked]"}]}]'


def prompts_are_kept_raw(company: Company) -> None:
    """Traces keep what each step read, and one reads the texts of tickets before another masks them."""
    company.says("content: masked, keep", "content: raw, keep")
    company.says("status, subject, created_at]", "status, subject, created_at, body]")
    company.says("helpdesk.tickets: [body], helpdesk", "helpdesk")


def prompts_carry_numbers(company: Company) -> None:
    """Traces are looked at as a dataset, and one prompt in three carries a customer's telephone number."""
    company.says(_UNLOOKED, _LOOKED)
    company.says('traces: {at: "langfuse:support-reply", content', "traces: {at: traces.spans, content")
    people = company.records["people"]
    for number, run in enumerate(company.records["runs"][::3]):
        part = {"type": "text", "content": f"The customer is reached under {people[number]['phone']}."}
        run["prompt"] = json.dumps([{"role": "user", "parts": [part]}])


def nothing_marks_stale_context(company: Company) -> None:
    """No run says that its context was stale or missing."""
    company.each("runs", lambda run: run.update(marks={}))


def the_pilot_left_no_run(company: Company) -> None:
    """The store of traces is empty."""
    company.records["runs"] = []


def retrieval_has_no_time_of_its_own(company: Company) -> None:
    """What retrieval took is part of the draft."""
    company.each("runs", lambda run: run.update(split=False))


def some_calls_tell_no_tokens(company: Company) -> None:
    """One call in ten does not say how many tokens it took."""
    for run in company.records["runs"][::10]:
        run["tokens"] = run["answered"] = None


def another_model_answers(company: Company) -> None:
    """One answer in eight comes from a model of another provider."""
    for run in company.records["runs"][::8]:
        run.update(provider="other-cloud", model="opus-z")


def prompts_are_twice_as_long(company: Company) -> None:
    """Runs take in twice the tokens that the plan allows."""
    company.each("runs", lambda run: run.update(tokens=12_500))


def the_crm_answers_late(company: Company) -> None:
    """Fetching takes five seconds where the plan allows two."""
    company.each("runs", lambda run: run.update(fetched_in=5.1))


def runs_close_tickets(company: Company) -> None:
    """Some runs called a tool that is no action of the plan."""
    for run in company.records["runs"][::6]:
        run["tool"] = "close_ticket"


def a_run_refunded(company: Company) -> None:
    """A run did what is ruled out."""
    company.records["runs"][3]["tool"] = "issue_refund"


LIES: Final = (
    Lie("lineage/untraceable-output", ("retrieve",), some_answers_name_no_document),
    Lie("lineage/unpinned-version", ("retrieve",), documents_are_cited_without_version),
    Lie("observability/incomplete-trace", ("plan",), no_run_says_where_it_searched),
    Lie("observability/invisible-retrieval", ("plan",), nobody_sees_what_was_asked),
    Lie("observability/sampled-out-events", ("plan",), one_run_in_ten_is_kept),
    Lie("observability/undeclared-content-capture", ("traces",), prompts_are_captured),
    Lie(
        "privacy/late-masking",
        ("helpdesk.tickets.body",),
        prompts_are_kept_raw,
    ),
    Lie("privacy/sensitive-values-in-sink", ("traces",), prompts_carry_numbers),
    Lie("observability/unrecorded-stale-context", ("plan",), nothing_marks_stale_context),
    Lie("observability/missing-trace", ("plan",), the_pilot_left_no_run),
    Lie("observability/unsplit-latency", ("plan",), retrieval_has_no_time_of_its_own),
    Lie(
        "observability/unattributed-cost",
        ("plan",),
        some_calls_tell_no_tokens,
        entails=("observability/incomplete-trace",),
    ),
    Lie("switching/undeclared-provider", ("plan",), another_model_answers),
    Lie("economics/context-over-budget", ("plan",), prompts_are_twice_as_long),
    Lie("economics/missing-or-impossible-latency", ("fetch",), the_crm_answers_late),
    Lie("actions/undeclared-tool", ("plan",), runs_close_tickets),
    Lie("actions/possible-excluded-action", ("issue_refund",), a_run_refunded),
)
"""Every lie of this kind that files can hold, by the rule that finds it."""
