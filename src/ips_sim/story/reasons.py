"""Why a person got no job, or so late, or lost it: answered from what happened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ips_sim.model.entities import Benefit, Ending, Problem, Service, Work
from ips_sim.model.rules.caseload import is_on_caseload
from ips_sim.shown.english import count_or_no, counted, listed, sentence
from ips_sim.story import decisions as asked
from ips_sim.story.decisions import Decision
from ips_sim.story.happenings import (
    closed,
    closed_by_agreement,
    summed,
    why_turned_away,
)
from ips_sim.story.watching import ALONE, DECLINED, JOB, Life, Week
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


def _answer(question: str, short: str, points: Iterable[str] = ()) -> Answer:
    return Answer(question, sentence(short), tuple(map(sentence, points)))


class Tally:
    """What stood between a person and a job over some weeks, counted.

    Attributes
    ----------
    tries, applications, visits
        Every try for a job; those made alone to an employer, and those through a specialist.
    preparing, set_aside
        Weeks spent in them, the last one too, at whose end the person moves on.
    in_search
        Weeks of search with a specialist and no other.
    no_visit
        Weeks of search with a specialist in which no employer was visited for this person.
    """

    def __init__(self, weeks: Sequence[Week]) -> None:
        def count(holds: Callable[[Week], bool]) -> int:
            return sum(map(holds, weeks))

        self.weeks = len(weeks)
        self.tries = [one for week in weeks for one in week.tries]
        self.applications = [one for one in self.tries if one.kind == ALONE and one.employer]
        self.visits = [one for one in self.tries if one.through_specialist]
        self.not_admitted = count(lambda week: week.after.service == Service.NOT_ADMITTED)
        self.waiting = count(lambda week: week.after.service == Service.WAITING)
        self.away = count(lambda week: week.after.service in (Service.DISENGAGED, Service.CLOSED))
        self.hospital = count(lambda week: week.after.hospital_weeks_left > 0)
        self.relapse = count(lambda week: week.after.in_relapse)
        self.preparing = count(lambda week: is_on_caseload(week.after) and week.is_preparation)
        self.set_aside = count(lambda week: is_on_caseload(week.after) and week.is_set_aside)
        search = [
            (week, contact)
            for week in weeks
            if (contact := week.decision(asked.CONTACT)) is not None
            and not (week.is_preparation or week.is_set_aside)
        ]
        self.in_search = len(search)
        self.no_visit = sum(not contact.happened for _, contact in search)
        self.no_specialist = sum(
            week.specialist is not None and week.specialist.vacant_weeks_left > 0
            for week, _ in search
        )

    @property
    def chance_of_an_offer(self) -> float:
        """The chance that all tries together had of at least one offer."""
        return _at_least_once(one.chance for one in self.tries)

    @property
    def spent(self) -> list[tuple[int, str]]:
        """Where the weeks went that were no search with a specialist."""
        return [
            (weeks, what)
            for weeks, what in (
                (self.not_admitted, "without a programme"),
                (self.waiting, "on the waiting list"),
                (self.preparing, "in assessment and prevocational training, before search"),
                (self.set_aside, "in sheltered or transitional work"),
                (self.away, "after leaving the programme"),
                (self.hospital, "in hospital"),
            )
            if weeks
        ]


def _at_least_once(chances: Iterable[float]) -> float:
    never = 1.0
    for chance in chances:
        never *= 1.0 - chance
    return 1.0 - never


def answers(life: Life) -> list[Answer]:
    """Answer why there was no job, or why so late, and why jobs and places were lost."""
    if not life.weeks:
        return []
    found = []
    first = next((at for at, week in enumerate(life.weeks) if week.took("job_started")), None)
    if life.start.work != Work.COMPETITIVE:
        if first is None:
            found.append(_no_job(life))
        else:
            found.append(_when(life, life.weeks[: first + 1]))
    for at, week in enumerate(life.weeks):
        if week.job_over is not None:
            found.append(_lost(life, at))
        if week.called(asked.CLOSING.rule) and week.took("closed"):
            found.append(_given_up(life, week))
    return found


def _no_job(life: Life) -> Answer:
    counts = Tally(life.weeks)
    question = "Why did this person get no competitive job?"
    return _answer(question, _main_reason(life, counts), _points(life, life.weeks, counts))


def _main_reason(life: Life, counts: Tally) -> str:
    """Name what stood in the way most, from the way in to the offers."""
    if life.employers == 0:
        return "there were no employers within reach"
    if life.end.service == Service.GONE and counts.weeks < life.scenario.design.weeks / 2:
        return f"the person left for good after {counted(counts.weeks, 'week')}"
    tried = (
        f"in all {count_or_no(len(counts.applications), 'own application')} and "
        f"{count_or_no(len(counts.visits), 'visit to an employer', 'visits to employers')}"
    )
    if counts.not_admitted == counts.weeks:
        return f"the person was {why_turned_away(life.weeks[0])}; {tried}"
    for weeks, what in counts.spent:
        if weeks > counts.weeks * _MOST_OF_THE_TIME:
            share = "all" if weeks == counts.weeks else f"{weeks} of"
            return f"{share} {counted(counts.weeks, 'week')} were spent {what}; {tried}"
    if declined := sum(one.result == DECLINED for one in counts.tries):
        return f"{tried}; {counted(declined, 'offer')}, and the person declined"
    if not counts.applications and not counts.visits:
        return "no application was made and no employer was visited for this person"
    refusals = sum(one.offer is not None for one in counts.tries)
    if not refusals:
        return f"{tried}: none of them met an opening to ask for"
    times = {1: "once", 2: "twice"}.get(refusals, f"{refusals} times")
    return f"{tried}; there was an opening to ask for {times}, and no offer was made"


def _points(life: Life, weeks: Sequence[Week], counts: Tally) -> list[str]:
    points = [f"intake: {why_turned_away(weeks[0])}"] if counts.not_admitted else []
    whole = counted(counts.weeks, "week")
    points += [f"{spent} of {whole} {what}" for spent, what in counts.spent]
    if outreach := outreach_in_words(weeks):
        points.append(outreach)
    points.append(_labour_market(life, weeks))
    points += summed(counts.tries, why=True)
    if not counts.applications:
        points.append("no own applications")
    if counts.no_visit:
        text = (
            f"in {counts.no_visit} of {counted(counts.in_search, 'week')} in search the specialist "
            "saw no employer for this person"
        )
        if counts.no_specialist:
            text += f"; in {counted(counts.no_specialist, 'week')} of them nobody held the post"
        points.append(text)
    elif not counts.in_search:
        points.append("no week in search with an employment specialist, so no visits to employers")
    if sum(one.chance > 0 for one in counts.tries) > 1:
        chance = in_100(counts.chance_of_an_offer)
        points.append(f"all tries together had {chance} of at least one offer")
    return points + _mind_and_health(weeks, counts)


def outreach_in_words(weeks: Sequence[Week]) -> str:
    """Sum up the weeks in which the team sought out somebody who had stopped coming."""
    found = (week.decision(asked.RETURN) for week in weeks)
    tries = [one for one in found if one is not None]
    if not tries:
        return ""
    if not any(one.at.levers.outreach_share for one in tries):
        return "nobody sought the person out: the programme has no outreach"
    together = in_100(_at_least_once(one.chance for one in tries))
    return (
        f"the team sought the person out in {counted(len(tries), 'week')}, with {together} in all "
        "of bringing them back"
    )


def _labour_market(life: Life, weeks: Sequence[Week]) -> str:
    open_ones = [week.vacancies for week in weeks]
    if life.employers == 0:
        return "there were no employers at the site, so there was nobody to apply to or to visit"
    if not any(open_ones):
        return f"none of the {life.employers} employers advertised a vacancy in all this time"
    return (
        f"vacancies: {sum(open_ones) / len(weeks):.1f} advertised in an average week, at "
        f"{life.employers} employers; at least one in {sum(map(bool, open_ones))} of "
        f"{counted(len(weeks), 'week')}"
    )


def _mind_and_health(weeks: Sequence[Week], counts: Tally) -> list[str]:
    start, end = weeks[0].before, weeks[-1].after
    points = [faded(start.interest, end.interest)]
    if start.benefit != Benefit.NONE:
        fear = faded(start.benefit_fear, end.benefit_fear, "fear of losing benefits")
        points.append(f"{fear}, {_plan_in_words(weeks)}")
    relapses = sum(week.took("relapse") for week in weeks)
    if relapses or counts.hospital or counts.relapse:
        points.append(
            f"{count_or_no(relapses, 'relapse')}, {count_or_no(counts.relapse, 'week')} of it, "
            f"{count_or_no(counts.hospital, 'week')} in hospital"
        )
    else:
        points.append("no relapse")
    return points


def _plan_in_words(weeks: Sequence[Week]) -> str:
    if weeks[-1].after.has_benefits_plan:
        return "with a benefits plan"
    decisions = [one for week in weeks if (one := week.decision(asked.PLAN))]
    if not decisions:
        return "without a benefits plan, since there was no place on a caseload"
    if decisions[-1].chance == 0:
        return "without a benefits plan: the programme has none"
    return "without a benefits plan: planning does not reach everybody"


def _when(life: Life, weeks: Sequence[Week]) -> Answer:
    """Say what filled the weeks before the first job, and how it was found."""
    counts = Tally(weeks)
    attempt = next((one for one in weeks[-1].tries if one.result == JOB), None)
    how = "through the specialist" if attempt and attempt.through_specialist else "alone"
    question = f"Why did the first job begin in week {weeks[-1].number} and not sooner?"
    if len(weeks) == 1:
        question = "How did this person get a job at once?"
    spent = list(counts.spent)
    if counts.in_search:
        spent.append((counts.in_search, "in search with a specialist"))
    count = len(counts.applications) + len(counts.visits)
    which = "the first try" if count == 1 else f"try number {count}"
    short = f"the first job was found {how}, at {which}"
    if spent:
        said = listed([f"{number} {what}" for number, what in spent])
        short += f"; of these {counted(counts.weeks, 'week')}, {said}"
    return _answer(question, short, _points(life, weeks, counts))


def _given_up(life: Life, week: Week) -> Answer:
    """Say why a place was given up, at which review and by what chance."""
    weeks = life.weeks[: week.number]
    reviews = [one for one in weeks if one.decision(asked.CLOSING)]
    points = []
    if len(reviews) > 1:
        points.append(f"{counted(len(reviews) - 1, 'review')} before this kept the place")
    if closed_by_agreement(week):
        closing = week.decision(asked.CLOSING)
        assert closing is not None
        points.append(f"at this one it had {lot_against_chance(closing.lot, closing.chance)}")
    points += [faded(weeks[0].before.interest, week.before.interest)]
    if refusals := week.after.refusals:
        points.append(f"{counted(refusals, 'refusal')} so far, each of which costs interest")
    question = f"Why was the place given up in week {week.number}?"
    return _answer(question, closed(week, life), points)


def _lost(life: Life, at: int) -> Answer:
    """Say why a job was lost, and who could have helped."""
    week = life.weeks[at]
    ending = week.job_over
    assert ending is not None
    question = (
        f"Why was the job lost in week {week.number}, after "
        f"{counted(week.weeks_in_job_over, 'week')}?"
    )
    if ending not in (Ending.QUIT, Ending.DISMISSED):
        helped = "neither the person nor any service could have changed that"
        return _answer(question, ENDING[ending], (helped,) if ending else ())
    problem = Problem(week.before.problem)
    trouble: list[Week] = []
    for one in reversed(life.weeks[: at + 1]):
        if one.decision(asked.SOLUTION) is None:
            break
        trouble.insert(0, one)
    short = f"{ENDING[ending]} over an unsolved problem: {PROBLEM[problem]}"
    return _answer(question, short, _about(problem, trouble, week))


def _about(problem: Problem, trouble: Sequence[Week], last: Week) -> list[str]:
    points = []
    if problem == Problem.SOMETHING_BETTER and last.decision(asked.MOVE):
        points.append("a better job was looked for every week, and none was won")
    solutions = [one for week in trouble if (one := week.decision(asked.SOLUTION))]
    if solutions:
        nearest = min(solutions, key=lambda one: one.lot - one.chance)
        points.append(
            f"unsolved for {counted(len(solutions), 'week')}; in the week in which it came "
            f"nearest to being solved there was {lot_against_chance(nearest.lot, nearest.chance)}"
        )
    warned = next((one for one in trouble if one.called("warn")), None)
    if warned is not None:
        weeks = counted(last.number - warned.number, "week")
        points.append(f"a warning came {weeks} before, and the problem was not solved in time")
    ending = last.decision(asked.ENDING)
    if ending is not None:
        points.append(
            "an unsolved problem may come to a head in any week; in this one it had "
            f"{lot_against_chance(ending.lot, ending.chance)}"
        )
    return points + _helpers(problem, solutions, last)


def _helpers(problem: Problem, solutions: Sequence[Decision], last: Week) -> list[str]:
    """Say who could have helped with this problem, and whether they were there."""
    at = solutions[-1].at
    hours = [one.at.seeker.hours_received for one in solutions]
    points = []
    if last.specialist is None:
        points.append("could have helped: an employment specialist; the person had none then")
    elif last.specialist.vacant_weeks_left > 0:
        points.append("could have helped: an employment specialist; nobody held the post then")
    else:
        given, wished = f"{sum(hours) / len(hours):.1f}", f"{at.seeker.hours_needed:.1f}"
        points.append(
            f"could help: the employment specialist, who gave {given} of the {wished} hours a week "
            "that the programme means for this"
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
