"""What a visitor asks for is a scenario file, and reaches nothing but what ships."""

from functools import partial

import pytest

from ips_sim.dashboard import asked as module
from ips_sim.dashboard.asked import Asked, scenario_of, tried, uploaded_text, value_of
from ips_sim.runs.errors import RunError
from ips_sim.scenario import ScenarioError, load_scenario, principles
from ips_sim.scenario.catalogue import keys
from ips_sim.scenario.reader import LARGEST_FILE_BYTES


def test_what_is_turned_stands_in_the_scenario():
    asked = Asked().having("place", "denmark").having("rapid_search", False)
    asked = asked.having("programme.caseload_limit", 33)
    asked = asked.having("programme.transfer_after_weeks_worked", "unlimited")
    one, plain = scenario_of(asked.text()), load_scenario("places/denmark")
    assert one.place == plain.place
    assert one.programme.caseload_limit == 33
    assert (
        one.programme.preparation_weeks == principles()["rapid_search"].levers["preparation_weeks"]
    )
    unlimited = keys()["programme.transfer_after_weeks_worked"]
    assert value_of(one, unlimited) == "unlimited"


def test_what_is_turned_back_is_no_change():
    turned = Asked().having("programme.caseload_limit", 33).having("rapid_search", False)
    back = turned.having("programme.caseload_limit", 20).having("rapid_search", True)
    assert turned.is_changed
    assert back == Asked()


def test_the_same_people_and_place_stand_beside():
    asked = Asked().having("people", "homeless").having("place.unemployment_share", 0.1)
    asked = asked.having("programme.caseload_limit", 33).having("prices.inpatient_day_usd", 900)
    mine = scenario_of(asked.text())
    other = scenario_of(asked.beside(Asked("traditional")))
    assert (other.people, other.place, other.prices) == (mine.people, mine.place, mine.prices)
    assert other.programme == load_scenario("traditional").programme
    assert scenario_of(asked.beside(asked.plain)).people == load_scenario("ips").people


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("young_adults", "traditional"),
        ("ips", "settings/tanf"),
        ("traditional", "examples/riverside"),
        ("examples/riverside", "open_programme"),
    ],
)
def test_people_of_a_programme_stand_beside_too(first, second):
    mine = scenario_of(Asked(first).text())
    other = scenario_of(Asked(first).beside(Asked(second)))
    assert (other.people, other.people_rows) == (mine.people, mine.people_rows)
    assert (other.place, other.design.people) == (mine.place, mine.design.people)
    assert other.programme == load_scenario(second).programme


def test_a_file_of_the_visitors_own_is_changed_like_any_other():
    file = "title: 'Mine: a'\nbased_on: ips.yaml\nprogramme: {preparation_weeks: 3}\n"
    mine = Asked("first.yaml", file)
    assert scenario_of(mine.text()).programme.preparation_weeks == 3
    assert mine.having("programme.preparation_weeks", 3) == mine
    changed = mine.having("rapid_search", False).having("people", "homeless")
    one = scenario_of(changed.text())
    assert one.title == "Mine: a, changed"
    assert one.people == load_scenario("people/homeless").people
    dropped = principles()["rapid_search"].levers["preparation_weeks"]
    assert one.programme.preparation_weeks == dropped
    assert scenario_of(changed.beside(Asked("traditional"))).people == one.people


def test_money_is_told_apart_from_what_happens():
    asked = Asked().having("prices.overhead_share", 0.3).having("design.people", 60)
    plain, money = asked.having("budget.usd_per_year", 250_000).without_money()
    assert money == {"prices.overhead_share": 0.3, "budget.usd_per_year": 250_000}
    assert plain == Asked().having("design.people", 60)
    assert asked.having("prices.overhead_share", "") == plain


def test_uploads_reach_nothing_of_this_machine(tmp_path, monkeypatch):
    (tmp_path / "own.yaml").write_text("title: Own\nbased_on: ips.yaml\n", encoding="utf-8")
    (tmp_path / "rows.csv").write_text("age_years\n40\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    for text in (
        "title: A\nbased_on: own.yaml\n",
        f"title: A\nbased_on: {tmp_path}/own.yaml\n",
        "title: A\nbased_on: ips.yaml\npeople:\n  rows: rows.csv\n",
    ):
        outcome = tried(partial(scenario_of, text, "mine.yaml"))
        assert outcome.made is None
        (sentence,) = outcome.sentences
        assert sentence.startswith("mine.yaml:")
        assert "uploads" not in sentence


def test_uploads_that_are_no_files_of_scenarios_are_refused_in_a_sentence():
    with pytest.raises(RunError, match=r"big\.yaml is larger than the 100,000 bytes"):
        uploaded_text("big.yaml", b" " * (LARGEST_FILE_BYTES + 1))
    with pytest.raises(RunError, match=r"odd\.yaml is no text in UTF-8"):
        uploaded_text("odd.yaml", b"\xff\xfe\x00")


def test_an_error_is_a_sentence(caplog):
    def fail() -> None:
        raise ZeroDivisionError

    (sentence,) = tried(fail).sentences
    assert "the program itself is at fault (ZeroDivisionError)" in sentence
    assert "a visitor's work failed" in caplog.text
    with pytest.raises(ScenarioError):
        tried(lambda: scenario_of(""), passing=(ScenarioError,))
    assert module.tried(lambda: 1).made == 1
