"""Two lives in plain words, and the people to whom a principle matters, found."""

import re

import pytest

from ips_sim.model.agents import IPSModel
from ips_sim.model.entities import Service
from ips_sim.scenario import load_scenario
from ips_sim.story import StoryError
from ips_sim.story.finding import MONTH_WEEKS, find, without
from ips_sim.story.telling import World
from ips_sim.story.text import WIDTH, matters_as_lines
from ips_sim.story.watching import watch
from ips_sim.story.words import NAMES, employer_name, person_name, specialist_name
from tests.model.builders import scenario
from tests.story.together import watched

SMALL = scenario(design={"people": 25, "weeks": 40, "entry_weeks": 1})


@pytest.fixture(scope="module")
def matters():
    return find(SMALL, "rapid_search", replicate=0)


def weeks_worked(of):
    model = IPSModel(of, seed=1)
    model.run()
    return [person.weeks_worked for person in model.seekers]


def test_those_found_gained_most_and_everybody_is_counted(matters):
    both = [weeks_worked(one) for one in (SMALL, without(SMALL, "rapid_search"))]
    gained = [one - two for one, two in zip(*both, strict=True)]
    assert matters.people == len(gained)
    assert matters.more == sum(weeks >= MONTH_WEEKS for weeks in gained) > 0
    assert matters.less == sum(weeks <= -MONTH_WEEKS for weeks in gained)
    for one in matters.found:
        worked = [life.end.weeks_worked for life in one.lives]
        assert worked == [weeks[one.person] for weeks in both]
    # The lives of the first part by the principle: no search while people are prepared.
    assert (
        "weeks of assessment and prevocational training come before search"
        in (matters.found[0].first_and_job[0])
    )


def test_nothing_is_said_of_lots(matters):
    text = "\n".join(matters_as_lines(matters))
    assert not re.search(r"\blot|chance|employer \d|Person \d|\bherself\b", text)
    assert max(map(len, text.splitlines())) <= WIDTH
    for one in matters.found:
        assert one.lives[0].name == person_name(one.person) and one.lives[0].name in text


def test_what_is_told_is_what_happened(matters):
    for world in matters.found[0].worlds:
        life, told = world.life, world.beats
        text = " ".join(beat.text for beat in told)
        assert [beat.first for beat in told] == sorted(beat.first for beat in told)
        starts = [week.number for week in life.weeks if week.took("job_started")]
        for number in starts:
            (beat,) = (one for one in told if one.first == one.last == number)
            employer = employer_name(life.weeks[number - 1].after.employer_row)
            assert employer in beat.text or life.weeks[number - 1].job_over is not None
        # Visits that brought nothing are summed up, each of them once.
        vain = life.end.employer_contacts - sum(
            one.result == "job" and one.through_specialist
            for week in life.weeks
            for one in week.tries
        )
        times = {"once": 1, "twice": 2}
        said = re.findall(r"to see employers for \w+ (\w+)", text)
        assert sum(times.get(one, 0) or int(one) for one in said) == vain


def test_nobody_is_told_to_see_employers_while_people_are_prepared():
    """Also where the person looks alone meanwhile, which begins a stretch of tries."""
    prepared, looked = without(SMALL, "rapid_search"), 0
    for life in watched(prepared, range(12)):
        over = [week.number for week in life.weeks if week.took("started_search")]
        told = World(life).beats
        looked += any("alone" in beat.text and beat.last <= over[0] for beat in told if over)
        for beat in told:
            if "to see employers" in beat.text:
                assert over and beat.first >= over[0]
    assert looked > 0


def test_who_holds_a_post_has_a_name_until_they_leave():
    leaving = scenario(
        design={"people": 10, "weeks": 20, "entry_weeks": 1},
        staff={"turnover_per_year": 0.0, "first_leaves_in_week": 5, "post_vacant_weeks": 3},
    )
    life = next(
        one
        for one in watched(leaving, range(10))
        if one.end.service == Service.SERVED and one.end.weeks_waiting == 0
    )
    text = " ".join(one.text for one in World(life).beats)
    assert f"{specialist_name(0, 0)} leaves, and the post stays empty for 3 weeks." in text
    assert f"{specialist_name(0, 1)} takes over as employment specialist." in text


def test_a_person_has_one_name_and_people_of_a_run_have_many():
    names = [person_name(number) for number in range(1000)]
    assert len(set(names)) == 1000
    assert person_name(3, replicate=1) != person_name(3) != person_name(3, seed=2)
    assert len({employer_name(row) for row in range(400)}) == 400
    assert len(NAMES["first"]) == len(set(NAMES["first"]))
    here, there = (watch(one, 2) for one in (SMALL, without(SMALL, "preferences")))
    assert here.name == there.name == person_name(2)


@pytest.mark.parametrize(
    ("of", "principle", "said"),
    [
        ("ips", "rapid_serch", "found 'rapid_serch'; principles are zero_exclusion, "),
        ("traditional", "preferences", "works without preferences already"),
    ],
)
def test_what_can_not_be_found_is_said(of, principle, said):
    with pytest.raises(StoryError, match=re.escape(said)):
        without(load_scenario(of), principle)
