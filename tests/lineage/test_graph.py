"""The graph: what flows where, and what is left of it."""

import random
from datetime import UTC, datetime

import networkx as nx
import pytest

from lineage.catalog import catalog_of
from lineage.facts import EdgeFact, Fact, OpaqueFact, ResolvedFact, Seen
from lineage.graph import BoundaryNode, Edge, FieldNode, LineageGraph, Node, StepNode, graph_of
from lineage.model import Confidence, EdgeEvidence, Exposure, Name, SourceId, Transformation
from lineage.model import DatasetId as Id
from lineage.plan.load import read_plan
from lineage.plan.model import Plan

SEEN = Seen(SourceId("crm"), datetime(2026, 11, 22, tzinfo=UTC), "test", "auditor")
BASE = Name("sqlite://x", ("main", "contacts"))
COPY = Name("sqlite://x", ("main", "masked"))
VIEW = Name("sqlite://x", ("main", "view"))
PLAN = """
plan: v1
meta: {id: replies, status: draft, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts: {reads: view, fields: {email: helpful, phone: helpful}}
steps:
  fetch: {reads: {crm.contacts: [email]}}
  draft: {reads: {crm.contacts: [phone]}, after: [fetch], to: prompt}
"""


@pytest.fixture
def plan() -> Plan:
    loaded, problems = read_plan(PLAN, "plan.yaml")
    assert loaded is not None, problems
    return loaded


def edge(source: Name, target: Name, exposure: Exposure = Exposure.RAW, kind: str = "DIRECT") -> EdgeFact:
    transformation = Transformation(kind, "IDENTITY" if kind == "DIRECT" else "FILTER")
    return EdgeFact(SEEN, source, target, transformation, exposure, Confidence.EXACT, EdgeEvidence.VIEW, "job")


def drawn(plan: Plan, *facts: Fact) -> LineageGraph:
    every = (ResolvedFact(SEEN, Id("crm.contacts"), VIEW), *facts)
    return graph_of(plan, catalog_of(plan, every), every)


def test_a_masked_path_never_hides_a_raw_one(plan: Plan) -> None:
    graph = drawn(
        plan,
        edge(BASE.at("email"), COPY.at("hash"), Exposure.PSEUDONYM),
        edge(COPY.at("hash"), VIEW.at("email")),
        edge(BASE.at("email"), VIEW.at("email")),
    )

    found = {name: exposure for name, exposure, _ in graph.ancestors(VIEW.at("email"))}

    assert found[BASE.at("email")] is Exposure.RAW
    assert found[COPY.at("hash")] is Exposure.RAW


def test_a_path_is_as_exposed_as_its_most_hiding_edge(plan: Plan) -> None:
    graph = drawn(
        plan,
        edge(BASE.at("email"), COPY.at("hash"), Exposure.PSEUDONYM),
        edge(COPY.at("hash"), VIEW.at("email"), Exposure.DERIVED),
    )

    found = {name: exposure for name, exposure, _ in graph.ancestors(VIEW.at("email"))}

    assert found[BASE.at("email")] is Exposure.PSEUDONYM


def test_a_field_reaches_the_boundary_through_a_step_that_comes_later(plan: Plan) -> None:
    graph = drawn(plan, edge(BASE.at("email"), VIEW.at("email")))

    assert graph.steps(BASE.at("email")) == ("draft", "fetch")
    assert [reached.node for reached in graph.boundaries(BASE.at("email"))] == [BoundaryNode("prompt")]


def test_the_path_tells_every_hop_by_the_plans_names(plan: Plan) -> None:
    graph = drawn(plan, edge(BASE.at("phone"), VIEW.at("phone"), Exposure.DERIVED))

    hops = graph.boundaries(BASE.at("phone"))[0].path

    assert [(hop.source, hop.by) for hop in hops] == [
        ("main.contacts.phone", "view (derived)"),
        ("crm.contacts.phone", "reads"),
        ("draft", "crosses"),
    ]


def test_loops_end(plan: Plan) -> None:
    graph = drawn(
        plan, edge(BASE.at("a"), COPY.at("a")), edge(COPY.at("a"), BASE.at("a")), edge(COPY.at("a"), VIEW.at("email"))
    )

    assert {name for name, _, _ in graph.ancestors(VIEW.at("email"))} == {BASE.at("a"), COPY.at("a")}
    assert graph.origin_datasets(VIEW, [VIEW.at("email")])


def test_what_decides_on_rows_is_kept_once_for_the_dataset(plan: Plan) -> None:
    graph = drawn(plan, edge(BASE.at("region"), VIEW, kind="INDIRECT"))

    assert graph.row_sources[VIEW] == {BASE.at("region")}
    assert list(graph.ancestors(VIEW.at("email"))) == []
    assert graph.origin_datasets(VIEW, [VIEW.at("email")]) == (BASE,)


def test_an_opaque_definition_is_found_from_below(plan: Plan) -> None:
    opaque = OpaqueFact(SEEN, COPY, "dynamic")
    graph = drawn(plan, opaque, edge(COPY.at("x"), VIEW.at("email")))

    assert graph.opaque_above(VIEW.at("email")) == opaque
    assert graph.opaque_above(BASE.at("email")) is None


def test_the_public_graph_says_what_each_node_and_edge_is(plan: Plan) -> None:
    public = drawn(plan, edge(BASE.at("email"), VIEW.at("email"), Exposure.DERIVED)).networkx()

    node = str(FieldNode(VIEW.at("email")))
    assert public.nodes[node] == {"kind": "field", "label": "crm.contacts.email"}
    assert public.nodes[str(StepNode("draft"))]["kind"] == "step"
    assert public.get_edge_data(str(FieldNode(BASE.at("email"))), node)[0]["exposure"] == "derived"


@pytest.mark.parametrize("seed", range(20))
def test_impact_and_labels_are_those_of_the_public_graph_also_on_cycles(seed: int) -> None:
    chance = random.Random(seed)
    fields = [Name("x", ("t",), (f"f{number}",)) for number in range(40)]
    graph = LineageGraph()
    for _ in range(chance.randrange(20, 120)):
        exposure = chance.choice(list(Exposure))
        graph.flow(chance.choice(fields), chance.choice(fields), Edge("view", exposure))
    marks: dict[Node, list[str]] = {}
    for number in range(70):  # more labels than one number has bits
        marks.setdefault(FieldNode(chance.choice(fields)), []).append(f"label{number}")
    known = {node: labels for node, labels in marks.items() if graph.number(node) is not None}
    public = graph.networkx()

    for through in (Exposure.RAW, Exposure.DERIVED, Exposure.REDACTED):
        kept = [(a, b) for a, b, told in public.edges(data=True) if Exposure(told["exposure"]).rank <= through.rank]
        simple: nx.DiGraph[str] = nx.DiGraph()
        simple.add_nodes_from(public)
        simple.add_edges_from(kept)
        expected: dict[str, set[str]] = {}
        for node, labels in known.items():
            for reached in (str(node), *nx.descendants(simple, str(node))):
                expected.setdefault(reached, set()).update(labels)

        assert {str(node): set(labels) for node, labels in graph.labelled(marks, through).items()} == expected
        for node in known:
            within = {str(one) for one, left in graph.impact(node) if left.rank <= through.rank}
            assert within == nx.descendants(simple, str(node))


def test_a_graph_may_grow_after_it_was_asked() -> None:
    a, b, c = (Name("x", ("t",), (name,)) for name in "abc")
    graph = LineageGraph()
    graph.flow(a, b, Edge("view"))

    assert len(graph.impact(FieldNode(a))) == 1
    assert len(graph.downward[0]) == 1
    graph.flow(b, c, Edge("view"))

    assert len(graph.impact(FieldNode(a))) == 2
    assert graph.labelled({FieldNode(a): ["x"]})[FieldNode(c)] == {"x"}
    assert [len(edges) for edges in graph.downward] == [1, 1, 0]
