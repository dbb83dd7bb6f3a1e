"""``based_on`` with several files: each brings what it says itself, in one order."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ips_sim.scenario import ScenarioError, load_scenario, resolve_scenario
from ips_sim.scenario.layer import Layer
from ips_sim.scenario.sources import in_one_order


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(name: str, text: str) -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"title: {path.stem}\n{text}\n", encoding="utf-8")


def refused(name: str = "mine.yaml") -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load_scenario(name)
    return [str(one) for one in caught.value.mistakes]


def test_programme_people_and_place_from_three_files(folder: Path):
    write("mine.yaml", "based_on: [ips.yaml, people/early_psychosis.yaml, places/denmark.yaml]")
    resolved = resolve_scenario("mine.yaml")
    mine, ips = resolved.scenario, load_scenario("ips")
    assert mine.programme == ips.programme
    assert mine.people == load_scenario("people/early_psychosis").people
    assert mine.place == load_scenario("places/denmark").place
    assert resolved.chain == (
        "mine.yaml",
        "shipped places/denmark.yaml",
        "shipped people/early_psychosis.yaml",
        "shipped ips.yaml",
    )
    assert resolved.origins["place.unemployment_share"].where == "shipped places/denmark.yaml"
    assert resolved.origins["place.hidden_share"].where == "shipped ips.yaml"


def test_a_place_does_not_bring_back_the_programme_it_is_based_on(folder: Path):
    for bases in (
        "services/job_club.yaml, places/denmark.yaml",
        "places/denmark.yaml, services/job_club.yaml",
    ):
        write("mine.yaml", f"based_on: [{bases}]")
        mine = load_scenario("mine.yaml")
        assert mine.programme == load_scenario("services/job_club").programme
        assert mine.place == load_scenario("places/denmark").place


def test_the_later_file_counts_key_by_key(folder: Path):
    write("one.yaml", "based_on: ips.yaml\nstaff: {skill_sd: 0.1, turnover_per_year: 1.0}")
    write("two.yaml", "based_on: ips.yaml\nstaff: {skill_sd: 0.2}")
    write("mine.yaml", "based_on: [one.yaml, two.yaml]")
    staff = load_scenario("mine.yaml").staff
    assert (staff.skill_sd, staff.turnover_per_year) == (0.2, 1.0)
    write("mine.yaml", "based_on: [two.yaml, one.yaml]\nstaff: {turnover_per_year: 2.0}")
    staff = load_scenario("mine.yaml").staff
    assert (staff.skill_sd, staff.turnover_per_year) == (0.1, 2.0)


def test_dropped_principles_add_up(folder: Path):
    write("mine.yaml", "based_on: [without_preferences.yaml, without_rapid_search.yaml]")
    resolved = resolve_scenario("mine.yaml")
    assert set(resolved.dropped) == {"preferences", "rapid_search"}
    both = load_scenario("ips", {"drop": ["preferences", "rapid_search"]})
    assert resolved.scenario.programme == both.programme


def test_a_list_of_one_is_that_one(folder: Path):
    write("one.yaml", "based_on: traditional.yaml")
    write("list.yaml", "based_on: [traditional.yaml]")
    assert load_scenario("one.yaml").programme == load_scenario("list.yaml").programme
    assert resolve_scenario("list.yaml").chain[1:] == resolve_scenario("one.yaml").chain[1:]


def test_lists_of_lists_and_a_file_that_two_are_based_on(folder: Path):
    write("town.yaml", "based_on: [traditional.yaml]\nplace: {unemployment_share: 0.1}")
    write("left.yaml", "based_on: [town.yaml]\nstaff: {skill_sd: 0.1}")
    write("right.yaml", "based_on: [town.yaml, places/denmark.yaml]\nstaff: {skill_mean: 0.9}")
    write("mine.yaml", "based_on: [left.yaml, right.yaml]")
    resolved = resolve_scenario("mine.yaml")
    assert [name.removeprefix("shipped ") for name in resolved.chain] == [
        "mine.yaml",
        "right.yaml",
        "places/denmark.yaml",
        "left.yaml",
        "town.yaml",
        "traditional.yaml",
        "ips.yaml",
    ]
    denmark = load_scenario("places/denmark").place.unemployment_share
    assert resolved.scenario.place.unemployment_share == denmark
    assert resolved.scenario.staff.skill_mean == 0.9


def test_a_mapping_may_have_several_too(folder: Path):
    mapping = {"based_on": ["services/job_club.yaml", "places/sweden.yaml"]}
    mine = load_scenario(mapping)
    assert mine.title == load_scenario("places/sweden").title
    assert mine.programme == load_scenario("services/job_club").programme


def test_part_of_a_scenario_on_top_of_a_whole_one(folder: Path):
    write("town.yaml", "place: {unemployment_share: 0.2}")
    write("mine.yaml", "based_on: [traditional.yaml, town.yaml]")
    assert load_scenario("mine.yaml").place.unemployment_share == 0.2


def test_part_of_a_scenario_under_a_whole_one_would_count_for_nothing(folder: Path):
    write("town.yaml", "place: {unemployment_share: 0.2}")
    write("mine.yaml", "based_on: [town.yaml, traditional.yaml]")
    rest = "allowed: every key, or `based_on: ips.yaml` to inherit the rest."
    told = refused()
    assert told[0] == f"town.yaml: programme: found nothing; {rest}"
    assert told[-1].startswith("town.yaml:2: place: found no employers_per_100_people, ")


@pytest.mark.parametrize(
    ("bases", "message"),
    [
        (
            "[places/denmark.yaml, ips.yaml]",
            "found shipped ips.yaml after shipped places/denmark.yaml, which is based on it; "
            "allowed: each file after those that it is based on.",
        ),
        (
            "[ips.yaml, traditional.yaml, ips.yaml]",
            "found the text 'ips.yaml' a second time; allowed: each file once.",
        ),
        (
            "[one.yaml, two.yaml]",
            "found files that are based on the same others in different orders; allowed: one order "
            "of them all.",
        ),
        (
            "[ips.yaml, loop.yaml]",
            "found a circle (mine.yaml -> loop.yaml -> mine.yaml); allowed: a base that is not "
            "based on this file.",
        ),
    ],
)
def test_no_order_no_scenario(folder: Path, bases: str, message: str):
    write("one.yaml", "based_on: [places/denmark.yaml, people/older_adults.yaml]")
    write("two.yaml", "based_on: [people/older_adults.yaml, places/denmark.yaml]")
    write("loop.yaml", "based_on: [traditional.yaml, mine.yaml]")
    write("mine.yaml", f"based_on: {bases}")
    (told,) = refused()
    where = "loop.yaml:2" if "loop" in bases else "mine.yaml:2"
    assert told == f"{where}: based_on: {message}"


def test_each_base_is_told_of_at_its_own_line(folder: Path):
    write("mine.yaml", "based_on:\n  - ips.yaml\n  - nowhere.yaml\n  - ../up.yaml\n  - 7")
    assert [one.split(";")[0] for one in refused()] == [
        "mine.yaml:4: based_on: found the text 'nowhere.yaml', which is not there",
        "mine.yaml:6: based_on: found 7",
    ]


def test_a_mistake_in_a_shared_base_is_told_once(folder: Path):
    write("base.yaml", "based_on: ips.yaml\nstaff: {skill_sd: 9}")
    write("one.yaml", "based_on: base.yaml")
    write("two.yaml", "based_on: base.yaml")
    write("mine.yaml", "based_on: [one.yaml, two.yaml]")
    (told,) = refused()
    assert told.startswith("base.yaml:3: staff.skill_sd: found 9;")


def test_a_file_that_many_share_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch):
    """Otherwise the work would double with each of these steps."""
    write("step0.yaml", "based_on: ips.yaml")
    for step in range(1, 9):
        write(f"left{step}.yaml", f"based_on: step{step - 1}.yaml")
        write(f"right{step}.yaml", f"based_on: step{step - 1}.yaml")
        write(f"step{step}.yaml", f"based_on: [left{step}.yaml, right{step}.yaml]")
    read: list[str] = []
    really_open = Path.open

    def counted(path: Path, *arguments: Any, **options: Any) -> Any:
        read.append(path.name)
        return really_open(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", counted)
    chain = resolve_scenario("step8.yaml").chain
    assert len(chain) == 1 + 3 * 8 + 1
    mine = [name for name in read if name != "ips.yaml"]
    assert sorted(mine) == sorted(chain[:-1])


@given(st.data())
def test_the_order_is_that_of_python_classes(data: st.DataObject):
    """Random hierarchies, each as classes too: Python is the reference for the order."""
    classes: list[type] = [type("Root", (), {})]
    chains: dict[type, list[Layer]] = {classes[0]: [Layer("Root")]}
    for number in range(data.draw(st.integers(1, 6))):
        bases = data.draw(st.lists(st.sampled_from(classes), min_size=1, max_size=3, unique=True))
        merged = in_one_order([chains[base] for base in reversed(bases)])
        try:
            made = type(f"C{number}", tuple(bases), {})
        except TypeError:
            assert merged is None
            continue
        assert merged is not None
        chains[made] = [Layer(made.__name__), *merged]
        assert [one.where for one in chains[made]] == [one.__name__ for one in made.__mro__[:-1]]
        classes.append(made)
