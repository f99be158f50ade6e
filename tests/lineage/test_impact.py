"""Impact, pictures and exports of the graph, and what differs between two snapshots, on real systems."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import networkx as nx
import pytest
from rich.console import Console

from lineage import registry
from lineage.audit import evidence_of
from lineage.connector import Structure
from lineage.context import Context
from lineage.errors import PlanError
from lineage.facts import EdgeFact, Snapshot, UnseenFact, UseFact
from lineage.graph import BoundaryNode, Edge, FieldNode, LineageGraph, add_edges
from lineage.impact import find_field, impact_of, neighbourhood, whole
from lineage.model import Confidence, Exposure, Name, Principal, SourceId
from lineage.reports import diff
from lineage.reports.graph import FORMATS, render, written
from lineage.reports.graph_events import Told
from lineage.rule import Ground
from lineage.scan import Limits
from lineage.testing import World
from tests.servers import PostgresDatabase

PLAN = """\
plan: v1
meta: {id: replies, status: draft, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts_v
        fields: {id: required, email: {need: helpful, sensitive: email}}
steps:
  draft: {reads: {crm.contacts: all}, to: prompt}
"""
SCRIPT = """\
create table people (id integer primary key, mail text, active int);
create view contacts_v as select id, mail as email from people where active;
create view "o""dd <b>" as select email as "x]|""y" from contacts_v;
"""
STRUCTURE = Limits(data=False, sample=False)
TOLD = Told("replies", datetime(2026, 11, 22, 12, 0, tzinfo=UTC))


def ground(world: World) -> Ground:
    facts = world.scan(PLAN, limits=STRUCTURE)
    return evidence_of(world.plan(PLAN), facts.facts, facts.taken_at).ground


@pytest.fixture
def known(tmp_path: Path) -> Ground:
    return ground(World(tmp_path).sqlite("crm", SCRIPT))


def test_a_physical_field_reaches_views_step_and_prompt(known: Ground) -> None:
    node = find_field(known.graph, known.catalog, "people.mail")

    impact = impact_of(known.graph, node)

    reached = {known.graph.label(one): exposure for one, exposure in impact.values}
    assert reached == dict.fromkeys(("crm.contacts.email", 'main.o"dd <b>.x]|"y', "draft", "prompt"), Exposure.RAW)
    assert not impact.rows


def test_a_filter_decides_on_the_rows_of_its_view_and_of_all_that_read_it(known: Ground) -> None:
    impact = impact_of(known.graph, find_field(known.graph, known.catalog, "main.people.active"))

    assert not impact.values
    assert [name.short for name in impact.rows] == ["main.contacts_v"]
    assert [name.short for name in impact.rows_behind] == ['main.o"dd <b>']
    assert impact.rows_steps == ("draft",)


def test_a_field_is_found_by_the_plans_name_and_an_unknown_one_is_told(known: Ground) -> None:
    by_plan = find_field(known.graph, known.catalog, "crm.contacts.email")

    assert by_plan == find_field(known.graph, known.catalog, str(by_plan.name))
    with pytest.raises(PlanError, match=r"did you mean 'crm\.contacts\.email'"):
        find_field(known.graph, known.catalog, "crm.contacts.emial")
    with pytest.raises(PlanError, match="2 fields are called 'id'"):
        find_field(known.graph, known.catalog, "id")


def test_an_impact_is_printed_as_the_system_spells_it(known: Ground) -> None:
    node = find_field(known.graph, known.catalog, "people.active")
    stream = io.StringIO()

    render(known.graph, node, impact_of(known.graph, node), Console(file=stream, width=80))

    assert 'main.o"dd <b>' in stream.getvalue()
    assert "decides on the rows of\n    main.contacts_v" in stream.getvalue()


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_holds_odd_names_unbroken(known: Ground, name: str) -> None:
    text = written(known.graph, whole(known.graph), name, TOLD)

    match name:
        case "node-link":
            drawn = nx.node_link_graph(json.loads(text), edges="edges")
            assert any('x]|"y' in node for node in drawn.nodes)
        case "graphml":
            ET.fromstring(text)  # noqa: S314 - our own bytes
            assert nx.parse_graphml(text).number_of_edges() == nx.number_of_edges(known.graph.networkx())
        case "openlineage":
            outputs = [output["name"] for line in text.splitlines() for output in json.loads(line)["outputs"]]
            assert any('o"dd <b>' in name for name in outputs)
        case "mermaid":
            assert "o#34;dd #60;b#62;" in text
            assert "<b>" not in text
        case _:
            assert r'label="main.o\"dd <b>.x]|\"y"' in text


def test_the_graph_as_events_is_read_again_as_it_was(known: Ground, tmp_path: Path) -> None:
    graph = known.graph
    people = next(node.name.dataset for node in graph.nodes if isinstance(node, FieldNode))
    hashed = Edge("query log", Exposure.PSEUDONYM, Confidence.AMBIGUOUS, "TRANSFORMATION", masking=True)
    graph.flow(people.at("mail"), Name("s3://lake", ("a/b.parquet",), ("k",)), hashed)
    (tmp_path / "events.jsonl").write_text(written(graph, whole(graph), "openlineage", TOLD), "utf-8")

    connector = registry.connector("openlineage")
    settings = connector.settings.model_validate({"path": str(tmp_path / "events.jsonl"), "workflow": "replies"})
    facts = list(connector.read(settings, [Structure()], Context(SourceId("runs"), TOLD.at)))

    again = LineageGraph()
    add_edges(again, facts)
    assert {flow for flow in flows(again) if "/replies/" not in flow[1]} == flows(graph)
    assert {name: rows for name, rows in again.row_sources.items() if rows} == dict(graph.row_sources)
    used = {(str(fact.by), fact.name.short) for fact in facts if isinstance(fact, UseFact) and fact.right == "select"}
    assert used == {("draft", "main.contacts_v.id"), ("draft", "main.contacts_v.email")}


def flows(graph: LineageGraph) -> set[tuple[str, str, str, str, str, bool]]:
    ends = ((graph.nodes[start], graph.nodes[end], edge) for start, end, edge in whole(graph).edges)
    return {
        (str(start), str(end), edge.exposure.value, edge.confidence.value, edge.subtype, edge.masking)
        for start, end, edge in ends
        if isinstance(start, FieldNode) and isinstance(end, FieldNode)
    }


@pytest.mark.parametrize("name", FORMATS)
def test_control_characters_break_no_format(name: str) -> None:
    graph = LineageGraph()
    odd = Name("postgres://h:1", ("d", "s", "t\x07\x1b"), ('a\\"]\n',))
    graph.add(FieldNode(odd), BoundaryNode("prompt"), Edge("crosses"))

    text = written(graph, whole(graph), name, TOLD)

    assert "\x07" not in text
    assert "\x1b" not in text
    if name == "graphml":
        ET.fromstring(text)  # noqa: S314 - our own bytes
    if name == "dot":
        assert r't\\x07\\x1b.a\\\"]\\n"' in text


def test_a_fields_picture_leaves_its_siblings_out(known: Ground) -> None:
    part = neighbourhood(known.graph, find_field(known.graph, known.catalog, "crm.contacts.email"), 300)

    text = written(known.graph, part, "mermaid", TOLD)

    assert "crm.contacts.email" in text
    assert "crm.contacts.id" not in text


def test_a_picture_that_nobody_could_look_at_is_refused_and_a_fields_is_cut_to_the_nearest() -> None:
    graph = LineageGraph()
    hub = Name("x", ("t",), ("a",))
    for number in range(1000):
        graph.add(FieldNode(hub), FieldNode(Name("x", ("u",), (f"c{number}",))), Edge("view"))

    part = neighbourhood(graph, FieldNode(hub), 300)

    assert (len(part.nodes), part.left_out) == (300, 701)
    with pytest.raises(PlanError, match="--field"):
        written(graph, whole(graph), "dot", TOLD)


def test_impact_is_what_following_every_path_gives() -> None:
    graph = LineageGraph()
    fields = [FieldNode(Name("x", ("t",), (str(number),))) for number in range(40)]
    for number in range(40):
        for step in (3, 7, 11):
            exposure = list(Exposure)[(number * step) % 4]
            graph.add(fields[number], fields[(number * step + 1) % 40], Edge("view", exposure))

    found = dict(graph.impact(fields[1]))

    assert found == {reached.node: reached.exposure for reached in graph.downstream(fields[1])}


def test_the_same_edge_of_a_hub_is_kept_once() -> None:
    graph = LineageGraph()
    names = [Name("x", ("t",), (str(number),)) for number in range(100)]

    for _ in range(2):
        for name in names[1:]:
            graph.add(FieldNode(names[0]), FieldNode(name), Edge("view"))
            graph.flow(names[0], name, Edge("view"))

    assert len(graph.downward[0]) == 99
    assert len(graph.upward[1]) == 1


def snapshots(folder: Path, change: str) -> tuple[Snapshot, Snapshot]:
    world = World(folder).sqlite("crm", SCRIPT)
    before = world.scan(PLAN, limits=STRUCTURE)
    world.sqlite("crm", change)
    return before, world.scan(PLAN, limits=STRUCTURE)


def test_what_came_went_and_changed_between_two_snapshots_is_told(tmp_path: Path) -> None:
    change = """\
    drop view "o""dd <b>"; alter table people add column phone text; drop view contacts_v;
    create view contacts_v as select id, lower(mail) as email from people;
    """

    found = diff.differences(*snapshots(tmp_path, change))

    told = {(each.what, each.change, each.name.partition("/main.")[2].partition(" -> ")[0]) for each in found}
    assert ("dataset", "removed", 'o"dd <b>') in told
    assert ("field", "added", "people#phone") in told
    assert ("edge", "removed", "people#active") in told
    assert any(each.what == "edge" and each.change == "added" and "transformation" in each.name for each in found)


def test_two_snapshots_of_one_state_do_not_differ(tmp_path: Path) -> None:
    before, after = snapshots(tmp_path, "select 1;")
    stream = io.StringIO()

    diff.render(before, after, Console(file=stream, width=100))

    assert "no dataset, field, edge, use, mark or right differs" in stream.getvalue()
    assert json.loads(diff.document(before, after))["differences"] == []


def test_what_the_later_scan_could_not_look_at_has_not_gone(tmp_path: Path) -> None:
    before, after = snapshots(tmp_path, "select 1;")

    found = diff.differences(before, replace(after, facts=()))

    assert {each.change for each in found} == {"not seen"}


def test_a_retyped_field_is_a_change(tmp_path: Path) -> None:
    change = "drop view contacts_v; drop table people; create table people (id integer primary key, mail blob);"

    found = diff.differences(*snapshots(tmp_path, change))

    [mail] = [each for each in found if each.name.endswith("people#mail")]
    assert (mail.change, mail.before, mail.after) == ("changed", "TEXT", "BLOB")


def test_a_mask_that_was_taken_away_is_a_changed_edge(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", "create table p (m text, s text); create view contacts_v as select m from p;")
    before = world.scan(PLAN, limits=STRUCTURE)
    seen = {fact for fact in before.facts if isinstance(fact, EdgeFact)}
    hashed = tuple(replace(fact, exposure=Exposure.PSEUDONYM) if fact in seen else fact for fact in before.facts)

    [found] = diff.differences(replace(before, facts=hashed), before)

    assert (found.what, found.change, found.before, found.after) == (
        "edge",
        "changed",
        "pseudonym, exact",
        "raw, exact",
    )


@pytest.mark.postgresql
def test_rights_and_what_ran_are_compared_too(tmp_path: Path, postgres: PostgresDatabase) -> None:
    role, group = postgres.role("ai"), postgres.role("readers", "NOLOGIN")
    postgres.execute(f'CREATE TABLE t (a int, b int); GRANT SELECT (a) ON t TO "{role}"; GRANT "{group}" TO "{role}"')
    plan = PLAN.replace("sqlite", "postgresql").replace("contacts_v", "public.t").replace("{id: required, email", "{a")
    plan = plan.replace("a: {need: helpful, sensitive: email}", "a: required")
    world = World(tmp_path).url("crm", postgres.url())
    before = world.scan(plan, limits=STRUCTURE)
    postgres.execute(
        f'GRANT SELECT (b) ON t TO "{role}"; REVOKE SELECT (a) ON t FROM "{role}"; REVOKE "{group}" FROM "{role}"'
    )
    after = world.scan(plan, limits=STRUCTURE)

    found = {(each.what, each.change, each.name.partition(" on ")[0]) for each in diff.differences(before, after)}
    assert ("grant", "added", "select") in found
    assert ("grant", "removed", "select") in found
    assert ("member", "removed", f"{role} in {group}") in found
    unseen = UnseenFact(after.facts[0].seen, "access", "no", "grant it")
    hidden = diff.differences(before, replace(after, facts=(*after.facts, unseen)))
    assert {each.change for each in hidden if each.what in {"grant", "member"}} == {"added", "not seen"}


def test_a_use_that_is_new_or_was_not_looked_for_is_told(tmp_path: Path) -> None:
    before, after = snapshots(tmp_path, "select 1;")
    name = next(fact.source for fact in after.facts if isinstance(fact, EdgeFact))
    seen, by = after.facts[0].seen, Principal(name.namespace, "ai")
    used = [UseFact(seen, name, by, "select", times, 1) for times in (3, 9)]

    assert (
        diff.differences(replace(before, facts=(*before.facts, used[0])), replace(after, facts=(*after.facts, used[1])))
        == ()
    )
    [new] = diff.differences(before, replace(after, facts=(*after.facts, used[0])))
    [gone] = diff.differences(replace(before, facts=(*before.facts, used[0])), after)
    assert (new.what, new.change, new.name) == ("use", "added", f"select of {name} by ai")
    assert gone.change == "not seen"
