"""What changes over time: read, checked with its lines, laid on top of each other."""

from pathlib import Path

import pytest

from ips_sim.scenario import ScenarioError, as_mapping, load_scenario
from ips_sim.scenario.changes import phases
from ips_sim.scenario.schema import UNLIMITED_WEEKS

HEAD = "title: Changing\nbased_on: traditional.yaml\nchanges:\n"


def refused(changes: str, tmp_path: Path, head: str = HEAD) -> str:
    file = tmp_path / "changing.yaml"
    file.write_text(head + changes)
    with pytest.raises(ScenarioError) as caught:
        load_scenario(file)
    return str(caught.value)


def test_phases_lie_on_top_of_each_other(tmp_path: Path) -> None:
    file = tmp_path / "changing.yaml"
    file.write_text(
        HEAD + "  - week: 10\n    programme_of: ips.yaml\n    programme: {caseload_limit: 25}\n"
        "    referred_anew: true\n"
        "  - week: 30\n    place: {unemployment_share: 0.2}\n"
        "    programme: {support_limit_weeks: unlimited}\n"
    )
    changing, ips = load_scenario(file), load_scenario("ips")
    first, second, third = phases(changing)
    assert (first.programme, first.place) == (changing.programme, changing.place)
    assert second.programme == ips.programme.model_copy(update={"caseload_limit": 25})
    assert (second.first_week, second.referred_anew, third.referred_anew) == (10, True, False)
    assert third.programme.caseload_limit == 25
    assert third.programme.support_limit_weeks == UNLIMITED_WEEKS
    assert third.place.unemployment_share == 0.2
    assert load_scenario(as_mapping(changing)) == changing


def test_what_is_inherited_may_be_taken_away(tmp_path: Path) -> None:
    base = {"title": "Base", "based_on": "ips.yaml", "changes": [{"week": 3}]}
    assert load_scenario(base).changes
    assert load_scenario(base | {"changes": []}).changes == ()
    assert "changes" not in as_mapping(load_scenario("ips"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ("  - wek: 3\n", "changing.yaml:4: changes, item 1.wek: found an unknown key"),
        ("  - week: 0\n", "changing.yaml:4: changes, item 1.week: found 0"),
        (
            "  - week: 5\n  - week: 5\n",
            "changing.yaml:5: changes, item 2.week: found 5; allowed: a week after 5",
        ),
        (
            "  - week: 5\n    programme: {caseload: 20}\n",
            "changing.yaml:5: changes, item 1.programme.caseload: found an unknown key; "
            "allowed: a key of programme",
        ),
        (
            "  - week: 5\n    place: {employers_per_100_people: 20}\n",
            "changing.yaml:5: changes, item 1.place.employers_per_100_people: found 20; "
            "allowed: no employers_per_100_people, which is read at the beginning alone",
        ),
        (
            "  - week: 5\n    programme_of: ipz.yaml\n",
            "changing.yaml:5: changes.programme_of: found the text 'ipz.yaml', which is not there",
        ),
        (
            "  - week: 5\n    programme: {sheltered_share: 0.7, transitional_share: 0.7}\n",
            "from week 5 on",
        ),
        (
            "  - week: 5\n    specialists_per_site: 2.0\n",
            "specialists_per_site in a cohort",
        ),
    ],
)
def test_mistakes_are_told_with_their_lines(changes: str, said: str, tmp_path: Path) -> None:
    assert said in refused(changes, tmp_path)


def test_a_list_is_needed(tmp_path: Path) -> None:
    head = HEAD.removesuffix("changes:\n")
    assert "a list, an item for each change" in refused("changes: {week: 3}\n", tmp_path, head)
