"""How a life is said in plain, respectful words: people first, no jargon, no invented names."""

from __future__ import annotations

from collections.abc import Sequence

from ips_sim.model.entities import Benefit, Ending, JobSeekerFields, Problem, Service, Work
from ips_sim.model.rules.search import WISHES
from ips_sim.shown.english import counted, listed

MOST_DECIMALS = 4
"""Digits after the point of so many in 100, at most."""

SERVICE = {
    Service.NOT_YET_REFERRED: "not yet referred",
    Service.WAITING: "on the waiting list",
    Service.PREPARING: "in preparation",
    Service.SERVED: "with an employment specialist",
    Service.NOT_ADMITTED: "not admitted",
    Service.DISENGAGED: "stopped coming",
    Service.CLOSED: "place given up",
    Service.TRANSFERRED: "support from the specialist over",
    Service.GONE: "left for good",
}
"""Where a person stands with the programme."""

WORK = {
    Work.NONE: "no job",
    Work.SHELTERED: "sheltered work",
    Work.TRANSITIONAL: "transitional job",
    Work.COMPETITIVE: "competitive job",
}
"""What kind of job a person has."""

BENEFIT = {
    Benefit.NONE: "no disability benefit",
    Benefit.TAPERED: "a benefit that is reduced as earnings rise (in the US: SSI)",
    Benefit.CLIFF: "a benefit that stops above an earnings limit (in the US: SSDI)",
}
"""What kind of disability benefit a person gets."""

PROBLEM = {
    Problem.NONE: "no problem",
    Problem.GETTING_THERE: "getting to work and being on time",
    Problem.TASK: "learning the task",
    Problem.PEOPLE: "getting on with people at work",
    Problem.SYMPTOMS: "symptoms and medication",
    Problem.BENEFITS: "benefits and reporting earnings",
    Problem.ACCOMMODATION: "an adjustment needed at the workplace",
    Problem.SOMETHING_BETTER: "wanting a better job",
}
"""What is wrong at work."""

ENDING = {
    Ending.NONE: "it ended when the person left for good",
    Ending.QUIT: "the person quit",
    Ending.DISMISSED: "the person was dismissed",
    Ending.TEMPORARY: "it was temporary and the term was up",
    Ending.LAID_OFF: "the employer laid people off",
}
"""How a job ended."""

FIELDS = {
    "accommodation": "an adjustment at the workplace",
    "alliance": "the working relationship with the specialist",
    "benefit_fear": "fear of losing benefits",
    "benefits_follow_up_share": "how far the planner follows up on benefits",
    "contact_chance": "the specialist's time for visits to employers",
    "cut_shock": "the shock of a benefit cut",
    "discloses": "willingness to let an employer know of the illness",
    "ease_of_finding": "how easily this person finds work",
    "ease_of_keeping": "how easily this person keeps work",
    "experience_weeks": "the specialist's weeks of experience",
    "has_benefits_plan": "a benefits plan",
    "hidden_vacancies": "vacancies that are not advertised",
    "hospital_weeks_left": "weeks in hospital ahead",
    "hours_received": "hours of the specialist's help that week",
    "interest": "interest in work",
    "openness": "the employer's openness",
    "outreach_share": "how actively people who stay away are sought out",
    "preferences_met": "how far the job meets this person's wishes",
    "relationships": "what the specialist has built with employers",
    "employers": "what employers have to offer that week",
    "row": "which employer it was",
    "searching": "how much search there is on the caseload",
    "service": "where this person stood with the programme",
    "skill": "the specialist's skill",
    "symptoms": "symptoms",
    "team_contact_share": "how far the mental health team works with the specialist",
    "tenure_weeks": "weeks in the job",
    "tier": "what the specialist's time went to",
    "trust": "the employer's trust in the specialist",
    "vacancies": "vacancies at that employer",
    "visits": "earlier visits to that employer",
    "visits_before_asking": "the visit at which the specialist first asks",
    "work": "the kind of job at the time",
    "work_skill": "skill from work and training",
}
"""What fields are called; others are called by their name with spaces."""

OUT_OF_100 = frozenset(
    {"interest", "symptoms", "benefit_fear", "trust", "alliance", "work_skill", "preferences_met"}
)
"""Scores between 0 and 1, which are said on a scale to 100."""

_ENTRIES: dict[str, dict[int, str]] = {
    "service": {int(key): text for key, text in SERVICE.items()},
    "work": {int(key): text for key, text in WORK.items()},
    "tier": {
        0: "nothing",
        1: "trouble at work",
        2: "a new job",
        3: "search",
        4: "keeping in touch",
    },
}


def score(value: float) -> str:
    """A score between 0 and 1 on a scale to 100."""
    return f"{100 * value:.0f}"


def faded(before: float, after: float, of: str = "interest in work") -> str:
    """How a score moved: both ends on the scale to 100."""
    if score(before) == score(after):
        return f"{of} stayed at {score(after)} of 100"
    return (
        f"{of} {'fell' if after < before else 'rose'} from {score(before)} to {score(after)} of 100"
    )


def in_100(chance: float) -> str:
    """A chance as so many in 100; small ones get a decimal, impossible ones no number."""
    percent = 100 * chance
    if percent == 0:
        return "no chance"
    if percent < 0.1:
        return "a chance below 0.1 in 100"
    return f"a chance of {_percent(percent)} in 100"


def lot_against_chance(lot: float, chance: float) -> str:
    """What chance there was and what was drawn, told apart however near they lie.

    >>> lot_against_chance(0.41, 0.32)
    'a chance of 32 in 100; the lot drawn, 41, was too high by 9'
    """
    if chance == 0:
        return "no chance"
    drawn, needed = told_apart([lot, chance])
    if lot < chance:
        return f"a chance of {needed} in 100; the lot drawn, {drawn}, was low enough"
    # From the numbers as they are written, so that a reader can check it.
    decimals = len(drawn.partition(".")[2])
    above = f"{float(drawn) - float(needed):.{decimals}f}"
    return f"a chance of {needed} in 100; the lot drawn, {drawn}, was too high by {above}"


def told_apart(numbers: Sequence[float]) -> list[str]:
    """Shares as so many of 100, with as many decimals as it takes to tell the first from the rest.

    >>> told_apart([0.0032, 0.006, 0.0029])
    ['0.32', '0.60', '0.29']
    """
    for decimals in range(MOST_DECIMALS + 1):
        texts = [f"{100 * number:.{decimals}f}" for number in numbers]
        same = any(
            text == texts[0] and number != numbers[0]
            for text, number in zip(texts[1:], numbers[1:], strict=True)
        )
        vanished = any(
            float(text) == 0 < number for text, number in zip(texts, numbers, strict=True)
        )
        if not same and not vanished:
            break
    return texts


def _percent(percent: float) -> str:
    return f"{percent:.0f}" if percent >= 9.5 else f"{percent:.1f}"


def field_in_words(name: str) -> str:
    """What a field is called."""
    return FIELDS.get(name, name.replace("_", " "))


def value_in_words(name: str, value: object) -> str:
    """A field's value as people say it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in _ENTRIES and isinstance(value, int):
        return _ENTRIES[name].get(int(value), str(value))
    if name == "row":
        return f"employer {value}"
    if isinstance(value, int):
        return f"{int(value):,}"
    if not isinstance(value, float):
        return str(value)
    if name == "contact_chance":
        return f"{value:.2f} visits a week for each person in search"
    if name in OUT_OF_100 or name.endswith("_share"):
        return f"{100 * value:.0f} of 100" if name in OUT_OF_100 else f"{100 * value:.0f} %"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:.2f}".rstrip("0").rstrip(".")


def difference_in_words(name: str, here: object, there: object, than: str = "rather than") -> str:
    """Both values of a field where they differ as people say them; an empty text otherwise.

    >>> difference_in_words("interest", 0.741, 0.3, "against")
    '74 of 100 against 30 of 100'
    >>> difference_in_words("interest", 0.741, 0.739)
    ''
    """
    if here is None:
        return ""
    one, other = value_in_words(name, here), value_in_words(name, there)
    return f"{one} {than} {other}" if one != other else ""


def wishes_met(share: float, unmet: Sequence[str] = ()) -> str:
    """How many of a person's wishes a job meets, and which it does not.

    >>> wishes_met(0.6, ["hours", "distance"])
    '3 of 5 wishes met (not: hours and distance)'
    """
    text = f"{round(share * WISHES)} of {WISHES:.0f} wishes met"
    return f"{text} (not: {listed(unmet)})" if unmet else text


def person_in_a_line(number: int, start: JobSeekerFields) -> str:
    """Who a person is, in a line.

    >>> person_in_a_line(17, JobSeekerFields(age_years=43.2))[:19]
    'Person 17, 43 years'
    """
    return f"Person {number}, {start.age_years:.0f} years"


def person_in_words(start: JobSeekerFields) -> list[str]:
    """Who a person is at the start: history, health, benefits and wishes, as short phrases."""
    if start.work_history_weeks > 0:
        history = (
            f"worked about {counted(round(start.work_history_weeks), 'week')} "
            "in the last five years"
        )
    else:
        history = "no community job in the last five years"
    parts = [history, f"symptoms {score(start.symptoms)} of 100"]
    if start.substance_use:
        parts.append("a substance use disorder")
    if start.legal_history:
        parts.append("a criminal record")
    parts.append(BENEFIT[Benefit(start.benefit)])
    if start.benefit != Benefit.NONE:
        parts.append(f"fear of losing it {score(start.benefit_fear)} of 100")
    parts.append(f"interest in work {score(start.interest)} of 100")
    when = "by day" if start.prefers_days else "in the evening or at night"
    company = "with other people" if start.prefers_people else "without much company"
    parts.append(f"would like about {start.preferred_hours:.0f} hours a week {when}, {company}")
    parts.append(
        "willing to let an employer know of the illness"
        if start.discloses
        else "does not want an employer to know of the illness"
    )
    return parts


def standing(fields: JobSeekerFields) -> str:
    """What a week without events is like, in a few words."""
    if fields.service == Service.GONE:
        return "left for good"
    if fields.hospital_weeks_left > 0:
        return "in hospital"
    if fields.work == Work.COMPETITIVE:
        trouble = ""
        if fields.problem != Problem.NONE:
            trouble = f", with a problem: {PROBLEM[Problem(fields.problem)]}"
        return f"at work, week {fields.tenure_weeks} of this job{trouble}"
    if fields.work != Work.NONE:
        return f"in {'sheltered work' if fields.work == Work.SHELTERED else 'a transitional job'}"
    return {
        Service.WAITING: "on the waiting list",
        Service.PREPARING: "in assessment and prevocational training",
        Service.SERVED: "in search with an employment specialist",
        Service.NOT_ADMITTED: "not in the programme, without a job",
        Service.DISENGAGED: "without a job, has stopped coming to the programme",
        Service.CLOSED: "without a job, the place in the programme given up",
        Service.TRANSFERRED: "without a job, support from the specialist over",
    }.get(Service(fields.service), "not yet referred")
