"""What a visitor has in hand on every page, files of their own among it."""

import pytest

pytest.importorskip("solara")

from ips_sim.dashboard import visitor
from ips_sim.dashboard.asked import Asked, scenario_of
from ips_sim.scenario import ScenarioError, load_scenario

MINE = "title: Mine\nbased_on: ips.yaml\nprogramme:\n  caseload_limit: 15\n"


@pytest.fixture(autouse=True)
def nobody_before():
    yield
    visitor.files.set(())
    visitor.aside.set(())
    visitor.take("programme", "ips")
    visitor.take("against", visitor.AGAINST_FIRST)
    visitor.undo()


def test_a_file_of_ones_own_stands_beside_another():
    assert visitor.yours() == {}
    visitor.take("programme", "first.yaml")
    assert visitor.in_hand() == Asked()
    visitor.files.set((MINE, "title: Another\nbased_on: traditional.yaml\n"))
    visitor.take("programme", "first.yaml")
    visitor.take("against", "second.yaml")
    visitor.take("people", "homeless")
    visitor.take("rapid_search", False)
    texts = visitor.pair().made
    assert texts is not None
    first, second = map(scenario_of, texts)
    assert (first.title, second.title) == ("Mine, changed", "Another")
    assert first.programme.caseload_limit == 15
    assert first.people == second.people == load_scenario("people/homeless").people
    names = [one["label"] for one in visitor.lists("against")[0]["options"][1]["options"]]
    assert names == ["Mine (first.yaml)", "Another (second.yaml)"]


def test_a_file_with_mistakes_is_in_nobodys_hand():
    visitor.files.set((MINE,))
    visitor.take("programme", "first.yaml")
    visitor.files.set((MINE.replace("15", "-15"),))
    assert visitor.in_hand() == Asked()
    assert visitor.chosen()["programme"] == "ips"
    visitor.files.set((MINE,))
    assert visitor.in_hand().file == MINE
    visitor.take("programme", "young_adults")
    assert visitor.in_hand() == Asked("young_adults")


def test_what_the_reader_refuses_is_not_taken():
    with pytest.raises(ScenarioError, match="found 99; allowed: a number from 0 to 3"):
        visitor.take("staff.turnover_per_year", 99)
    visitor.take("against", "../ips")
    assert (visitor.in_hand(), visitor.other()) == (Asked(), Asked("traditional"))
    visitor.take("against", "")
    assert visitor.other() == visitor.in_hand()


def test_what_does_not_go_together_is_said_without_a_file():
    visitor.take("against", "policy/remote_county")
    outcome = visitor.pair()
    assert outcome.made is None
    assert outcome.sentences[0].startswith(
        "Sites: found 100 people at a site with a caseload of 12"
    )
    visitor.take("design.sites", 2)
    assert visitor.pair().made


def test_changes_that_a_file_no_longer_bears_are_left_out():
    opened = "title: Mine\nbased_on: ips.yaml\ndesign:\n  kind: open_programme\n"
    visitor.files.set((opened,))
    visitor.take("programme", "first.yaml")
    visitor.take("design.warm_up_weeks", 52)
    visitor.files.set((MINE,))
    assert visitor.in_hand() == Asked("first.yaml", MINE)
    visitor.files.set(())
    assert visitor.in_hand() == Asked()
    visitor.files.set((opened,))
    assert visitor.in_hand().changes == (("design.warm_up_weeks", 52),)


def test_laid_down_a_file_in_hand_has_its_changes_in_it():
    visitor.files.set(("title: Other\nbased_on: traditional.yaml\n", MINE))
    visitor.take("programme", "second.yaml")
    visitor.take("against", "")
    visitor.take("rapid_search", False)
    texts = visitor.pair().made
    assert texts is not None
    visitor.lay_down(texts)
    assert visitor.files.value == texts
    assert (visitor.in_hand().text(), visitor.other().text()) == texts


def test_own_files_that_give_way_are_put_aside_and_come_back():
    own = (MINE, "title: Other\nbased_on: traditional.yaml\n", MINE)
    visitor.files.set(own)
    for _ in range(2):  # What was laid down is nobody's own.
        texts = visitor.pair().made
        assert texts is not None
        visitor.lay_down(texts)
    assert visitor.aside.value == (own,)
    visitor.take_back()
    assert (visitor.files.value, visitor.aside.value) == (own, ())
    # What was written meanwhile gives way too, and comes back after the others.
    earlier, meanwhile = (MINE, MINE), own[:2]
    visitor.files.set(meanwhile)
    visitor.aside.set((earlier, own))
    for expected in (own, earlier, meanwhile):
        visitor.take_back()
        assert visitor.files.value == expected
    assert visitor.aside.value == (earlier, own)
