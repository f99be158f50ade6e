"""The fewest places at which every raw way is closed."""

from __future__ import annotations

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
