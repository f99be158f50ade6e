"""A field is followed back through views and copies; what cannot be followed is said to be unknown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lineage import registry
from lineage.facts import EdgeFact, OpaqueFact, Snapshot, UnseenFact
from lineage.finding import Op
from lineage.model import Exposure, Level, Name, Severity, Verdict
from lineage.report import Report
from lineage.run import report_on
from lineage.testing import World, assumption, finding, fired

CRM = """
create table people (id integer primary key, email text, region text);
create table hr_core (person integer, salary integer);
create view contacts as select id, email as contact, lower(region) as region from people;
create view paid as select id, salary from people join hr_core on person = id;
create view fit as select id from people where id in (select person from hr_core);
create table index_chunks (id integer primary key, body text);
"""
PLAN = """\
plan: v1
meta: {id: reply, status: approved, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      people:
        reads: people
        key: id
        fields: {id: required, email: {need: helpful, sensitive: email}, region: helpful}
      seen: {reads: contacts, copy_of: crm.people, fields: {id: required, contact: helpful}}
steps: {draft: {reads: {crm.seen: all}, to: prompt}}
constraints: {denied_sources: [hr_core]}
"""
RULES = ("lineage/dead-end-field", "lineage/opaque-hop", "lineage/forbidden-upstream", "lineage/lost-label")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path).sqlite("crm", CRM)


def judged(world: World, text: str, snapshot: Snapshot | None = None) -> Report:
    rules = [rule for rule in registry.rules() if rule.id in RULES]
    facts = snapshot or world.scan(text, rules=rules)
    return report_on(text, "plan.yaml", facts, rules, now=world.now, started_at=world.now)


def reading(view: str, fields: str) -> str:
    return PLAN.replace(
        "reads: contacts, copy_of: crm.people, fields: {id: required, contact: helpful}",
        f"reads: {view}, fields: {fields}",
    )


def blinded(snapshot: Snapshot, view: str) -> Snapshot:
    """Give what would have been seen if the definition of a view could not be followed."""
    name = next(
        fact.target.dataset for fact in snapshot.facts if isinstance(fact, EdgeFact) and fact.target.path[-1] == view
    )
    kept = tuple(fact for fact in snapshot.facts if not (isinstance(fact, EdgeFact) and fact.target.dataset == name))
    return replace(snapshot, facts=(*kept, OpaqueFact(snapshot.facts[0].seen, name, "a recursive query")))


def test_a_field_that_its_copy_leaves_out_is_a_dead_end(world: World) -> None:
    report = judged(world, PLAN.replace("id: required, contact", "contact"))

    found = finding(report, "lineage/dead-end-field", "crm.people.region")
    assert found is not None
    assert found.severity is Severity.MEDIUM
    assert [operation.op for operation in found.judgement.operations] == [Op.DROP_FIELD]
    assert [hop.by for hop in found.judgement.path] == ["copy of"]


def test_a_field_that_arrives_in_the_copy_is_none(world: World) -> None:
    held = assumption(judged(world, PLAN), "people.fields.email.need")

    assert held.verdict is Verdict.HELD
    assert held.level is Level.CONFIGURED
    assert held.says == "it reaches step draft through crm.seen"


def test_a_copy_that_nobody_explains_leaves_it_open(world: World) -> None:
    text = PLAN.replace("reads: contacts,", "reads: index_chunks,").replace("contact: helpful", "body: helpful")

    report = judged(world, text)

    assert finding(report, "lineage/dead-end-field") is None
    assert assumption(report, "people.fields.region.need").verdict is Verdict.UNVERIFIED


def test_a_view_that_can_be_followed_is_no_opaque_hop(world: World) -> None:
    held = assumption(judged(world, PLAN), "seen.reads")

    assert held.verdict is Verdict.HELD
    assert held.says == "it can be followed to main.people"


def test_a_view_that_cannot_be_followed_is_told_and_narrows_nothing(world: World) -> None:
    rules = [rule for rule in registry.rules() if rule.id in RULES]

    report = judged(world, PLAN, blinded(world.scan(PLAN, rules=rules), "contacts"))

    found = finding(report, "lineage/opaque-hop", "crm.seen")
    assert found is not None
    assert found.judgement.verdict is Verdict.UNVERIFIED
    assert found.judgement.operations == ()
    assert found.title == "what flows into crm.seen cannot be followed through main.contacts: a recursive query"


def test_a_definition_that_may_not_be_read_is_an_opaque_hop(world: World) -> None:
    rules = [rule for rule in registry.rules() if rule.id in RULES]
    snapshot = world.scan(PLAN, rules=rules)
    name = next(fact.target.dataset for fact in snapshot.facts if isinstance(fact, EdgeFact))
    hidden = UnseenFact(
        snapshot.facts[0].seen, "definition", "permission denied (42501)", "GRANT it", Name(name.namespace, name.path)
    )

    report = judged(world, PLAN, replace(snapshot, facts=(*snapshot.facts, hidden)))

    found = finding(report, "lineage/opaque-hop")
    assert found is not None
    assert found.judgement.settle == "GRANT it"


def test_a_field_from_a_denied_table_is_forbidden(world: World) -> None:
    report = judged(world, reading("paid", "{id: required, salary: helpful}"))

    found = finding(report, "lineage/forbidden-upstream")
    assert found is not None
    assert found.severity is Severity.BLOCKER
    assert assumption(report, "constraints.denied_sources").verdict is Verdict.BROKEN


def test_a_denied_table_that_only_decides_which_records_exist_is_forbidden_too(world: World) -> None:
    found = finding(judged(world, reading("fit", "{id: required}")), "lineage/forbidden-upstream", "crm.seen")

    assert found is not None
    assert [hop.by for hop in found.judgement.path] == ["decides on its records"]
    assert [operation.target for operation in found.judgement.operations] == ["crm.seen.id"]


def test_a_denied_source_of_the_plan_is_forbidden_through_its_copies(world: World) -> None:
    text = PLAN.replace("[hr_core]", "[CRM]")

    assert finding(judged(world, text), "lineage/forbidden-upstream", "crm.seen") is not None


def test_what_comes_from_elsewhere_is_allowed(world: World) -> None:
    assert assumption(judged(world, PLAN), "constraints.denied_sources").verdict is Verdict.HELD


def test_behind_an_opaque_hop_a_denied_source_may_stand(world: World) -> None:
    rules = [rule for rule in registry.rules() if rule.id in RULES]

    report = judged(world, PLAN, blinded(world.scan(PLAN, rules=rules), "contacts"))

    assert assumption(report, "constraints.denied_sources").verdict is Verdict.UNVERIFIED
    assert "lineage/forbidden-upstream" not in fired(report)


def test_a_source_that_did_not_answer_leaves_the_ban_open(world: World) -> None:
    world.environ["CRM_URL"] = f"sqlite:///{world.folder}/none.db"

    assert assumption(judged(world, PLAN), "constraints.denied_sources").verdict is Verdict.UNVERIFIED


def test_a_sensitive_field_under_another_name_has_lost_its_label(world: World) -> None:
    report = judged(world, PLAN)

    found = finding(report, "lineage/lost-label", "crm.seen.contact")
    assert found is not None
    assert found.severity is Severity.BLOCKER
    assert [(operation.op, operation.target) for operation in found.judgement.operations] == [
        (Op.MASK_FIELD, "crm.seen.contact")
    ]
    assert found.title == "email of crm.people.email arrives whole in crm.seen.contact, which is not declared sensitive"


@pytest.mark.parametrize("declared", ["sensitive: email", "mask: hmac"])
def test_a_label_or_a_mask_that_arrives_is_not_lost(world: World, declared: str) -> None:
    text = PLAN.replace("contact: helpful", f"contact: {{need: helpful, {declared}}}")

    report = judged(world, text)

    assert "lineage/lost-label" not in fired(report)
    assert assumption(report, "people.fields.email.sensitive").verdict is Verdict.HELD


def test_what_is_masked_on_the_way_needs_no_label(world: World) -> None:
    rules = [rule for rule in registry.rules() if rule.id in RULES]
    snapshot = world.scan(PLAN, rules=rules)
    hashed = tuple(
        replace(fact, exposure=Exposure.PSEUDONYM) if isinstance(fact, EdgeFact) else fact for fact in snapshot.facts
    )

    assert "lineage/lost-label" not in fired(judged(world, PLAN, replace(snapshot, facts=hashed)))


def test_one_table_under_two_names_must_have_the_label_twice(world: World) -> None:
    text = PLAN.replace("reads: contacts, copy_of: crm.people,", "reads: people,").replace(
        "contact: helpful", "email: helpful"
    )

    assert finding(judged(world, text), "lineage/lost-label", "crm.seen.email") is not None


def test_behind_an_opaque_hop_a_label_may_be_lost(world: World) -> None:
    rules = [rule for rule in registry.rules() if rule.id in RULES]

    report = judged(world, PLAN, blinded(world.scan(PLAN, rules=rules), "contacts"))

    assert "lineage/lost-label" not in fired(report)
    assert assumption(report, "people.fields.email.sensitive").verdict is Verdict.UNVERIFIED


def test_a_silent_system_says_nothing_about_the_labels_of_another(world: World) -> None:
    world.environ["GONE_URL"] = f"sqlite:///{world.folder}/none.db"
    gone = """\
  gone:
    connector: {type: sqlite, url: "${GONE_URL}"}
    datasets: {a: {reads: a, fields: {id: required}}}
steps:"""
    text = PLAN.replace("steps:", gone).replace("crm.seen: all", "crm.seen: all, gone.a: all")
    text = text.replace("contact: helpful", "contact: {need: helpful, sensitive: email}")

    assert assumption(judged(world, text), "people.fields.email.sensitive").verdict is Verdict.HELD
