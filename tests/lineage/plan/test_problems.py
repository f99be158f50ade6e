# ruff: noqa: E501 - reports are shown as they are printed
"""The problems of a plan as a person reads them: all at once, in the order of the file."""

from __future__ import annotations

import pytest
from inline_snapshot import snapshot

from lineage.plan.load import read_plan
from lineage.plan.problems import render_problems

HEAD = """\
plan: v1
meta: {id: p}
sources:
  crm:
    connector: {type: postgresql, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: ai.contacts_v
        fields: {id: required, region: required, seen_at: helpful}
"""


def report(text: str) -> str:
    plan, problems = read_plan(text, "plan.yaml")
    assert (plan is None) == bool(problems)
    return render_problems(problems, text, "plan.yaml")


def messages(text: str) -> list[str]:
    _, problems = read_plan(text, "plan.yaml")
    return [f"{one.line}:{one.column} {one.message}" + (f"; {one.hint}" if one.hint else "") for one in problems]


def test_an_unknown_key_is_shown_with_its_line_and_what_was_meant() -> None:
    assert report(HEAD.replace("reads:", "schema:")) == snapshot("""\
plan.yaml:8:9: unknown key 'schema'; did you mean 'reads'?
            schema: ai.contacts_v
            ^
1 problem\
""")


def test_all_problems_come_at_once_in_the_order_of_the_file() -> None:
    text = """\
plan: v1
meta: {id: Support Reply, status: drft}
sources:
  crm:
    connector: {type: postgresql}
    datasets:
      contacts:
        raeds: ai.contacts_v
        fresh: {clock: updated_at, within: four hours}
        keep: 12
        fields:
          id: requierd
          email: {need: helpful, mask: hmak, joins: contcts.id}
          share: {need: required, complete: 2, values: free}
      "Odd Name": {reads: '"x', fields: {}}
    budget: {rows: many}
steps:
  draft: {reads: {crm.contact: all, crm.contacts: [id, emial]}, to: 3, after: draft}
rollout: [{stage: first, share: 1.5}, {stage: first}, {people_max: 4}]
stores: [a]
meta: {}
"""
    assert report(text) == snapshot("""\
plan.yaml:2:12: 'id' may hold a-z, 0-9, _, - and . only; call it 'support-reply'
    meta: {id: Support Reply, status: drft}
               ^
plan.yaml:2:35: 'status' must be 'draft', 'in-review', 'approved', 'live' or 'retired'; did you mean 'draft'?
    meta: {id: Support Reply, status: drft}
                                      ^
plan.yaml:8:9: unknown key 'raeds'; did you mean 'reads'?
            raeds: ai.contacts_v
            ^
plan.yaml:9:44: 'within' is not a duration; write it like '4 hours', '24 months' or 'PT15M'
            fresh: {clock: updated_at, within: four hours}
                                               ^
plan.yaml:10:15: 'keep' must be a duration such as '24 months', or 'none', or 'as source'
            keep: 12
                  ^
plan.yaml:12:15: 'id' must be 'required', 'helpful', 'join' or 'none'; did you mean 'required'?
              id: requierd
                  ^
plan.yaml:13:40: 'mask' must be 'drop', 'redact', 'partial', 'hash', 'hmac', 'tokenise', 'format_preserving', 'generalise', 'first_name' or 'entities'; did you mean 'hmac'?
              email: {need: helpful, mask: hmak, joins: contcts.id}
                                           ^
plan.yaml:13:53: no field 'crm.contcts.id'; did you mean 'crm.contacts.id'?
              email: {need: helpful, mask: hmak, joins: contcts.id}
                                                        ^
plan.yaml:14:45: 'complete' must be at most 1
              share: {need: required, complete: 2, values: free}
                                                ^
plan.yaml:14:56: 'values' must be a list
              share: {need: required, complete: 2, values: free}
                                                           ^
plan.yaml:15:7: the name 'Odd Name' may hold a-z, 0-9 and _ only; call it 'odd_name'
          "Odd Name": {reads: '"x', fields: {}}
          ^
plan.yaml:15:27: 'reads' has a double quote that is not closed; odd parts are written "Odd Schema"."Tab le"
          "Odd Name": {reads: '"x', fields: {}}
                              ^
plan.yaml:15:33: 'fields' must not be empty
          "Odd Name": {reads: '"x', fields: {}}
                                    ^
plan.yaml:16:20: 'rows' must be a whole number
        budget: {rows: many}
                       ^
plan.yaml:18:19: no dataset 'crm.contact'; did you mean 'crm.contacts'?
      draft: {reads: {crm.contact: all, crm.contacts: [id, emial]}, to: 3, after: draft}
                      ^
plan.yaml:18:56: no field in crm.contacts: 'emial'; did you mean 'email'?
      draft: {reads: {crm.contact: all, crm.contacts: [id, emial]}, to: 3, after: draft}
                                                           ^
plan.yaml:18:69: 'to' must be text; put it in quotes
      draft: {reads: {crm.contact: all, crm.contacts: [id, emial]}, to: 3, after: draft}
                                                                        ^
plan.yaml:18:79: step 'draft' comes after itself; break the circle
      draft: {reads: {crm.contact: all, crm.contacts: [id, emial]}, to: 3, after: draft}
                                                                                  ^
plan.yaml:19:33: 'share' must be at most 1
    rollout: [{stage: first, share: 1.5}, {stage: first}, {people_max: 4}]
                                    ^
plan.yaml:19:39: stage 'first' is declared twice; give it another name
    rollout: [{stage: first, share: 1.5}, {stage: first}, {people_max: 4}]
                                          ^
plan.yaml:19:55: 'rollout.2' needs 'stage'; name of the stage
    rollout: [{stage: first, share: 1.5}, {stage: first}, {people_max: 4}]
                                                          ^
plan.yaml:20:1: 'stores' must be a mapping ('key: value' below it)
    stores: [a]
    ^
plan.yaml:21:1: duplicate key 'meta', first on line 2; keep one of the two
    meta: {}
    ^
23 problems\
""")


def test_a_plan_that_is_no_yaml_has_one_problem() -> None:
    assert report(HEAD + "steps: {draft: [}\n") == snapshot("""\
plan.yaml:10:17: a value is expected here; check quotes and brackets
    steps: {draft: [}
                    ^
1 problem\
""")


def test_names_that_nothing_declares_are_found_everywhere() -> None:
    text = (
        HEAD.replace(
            "        fields:",
            """\
        key: [id, idd]
        where: "regoin = 'EU'"
        fresh: {clock: loaded_at, within: 1 hour, per: regions}
        keep: {limit: 1 day, since: purged_at}
        copy_of: crm.contcts
        key_back: {field: idx}
        fields:""",
        ).replace("seen_at: helpful", "seen_at: {need: helpful, joins: erp.people.id}")
        + """\
segments: {eu: {of: crm.contacts, where: "tier = 1"}, us: {of: crm.leads, where: "x"}}
constraints: {commitments: {c: {of: crm.contacts, where: "opted_out"}}}
steps:
  a: {reads: {crm.contacts: [name], crm.leads: all}, after: [c], writes: [note], trace_to: [crm.contacts.nam]}
  b: {after: c}
outputs: {reply: {channel: x}}
acceptance: {quality: {ship: 1}}
rollout: [{stage: one, segment: uk, expand_when: [quality, speed]}]
scope: {include: {segments: [eu, de]}}
"""
    )
    assert messages(text) == snapshot(
        [
            "9:19 no field in crm.contacts: 'idd'; did you mean 'id'?",
            "10:16 no field in crm.contacts: 'regoin'; did you mean 'region'?",
            "11:56 no field in crm.contacts: 'regions'; did you mean 'region'?",
            "13:18 no dataset 'crm.contcts'; did you mean 'crm.contacts'?",
            "14:27 no field in crm.contacts: 'idx'; did you mean 'id'?",
            "15:82 no field 'erp.people.id'; declared: crm.contacts.id, crm.contacts.region, crm.contacts.seen_at",
            "16:42 no field in crm.contacts: 'tier'; declared: id, region, seen_at",
            "16:64 no dataset 'crm.leads'; declared: crm.contacts",
            "17:58 no field in crm.contacts: 'opted_out'; declared: id, region, seen_at",
            "19:30 no field in crm.contacts: 'name'; declared: id, region, seen_at",
            "19:37 no dataset 'crm.leads'; declared: crm.contacts",
            "19:62 no step 'c'; declared: a, b",
            "19:75 no output 'note'; declared: reply",
            "19:93 no field in crm.contacts: 'nam'; declared: id, region, seen_at",
            "20:14 no step 'c'; declared: a, b",
            "23:33 no segment 'uk'; declared: eu, us",
            "23:60 no acceptance criterion 'speed'; declared: quality",
            "24:34 no segment 'de'; declared: eu, us",
        ]
    )


def test_a_clock_may_be_a_column_that_the_workflow_does_not_read() -> None:
    text = HEAD.replace("        fields:", "        fresh: {clock: Loaded At, within: 1 hour}\n        fields:")

    assert messages(text) == []


def test_a_predicate_is_shown_where_it_goes_wrong() -> None:
    assert report(HEAD + "segments: {eu: {of: crm.contacts, where: \"region = 'EU' AND id == 3\"}}\n") == snapshot("""\
plan.yaml:10:65: a value is expected; text is written in single quotes: 'EU'
    segments: {eu: {of: crm.contacts, where: "region = 'EU' AND id == 3"}}
                                                                    ^
1 problem\
""")


def test_steps_that_wait_for_each_other_are_found() -> None:
    assert messages(HEAD + "steps: {a: {after: b}, b: {after: [c]}, c: {after: a}, d: {after: a}}\n") == snapshot(
        [
            "10:20 step 'a' comes after itself; break the circle",
            "10:35 step 'b' comes after itself; break the circle",
            "10:52 step 'c' comes after itself; break the circle",
        ]
    )


@pytest.mark.parametrize("path", ["/etc/passwd", "../plan.yaml", "a/../../b", "C:\\\\x", "a\\\\b"])
def test_an_included_file_stays_below_the_plan(path: str) -> None:
    text = HEAD.replace("{id: p}", f'{{id: p, include: ["{path}"]}}')

    assert messages(text) == [
        "2:25 an included file must lie below the plan's folder; name it relative to the plan",
    ]


def test_a_long_line_is_shown_around_the_problem() -> None:
    fields = ", ".join(f"f{number}: required" for number in range(30))

    assert report(HEAD.replace("id: required", f"{fields}, id: requird")) == snapshot("""\
plan.yaml:9:462: 'id' must be 'required', 'helpful', 'join' or 'none'; did you mean 'required'?
    ...  f27: required, f28: required, f29: required, id: requird, region: required, seen_at: helpful}
                                                          ^
1 problem\
""")


def test_characters_that_steer_a_terminal_are_not_printed() -> None:
    assert "\x1b" not in report(HEAD + '"\\e[31mred": 1\n')
    assert "\u202e" not in report(HEAD + "\u202ex: 1\n")


def test_the_same_problem_is_told_once() -> None:
    told = messages(HEAD.replace("id: required", "id: {nead: required}"))

    assert told == snapshot(["9:23 unknown key 'nead'; did you mean 'need'?"])
