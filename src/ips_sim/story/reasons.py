"""Why a person got no job, or so late, or lost it: answered from what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ips_sim.model.entities import Benefit, Ending, Problem, Service
from ips_sim.model.rules.caseload import is_on_caseload
from ips_sim.shown.english import count_or_no, counted, listed, sentence
from ips_sim.story import decisions as asked
from ips_sim.story.happenings import job_began, job_over, weeks_in_job_over, why_turned_away
from ips_sim.story.watching import Attempt, Life, Week
from ips_sim.story.words import ENDING, PROBLEM, faded, in_100, lot_against_chance, score

_MOST_OF_THE_TIME = 0.5


@dataclass(frozen=True)
class Answer:
    """A question about a life, answered.

    Attributes
    ----------
    question
        For instance "Why did this person get no competitive job?".
    short
        The answer in a sentence.
    points
        What it rests on, each a sentence or two.
    """

    question: str
    short: str
    points: tuple[str, ...]


@dataclass
class Tally:
    """What stood between a person and a job over some weeks, counted.

    Attributes
    ----------
    attempts
        Every try for a job.
    preparing, set_aside
        Weeks spent in them, the last one too, at whose end the person moves on.
    in_search
        Weeks of search with a specialist and no other.
    no_visit
        Weeks of search with a specialist in which no employer was visited for this person.
    """

    weeks: int = 0
    not_admitted: int = 0
    waiting: int = 0
    preparing: int = 0
    set_aside: int = 0
    in_search: int = 0
    no_visit: int = 0
    no_specialist: int = 0
    away: int = 0
    hospital: int = 0
    relapse: int = 0
    vacancies: int = 0
    weeks_with_vacancies: int = 0
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def applications(self) -> list[Attempt]:
        """Tries alone."""
        return [one for one in self.attempts if not one.through_specialist]

    @property
    def visits(self) -> list[Attempt]:
        """Tries through a specialist."""
        return [one for one in self.attempts if one.through_specialist]

    @property
    def chance_of_an_offer(self) -> float:
        """The chance that all tries together had of at least one offer."""
        none = 1.0
        for attempt in self.attempts:
            none *= 1.0 - attempt.offer.chance
        return 1.0 - none


def tally(weeks: Sequence[Week]) -> Tally:
    """Count what stood between a person and a job."""
    found = Tally(weeks=len(weeks))
    for week in weeks:
        now = week.after
        found.attempts += week.attempts
        found.vacancies += week.vacancies
        found.weeks_with_vacancies += week.vacancies > 0
        found.not_admitted += now.service == Service.NOT_ADMITTED
        found.waiting += now.service == Service.WAITING
        found.preparing += week.is_preparation and is_on_caseload(now)
        found.set_aside += week.is_set_aside and is_on_caseload(now)
        found.away += now.service in (Service.DISENGAGED, Service.CLOSED)
        found.hospital += now.hospital_weeks_left > 0
        found.relapse += now.in_relapse
        contact = week.decision(asked.CONTACT)
        if contact is not None and not (week.is_preparation or week.is_set_aside):
            found.in_search += 1
            found.no_visit += not contact.happened
            specialist = week.specialist
            found.no_specialist += specialist is not None and specialist.vacant_weeks_left > 0
    return found


def answers(life: Life) -> list[Answer]:
    """Answer why there was no job, or why so late, and why each job was lost."""
    if not life.weeks:
        return []
    first = next((at for at, week in enumerate(life.weeks) if job_began(week)), None)
    if first is None:
        return [_no_job(life)]
    found = [_when(life, life.weeks[: first + 1])]
    return found + [
        _lost(life, at) for at, week in enumerate(life.weeks) if job_over(week) is not None
    ]


def _no_job(life: Life) -> Answer:
    counts = tally(life.weeks)
    return Answer(
        "Why did this person get no competitive job?",
        sentence(_main_reason(life, counts)),
        tuple(map(sentence, _points(life, life.weeks, counts))),
    )


def _main_reason(life: Life, counts: Tally) -> str:
    """Name what stood in the way most, from the way in to the offers."""
    if life.employers == 0:
        return "there were no employers within reach"
    if life.end.service == Service.GONE and counts.weeks < life.scenario.design.weeks / 2:
        return f"the person left for good after {counted(counts.weeks, 'week')}"
    tried = _tried(counts)
    entry = life.weeks[0]
    if counts.not_admitted:
        return f"the person was {why_turned_away(entry)}; alone, {tried}"
    for weeks, what in (
        (counts.waiting, "the person was on the waiting list"),
        (counts.preparing, "search had not begun: there was assessment and prevocational training"),
        (counts.set_aside, "the person was in sheltered or transitional work"),
        (counts.away, "the person was no longer in the programme"),
        (counts.hospital, "the person was in hospital"),
    ):
        if weeks > counts.weeks * _MOST_OF_THE_TIME:
            share = "all" if weeks == counts.weeks else f"{weeks} of"
            return f"for {share} {counted(counts.weeks, 'week')} {what}; {tried}"
    if not counts.attempts:
        return "no application was made and no employer was visited for this person"
    if any(one.acceptance is not None for one in counts.attempts):
        declined = sum(one.acceptance is not None for one in counts.attempts)
        return f"there was an offer, and the person declined {_all_of(declined)}"
    reached = [one for one in counts.attempts if one.offer.chance > 0]
    if not reached:
        return f"{tried}: none of them met a vacancy that it could have filled"
    return f"{tried}; there was a vacancy to ask for {_times(len(reached))}, and no offer was made"


def _all_of(count: int) -> str:
    return "it" if count == 1 else f"all {count} of them"


def _tried(counts: Tally) -> str:
    alone = count_or_no(len(counts.applications), "own application")
    visits = count_or_no(len(counts.visits), "employer contact")
    be = "was" if len(counts.applications) <= 1 else "were"
    return f"there {be} {alone} and {visits}"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _points(life: Life, weeks: Sequence[Week], counts: Tally) -> list[str]:
    return [
        *_way_in(life, counts),
        *_labour_market(life, counts),
        *_about_applications(counts),
        *_about_visits(counts),
        *_luck(counts),
        *_mind_and_health(life, weeks, counts),
    ]


def _way_in(life: Life, counts: Tally) -> list[str]:
    points = []
    if counts.not_admitted:
        points.append(f"intake: {why_turned_away(life.weeks[0])}")
    for weeks, what in (
        (counts.waiting, "on the waiting list"),
        (counts.preparing, "in assessment and prevocational training, before search"),
        (counts.set_aside, "in sheltered or transitional work"),
        (counts.away, "after leaving the programme"),
    ):
        if weeks:
            points.append(f"{weeks} of {counted(counts.weeks, 'week')} {what}")
    return points


def _labour_market(life: Life, counts: Tally) -> list[str]:
    if life.employers == 0:
        return ["there were no employers at the site, so there was nobody to apply to or to visit"]
    if counts.vacancies == 0:
        return [f"none of the {life.employers} employers advertised a vacancy in all this time"]
    mean = counts.vacancies / counts.weeks
    return [
        f"vacancies: {mean:.1f} advertised in an average week, at {life.employers} employers; "
        f"at least one in {counts.weeks_with_vacancies} of {counted(counts.weeks, 'week')}"
    ]


def _about_applications(counts: Tally) -> list[str]:
    made = counts.applications
    if not made:
        return ["no own applications"]
    return [f"{counted(len(made), 'own application')}: {_outcomes(made)}"]


def _about_visits(counts: Tally) -> list[str]:
    points = []
    made = counts.visits
    if made:
        points.append(f"{counted(len(made), 'employer contact')} made: {_outcomes(made)}")
    if counts.no_visit:
        text = (
            f"employer contacts not made: in {counts.no_visit} of "
            f"{counted(counts.in_search, 'week')} in search with a specialist"
        )
        if counts.no_specialist:
            text += f"; {counted(counts.no_specialist, 'week')} of them nobody held the post"
        points.append(text)
    elif not counts.in_search:
        points.append("no week in search with an employment specialist, so no employer contacts")
    return points


def _outcomes(attempts: Sequence[Attempt]) -> str:
    """How tries ended: nothing to get, too early, missed and by how much, declined, a job."""
    early = [one for one in attempts if one.acceptance is None and one.too_early_to_ask]
    shut = [
        one
        for one in attempts
        if one.acceptance is None and one.vacancies == 0 and one not in early
    ]
    missed = [
        one for one in attempts if one.acceptance is None and one not in early and one not in shut
    ]
    declined = [one for one in attempts if one.acceptance is not None and not one.brought_job]
    jobs = sum(one.brought_job for one in attempts)
    parts = []
    if shut:
        parts.append(f"{len(shut)} met no vacancy")
    if early:
        first = early[0].offer.at.levers.visits_before_asking
        parts.append(f"{len(early)} came before the visit that asks, number {first}")
    if missed:
        nearest = min((one.offer for one in missed), key=lambda one: one.lot - one.chance)
        said = lot_against_chance(nearest.lot, nearest.chance)
        which = "missed an offer" if len(missed) == 1 else "missed an offer, at the nearest with"
        parts.append(
            f"{len(missed)} {which} ({said})"
            if len(missed) == 1
            else f"{len(missed)} {which} {said}"
        )
    if declined:
        parts.append(f"{len(declined)} brought an offer that the person declined")
    if jobs:
        parts.append("the last brought the job" if jobs == 1 else f"{jobs} brought a job")
    return "; ".join(parts)


def _luck(counts: Tally) -> list[str]:
    if len([one for one in counts.attempts if one.offer.chance > 0]) < 2:
        return []
    chance = counts.chance_of_an_offer
    return [f"all tries together had {in_100(chance)} of at least one offer"]


def _mind_and_health(life: Life, weeks: Sequence[Week], counts: Tally) -> list[str]:
    start, end = weeks[0].before, weeks[-1].after
    points = [faded(start.interest, end.interest)]
    if start.benefit != Benefit.NONE:
        plan = "with a benefits plan" if end.has_benefits_plan else "without a benefits plan"
        fear = faded(start.benefit_fear, end.benefit_fear, "fear of losing benefits")
        points.append(f"{fear}, {plan}")
    relapses = sum(week.after.in_relapse and not week.before.in_relapse for week in weeks)
    if relapses or counts.hospital:
        points.append(
            f"{count_or_no(relapses, 'relapse')}, {count_or_no(counts.relapse, 'week')} of it, "
            f"{count_or_no(counts.hospital, 'week')} in hospital"
        )
    else:
        points.append("no relapse")
    return points


def _when(life: Life, weeks: Sequence[Week]) -> Answer:
    """Say what filled the weeks before the first job, and how it was found."""
    counts = tally(weeks)
    attempt = next((one for one in weeks[-1].attempts if one.brought_job), None)
    how = "alone"
    if attempt is not None and attempt.through_specialist:
        how = "through the specialist"
    if len(weeks) == 1:
        question = "How did this person get a job at once?"
    else:
        question = f"Why did the first job begin in week {weeks[-1].number} and not sooner?"
    spent = [
        f"{one} {what}"
        for one, what in (
            (counts.waiting, "waiting"),
            (counts.preparing, "preparing"),
            (counts.set_aside, "in sheltered or transitional work"),
            (counts.not_admitted, "outside the programme, not admitted"),
            (counts.away, "after leaving the programme"),
            (counts.hospital, "in hospital"),
            (counts.in_search, "in search with a specialist"),
        )
        if one
    ]
    short = f"the first job was found {how}, after {counted(len(counts.attempts), 'try', 'tries')}"
    if spent:
        short += f"; of {counted(counts.weeks, 'week')}: {listed(spent)}"
    return Answer(question, sentence(short), tuple(map(sentence, _points(life, weeks, counts))))


def _lost(life: Life, at: int) -> Answer:
    """Say why a job was lost, and who could have helped."""
    week = life.weeks[at]
    ending = job_over(week)
    assert ending is not None
    lasted = weeks_in_job_over(week)
    question = f"Why was the job lost in week {week.number}, after {counted(lasted, 'week')}?"
    if ending not in (Ending.QUIT, Ending.DISMISSED):
        helped = "Neither the person nor any service could have changed that."
        return Answer(question, sentence(ENDING[ending]), (helped,) if ending else ())
    problem = Problem(week.before.problem)
    trouble: list[Week] = []
    for one in reversed(life.weeks[: at + 1]):
        if one.decision(asked.SOLUTION) is None:
            break
        trouble.insert(0, one)
        if one.before.problems_met < one.after.problems_met:
            break
    short = f"{ENDING[ending]} over an unsolved problem: {PROBLEM[problem]}"
    return Answer(question, sentence(short), tuple(map(sentence, _about(problem, trouble, week))))


def _about(problem: Problem, trouble: Sequence[Week], last: Week) -> list[str]:
    points = []
    if problem == Problem.SOMETHING_BETTER and last.decision(asked.MOVE):
        points.append("a better job was looked for every week, and none was won")
    solutions = [
        decision
        for decision in (week.decision(asked.SOLUTION) for week in trouble)
        if decision is not None
    ]
    if solutions:
        nearest = min(solutions, key=lambda one: one.lot - one.chance)
        points.append(
            f"unsolved for {counted(len(solutions), 'week')}; in the week in which it came "
            f"nearest to being solved there was {lot_against_chance(nearest.lot, nearest.chance)}"
        )
    ending = last.decision(asked.ENDING)
    if ending is not None:
        points.append(
            "an unsolved problem may end a job in any week: "
            f"{lot_against_chance(ending.lot, ending.chance)}"
        )
    return points + _helpers(problem, trouble, last)


def _helpers(problem: Problem, trouble: Sequence[Week], last: Week) -> list[str]:
    """Say who could have helped with this problem, and whether they were there."""
    hours = [week.after.hours_received if week.specialist else 0.0 for week in trouble[:-1]]
    decision = last.decision(asked.SOLUTION)
    assert decision is not None
    at = decision.at
    hours.append(at.seeker.hours_received)
    points = []
    if last.specialist is None:
        points.append("could have helped: an employment specialist; the person had none then")
    elif last.specialist.vacant_weeks_left > 0:
        points.append("could have helped: an employment specialist; nobody held the post then")
    else:
        points.append(
            f"could help: the employment specialist, who gave {sum(hours) / len(hours):.1f} hours "
            f"a week ({at.seeker.hours_needed:.1f} were wanted in the last week)"
        )
    if problem == Problem.SYMPTOMS:
        share = at.levers.team_contact_share
        points.append(
            f"could help: the mental health team, which shared {100 * share:.0f} % of its work "
            "with the specialist"
        )
    elif problem == Problem.BENEFITS:
        points.append(
            "could help: the benefits planner; the person had a plan"
            if at.seeker.has_benefits_plan
            else "could have helped: a benefits planner; the person had no plan"
        )
    elif problem == Problem.ACCOMMODATION:
        points.append(
            f"could help: the employer, whose trust in the specialist was {score(at.trust)} of 100"
            if at.seeker.discloses
            else "an employer can only adjust what they know of; the person did not want to tell"
        )
    return points
