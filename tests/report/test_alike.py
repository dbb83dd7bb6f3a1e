"""Scenarios that hold other people, or follow them otherwise, are not said to be alike."""

import pytest

from ips_sim.report import write_report
from ips_sim.report.alike import unlike
from tests.report.made_up import scenario, write_folder, write_manifest


def changed(title, section, **values):
    made = scenario(title)
    return {**made, section: {**made[section], **values}}


def test_a_programme_alone_changes_nothing_in_who_is_compared():
    assert unlike({"a": scenario("a"), "b": scenario("b", caseload_limit=40)}) == ""


@pytest.mark.parametrize(
    ("section", "values", "said"),
    [
        ("design", {"people": 20}, "the number of people (40 under a and b and 20 under c)"),
        ("design", {"weeks": 1}, "the follow-up (6 months under a and b and 1 week under c)"),
        ("design", {"sites": 2}, "the number of sites (1 under a and b and 2 under c)"),
        ("people", {"substance_use_share": 0.9}, "who the people are"),
    ],
)
def test_what_differs_is_said(section, values, said):
    others = {"a": scenario("a"), "b": scenario("b")}
    assert said in unlike({**others, "c": changed("c", section, **values)})


def test_the_report_does_not_speak_of_the_same_people(tmp_path, undrawn):
    same = "The same people with the same luck live in each scenario"
    folder = tmp_path / "result"
    write_folder(folder, ("IPS", "week1"))
    assert same in write_report(folder).read_text(encoding="utf-8")
    write_manifest(folder, {"IPS": scenario("IPS"), "week1": changed("week1", "design", people=20)})
    page = write_report(folder).read_text(encoding="utf-8")
    assert same not in page
    assert "The scenarios differ in the number of people (40 under IPS and 20 under week1)." in page
    assert "2 full-time posts" in page and "1 full-time post." in page
