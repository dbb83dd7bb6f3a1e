"""Every key of a scenario has a control, and what a browser sends is looked at."""

import pytest

from ips_sim.cli.commands import app
from ips_sim.dashboard import server
from ips_sim.dashboard.asked import Asked, scenario_of
from ips_sim.dashboard.controls import groups, picks, ships, switches, turned, values_of
from ips_sim.dashboard.watched import watched
from ips_sim.runs.errors import RunError
from ips_sim.scenario import principles, shipped
from ips_sim.scenario.catalogue import keys


def test_every_key_has_a_control_with_its_range():
    controls = {one["key"]: one for group in groups() for one in group["controls"]}
    assert list(keys()) and set(controls) == set(keys())
    assert controls["programme.caseload_limit"]["high"] == 200
    assert controls["programme.support_limit_weeks"]["unlimited"]
    values = values_of(Asked(), scenario_of(Asked().text()), "traditional")
    shown = {*controls, *(one["key"] for one in (*switches(), *picks()))}
    assert shown == set(values)


def test_everything_that_ships_can_be_chosen():
    offered = [
        option["value"]
        for pick in picks()
        if pick["key"] == "programme"
        for group in pick["options"]
        for option in group["options"]
    ]
    folders = ("people/", "places/", "systems/")  # people and places have lists of their own
    assert sorted(offered) == sorted(one for one in shipped() if not one.startswith(folders))


@pytest.mark.parametrize(
    ("key", "value"),
    [("programme", "../ips"), ("place", "nowhere"), ("no.key", 1), ("people", {"a": 1})],
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
