"""The fewest places at which every raw way is closed."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

import pytest

from lineage.finding import Hop
from rules.privacy._one_place import fewest_places, lineage_way, opened_way

TO_STAGE = Hop("crm.people.email", "ai.stage.email", "view")
ONE, TWO = Hop("ai.stage.email", "ai.one.email", "view"), Hop("ai.stage.email", "ai.two.email", "view")
MEMBER = Hop("ai", "readers", "member of")


def granted(table: str) -> Hop:
    return Hop("readers", table, "grant select")


def test_a_view_through_which_all_ways_go_closes_them_all() -> None:
    ways = [
        lineage_way((TO_STAGE, ONE), (Hop("plan.one.email", "draft", "reads"),)),
        lineage_way((TO_STAGE, TWO), (Hop("plan.two.email", "send", "reads"),)),
    ]

    (place,) = fewest_places(ways)

    assert place == "mask it in ai.stage.email, which takes it from crm.people.email"


def test_one_membership_closes_what_a_role_opens() -> None:
    tables = ("crm.people.email", "crm.archive.email", "ai.one.email")
    ways = [opened_way((), (MEMBER, granted(table))) for table in tables]

    assert fewest_places(ways) == ("take from ai what opens readers (member of)",)


def test_ways_that_share_nothing_are_closed_one_by_one() -> None:
    ways = [
        lineage_way((), (Hop("crm.people.email", "draft", "reads"),)),
        opened_way((TO_STAGE,), (Hop("ai", "ai.stage.email", "grant select"),)),
    ]

    places = fewest_places(ways)

    assert len(places) == 2
    assert "mask it before draft reads crm.people.email" in places


def test_no_way_is_closed_nowhere() -> None:
    assert fewest_places([]) == ()


def below(layer: int, number: int) -> str:
    return f"layer{layer}.view{number}.email"


def drawn(seed: int) -> list[tuple[Hop, ...]]:
    """Draw ways through layers of views, some of which meet, each to a step of its own or a shared one."""
    rng = random.Random(seed)
    ways = []
    for _ in range(rng.randint(1, 6)):
        nodes = ["crm.people.email"]
        nodes += [below(layer, rng.randrange(3)) for layer in range(rng.randint(0, 3))]
        nodes.append(f"step{rng.randrange(4)}")
        ways.append(tuple(Hop(a, b, "reads") for a, b in pairwise(nodes)))
    return ways


def all_ways(hops: set[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """Give every way that the hops allow from the origin to a step: also along parts of several."""
    found: list[list[tuple[str, str]]] = []
    stack: list[list[tuple[str, str]]] = [[hop] for hop in hops if hop[0] == "crm.people.email"]
    while stack:
        way = stack.pop()
        if way[-1][1].startswith("step"):
            found.append(way)
        stack += [[*way, hop] for hop in hops if hop[0] == way[-1][1]]
    return found


def fewest(hops: set[tuple[str, str]]) -> int:
    """Give how many hops close all ways, by trying every set of them."""
    ways = all_ways(hops)
    for size in range(1, len(hops) + 1):
        if any(all(set(chosen) & set(way) for way in ways) for chosen in combinations(sorted(hops), size)):
            return size
    return 0


@pytest.mark.parametrize("seed", range(60))
def test_no_smaller_set_of_places_closes_every_way(seed: int) -> None:
    ways = drawn(seed)
    hops = {(hop.source, hop.target) for way in ways for hop in way}

    places = fewest_places([lineage_way(way[:-1], way[-1:]) for way in ways])

    told = {
        place: hop
        for hop in hops
        for place in (
            f"mask it in {hop[1]}, which takes it from {hop[0]}",
            f"mask it before {hop[1]} reads {hop[0]}",
        )
    }
    assert all(any(told[place] in way for place in places) for way in all_ways(hops))
    assert len(places) == fewest(hops)
