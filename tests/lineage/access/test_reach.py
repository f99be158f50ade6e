"""The reach of an identity on hand-made facts: its chains, what stands behind a view, what is latent or undecided."""

from __future__ import annotations

import time
from collections.abc import Iterable

from lineage.access import Access, Chain, Door, Reach, access_of
from lineage.facts import (
    DatasetFact,
    EdgeFact,
    Fact,
    FieldFact,
    GrantFact,
    MemberFact,
    OpaqueFact,
    PrincipalFact,
    SystemFact,
    UnseenFact,
)
from lineage.model import PUBLIC, Confidence, DatasetKind, EdgeEvidence, Exposure, Name, Principal, Transformation
from tests.lineage.access.catalogue_facts import SEEN, SPACE

DB = ("app",)
CONTACTS = Name(SPACE, ("app", "crm", "contacts"))
VIEW = Name(SPACE, ("app", "ai", "contacts_v"))
OUTER = Name(SPACE, ("app", "ai", "outer_v"))


def role(name: str) -> Principal:
    return Principal(SPACE, name)


def principals(*names: str, **attributes: str) -> list[Fact]:
    facts: list[Fact] = [SystemFact(SEEN, SPACE, "PostgreSQL", "18", complete_catalogue=True)]
    facts.extend(
        PrincipalFact(SEEN, role(name), frozenset(attributes.get(name, "login").split())) for name in (PUBLIC, *names)
    )
    facts.append(GrantFact(SEEN, role(PUBLIC), Name(SPACE, DB), "connect"))
    facts.append(GrantFact(SEEN, role(PUBLIC), Name(SPACE, ("app", "crm")), "usage"))
    facts.append(GrantFact(SEEN, role(PUBLIC), Name(SPACE, ("app", "ai")), "usage"))
    return facts


def table(
    name: Name,
    *columns: str,
    owner: str = "dba",
    kind: DatasetKind = DatasetKind.TABLE,
    parent: Name | None = None,
    security: bool = False,
) -> list[Fact]:
    fact = DatasetFact(SEEN, name, kind, owner=owner, parent=parent, default_rights=True, row_security=security)
    return [fact, *(FieldFact(SEEN, name.at(column), place, "text") for place, column in enumerate(columns))]


def flows(base: Name, column: str, view: Name, target: str, exposure: Exposure = Exposure.RAW) -> EdgeFact:
    transformation = Transformation("DIRECT", "IDENTITY")
    source, into = base.at(column), view.at(target)
    return EdgeFact(SEEN, source, into, transformation, exposure, Confidence.EXACT, EdgeEvidence.VIEW, "job")


def select(holder: str, on: Name) -> GrantFact:
    return GrantFact(SEEN, role(holder), on, "select")


def reach(facts: Iterable[Fact], name: str = "ai") -> Reach:
    access = access_of(facts)
    principal = access.principal(SEEN.source, name)
    assert principal is not None
    return access.reach(principal)


def hops(chain: Chain) -> list[str]:
    return [f"{hop.source} -{hop.by}-> {hop.target}" for hop in chain.hops]


def a_view_over_contacts() -> list[Fact]:
    return [
        *principals("ai", "dba"),
        *table(CONTACTS, "id", "email"),
        *table(VIEW, "id", "mail", kind=DatasetKind.VIEW),
        flows(CONTACTS, "id", VIEW, "id"),
        flows(CONTACTS, "email", VIEW, "mail", Exposure.PSEUDONYM),
        select("ai", VIEW),
    ]


def test_a_view_opens_the_base_fields_too_but_not_directly() -> None:
    found = reach(a_view_over_contacts())

    [chain] = found.fields[CONTACTS.at("email")]
    assert found.active(VIEW.at("mail"))
    assert not found.active(CONTACTS.at("email"))
    assert (chain.direct, chain.through, chain.exposure) == (False, VIEW, Exposure.PSEUDONYM)
    assert chain.doors == {Door.GRANT, Door.VIEW}
    assert hops(chain) == [
        "ai -grant select-> ai.contacts_v",
        "ai.contacts_v.mail -view, reads as dba-> crm.contacts.email",
    ]


def test_what_survives_of_a_base_field_is_the_least_along_a_path_and_the_most_over_paths() -> None:
    facts = [
        *a_view_over_contacts(),
        *table(OUTER, "hashed", "raw", kind=DatasetKind.VIEW),
        flows(VIEW, "mail", OUTER, "hashed"),
        flows(CONTACTS, "email", OUTER, "raw"),
        select("ai", OUTER),
    ]

    chains = {chain.through: chain.exposure for chain in reach(facts).fields[CONTACTS.at("email")]}

    assert chains == {VIEW: Exposure.PSEUDONYM, OUTER: Exposure.RAW}


def test_a_row_level_dependency_opens_no_field() -> None:
    facts = [
        *principals("ai", "dba"),
        *table(CONTACTS, "id", "email"),
        *table(VIEW, "n", kind=DatasetKind.VIEW),
        EdgeFact(
            SEEN,
            CONTACTS.at("email"),
            VIEW,
            Transformation("INDIRECT", "FILTER"),
            Exposure.DERIVED,
            Confidence.EXACT,
            EdgeEvidence.VIEW,
            "job",
        ),
        select("ai", VIEW),
    ]

    assert CONTACTS.at("email") not in reach(facts).fields


def test_a_view_that_could_not_be_read_is_undecided_and_a_materialised_one_is_not() -> None:
    copy = Name(SPACE, ("app", "ai", "copy"))
    facts = [
        *a_view_over_contacts(),
        *table(copy, "id", kind=DatasetKind.MATERIALIZED_VIEW),
        select("ai", copy),
        OpaqueFact(SEEN, VIEW, "it calls a function"),
        OpaqueFact(SEEN, copy, "it calls a function"),
    ]

    found = reach(facts)

    assert found.why_undecided(VIEW.at("mail"))
    assert not found.active(VIEW.at("mail"))
    assert found.active(copy.at("id"))


def test_definitions_that_were_not_read_leave_every_view_undecided() -> None:
    blind = UnseenFact(SEEN, "definition", "statement timeout (57014)", "raise the budget")

    found = reach([*a_view_over_contacts(), blind])

    assert "57014" in (found.why_undecided(VIEW.at("id")) or "")


def test_grants_that_were_not_read_are_not_known() -> None:
    facts = a_view_over_contacts()
    blind = UnseenFact(SEEN, "access", "statement timeout (57014)", "raise the budget")
    probe = UnseenFact(SEEN, "access", "the auditor may not become the identity", "grant it", CONTACTS)

    assert access_of(facts).known(SEEN.source)
    assert access_of([*facts, probe]).known(SEEN.source)
    assert not access_of([*facts, blind]).known(SEEN.source)
    assert not access_of([SystemFact(SEEN, "file://", "SQLite", "3", complete_catalogue=True)]).known(SEEN.source)


def test_an_edge_that_may_mean_another_table_leaves_a_denied_view_undecided() -> None:
    unsure = EdgeFact(
        SEEN,
        CONTACTS.at("email"),
        VIEW.at("mail"),
        Transformation("DIRECT", "IDENTITY"),
        Exposure.RAW,
        Confidence.AMBIGUOUS,
        EdgeEvidence.VIEW,
        "job",
    )
    facts = [
        *principals("ai", "dba", "keeper"),
        *table(CONTACTS, "id", "email"),
        *table(VIEW, "mail", owner="keeper", kind=DatasetKind.VIEW),
        unsure,
        select("ai", VIEW),
    ]

    assert "may need" in (reach(facts).why_undecided(VIEW.at("mail")) or "")


def test_a_parent_opens_the_rows_of_its_partitions_through_itself_only() -> None:
    part = Name(SPACE, ("app", "crm", "contacts_1"))
    facts = [
        *principals("ai", "dba"),
        *table(CONTACTS, "id", kind=DatasetKind.PARTITIONED),
        *table(part, "id", kind=DatasetKind.PARTITION, parent=CONTACTS),
    ]

    by_parent, by_part = reach([*facts, select("ai", CONTACTS)]), reach([*facts, select("ai", part)])

    assert by_parent.active(CONTACTS.at("id"))
    assert not by_parent.active(part.at("id"))
    assert [chain.doors for chain in by_parent.fields[part.at("id")]] == [{Door.GRANT, Door.COPY}]
    assert by_part.active(part.at("id"))
    assert not by_part.active(CONTACTS.at("id"))


def test_one_partition_does_not_open_another() -> None:
    one, two = Name(SPACE, ("app", "crm", "c_1")), Name(SPACE, ("app", "crm", "c_2"))
    facts = [
        *principals("ai", "dba"),
        *table(CONTACTS, "id", kind=DatasetKind.PARTITIONED),
        *table(one, "id", kind=DatasetKind.PARTITION, parent=CONTACTS),
        *table(two, "id", kind=DatasetKind.PARTITION, parent=CONTACTS),
        select("ai", one),
    ]

    assert two.at("id") not in reach(facts).fields


def test_latent_and_active_chains_of_a_field_stand_apart() -> None:
    facts = [
        *principals("ai", "dba", "team"),
        *table(CONTACTS, "id", "email"),
        MemberFact(SEEN, role("ai"), role("team"), inherits=False, switchable=True),
        select("ai", CONTACTS.at("id")),
        select("team", CONTACTS),
    ]

    found = reach(facts)

    assert [chain.latent for chain in found.fields[CONTACTS.at("id")]] == [False, True]
    assert not found.active(CONTACTS.at("email"))
    assert [hops(chain) for chain in found.latent(CONTACTS.at("email"))] == [
        ["ai -may become-> team", "team -grant select-> crm.contacts"]
    ]


def test_each_right_gives_one_chain_by_the_shortest_memberships() -> None:
    facts = [
        *principals("ai", "dba", "a", "b", "c"),
        *table(CONTACTS, "id"),
        *(
            MemberFact(SEEN, role(member), role(of), inherits=True, switchable=False)
            for member, of in (("ai", "a"), ("a", "b"), ("b", "c"), ("ai", "c"))
        ),
        select("c", CONTACTS),
        select(PUBLIC, CONTACTS),
    ]

    chains = sorted(hops(chain) for chain in reach(facts).active(CONTACTS.at("id")))

    assert chains == [
        ["ai -is one of-> PUBLIC", "PUBLIC -grant select-> crm.contacts"],
        ["ai -member of-> c", "c -grant select-> crm.contacts"],
    ]


def test_row_policies_are_noted_for_whom_they_bind() -> None:
    facts = [
        *principals("ai", "dba", "free", free="login bypass_row_security"),
        *table(CONTACTS, "id", security=True),
        select("ai", CONTACTS),
        select("free", CONTACTS),
    ]

    assert "crm.contacts" in reach(facts).rows[CONTACTS]
    assert reach(facts, "free").rows == {}
    assert reach(facts, "dba").rows == {}


def test_two_views_that_read_each_other_end() -> None:
    facts = [
        *principals("ai", "dba"),
        *table(VIEW, "id", kind=DatasetKind.VIEW),
        *table(OUTER, "id", kind=DatasetKind.VIEW),
        flows(VIEW, "id", OUTER, "id"),
        flows(OUTER, "id", VIEW, "id"),
        select("ai", VIEW),
    ]

    assert reach(facts).why_undecided(VIEW.at("id"))


def test_who_else_reads_a_field_is_known() -> None:
    facts = [*a_view_over_contacts(), *principals("root", root="login superuser")]

    readers = access_of(facts).readers(CONTACTS.at("email"))

    assert set(readers) == {role("dba"), role("root")}


def test_the_doors_are_a_graph() -> None:
    graph = access_of(a_view_over_contacts()).graph()

    assert graph.has_edge(f"principal:{SPACE}/ai", f"dataset:{VIEW}")
    assert graph.has_edge(f"dataset:{VIEW}", f"dataset:{CONTACTS}")


def test_a_large_system_is_judged_in_well_under_a_second() -> None:
    """500 roles, 2,500 datasets, 37,500 columns; r490 may become nine roles, r0 all of them."""
    access = access_of(_large())

    started = time.process_time()
    few = access.reach(role("r490"))
    took = time.process_time() - started
    every = access.reach(role("r0"))

    assert len(few.fields) > 1_000
    assert len(every.fields) == 37_500
    assert took < 0.5  # 0.04 s measured
    assert time.process_time() - started - took < 10  # 2.2 s measured


def _large() -> Iterable[Fact]:
    yield from principals(*(f"r{number}" for number in range(500)), "dba")
    for number in range(499):
        yield MemberFact(SEEN, role(f"r{number}"), role(f"r{number + 1}"), inherits=number % 7 != 0, switchable=True)
    for number in range(2_000):
        name = Name(SPACE, ("app", "crm", f"t{number}"))
        yield from table(name, *(f"c{column}" for column in range(15)))
        for holder in range(number % 500, number % 500 + 10):
            yield select(f"r{holder % 500}", name)
    for number in range(500):
        view = Name(SPACE, ("app", "ai", f"v{number}"))
        base = Name(SPACE, ("app", "crm", f"t{number}"))
        yield from table(view, *(f"c{column}" for column in range(15)), kind=DatasetKind.VIEW)
        yield from (flows(base, f"c{column}", view, f"c{column}") for column in range(15))
        yield select(f"r{number}", view)


def test_an_identity_of_another_system_reaches_nothing() -> None:
    access: Access = access_of(a_view_over_contacts())

    assert access.principal(SEEN.source, "nobody") is None
    assert access.reach(Principal("postgres://other", "ai")).fields == {}


def test_a_system_without_schemas_asks_for_no_right_on_one() -> None:
    orders, secrets = Name(SPACE, ("orders:*",)), Name(SPACE, ("secrets:*",))
    facts: list[Fact] = [SystemFact(SEEN, SPACE, "Valkey", "9", complete_catalogue=True)]
    facts.extend(PrincipalFact(SEEN, role(name), frozenset({"login"})) for name in (PUBLIC, "ai"))
    facts.extend((*table(orders, "key"), *table(secrets, "key"), select("ai", orders)))

    found = reach(facts)

    assert set(found.fields) == {orders.at("key")}
    assert not found.unusable
