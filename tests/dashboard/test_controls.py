"""Every key of a scenario has a control, and what a browser sends is looked at."""

import pytest

from ips_sim.cli.commands import app
from ips_sim.dashboard import server
from ips_sim.dashboard.asked import Asked, scenario_of, title_of
from ips_sim.dashboard.controls import (
    changes_in_words,
    groups,
    money_values,
    picks,
    programmes,
    ships,
    size_and_prices,
    switches,
    turned,
    values_of,
)
from ips_sim.dashboard.watched import watched
from ips_sim.runs.errors import RunError
from ips_sim.scenario import load_scenario, principles, shipped
from ips_sim.scenario.catalogue import keys
from ips_sim.scenario.own_prices import price_names


def test_every_key_has_a_control_with_its_range():
    controls = {one["key"]: one for group in groups() for one in group["controls"]}
    assert list(keys()) and set(controls) == set(keys())
    assert controls["programme.caseload_limit"]["high"] == 200
    assert controls["programme.support_limit_weeks"]["unlimited"]
    values = values_of(Asked(), scenario_of(Asked().text()))
    assert {*controls, *(one["key"] for one in switches())} == set(values)


def test_every_price_of_a_budget_has_a_control_that_says_what_it_rests_on():
    scenario = scenario_of(Asked().having("prices.benefits_plan_usd", 350).text())
    controls = {one["key"]: one for group in size_and_prices(scenario) for one in group["controls"]}
    values = money_values(scenario)
    priced = {one for one in values if not one.startswith("prices.")} | {
        f"prices.{name}"
        for name in price_names()
        if not name.startswith(("utility_", "willingness_", "discount_"))
    }
    assert priced < set(controls) and priced <= set(values)
    assert controls["prices.overhead_share"]["unit"] == "assumed"
    assert controls["prices.inpatient_day_usd"]["label"] == "A day in hospital"
    assert controls["prices.specialist_year_usd"]["meaning"].endswith("Source: Latimer 2004.")
    plan = controls["prices.benefits_plan_usd"]
    assert values[plan["key"]] == 350
    assert plan["meaning"] == "US dollars per benefits plan. Source: The scenario's own."


def test_everything_that_ships_can_be_chosen():
    offered = [
        option["value"]
        for pick in picks({})
        if pick["key"] == "programme"
        for group in pick["options"]
        for option in group["options"]
    ]
    assert offered[:2] == ["ips", "traditional"]
    folders = ("people/", "places/", "systems/")  # people and places have lists of their own
    assert sorted(offered) == sorted(one for one in shipped() if not one.startswith(folders))
    for name in shipped():
        assert title_of(name) == load_scenario(name).title


def test_a_file_of_the_visitors_own_comes_first_and_reaches_no_other():
    (first, *others) = next(
        one for one in picks({"first.yaml": "Mine"}) if one["key"] == "programme"
    )["options"]
    assert [one["value"] for one in first["options"]] == ["first.yaml"]
    assert others == programmes()
    assert turned(Asked(), "programme", "first.yaml", ["first.yaml"]).programme == "first.yaml"
    assert turned(Asked(), "programme", "first.yaml") == Asked()


def test_changes_are_told_in_words():
    asked = Asked().having("place", "hong_kong").having("time_unlimited_support", False)
    asked = asked.having("programme.caseload_limit", 33).having("design.work_goal_required", False)
    asked = asked.having("prices.vr_paid_share", 0.4)
    assert changes_in_words(asked) == (
        "Hong Kong as place; without time-unlimited support; caseload limit: 33 people; "
        "work goal required: no; VR paid share: 0.4"
    )


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("programme", "../ips"),
        ("prices.nothing", 1),
        ("place", "nowhere"),
        ("no.key", 1),
        ("people", {"a": 1}),
    ],
)
def test_what_no_control_would_send_changes_nothing(key, value):
    assert turned(Asked(), key, value) == Asked()


def test_a_principle_and_a_number_are_turned():
    asked = turned(turned(Asked(), "rapid_search", False), "design.weeks", 52.0)
    assert (asked.dropped, asked.changes) == (("rapid_search",), (("design.weeks", 52),))
    assert ships("programme", "settings/tanf")
    assert len(switches()) == len(principles())


def test_a_watched_site_has_everybody_in_every_week():
    small = {"design.people": 12, "design.weeks": 13}
    asked = Asked()
    for key, value in small.items():
        asked = asked.having(key, value)
    board = watched(scenario_of(asked.text())).board
    assert len(board["weeks"]) == 16  # people enter over four weeks
    for week in board["weeks"]:
        assert len(week["status"]) == len(week["post"]) == board["people"] == 12
        on_caseload = [post for post in week["post"] if post >= 0]
        assert all(post < board["posts"] for post in on_caseload)
    assert any(max(visits) > 0 for visits in board["weeks"][-1]["visits"])
    with pytest.raises(RunError, match="can be watched"):
        watched(scenario_of(asked.having("design.people", 160).having("design.weeks", 1040).text()))


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    from typer.testing import CliRunner

    monkeypatch.setattr(server, "find_spec", lambda name: None)
    done = CliRunner().invoke(app, ["dashboard", "--no-browser"])
    assert done.exit_code == 2
    assert "its extra, as in `pip install '.[dashboard]'`" in done.output
