"""Worked cases: worlds set by hand, and what the story says of them."""

import json
import math
import re
from dataclasses import replace

import pytest

from ips_sim.model.agents import IPSModel
from ips_sim.model.entities import Benefit, Ending, Problem, Service, Tier, Work
from ips_sim.model.luck import Luck
from ips_sim.model.world import site_size
from ips_sim.scenario import load_scenario
from ips_sim.shown.english import sentence
from ips_sim.story.decisions import QUESTIONS, Question
from ips_sim.story.exchange import as_json
from ips_sim.story.happenings import happenings, of_week, summed
from ips_sim.story.partings import (
    OTHER,
    WAITING,
    Cause,
    Moment,
    Trace,
    moment_in_words,
    moments,
    side_by_side,
)
from ips_sim.story.reasons import Tally, answers, decisions_on
from ips_sim.story.telling import outline, parting_in_words, tell_story
from ips_sim.story.text import as_text
from ips_sim.story.watching import Life, Week, watch
from ips_sim.story.words import SAID, said
from tests.model import builders
from tests.model.builders import scenario
from tests.story.test_decisions import decided
from tests.story.together import shipped_story, watched

WEEKS = 40
DESIGN = {"people": 40, "weeks": WEEKS}
STEADY = {"turnover_per_year": 0.0}


def titled(title, *arguments, **sections):
    design = DESIGN | sections.pop("design", {})
    if design.get("kind") != "open_programme":
        design = {"entry_weeks": 1} | design
    staff = STEADY | sections.pop("staff", {})
    made = scenario(*arguments, design=design, staff=staff, **sections)
    return made.model_copy(update={"title": title})


IPS = titled("IPS")
MECHANISM_NAMES = set(QUESTIONS)


SOME_PEOPLE = (0, 3, 17, 20)


def the_answer(story, world=0):
    (answer,) = story.worlds[world].answers
    return answer


def cause_of(moment: Moment) -> Cause:
    assert moment.cause is not None
    return moment.cause


def staying(of, **asked_for):
    """A person who stays for the whole time, so that the case shows what it is about."""
    for person in range(of.design.people):
        story = tell_story(of, **asked_for, person=person)
        end = story.worlds[0].life.end
        if end.service not in (Service.GONE, Service.DISENGAGED, Service.CLOSED):
            return person, story
    raise AssertionError("nobody stays")


def in_the_programme(of):
    """A person who has a place in both worlds after the first week."""
    on_caseload = (Service.SERVED, Service.PREPARING)
    return next(
        person
        for person in range(of.design.people)
        if all(watch(one, person).weeks[0].after.service in on_caseload for one in (IPS, of))
    )


def test_without_employers_the_story_says_so():
    story = tell_story(titled("Nowhere", place={"employers_per_100_people": 0.0}), person=3)
    answer = the_answer(story)
    assert answer.question == "Why did this person get no competitive job?"
    assert answer.short == "There were no employers within reach."
    assert any("no employers at the site" in point for point in answer.points)
    assert "No own applications." in answer.points
    assert all(not week.tries for week in story.worlds[0].life.weeks)


def test_without_vacancies_the_story_says_so():
    nothing = titled(
        "No vacancies",
        place={"vacancies_per_employer_per_year": 0.0},
        parameters={"vacancies_at_start": 0.0},
    )
    person, story = staying(nothing)
    life = story.worlds[0].life
    answer = the_answer(story)
    assert any("none of the 16 employers advertised" in point.lower() for point in answer.points)
    assert "none of them met an opening to ask for" in answer.short
    counts = Tally(life.weeks)
    assert len(counts.visits) == life.end.employer_contacts > 0
    # Where nothing is open, an employer may still make a job for somebody.
    made = [decision.chance for decision in decisions_on("job carved", life.weeks)]
    assert counts.chance_of_an_offer == pytest.approx(1 - math.prod(1 - each for each in made))


def test_screened_out():
    strict = titled("Strict", programme={"screened_out_above_symptoms": 0.0})
    story = tell_story(IPS, strict, person=5)
    first = story.moments[0]
    assert (first.week, first.parts, cause_of(first).mechanism) == (1, True, "screening")
    assert first.levers == (("screened_out_above_symptoms", 1.0, 0.0),)
    what, why, levers = moment_in_words(first, [world.name for world in story.worlds])
    assert "Strict: without a programme, without a job." in what
    assert "In Strict, the person was screened out because of symptoms" in why
    assert levers == "screened out above symptoms 1 against 0 (zero exclusion)"
    strictly = story.worlds[1]
    assert "not admitted, screened out because of symptoms" in strictly.happened[0].text
    jobless = next(person for person in range(40) if watch(strict, person).end.jobs_held == 0)
    assert (
        "screened out because of symptoms" in the_answer(tell_story(strict, person=jobless)).short
    )
    assert Tally(strictly.life.weeks).not_admitted == len(strictly.life.weeks)


def test_who_is_enrolled_is_told_of_the_place_alone():
    story = tell_story("ips", person=17)
    (first, *_), *_ = [world.happened for world in story.worlds]
    assert first.text.startswith("Is referred")
    told = " ".join(one.text for one in story.worlds[0].happened)
    assert "enrolled" not in told and "waiting list" not in told


def test_not_enrolled_is_no_screening():
    none = titled("Nobody", programme={"enrolment_share": 0.0})
    story = tell_story(IPS, none, person=5)
    cause = cause_of(story.moments[0])
    assert cause.mechanism == "enrolment"
    assert cause.text == "In Nobody, the person was left without a service, since there is none."
    some = titled("Some", programme={"enrolment_share": 0.01})
    assert "not enrolled, as some" in cause_of(tell_story(IPS, some, person=5).moments[0]).text


def test_a_long_waiting_list():
    queue = titled(
        "Queue",
        programme={"caseload_limit": 2},
        design={
            "kind": "open_programme",
            "warm_up_weeks": 0,
            "specialists_per_site": 1.0,
        },
        place={"employers_per_100_people": 0.0},
    )
    lives = (watch(queue, person) for person in range(8, 20))
    life = next(one for one in lives if one.end.service == Service.WAITING)
    story = tell_story(queue, person=life.number)
    told = as_text(story)
    assert life.end.weeks_waiting == len(life.weeks)
    assert f"{len(life.weeks)} of {len(life.weeks)} weeks on the waiting list." in told
    assert "On the waiting list" in told
    first = life.weeks[0]
    assert first.ahead > 0
    assert all(week.ahead <= first.ahead for week in life.weeks)


def test_where_waiting_parts_two_lives():
    queue = {
        "kind": "open_programme",
        "warm_up_weeks": 0,
    }
    short = titled("Two posts", design=queue | {"specialists_per_site": 2.0})
    long = titled(
        "Small caseloads",
        programme={"caseload_limit": 1},
        design=queue | {"specialists_per_site": 2.0},
    )
    mechanisms = set()
    for person in (6, 20):
        story = tell_story(short, long, person=person)
        mechanisms |= {one.cause.mechanism for one in story.moments if one.cause}
        for moment in story.moments:
            if moment.cause and moment.cause.mechanism == "waiting":
                assert moment.levers == (("caseload_limit", 20, 1),)
                assert "there is no free place" in moment.cause.text
    assert "waiting" in mechanisms


def test_preparation():
    slow = titled("Slow", "ips", ["rapid_search"])
    story = tell_story(IPS, slow, person=in_the_programme(slow))
    first = story.moments[0]
    weeks = slow.programme.preparation_weeks
    cause = cause_of(first)
    assert (first.week, cause.mechanism) == (1, "preparation")
    assert first.levers == (("preparation_weeks", 0, weeks),)
    assert f"{weeks} weeks of assessment" in cause.text
    prepared = (watch(slow, person) for person in range(40))
    told = next(
        one
        for life in prepared
        for one in happenings(life)
        if one.text.startswith("Preparation is over")
    )
    assert told.week == weeks
    assert f"after {weeks} weeks" in told.text


def test_every_week_of_preparation_is_told_as_one():
    story = shipped_story(17)
    world = story.worlds[1]
    weeks = world.life.scenario.programme.preparation_weeks
    counts = Tally(world.life.weeks)
    assert counts.preparing == weeks
    spent = [week for week in world.life.weeks if week.is_preparation]
    assert [week.number for week in spent] == list(range(1, weeks + 1))
    searched = [week for week in world.life.weeks[weeks:] if week.decision("employer contact")]
    assert counts.in_search == len(searched)
    flat = " ".join(as_text(story).split())
    assert f"{weeks} weeks of assessment and prevocational training come before search" in flat
    said = re.findall(r"- (\d+) of \d+ weeks in assessment and prevocational training", flat)
    assert said == [str(weeks)]


def test_a_single_week_of_preparation_is_begun_and_over():
    short = titled("Short", programme={"preparation_weeks": 1})
    person = next(
        person
        for person in range(40)
        if watch(short, person).weeks[0].after.service == Service.SERVED
    )
    story = tell_story(short, person=person)
    texts = " ".join(one.text for one in story.worlds[0].happened if one.week == 1)
    assert "starts 1 week of assessment" in texts
    assert "Preparation is over after 1 week." in texts
    assert Tally(story.worlds[0].life.weeks).preparing == 1


def test_every_week_of_set_aside_work_is_told_as_one():
    aside = titled("Placement", programme={"transitional_share": 1.0, "transitional_weeks": 6})
    life = next(
        life
        for life in (watch(aside, person) for person in range(40))
        if life.end.weeks_transitional == aside.programme.transitional_weeks
    )
    assert Tally(life.weeks).set_aside == life.end.weeks_transitional


def test_steered_to_sheltered_work():
    aside = titled("Workshop", programme={"sheltered_share": 1.0, "sheltered_weeks": 20})
    story = tell_story(IPS, aside, person=in_the_programme(aside))
    assert cause_of(story.moments[0]).mechanism == "set-aside work"
    assert any("Is steered to sheltered work" in one.text for one in story.worlds[1].happened)


CHANCE = re.compile(r"\blots?\b|chance|in 100\b(?! people)")


def test_nothing_is_said_of_lots_unless_asked():
    assert not CHANCE.search(as_text(shipped_story(17)))
    asked_for = as_text(tell_story(IPS, titled("Before", "traditional"), person=3, lots=True))
    assert len(CHANCE.findall(asked_for)) > 10


def test_the_name_of_who_comes_next_is_not_told_of_an_empty_post():
    for world in shipped_story(17).worlds:
        assert all(week.specialist_name == "" for week in world.life.weeks if week.is_vacant)
        assert any(week.is_vacant for week in world.life.weeks) == (world.name == "IPS")


def test_towns_and_teams_of_unlike_size_are_compared():
    unlike = (
        load_scenario(name, {"design.weeks": 26}) for name in ("services/transitional_work", "ips")
    )
    story = tell_story(*unlike, person=14)
    assert any(one.levers for one in story.moments)


def test_the_same_scenario_twice_never_parts():
    story = tell_story(IPS, IPS, person=17)
    assert story.trace is None
    assert story.moments == []
    assert story.parting == "The two lives never part: every field is the same in every week."
    one, other = story.worlds
    assert (one.name, other.name) == ("IPS (1)", "IPS (2)")
    assert one.happened == other.happened
    assert one.answers == other.answers
    assert all(row.cells[0] == row.cells[1] for row in story.rows)


def test_a_lever_that_never_reaches_the_person():
    free = tell_story(IPS, titled("Other", programme={"return_without_referral": False}), person=2)
    assert free.moments == []
    assert free.trace is None


def test_every_week_is_told_once():
    story = shipped_story(17)
    weeks = [week for row in story.rows for week in range(row.first, row.last + 1)]
    assert weeks == list(range(1, 79))
    for world_number, world in enumerate(story.worlds):
        shown = {line for row in story.rows for line in row.cells[world_number].lines}
        assert {one.text for one in world.happened if not one.is_minor} <= shown


def test_moments_stand_on_what_differs():
    seen = set()
    for person in SOME_PEOPLE:
        story = shipped_story(person)
        for moment in story.moments:
            one, other = (world.life.weeks[moment.week - 1] for world in story.worlds)
            assert one.number == moment.week
            if not moment.parts:
                assert moment.cause is None
                assert (one.after.service, one.after.work) == (
                    other.after.service,
                    other.after.work,
                )
                continue
            cause = cause_of(moment)
            assert cause.text
            assert cause.mechanism in MECHANISM_NAMES | {OTHER, WAITING}
            seen.add(cause.mechanism)
            for name, here, there in moment.levers:
                programmes = [world.life.scenario.programme for world in story.worlds]
                assert (here, there) == tuple(getattr(each, name) for each in programmes)
        first = story.moments[0].week
        assert story.trace is not None
        assert story.trace.week <= first
    assert len(seen) >= 5


def other_life_has_it(moment, story):
    """Whether what one life is said to go without is there in the same week all the same."""
    for world, what in zip(story.worlds, (moment.here, moment.there), strict=True):
        week = world.life.weeks[moment.week - 1]
        if "no visit" in what and any(one.through_specialist for one in week.tries):
            return True
        if "no hospital stay" in what and week.after.hospital_weeks_left > 0:
            return True
        if "no benefits plan" in what and week.after.has_benefits_plan:
            return True
    return False


@pytest.mark.parametrize("person", [17, 20])
def test_what_both_lives_have_in_a_week_is_no_difference(person):
    story = shipped_story(person)
    assert not any(other_life_has_it(moment, story) for moment in story.moments)
    for moment in story.moments:
        if moment.cause:
            assert moment.cause.text.count("it happened in") <= 1


def test_what_comes_out_alike_explains_no_difference():
    def visited(contact_chance):
        return decided(
            "employer contact",
            luck=Luck(contact=0.03),
            seeker=builders.seeker(service=Service.SERVED, tier=Tier.SEARCH, search_weight=1.0),
            specialist=builders.specialist(contact_chance=contact_chance),
        )

    here, there = (replace(life_of([], title), lots=True) for title in "AB")
    cause = side_by_side(visited(0.12), visited(0.37), here, there)
    assert cause == Cause(OTHER, "It follows from what happened before.")
    cause = side_by_side(visited(0.12), visited(0.01), here, there)
    assert cause.mechanism == "employer contact"
    assert cause.text == (
        "Whether the specialist goes to see an employer for this person: in A the chance was 12 in "
        "100, in B 1 in 100; the lot drawn was 3 in both, so it happened in A only. What made the "
        "difference: the specialist's time for visits to employers (0.12 rather than 0.01 visits a "
        "week for each person in search)."
    )
    here, there = (replace(one, lots=False) for one in (here, there))
    assert side_by_side(visited(0.12), visited(0.01), here, there).text.startswith(
        "In A, the specialist goes to see an employer for this person; in B, not. What made"
    )


ALIKE = re.compile(r"\(([^()]+) (?:against|rather than) \1\)")


def test_differences_that_read_the_same_are_left_out():
    for person in SOME_PEOPLE:
        story = shipped_story(person)
        assert not ALIKE.search(" ".join(as_text(story).split()))
        assert story.trace is not None
        named = {name for name, _, _ in story.trace.fields}
        assert "service" in named and len(named) > 5


def test_where_only_rounded_values_differ_the_fields_are_named_without():
    small = Trace(5, (("interest", 0.7401, 0.7399), ("cut_memory", 0.2001, 0.2002)))
    assert parting_in_words(small) == (
        "The first difference of all shows in week 5: interest in work (by less than rounding "
        "shows) and 1 other field."
    )
    mixed = Trace(5, (("interest", 0.7401, 0.7399), ("symptoms", 0.2, 0.4)))
    assert parting_in_words(mixed) == (
        "The first difference of all shows in week 5: symptoms (20 of 100 against 40 of 100)."
    )


def test_people_who_differ_are_not_called_the_same():
    older = titled("Older", people={"age_mean_years": 60.0})
    story = tell_story(IPS, older, person=4)
    assert story.trace is not None
    assert story.trace.week == 0
    assert story.notes[0].startswith("The two worlds hold different people")
    assert "years old" in story.notes[0]


def test_lives_of_different_length():
    story = tell_story(IPS, titled("Longer", design={"weeks": 52}), person=1)
    assert "The lives are followed for 40 and 52 weeks." in story.notes
    assert story.rows[-1].last == 52
    assert story.moments == []


def test_who_enters_in_another_week_draws_other_lots():
    late = titled("Late", design={"entry_weeks": 40})
    story = tell_story(IPS, late, person=20)
    assert (
        "The person enters in week 1 of IPS and in week 21 of Late, so luck is not the same."
        in story.notes
    )


def test_as_json_is_json_and_says_what_decided():
    story = tell_story(IPS, person=3, seed=9)
    read = json.loads(json.dumps(as_json(story)))
    assert (read["person"], read["seed"]) == (3, 9)
    (world,) = read["worlds"]
    assert len(world["weeks"]) == len(story.worlds[0].life.weeks)
    for week in world["weeks"]:
        for decision in week["decisions"]:
            assert decision["happened"] == (decision["lot"] < decision["chance"])


def test_outline_and_text_name_the_same_answers():
    story = shipped_story(3)
    flat = " ".join(as_text(story).split())
    for world in story.worlds:
        for answer in world.answers:
            assert answer.short in flat
            assert any(answer.short in line for line in outline(story))
    assert max(map(len, as_text(story).splitlines())) <= 100


# A life by hand


NOBODY = builders.seeker(), builders.seeker()


def life_of(weeks, title="IPS", of=IPS):
    return Life(
        of.model_copy(update={"title": title}), site_size(of, 0), 0, builders.seeker(), weeks
    )


def at_work(**changes):
    job = {"work": Work.COMPETITIVE, "employer_row": 2, "jobs_held": 1, "service": Service.SERVED}
    return builders.seeker(**(job | changes))


def told_of(week, *before, of=IPS):
    life_of([*before, week], of=of)
    return [one.text for one in of_week(week) if one.text]


def test_why_a_job_was_lost_and_who_could_have_helped():
    trouble = at_work(
        tenure_weeks=4,
        problem=Problem.ACCOMMODATION,
        problems_met=1,
        discloses=False,
        weeks_worked=4,
    )
    after = builders.seeker(
        service=Service.SERVED, jobs_held=1, problems_met=1, weeks_worked=5, endings_quit=1
    )
    start = at_work(tenure_weeks=1, weeks_worked=1)
    began = Week(1, builders.seeker(service=Service.SERVED), start)
    luck = Luck(solution=0.9, ending=0.1)
    calls = [decided(one, seeker=trouble, luck=luck).call for one in ("solution", "end of the job")]
    lost = Week(2, trouble, after, calls=calls)
    *_, answer = answers(replace(life_of([began, lost]), lots=True))
    assert answer.question == "Why was the job lost in week 2, after 5 weeks?"
    assert answer.short == (
        "The person quit over an unsolved problem: an adjustment needed at the workplace."
    )
    assert answer.points == (
        "Unsolved for 1 week; in the week in which it came nearest to being solved there was "
        "a chance of 50 in 100; the lot drawn, 90, was too high by 40.",
        "An unsolved problem may come to a head in any week; in this one it had a chance of 12 in "
        "100; the lot drawn, 10, was low enough.",
        "Could have helped: an employment specialist; the person had none then.",
        "An employer can only adjust what they know of; the person did not want to tell.",
    )
    assert told_of(lost, began) == [
        "The job ends after 5 weeks: the person quit over an unsolved problem "
        "(an adjustment needed at the workplace)."
    ]


@pytest.mark.parametrize(
    ("name", "ending", "words"),
    [
        ("endings_laid_off", Ending.LAID_OFF, "The employer laid people off."),
        ("endings_temporary", Ending.TEMPORARY, "It was temporary and the term was up."),
    ],
)
def test_endings_that_nobody_could_change(name, ending, words):
    before = at_work(tenure_weeks=7, weeks_worked=7)
    after = builders.seeker(jobs_held=1, weeks_worked=8, **{name: 1})
    first = Week(1, builders.seeker(), at_work(tenure_weeks=1, weeks_worked=1))
    *_, answer = answers(life_of([first, Week(2, before, after)]))
    assert answer.short == words
    assert answer.points == ("Neither the person nor any service could have changed that.",)


def test_a_straight_move_is_told_as_one_and_is_no_loss():
    before = at_work(tenure_weeks=9, weeks_worked=9, problem=Problem.SOMETHING_BETTER)
    after = at_work(
        jobs_held=2,
        endings_quit=1,
        weeks_worked=10,
        employer_row=5,
        job_hours=20.0,
        job_wage_usd=12.5,
        preferences_met=0.8,
    )
    week = Week(2, before, after)
    assert [turn.name for turn in week.turns] == ["job_ended", "job_started"]
    assert told_of(week, Week(1, builders.seeker(), before)) == [
        "Moves straight to a better job: Falcon & Co., 20 hours a week at $12.50 an hour, 4 of 5 "
        "wishes met, found alone."
    ]
    weeks = [Week(1, builders.seeker(), at_work(tenure_weeks=1, weeks_worked=1)), week]
    assert len(answers(life_of(weeks))) == 1


def test_a_job_of_one_week_starts_and_then_ends():
    after = builders.seeker(
        jobs_held=1, weeks_worked=1, endings_temporary=1, service=Service.SERVED
    )
    starts, ends = told_of(Week(1, builders.seeker(service=Service.SERVED), after))
    assert starts.startswith("Starts a competitive job")
    assert ends == "The job ends after 1 week: it was temporary and the term was up."


def test_wishes_that_a_job_does_not_meet_are_named():
    from ips_sim.model.rules.search import start_job
    from ips_sim.story.happenings import unmet_wishes
    from tests.story.test_decisions import noted

    call = noted(
        start_job,
        seeker=builders.seeker(preferred_kind=1, preferred_hours=20.0, travel_limit=0.4),
        employer=builders.employer(kind=1, hours_per_week=35.0, distance=0.5, vacancies=1),
        row=3,
        through_specialist=True,
        levers=builders.levers(),
        place=builders.place(),
        parameters=builders.parameters(hours_near_wish_share=0.25),
        luck=Luck(),
    )
    assert unmet_wishes(call) == ["hours", "distance"]


def week_of(rule, **changes):
    """A week in which a rule was called and nothing else."""
    call = decided(Question(rule, rule, "", ""), **changes).call
    return Week(1, call.at.seeker, call.after, calls=[call])


def visited(visits=0, first_asked_at=3, offer_odds=1.0, **changes):
    """A visit to an employer who has been seen so many times before."""
    luck = {"contact_offer": 0.5, "acceptance": 0.5, "carving": 0.5} | changes.pop("luck", {})
    week = week_of(
        "search_with_specialist",
        seeker=builders.seeker(service=Service.SERVED, specialist_row=0, discloses=True),
        employers=[builders.employer(**({"vacancies": 1} | changes.pop("employer", {})))],
        relationships=[
            builders.relationship(
                visits=visits,
                trust=changes.pop("trust", 0.6 if visits > 1 else 0.0),
                **changes.pop("tie", {}),
            )
        ],
        site=builders.site(employers=1, **changes.pop("site", {})),
        levers=builders.levers(
            visits_before_asking=first_asked_at, preference_weight=changes.pop("preferences", 0.0)
        ),
        parameters=builders.parameters(
            trust_to_be_known=0.5, contact_offer_odds=offer_odds, acceptance_base=0.6, **changes
        ),
        luck=Luck(**luck),
    )
    return told_of(week)


def test_visits_are_told_by_their_kind():
    assert visited() == [
        "The specialist goes to see Acorn & Co. for the first time: it is too early to ask for a "
        "job."
    ]
    assert visited(1) == [
        "The specialist has an appointment at Acorn & Co. to learn about the business: it is too "
        "early to ask for a job."
    ]
    back = "The specialist comes back to Acorn & Co., where they know each other by now"
    assert visited(2, employer={"vacancies": 0}) == [f"{back}: nothing is open there."]
    speaks = f"{back}, and speaks for the person"
    refused = "the employer turns the person down"
    assert visited(2, luck={"contact_offer": 0.9}) == [f"{speaks}: {refused}."]
    assert visited(5, luck={"contact_offer": 0.1}) == [
        f"{speaks}: an offer, and the person takes the job."
    ]
    assert visited(5, luck={"contact_offer": 0.1, "acceptance": 0.9}) == [
        f"{speaks}: an offer, and the person declines it."
    ]
    assert visited(0, first_asked_at=1, luck={"contact_offer": 0.9}) == [
        f"The specialist goes to see Acorn & Co. for the first time and asks at once: {refused}."
    ]


def test_an_opening_that_is_not_asked_for_is_no_lack_of_openings():
    back = "The specialist comes back to Acorn & Co., where they know each other by now:"
    lately = {"site": {"week": 9}, "tie": {"last_asked_week": 7}, "weeks_between_asks": 4}
    assert visited(2, **lately) == [f"{back} the employer was asked only weeks ago."]
    odd = {"preferences": 1.0, "wishes_worth_asking_share": 1.1}
    assert visited(2, **odd) == [
        f"{back} something is open, but it meets too few of this person's wishes to ask for it."
    ]
    assert "speaks for the person" in visited(2, wishes_worth_asking_share=1.1)[0]


def test_openings_told_of_and_made_are_told_as_such():
    hidden = {"vacancies": 0, "hidden_vacancies": 1, "reticence": 0.4}
    (told,) = visited(3, employer=hidden, trust=0.5, luck={"contact_offer": 0.9})
    assert "the employer told of an opening that is not advertised; the employer turns" in told
    nothing = {"vacancies": 0, "hidden_vacancies": 0}
    (made,) = visited(3, employer=nothing, trust=0.5, carving_per_visit=0.5, luck={"carving": 0.2})
    assert "makes a job for this person, or gives a trial day;" in made


def alone(**changes):
    employers = [builders.employer(**changes.pop("employer", {}))]
    looking = {"own_search": 0.1, "own_offer": 0.9, "lead": 0.1} | changes.pop("luck", {})
    return week_of(
        "search_alone",
        seeker=builders.seeker(interest=1.0),
        employers=employers,
        site=builders.site(employers=1),
        parameters=builders.parameters(own_search_odds=1.0, own_offer_odds=1.0, **changes),
        luck=Luck(**looking),
    )


def test_nothing_open_is_no_refusal():
    assert told_of(alone()) == ["Looks for work alone, and finds nothing open."]
    assert told_of(alone(luck={"own_search": 0.9})) == []
    refused = alone(employer={"vacancies": 1})
    assert told_of(refused) == ["Applies alone to Acorn & Co.: the employer turns the person down."]
    (told,) = told_of(alone(employer={"hidden_vacancies": 1}, network_leads_share=0.3))
    assert told.endswith(
        "Acorn & Co.: a friend knew of the opening; the employer turns the person down."
    )
    assert summed([*alone().tries, *refused.tries, *refused.tries], why=True) == [
        "2 own applications: 2 turned down, the nearest with a chance of 50 in 100; the lot drawn, "
        "90, was too high by 40",
        "nothing open to apply for in 1 week of looking",
    ]


def test_what_has_come_before_in_this_way_is_summed_up():
    weeks = [replace(alone(employer={"vacancies": 1}), number=number) for number in (1, 2, 3)]
    told = happenings(life_of(weeks))
    assert [one.is_minor for one in told] == [False, True, True]


def test_a_warning_and_what_was_done():
    trouble = at_work(problem=Problem.TASK, tier=Tier.TROUBLE, hours_received=2.0, warnings=0)
    week = week_of("warn", seeker=trouble)
    assert told_of(week) == [
        "A warning: the employer would dismiss the person over the problem that is not solved "
        "(learning the task). The specialist gives 2.0 hours of help."
    ]
    (alone_with_it,) = told_of(week_of("warn", seeker=replace(trouble, tier=Tier.NONE)))
    assert alone_with_it.endswith("No specialist is there to help.")
    solved = Week(
        2, replace(trouble, warned=True), replace(trouble, problem=Problem.NONE, problems_solved=1)
    )
    assert told_of(solved, week) == [
        "The problem is solved (learning the task), and the warning is lifted."
    ]


def reviewed(levers=None, luck=0.5, **changes):
    seeker = builders.seeker(**({"service": Service.SERVED, "interest": 0.2} | changes))
    week = week_of(
        "place_is_closed",
        seeker=seeker,
        levers=builders.levers(**(levers or {})),
        parameters=builders.parameters(
            interest_that_is_a_work_goal=0.4,
            agreed_closing_per_review=0.5,
            spared_after_loss_weeks=26,
        ),
        luck=Luck(agreed_closing=luck),
    )
    if week.calls[0].result:
        week.after = replace(week.after, service=Service.CLOSED)
    return week


def test_why_a_place_was_kept_or_given_up():
    kept = "A review: the place is kept; "
    assert told_of(reviewed(weeks_to_review=2)) == []
    assert told_of(reviewed(interest=0.5)) == [f"{kept}the person wants to work."]
    assert told_of(reviewed(luck=0.9)) == [
        f"{kept}person and specialist agree to go on (interest in work 20 of 100)."
    ]
    assert told_of(reviewed(weeks_since_loss=3)) == [
        f"{kept}nobody is asked to give up so soon after losing a job."
    ]
    for nothing_asked in ({"service": Service.PREPARING}, {"work": Work.COMPETITIVE}):
        assert told_of(reviewed(**nothing_asked)) == []
    agreed = reviewed(luck=0.1)
    assert told_of(agreed) == [
        "A review: the place is given up by agreement; interest in work is 20 of 100."
    ]
    reviews = life_of([reviewed(luck=0.9), replace(agreed, number=2)])
    *_, answer = answers(replace(reviews, lots=True))
    assert answer.question == "Why was the place given up in week 2?"
    assert answer.points == (
        "1 review before this kept the place.",
        "At this one it had a chance of 25 in 100; the lot drawn, 10, was low enough.",
        "Interest in work stayed at 20 of 100.",
    )
    (by_rule,) = told_of(
        reviewed({"close_after_weeks_without_work": 20}, interest=0.9, jobless_weeks=20),
        of=titled("Strict", programme={"close_after_weeks_without_work": 20}),
    )
    assert "given up by the programme's rule, after 20 weeks without a job" in by_rule


def test_what_follows_a_loss():
    lost = at_work(preferred_hours=30.0, preferred_kind=1)
    learned = week_of(
        "learn_from_job",
        seeker=lost,
        kind=2,
        hours=20.0,
        liked=True,
        parameters=builders.parameters(learning_from_jobs=0.5),
    )
    assert told_of(learned) == [
        "The job changed what the person looks for: about 25 hours a week rather than 30 and the "
        "kind of work of this job, which was liked."
    ]
    searching = builders.seeker(service=Service.SERVED)
    seen = replace(searching, tier=Tier.LOST_JOB, hours_received=1.5)
    assert told_of(Week(1, searching, seen)) == [
        "The specialist sees the person within days of the loss: 1.5 hours of help this week."
    ]
    assert told_of(Week(2, seen, seen), Week(1, searching, seen)) == []


def test_hours_kept_under_a_limit_and_a_benefit_that_ends():
    week = week_of(
        "start_job",
        seeker=builders.seeker(benefit=Benefit.CLIFF, benefit_fear=1.0, preferred_hours=30.0),
        employer=builders.employer(hours_per_week=30.0, wage_usd=10.0, vacancies=1),
        through_specialist=False,
        place=builders.place(trial_work_usd_per_month=800.0, cliff_benefit_usd_per_month=1000.0),
        parameters=builders.parameters(weeks_per_month=4.0),
    )
    assert week.after.job_hours == 20.0
    (told,) = told_of(week)
    assert "kitchen work, 20 hours a week at $10.00 an hour" in told
    assert told.endswith("; hours kept under a limit of the benefit (30 without one).")
    ended = week_of("leave_benefits", seeker=at_work(months_without_benefit=4))
    assert told_of(ended) == [
        "The benefit ends for good: for 4 months in a row earnings left nothing of it."
    ]


def test_illness_and_interest_are_told():
    ill = builders.seeker(in_relapse=True, symptoms=0.4, interest=0.3)
    worst = replace(ill, symptoms=0.8, hospital_weeks_left=1)
    weeks = [
        Week(1, builders.seeker(interest=0.6), replace(ill, hospital_weeks_left=2)),
        Week(2, replace(ill, hospital_weeks_left=2), worst),
        Week(3, worst, builders.seeker(interest=0.3, symptoms=0.7)),
    ]
    (answer,) = answers(life_of(weeks))
    assert "Interest in work fell from 60 to 30 of 100." in answer.points
    assert "1 relapse, 2 weeks in relapse, 2 weeks in hospital." in answer.points
    texts = [one.text for one in happenings(life_of(weeks))]
    assert texts == [
        "A relapse begins, with symptoms at 40 of 100.",
        "Comes home from hospital.",
        "The relapse is over after 2 weeks; symptoms, at their height 80 of 100, are at 70.",
    ]
    highest = Week(3, worst, builders.seeker(symptoms=0.9))
    assert told_of(highest, *weeks[:2])[-1] == (
        "The relapse is over after 2 weeks; symptoms are at 90 of 100, their height."
    )


def outreach_in_words(weeks, lots):
    return said(SAID["parts"]["outreach"], counts=Tally(weeks), lots=lots)


def stopped(**changes):
    seeker = builders.seeker(service=Service.DISENGAGED, interest=0.5)
    coming = builders.parameters(coming_back_per_week=0.4)
    levers = builders.levers(**changes)
    back = decided("return", seeker=seeker, levers=levers, parameters=coming)
    return Week(1, seeker, seeker, Service.DISENGAGED, calls=[back.call])


def test_outreach_is_told_and_its_absence_too():
    sought = [stopped(outreach_share=1.0)] * 2
    assert outreach_in_words(sought, lots=True) == (
        "the team sought the person out in 2 weeks, with a chance of 36 in 100 in all of bringing "
        "them back"
    )
    assert outreach_in_words([stopped()], lots=True) == (
        "nobody sought the person out: the programme has no outreach"
    )
    assert outreach_in_words([Week(1, *NOBODY)], lots=True) == ""
    (answer,) = answers(life_of(sought))
    assert sentence(outreach_in_words(sought, lots=False)) in answer.points


def test_a_limit_that_is_reached_is_no_handing_over():
    def ends(**levers):
        working = at_work(tenure_weeks=13)
        over = decided("end of support", seeker=working, levers=builders.levers(**levers))
        after = replace(working, service=Service.TRANSFERRED)
        return told_of(Week(1, working, after, calls=[over.call]))

    assert ends(support_limit_weeks=13) == [
        "After 13 weeks in the job the time limit of the programme's support is reached."
    ]
    assert ends(transfer_after_weeks_worked=10) == [
        "After 13 weeks of steady work the treatment team takes over the support."
    ]


def test_who_takes_over_when_a_specialist_leaves():
    def week(number, vacant, left=False):
        post = builders.specialist(vacant_weeks_left=vacant)
        return Week(number, *NOBODY, specialist=post, specialist_left=left)

    weeks = [week(1, 0), week(2, 2, left=True), week(3, 1), week(4, 0), week(5, 0)]
    empty = titled("Empty", staff={"post_vacant_weeks": 2})
    assert [told_of(one, *weeks[:at], of=empty) for at, one in enumerate(weeks)] == [
        [],
        [
            "The employment specialist leaves, and of the ties to employers only what stands in "
            "the team's log stays; the post stays empty for 2 weeks."
        ],
        [],
        ["A new employment specialist takes over, with what stands in the team's log."],
        [],
    ]


def test_who_waits_joins_the_list_and_who_does_not_does_not():
    for person in SOME_PEOPLE:
        story = shipped_story(person)
        for world in story.worlds:
            first = world.life.weeks[0]
            text = " ".join(one.text for one in world.happened if one.week == 1)
            waits = first.after.service == Service.WAITING or first.service == Service.WAITING
            assert ("joins the waiting list" in text) == waits
            assert ("at once" in text) == (first.called("admit") is not None)


def test_a_missing_benefits_plan_is_explained():
    without = titled("Without", "ips", ["benefits_planning"])
    person = next(
        person
        for person in range(40)
        if (life := watch(without, person)).weeks[0].called("admit") and life.start.benefit
    )
    story = tell_story(IPS, without, person=person)
    told = " ".join(one.text for one in story.worlds[1].happened)
    assert "Gets no benefits plan (the programme has no benefits planning)." in told
    points = " ".join(point for answer in story.worlds[1].answers for point in answer.points)
    assert "without a benefits plan: the programme has none" in points


def test_lives_that_meet_again_say_what_lay_between():
    told = 0
    short = {"place": {"temporary_share": 1.0}, "parameters": {"own_offer_odds": 0.1}}
    rich, poor = titled("Rich", **short), titled("Poor", "traditional", **short)
    people = range(1, 40, 8)
    for lives in zip(watched(rich, people), watched(poor, people), strict=True):
        since = 0
        for moment in moments(*lives):
            if moment.parts:
                since = since or moment.week
                continue
            worked = [
                life.weeks[moment.week - 1].after.weeks_worked
                - life.weeks[since - 1].before.weeks_worked
                for life in lives
            ]
            assert ("worked in" in moment.here) == (worked[0] != worked[1])
            for weeks, life in zip(worked, lives, strict=True):
                if worked[0] != worked[1] and weeks > 1:
                    assert f"{weeks} weeks worked in {life.scenario.title}" in moment.here
                    told += 1
            since = 0
    assert told >= 3


def test_only_levers_that_move_what_parted_the_lives_are_named():
    """Somebody with few symptoms is screened out for something else."""
    strict = titled(
        "Strict",
        programme={"screened_out_above_symptoms": 0.99, "screened_out_for_substance_use": True},
    )
    person = next(
        one.row for one in IPSModel(strict).seekers if one.substance_use and one.symptoms < 0.5
    )
    (first, *_) = tell_story(IPS, strict, person=person).moments
    assert first.levers == (("screened_out_for_substance_use", False, True),)
    assert cause_of(first).mechanism == "screening"


def test_a_story_tells_that_the_service_changes_and_what_that_does_to_the_person():
    changing = {
        "title": "Changing",
        "based_on": "traditional.yaml",
        "design": {"people": 12, "weeks": 24, "entry_weeks": 1},
        "changes": [
            {
                "week": 9,
                "programme": {"preparation_weeks": 0, "offered_unasked": True},
                "referred_anew": True,
                "staff_begin_anew": True,
            },
            {"week": 15, "place": {"unemployment_share": 0.15}},
        ],
    }
    told = {}
    for life in watched(load_scenario(changing), range(12)):
        assert [one.phase for one in life.weeks[7:9]] == [0, 1]
        happened = list(happenings(life))
        for one in happened:
            if one.week == 9 and "service changes" in one.text:
                told[life.number] = one.text, life.weeks[8].after.service
            assert "service changes" not in one.text or one.week == 9
        circumstances = [one for one in happened if one.text.startswith("Circumstances")]
        assert [(one.week, one.text) for one in circumstances] in (
            [(15, "Circumstances change: unemployment (15 % instead of 5 %).")],
            [],  # who is gone by then
        )
    assert len(told) >= 10
    comes = [service for text, service in told.values() if "and comes." in text]
    stays_away = [service for text, service in told.values() if "does not come" in text]
    assert comes and stays_away
    assert set(stays_away) == {Service.NOT_ADMITTED}
    assert Service.NOT_ADMITTED not in comes
    before = "weeks of assessment and training before search (0 instead of"
    assert all(before in text and "no employer knows them" in text for text, _ in told.values())
