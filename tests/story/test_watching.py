"""Following a person changes nothing, and what is noted is what happened."""

import sys
from collections import Counter
from typing import Any

import numpy as np
import pytest

from ips_sim.model.agents import IPSModel, JobSeeker
from ips_sim.model.entities import JobSeekerFields, Service, Work
from ips_sim.model.luck import Luck
from ips_sim.story.noting import copy_of, names_of
from ips_sim.story.watching import (
    DECLINED,
    INTRODUCTION,
    JOB,
    KEPT,
    REFUSED,
    Life,
    model_with_followed,
    site_of,
    watch,
)
from tests.model.builders import differing, scenario, special_scenarios
from tests.story.together import watched

WORLDS = {"ips": scenario(), "traditional": scenario("traditional"), **special_scenarios()}
PEOPLE = (0, 7, 31, 49)


SEED, REPLICATE = 3, 2


class Lived:
    """A world in which some people are followed, and beside it the same without."""

    def __init__(self, of):
        size = site_of(of, PEOPLE[0])
        assert size is not None
        keys: Any = {"seed": SEED, "replicate": REPLICATE}
        followed, people = model_with_followed(of, size, PEOPLE, **keys)
        self.alone = IPSModel(of, **keys)
        starts = [copy_of(one, JobSeekerFields) for one in people]
        self.differing = []
        while not self.alone.is_over:
            followed.step()
            self.alone.step()
            if self.alone.week % 9 == 0 or self.alone.is_over:
                self.differing += self.compare(followed.snapshot(), self.alone.snapshot())
        self.lives = [
            Life(of, size, row, start, one.weeks, **keys)
            for row, start, one in zip(PEOPLE, starts, people, strict=True)
        ]

    def compare(self, mine, theirs):
        """Name what differs in two snapshots, and the week."""
        for name, table in theirs.items():
            if name == "weekly":
                same = mine[name].tobytes() == table.tobytes()
            else:
                same = not differing(mine[name], table)
            if not same:
                yield name, self.alone.week


@pytest.fixture(scope="module", params=WORLDS, ids=lambda name: name.replace(" ", "_"))
def lived(request):
    return Lived(WORLDS[request.param])


@pytest.fixture(scope="module")
def lives(lived):
    return lived.lives


def test_a_followed_run_is_the_same_run_to_the_bit(lived):
    assert lived.differing == []
    assert all(life.weeks for life in lived.lives)
    assert sys.getprofile() is None


def test_the_life_ends_as_the_run_does(lived):
    for life in lived.lives:
        end = copy_of(lived.alone.seekers[life.number], JobSeekerFields)
        told = life.end
        left = end.service == Service.GONE
        for name in names_of(JobSeekerFields):
            # For those who have left for good the clock goes on, and what the posts cost.
            if not (left and name in ("weeks_since_entry", "staff_hours")):
                assert getattr(told, name) == getattr(end, name), name


def test_who_is_watched_alone_has_the_life_noted_beside_others():
    def told(life):
        return [
            (repr(week.after), [(call.name, repr(call.result)) for call in calls_of(week)])
            for week in life.weeks
        ]

    of = scenario(design={"people": 20, "weeks": 30, "entry_weeks": 1})
    for beside in watched(of, [3, 17]):
        assert told(watch(of, beside.number)) == told(beside) != []


def test_weeks_follow_each_other(lives):
    for life in lives:
        assert [week.number for week in life.weeks] == list(range(1, len(life.weeks) + 1))
        before = life.start
        for week in life.weeks:
            if week.number > 1:
                assert week.before is before
            before = week.after


def calls_of(week):
    return [each for call in week.calls for each in call.within()]


def test_a_rule_asked_again_answers_as_it_did(lives):
    """What is noted of a rule is all that it saw: asked again of the copies, it decides alike."""
    asked_again = set()
    for life in lives[:3]:
        for week in life.weeks[::7]:
            for call in calls_of(week):
                result, person = call.ask()
                assert result == call.result, call.name
                if person is not None:
                    for name in names_of(JobSeekerFields):
                        assert getattr(person, name) == getattr(call.after, name), (call.name, name)
                asked_again.add(call.name)
    assert len(asked_again) > 25


def test_nothing_of_a_week_escapes_the_notes(lives):
    """Each rule begins where the one before it ended, and the last one leaves the person so."""
    for life in lives:
        for week in life.weeks:
            states = [week.before]
            for call in week.calls:
                states += [call.at.seeker, call.after]
            states.append(week.after)
            for one, next_one in zip(states[::2], states[1::2], strict=True):
                for name in names_of(JobSeekerFields):
                    same = getattr(one, name) == getattr(next_one, name)
                    # The driver itself turns the person's clock; counting is not noted.
                    assert same or name == "weeks_since_entry" or _is_counted(name), name


def _is_counted(name):
    from ips_sim.model.rules.counting import count_person, end_quarter, pay_for_posts
    from ips_sim.story.noting import fields_written

    counting = (count_person, end_quarter, pay_for_posts)
    return any(name in fields_written(rule) for rule in counting)


def test_what_is_noted_of_a_search_is_what_came_of_it(lives):
    for life in lives:
        for week in life.weeks:
            before, after = week.before, week.after
            visits = [one for one in week.tries if one.through_specialist]
            own = [one for one in week.tries if one.employer and not one.through_specialist]
            assert len(visits) == after.employer_contacts - before.employer_contacts
            assert len(own) == after.applications - before.applications
            results = Counter(one.result for one in week.tries)
            assert results[REFUSED] == after.refusals - before.refusals
            assert results[DECLINED] == after.offers_declined - before.offers_declined
            brought = results[JOB]
            assert brought + week.did("move to a better job") == after.jobs_held - before.jobs_held
            assert week.did("move to a better job") == week.moved
            for one in week.tries:
                assert (one.visit > 0) == one.through_specialist
                assert (one.kind == INTRODUCTION) == (one.visit == 1)
                asked_for = one.result in (REFUSED, DECLINED, JOB)
                assert asked_for == (one.offer is not None or one.is_carved)
                if one.offer is not None:
                    # What is asked for is there: advertised, told of, or made for the person.
                    seen = one.offer.at.employer
                    assert seen.vacancies + seen.hidden_vacancies > 0 or one.is_carved
                    assert one.is_hidden == (seen.vacancies == 0 and not one.is_carved)
                if one.result == JOB and after.work == Work.COMPETITIVE:
                    assert after.employer_row == one.employer_row
                    # A credential pays; who comes back from leave has the old job.
                    paid = one.employer is None or after.job_wage_usd >= one.employer.wage_usd
                    assert paid and (one.employer is None) == (one.kind == KEPT)
                    assert after.job_found_by_specialist == one.through_specialist


def test_what_is_noted_of_a_job_is_what_came_of_it(lives):
    for life in lives:
        for week in life.weeks:
            before, after = week.before, week.after
            assert week.did("solution") == (after.problems_solved > before.problems_solved)
            assert week.did("problem at work") == (after.problems_met > before.problems_met)
            others = week.called("ending_by_others")
            warned = week.called("warn") is not None
            assert warned == (after.warnings > before.warnings)
            ended = week.did("end of the job") and not warned
            ended = ended or (others is not None and others.result > 0)
            assert ended == (week.job_over is not None) or after.service == Service.GONE
            assert week.took("job_started") == (after.jobs_held > before.jobs_held)


def test_what_is_noted_of_health_and_service_is_what_came_of_it(lives):
    for life in lives:
        for week in life.weeks:
            before, after = week.before, week.after
            admitted = after.hospital_admissions > before.hospital_admissions
            assert week.did("hospital admission") == admitted
            assert week.did("relapse") == (after.in_relapse and not before.in_relapse)
            assert week.did("recovery") == (before.in_relapse and not after.in_relapse)
            assert week.did("benefits planning") == (after.benefits_plans > before.benefits_plans)
            if after.service == Service.GONE:
                assert week.did("leaving for good")
                continue
            if after.service == Service.CLOSED and before.service in (
                Service.SERVED,
                Service.PREPARING,
            ):
                assert week.did("closing")
                assert week.took("closed")
            elif after.service == Service.DISENGAGED and before.service != Service.DISENGAGED:
                assert week.did("dropout") and not week.did("closing")
            elif after.service == Service.SERVED:
                assert not week.did("dropout") and not week.did("closing")
            left = after.service == Service.TRANSFERRED != before.service
            assert week.did("end of support") == left
            for question, service in (
                ("return", Service.DISENGAGED),
                ("referral by the team", Service.NOT_ADMITTED),
                ("asking again", Service.CLOSED),
            ):
                back = before.service == service and after.service == Service.WAITING
                assert week.did(question) == back


def test_a_decision_is_yes_exactly_below_its_chance(lives):
    count = 0
    for life in lives[:2]:
        for week in life.weeks:
            for decision in week.decisions:
                if decision.question.luck:
                    yes = decision.lot < decision.chance
                    assert decision.happened == yes, decision.question.name
                    count += 1
    assert count > 100


def test_a_rule_that_nobody_knows_is_noted_and_told(monkeypatch):
    """A new rule of a model is followed without a word about it in the stories."""
    from ips_sim.model import rules
    from ips_sim.story import noting
    from ips_sim.story.happenings import happenings

    def sings_a_song(seeker: JobSeekerFields, luck: Luck) -> bool:
        """Decide whether a person sings."""
        return luck.symptoms < 0.25

    class Singer(JobSeeker):
        def keep_or_leave(self):
            sings_a_song(self, self.luck)
            super().keep_or_leave()

    sings_a_song.__annotations__["return"] = "bool"
    monkeypatch.setattr(noting, "RULES", [*rules.RULES, sings_a_song])
    life = watch(scenario(design={"people": 20, "weeks": 30}), 4, kind=Singer, lots=True)
    sung = [
        week.number for week in life.weeks if (song := week.called("sings_a_song")) and song.result
    ]
    told = [one for one in happenings(life) if one.text.startswith("Sings a song (a chance of 25")]
    assert [one.week for one in told] == sung
    assert len(sung) > 3


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
    assert life.size.site == 2
    assert np.isfinite(life.end.interest)


def test_a_rule_asked_again_leaves_what_it_was_asked_with_as_it_was(lives):
    asked_again = set()
    for week in lives[0].weeks[::13]:
        for call in calls_of(week):
            before = repr(call.at)
            call.ask()
            assert repr(call.at) == before, call.name
            asked_again.add(call.name)
    assert asked_again
