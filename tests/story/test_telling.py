"""Worked cases: worlds set by hand, and what the story says of them."""

import json
import re
from dataclasses import replace

import pytest

from ips_sim.model.entities import Ending, Problem, Service, Tier, Work
from ips_sim.story import decisions as asked
from ips_sim.story.causes import LEVERS, OTHER, Cause, compared
from ips_sim.story.exchange import as_json
from ips_sim.story.happenings import happenings, of_week
from ips_sim.story.partings import Moment, Trace
from ips_sim.story.reasons import answers, tally
from ips_sim.story.telling import moment_in_words, outline, tell_story
from ips_sim.story.text import as_text
from ips_sim.story.watching import Life, Week, watch
from tests.model import builders
from tests.model.builders import scenario

WEEKS = 40
DESIGN = {"people": 40, "entry_weeks": 1, "weeks": WEEKS}
STEADY = {"turnover_per_year": 0.0}


def titled(title, *arguments, **sections):
    design = DESIGN | sections.pop("design", {})
    staff = STEADY | sections.pop("staff", {})
    made = scenario(*arguments, design=design, staff=staff, **sections)
    return made.model_copy(update={"title": title})


IPS = titled("IPS")


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
    assert all(not week.attempts for week in story.worlds[0].life.weeks)


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
    assert "none of them met a vacancy that it could have filled" in answer.short
    counts = tally(life.weeks)
    assert len(counts.visits) == life.end.employer_contacts > 0
    assert counts.chance_of_an_offer == 0.0


def test_screened_out():
    strict = titled("Strict", programme={"screened_out_above_symptoms": 0.0})
    story = tell_story(IPS, strict, person=5)
    first = story.moments[0]
    assert (first.week, first.parts, cause_of(first).mechanism) == (1, True, "screening")
    assert first.levers == (("screened_out_above_symptoms", 1.0, 0.0),)
    what, why, levers = moment_in_words(first, story.worlds)
    assert "Strict: not in the programme, on their own." in what
    assert "In Strict the person was screened out because of symptoms" in why
    assert levers == "screened out above symptoms 1 against 0 (zero exclusion)"
    strictly = story.worlds[1]
    assert "not admitted, screened out because of symptoms" in strictly.happened[0].text
    jobless = next(person for person in range(40) if watch(strict, person).end.jobs_held == 0)
    assert (
        "screened out because of symptoms" in the_answer(tell_story(strict, person=jobless)).short
    )
    assert tally(strictly.life.weeks).not_admitted == len(strictly.life.weeks)


def test_not_enrolled_is_no_screening():
    none = titled("Nobody", programme={"enrolment_share": 0.0})
    story = tell_story(IPS, none, person=5)
    cause = cause_of(story.moments[0])
    assert cause.mechanism == "enrolment"
    assert "not enrolled" in cause.text


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
    for person in (6, 12, 20):
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
    story = tell_story("ips", "traditional", person=17)
    world = story.worlds[1]
    weeks = world.life.scenario.programme.preparation_weeks
    counts = tally(world.life.weeks)
    assert counts.preparing == weeks
    spent = [week for week in world.life.weeks if week.is_preparation]
    assert [week.number for week in spent] == list(range(1, weeks + 1))
    searched = [week for week in world.life.weeks[weeks:] if week.decision(asked.CONTACT)]
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
    assert tally(story.worlds[0].life.weeks).preparing == 1


def test_every_week_of_set_aside_work_is_told_as_one():
    aside = titled("Placement", programme={"transitional_share": 1.0, "transitional_weeks": 6})
    life = next(
        life
        for life in (watch(aside, person) for person in range(40))
        if life.end.weeks_transitional == aside.programme.transitional_weeks
    )
    assert tally(life.weeks).set_aside == life.end.weeks_transitional


def test_steered_to_sheltered_work():
    aside = titled("Workshop", programme={"sheltered_share": 1.0, "sheltered_weeks": 20})
    story = tell_story(IPS, aside, person=in_the_programme(aside))
    assert cause_of(story.moments[0]).mechanism == "set-aside work"
    assert any("Is steered to sheltered work" in one.text for one in story.worlds[1].happened)


def test_the_same_scenario_twice_never_parts():
    story = tell_story("ips", "ips", person=17)
    assert story.trace is None
    assert story.moments == ()
    assert story.parting == "The two lives never part: every field is the same in every week."
    one, other = story.worlds
    assert (one.name, other.name) == ("IPS (1)", "IPS (2)")
    assert one.happened == other.happened
    assert one.answers == other.answers
    assert all(row.cells[0] == row.cells[1] for row in story.rows)


def test_a_lever_that_never_reaches_the_person():
    free = tell_story(IPS, titled("Other", programme={"return_without_referral": False}), person=2)
    assert free.moments == ()
    assert free.trace is None


def test_every_week_is_told_once():
    story = tell_story("ips", "traditional", person=11)
    weeks = [week for row in story.rows for week in range(row.first, row.last + 1)]
    assert weeks == list(range(1, 79))
    for world_number, world in enumerate(story.worlds):
        shown = {line for row in story.rows for line in row.cells[world_number].lines}
        assert {one.text for one in world.happened if not one.is_minor} <= shown


def test_moments_stand_on_what_differs():
    seen = set()
    for person in range(0, 40, 3):
        story = tell_story("ips", "traditional", person=person)
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
            assert cause.mechanism in LEVERS or cause.mechanism == OTHER
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
        if "no visit" in what and any(one.through_specialist for one in week.attempts):
            return True
        if "no hospital stay" in what and week.after.hospital_weeks_left > 0:
            return True
        if "no benefits plan" in what and week.after.has_benefits_plan:
            return True
    return False


@pytest.mark.parametrize("person", [17, 20])
def test_what_both_lives_have_in_a_week_is_no_difference(person):
    story = tell_story("ips", "traditional", person=person)
    assert not any(other_life_has_it(moment, story) for moment in story.moments)
    for moment in story.moments:
        if moment.cause:
            assert moment.cause.text.count("so it happened") <= 1
            assert moment.cause.text.count("so it did not happen") <= 1


def test_what_comes_out_alike_explains_no_difference():
    from ips_sim.model.luck import Luck

    def visited(contact_chance):
        week = Week(1, builders.seeker(), builders.seeker())
        searching = builders.seeker(service=Service.SERVED, tier=Tier.SEARCH, search_weight=1.0)
        specialist = builders.specialist(contact_chance=contact_chance)
        week.decisions[asked.CONTACT.name] = decision(
            asked.CONTACT, Luck(contact=0.03), seeker=searching, specialist=specialist
        )
        return week

    mine, theirs, never = visited(0.12), visited(0.37), visited(0.01)
    lives = life_of([mine]), life_of([theirs])
    cause = compared(asked.CONTACT, "employer contact", mine, theirs, *lives)
    assert cause == Cause(OTHER, "It follows from what happened before.")
    cause = compared(asked.CONTACT, "employer contact", mine, never, *lives)
    assert cause.mechanism == "employer contact"
    assert "the chance was 12 of 100, so it happened" in cause.text
    assert "it was 1, so it did not happen" in cause.text


ALIKE = re.compile(r"\(([^()]+) (?:against|rather than) \1\)")


def test_differences_that_read_the_same_are_left_out():
    for person in (3, 17, 20):
        story = tell_story("ips", "traditional", person=person)
        assert not ALIKE.search(" ".join(as_text(story).split()))
        assert story.trace is not None
        named = {name for name, _, _ in story.trace.fields}
        assert "service" in named and len(named) > 5


def test_where_only_rounded_values_differ_the_fields_are_named_without():
    story = tell_story("ips", "traditional", person=17)
    small = Trace(5, (("interest", 0.7401, 0.7399), ("stay_weeks", 3, 3)))
    assert replace(story, trace=small).parting == (
        "The first difference of all shows in week 5: interest in work (by less than rounding "
        "shows) and 1 other field."
    )
    mixed = Trace(5, (("interest", 0.7401, 0.7399), ("symptoms", 0.2, 0.4)))
    assert replace(story, trace=mixed).parting == (
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
    assert story.moments == ()


def test_who_enters_in_another_week_draws_other_lots():
    late = titled("Late", design={"entry_weeks": 40})
    story = tell_story(IPS, late, person=20)
    assert (
        "The person enters in week 1 of IPS and in week 21 of Late, so other lots are drawn."
        in story.notes
    )


def test_as_json_is_json_and_says_what_decided():
    story = tell_story("ips", person=3, seed=9)
    read = json.loads(json.dumps(as_json(story)))
    assert (read["person"], read["seed"]) == (3, 9)
    (world,) = read["worlds"]
    assert len(world["weeks"]) == len(story.worlds[0].life.weeks)
    for week in world["weeks"]:
        for decision in week["decisions"]:
            if decision["question"] != asked.ENDING_BY_OTHERS.name:
                assert decision["happened"] == (decision["lot"] < decision["chance"])


def test_outline_and_text_name_the_same_answers():
    story = tell_story("ips", "traditional", person=3)
    flat = " ".join(as_text(story).split())
    for world in story.worlds:
        for answer in world.answers:
            assert answer.short in flat
            assert any(answer.short in line for line in outline(story))
    assert max(map(len, as_text(story).splitlines())) <= 100


# A life by hand


def life_of(weeks):
    return Life(IPS, builders_size(), 0, 0, builders.seeker(), weeks)


def builders_size():
    from ips_sim.model.world import site_size

    return site_size(IPS, 0)


def at_work(**changes):
    job = {"work": Work.COMPETITIVE, "employer_row": 2, "jobs_held": 1, "service": Service.SERVED}
    return builders.seeker(**(job | changes))


def decision(question, chance_field, **parts):
    return asked.Decision(question, circumstances(chance_field, **parts))


def circumstances(luck, **changes):
    from tests.story.test_decisions import circumstances as neutral

    return replace(neutral(**changes), luck=luck)


def test_why_a_job_was_lost_and_who_could_have_helped():
    from ips_sim.model.luck import Luck

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
    lost = Week(2, trouble, after)
    luck = Luck(solution=0.9, ending=0.1)
    lost.decisions = {
        asked.SOLUTION.name: decision(asked.SOLUTION, luck, seeker=trouble),
        asked.ENDING.name: decision(asked.ENDING, luck, seeker=trouble),
    }
    *_, answer = answers(life_of([began, lost]))
    assert answer.question == "Why was the job lost in week 2, after 5 weeks?"
    assert answer.short == (
        "The person quit over an unsolved problem: an adjustment needed at the workplace."
    )
    assert answer.points == (
        "Unsolved for 1 week; in the week in which it came nearest to being solved there was "
        "a chance of 50 in 100, and the lot drawn was 90: missed by 40.",
        "An unsolved problem may end a job in any week: a chance of 12 in 100, and the lot drawn "
        "was 10: below it.",
        "Could have helped: an employment specialist; the person had none then.",
        "An employer can only adjust what they know of; the person did not want to tell.",
    )
    (told,) = of_week(lost, IPS.programme)
    assert told.text == (
        "The job ends after 5 weeks: the person quit over an unsolved problem "
        "(an adjustment needed at the workplace)."
    )


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


def test_illness_and_interest_are_told():
    ill = builders.seeker(in_relapse=True, symptoms=0.8, interest=0.3)
    weeks = [
        Week(1, builders.seeker(interest=0.6), replace(ill, hospital_weeks_left=2)),
        Week(2, replace(ill, hospital_weeks_left=2), replace(ill, hospital_weeks_left=1)),
        Week(3, replace(ill, hospital_weeks_left=1), builders.seeker(interest=0.3, symptoms=0.5)),
    ]
    (answer,) = answers(life_of(weeks))
    assert "Interest in work fell from 60 to 30 of 100." in answer.points
    assert "1 relapse, 2 weeks of it, 2 weeks in hospital." in answer.points
    texts = [one.text for one in happenings(life_of(weeks))]
    assert texts == [
        "A relapse begins; symptoms 80 of 100.",
        "Comes home from hospital.",
        "The relapse is over; symptoms 50 of 100.",
    ]
