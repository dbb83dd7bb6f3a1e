"""Following a person changes nothing, and what is noted is what happened."""

import numpy as np
import pytest

from ips_sim.model.agents import IPSModel
from ips_sim.model.entities import JobSeekerFields, Service, Work
from ips_sim.story import decisions as asked
from ips_sim.story.decisions import copy_of, names_of
from ips_sim.story.happenings import job_began, job_over
from ips_sim.story.watching import model_with_followed, site_of, watch
from tests.model.builders import differing, scenario, special_scenarios

WORLDS = {"ips": scenario(), "traditional": scenario("traditional"), **special_scenarios()}
PEOPLE = (0, 7, 19, 31, 42, 58)


@pytest.fixture(scope="module", params=WORLDS, ids=lambda name: name.replace(" ", "_"))
def lives(request):
    of = WORLDS[request.param]
    return [watch(of, person) for person in PEOPLE]


@pytest.mark.parametrize("of", WORLDS.values(), ids=WORLDS)
def test_a_followed_run_is_the_same_run_to_the_bit(of):
    size = site_of(of, 7)
    assert size is not None
    followed, person = model_with_followed(of, size, 7, seed=3, replicate=2)
    alone = IPSModel(of, seed=3, replicate=2)
    while not alone.is_over:
        followed.step()
        alone.step()
        if alone.week % 9 and not alone.is_over:
            continue
        mine, theirs = followed.snapshot(), alone.snapshot()
        for name, table in theirs.items():
            if name == "weekly":
                assert mine[name].tobytes() == table.tobytes()
            else:
                assert not differing(mine[name], table), (name, alone.week)
    assert person.notes
    assert not hasattr(alone.seekers[7], "notes")


def test_the_life_ends_as_the_run_does(lives):
    model = IPSModel(lives[0].scenario)
    model.run()
    for life in lives:
        end = copy_of(model.seekers[life.row], JobSeekerFields)
        told = life.end
        left = end.service == Service.GONE
        for name in names_of(JobSeekerFields):
            # The clock goes on for those who have left for good, and nothing else does.
            if not (left and name == "weeks_since_entry"):
                assert getattr(told, name) == getattr(end, name), name


def test_weeks_follow_each_other(lives):
    for life in lives:
        assert [week.number for week in life.weeks] == list(range(1, len(life.weeks) + 1))
        before = life.start
        for week in life.weeks:
            if week.number > 1:
                assert week.before is before
            before = week.after


def test_what_is_noted_of_a_search_is_what_came_of_it(lives):
    for life in lives:
        for week in life.weeks:
            before, after = week.before, week.after
            visits = [one for one in week.attempts if one.through_specialist]
            assert len(visits) == after.employer_contacts - before.employer_contacts
            declined = [
                one for one in week.attempts if one.acceptance and not one.acceptance.happened
            ]
            assert len(declined) == after.offers_declined - before.offers_declined
            move = week.decision(asked.MOVE)
            moved = move is not None and move.happened
            brought = sum(one.brought_job for one in week.attempts)
            assert brought + moved == after.jobs_held - before.jobs_held
            for one in week.attempts:
                if one.brought_job and after.work == Work.COMPETITIVE:
                    assert after.employer_row == one.employer_row
                    assert after.job_found_by_specialist == one.through_specialist


def test_what_is_noted_of_a_job_is_what_came_of_it(lives):
    for life in lives:
        for week in life.weeks:
            before, after = week.before, week.after
            solution = week.decision(asked.SOLUTION)
            solved = solution is not None and solution.happened
            assert solved == (after.problems_solved > before.problems_solved)
            problem = week.decision(asked.PROBLEM)
            met = problem is not None and problem.happened
            assert met == (after.problems_met > before.problems_met)
            ending, others = week.decision(asked.ENDING), week.decision(asked.ENDING_BY_OTHERS)
            move = week.decision(asked.MOVE)
            ended = any(one is not None and one.happened for one in (ending, others, move))
            assert ended == (job_over(week) is not None) or after.service == Service.GONE
            assert job_began(week) == (after.jobs_held > before.jobs_held)


def test_what_is_noted_of_health_and_service_is_what_came_of_it(lives):
    for life in lives:
        for week in life.weeks:
            before, after = week.before, week.after
            admission = week.decision(asked.ADMISSION)
            assert admission.happened == (after.hospital_admissions > before.hospital_admissions)
            relapse = week.decision(asked.RELAPSE)
            assert relapse.happened == (after.in_relapse and not before.in_relapse)
            if after.service == Service.GONE:
                continue
            dropout, closing = week.decision(asked.DROPOUT), week.decision(asked.CLOSING)
            if after.service == Service.CLOSED and before.service in (
                Service.SERVED,
                Service.PREPARING,
            ):
                assert closing.happened
            elif after.service == Service.DISENGAGED and before.service != Service.DISENGAGED:
                assert dropout.happened and not (closing and closing.happened)
            elif after.service == Service.SERVED:
                assert not dropout.happened and not closing.happened


def test_a_decision_is_yes_exactly_below_its_chance(lives):
    count = 0
    for life in lives[:3]:
        for week in life.weeks:
            for name, decision in week.decisions.items():
                if name != asked.ENDING_BY_OTHERS.name:  # the end of a term is no matter of luck
                    assert decision.happened == (decision.lot < decision.chance), name
                    count += 1
    assert count > 100


@pytest.mark.parametrize(("people", "sites"), [(100, 1), (10, 3), (7, 7), (11, 4)])
def test_everybody_is_found_at_their_site(people, sites):
    of = scenario(design={"people": people, "sites": sites})
    found = set()
    for person in range(people):
        size = site_of(of, person)
        assert size is not None, person
        assert size.first_person <= person < size.first_person + size.people
        found.add(size.site)
    assert found == set(range(sites))
    assert site_of(of, people) is None
    assert site_of(of, -1) is None


def test_a_person_at_another_site_is_the_one_of_the_runs():
    of = scenario(design={"people": 30, "sites": 3, "weeks": 20})
    life = watch(of, 25, seed=5, replicate=4)
    model = IPSModel(of, seed=5, replicate=4, site=2)
    assert life.start.age_years == model.seekers[5].age_years
    assert life.size.site == 2 and life.row == 5
    assert np.isfinite(life.end.interest)
