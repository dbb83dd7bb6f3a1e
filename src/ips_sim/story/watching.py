"""Follow one person through a Mesa replay of their site, week by week, without touching anything.

The person followed is an agent that lives on exactly as everybody else does, while notes are taken
of the rules that decide about it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from ips_sim.model.agents import IPSModel, JobSeeker, Specialist
from ips_sim.model.entities import (
    EmployerFields,
    Ending,
    JobSeekerFields,
    Service,
    SpecialistFields,
    Work,
)
from ips_sim.model.luck import StartLuck
from ips_sim.model.rules.caseload import is_on_caseload
from ips_sim.model.turns import Turn, turns_of
from ips_sim.model.world import SiteSize, site_size
from ips_sim.scenario.changes import Phase, phases
from ips_sim.scenario.schema import Levers, Scenario
from ips_sim.story.decisions import QUESTIONS, Decision, decisions_in
from ips_sim.story.noting import Call, Notes, copy_of
from ips_sim.story.words import person_name, specialist_name

ALONE, INTRODUCTION, APPOINTMENT, RETURN = "application", "introduction", "appointment", "return"
"""Kinds of tries for a job: alone, and the kinds of visits that a specialist makes."""
KEPT = "kept"
"""Going back to a job that one is on leave from, for which nobody has to be asked."""
TOO_EARLY, NOTHING_OPEN, ASKED_LATELY, NOT_WISHED = (
    "too early to ask", "nothing open", "asked lately", "not to their liking"
)  # fmt: skip
"""What came of a try at which nobody was asked."""
REFUSED, DECLINED, JOB = "refused", "declined", "job"
"""What came of a try at which an employer was asked."""
_TRIES = ("search_alone", "search_with_specialist")


@dataclass(frozen=True)
class Try:
    """One try for a job: search alone, or a specialist's visit to an employer.

    Attributes
    ----------
    kind, result
        Of those above.
    employer_row, employer
        Whom it was made to, and as it then was; nobody where nothing was open to a person alone.
    visit
        Which visit of the specialist to this employer it was; 0 for a try alone.
    carving, offer, acceptance
        Whether an employer with nothing open made a job or gave a trial day, whether one who was
        asked offered the job, and whether the person took it; each where it came up.
    """

    kind: str
    result: str
    employer_row: int = -1
    employer: EmployerFields | None = None
    visit: int = 0
    carving: Decision | None = None
    offer: Decision | None = None
    acceptance: Decision | None = None

    @property
    def through_specialist(self) -> bool:
        """Whether a specialist made it."""
        return self.kind not in (ALONE, KEPT)

    @property
    def was_asked(self) -> bool:
        """Whether the employer was asked for a job."""
        return self.result in (REFUSED, DECLINED, JOB)

    @property
    def chance(self) -> float:
        """The chance of an offer; a job that is made for the person is one."""
        decided = self.offer or self.carving
        return decided.chance if decided else 0.0

    @property
    def is_carved(self) -> bool:
        """Whether the employer made a job for the person, or gave a trial day."""
        return self.carving is not None and self.carving.happened

    @property
    def is_hidden(self) -> bool:
        """Whether the opening that was asked for was one that is not advertised."""
        return self.offer is not None and not self.offer.at.employer.vacancies


def _try(call: Call) -> Try | None:
    """Read a try off the rule that made it, if it came to one."""
    row, employer, visit, kind = -1, None, 0, ALONE
    found = {one.question.name: one for one in decisions_in([call])}
    whom = QUESTIONS["choice of employer"].rule, QUESTIONS["opening seen"].rule
    for each in call.within():
        if each.name in whom and each.result >= 0:
            row, employer = each.result, each.at.employers[each.result]
        elif each.name == "visit":
            visit = each.at.relationship.visits + 1
            known = any(rule.name == "is_known" and rule.result for rule in each.calls)
            kind = INTRODUCTION if visit == 1 else RETURN if known else APPOINTMENT
    if went := found.get("going back"):
        return Try(KEPT, JOB, went.call.result) if went.happened else None
    if call.name == _TRIES[0] and not found["own search"].happened:
        return None
    offer = found.get("offer through the specialist", found.get("offer to own application"))
    acceptance = found.get("acceptance")
    result = NOTHING_OPEN
    if acceptance is not None:
        result = JOB if acceptance.happened else DECLINED
    elif offer is not None:
        result = REFUSED
    elif (asking := found.get("asking for a job")) and not asking.happened:
        result = TOO_EARLY
    elif any(each.name == "may_be_asked" and not each.result for each in call.calls):
        result = ASKED_LATELY
    elif wished := found.get("opening wished for"):
        # Wishes are looked at only where something is open.
        looked = {each.name for each in wished.call.within()}
        result = NOT_WISHED if "share_of_preferences_met" in looked else NOTHING_OPEN
    return Try(kind, result, row, employer, visit, found.get("job carved"), offer, acceptance)


@dataclass
class Week:
    """A week of a life.

    Attributes
    ----------
    number
        By the person's own clock, from 1.
    before, after
        The person's fields at the end of the week before and of this one.
    service, work
        Where the person stood as the week began to be lived, after referral and admission: what
        the week was spent in, though `after` may stand elsewhere.
    calls
        The rules that decided about the person, in the order of the week.
    specialist
        The specialist whose caseload the person was on, as the week's hours were planned.
    ahead
        People ahead on the waiting list, if the person waits.
    vacancies
        Advertised vacancies at the site, over all employers.
    phase
        Which phase of the scenario holds, from 0.
    post
        The row of that specialist's post; -1 without one.
    life
        The life that it belongs to, which sets it.
    """

    number: int
    before: JobSeekerFields
    after: JobSeekerFields
    service: int = Service.NOT_YET_REFERRED
    work: int = Work.NONE
    calls: list[Call] = field(default_factory=list)
    specialist: SpecialistFields | None = None
    specialist_left: bool = False
    ahead: int = 0
    vacancies: int = 0
    phase: int = 0
    post: int = -1
    life: Life = field(init=False, repr=False, compare=False)

    @property
    def last(self) -> Week | None:
        """The week before, if there was one."""
        return self.life.weeks[self.number - 2] if self.number > 1 else None

    @property
    def holds(self) -> Phase:
        """What the scenario says of this week."""
        return self.life.phases[self.phase]

    @property
    def levers(self) -> Levers:
        """What the programme does."""
        return self.holds.programme

    @property
    def specialist_name(self) -> str:
        """The name of who holds the post of the person's specialist; empty if nobody does."""
        if self.specialist is None or self.post < 0 or self.is_vacant:
            return ""
        return specialist_name(self.post, self.specialist.times_left)

    @property
    def is_preparation(self) -> bool:
        """Whether the week went into assessment and prevocational training."""
        return self.service == Service.PREPARING

    @property
    def is_set_aside(self) -> bool:
        """Whether the week went into sheltered work or a transitional job."""
        return self.work in (Work.SHELTERED, Work.TRANSITIONAL)

    @cached_property
    def decisions(self) -> list[Decision]:
        """What was decided about the person, in the order of the week."""
        return list(decisions_in(self.calls))

    @cached_property
    def tries(self) -> list[Try]:
        """Tries for a job."""
        tries = (_try(call) for call in self.calls if call.name in _TRIES)
        return [one for one in tries if one is not None]

    @cached_property
    def turns(self) -> list[Turn]:
        """The turns that the life took, as everybody's are told."""
        return turns_of(self.before, self.after)

    def decision(self, question: str, *within: str) -> Decision | None:
        """The last decision on a question this week, of all or within calls of some rules."""
        asked, decisions = QUESTIONS[question], self.decisions
        if within:
            decisions = list(decisions_in(call for call in self.calls if call.name in within))
        return next((one for one in reversed(decisions) if one.question == asked), None)

    def did(self, question: str) -> bool:
        """Whether a question came up and the answer was yes."""
        decision = self.decision(question)
        return decision is not None and decision.happened

    def took(self, turn: str) -> bool:
        """Whether the life took a turn this week, by its name."""
        return any(one.name == turn for one in self.turns)

    @property
    def moved(self) -> bool:
        """Whether the person moved from one job straight to another."""
        return self.before.work == Work.COMPETITIVE and self.took("job_started")

    @property
    def job_over(self) -> Ending | None:
        """How a competitive job ended this week, if one did; a move to another is none."""
        endings = [turn.cause for turn in self.turns if turn.name == "job_ended"]
        endings = endings[1:] if self.moved else endings
        return endings[-1] if endings else None

    @property
    def weeks_in_job_over(self) -> int:
        """Weeks worked in a job that ended this week, which was worked too."""
        held = self.before.tenure_weeks if self.before.work == Work.COMPETITIVE else 0
        return held + self.after.weeks_worked - self.before.weeks_worked

    @property
    def lost(self) -> str:
        """Which job ended: the one ``held`` as the week began, or a ``new`` one; empty if none."""
        if self.job_over is None:
            return ""
        return "held" if self.before.work == Work.COMPETITIVE and not self.moved else "new"

    @property
    def in_hospital(self) -> bool:
        """Whether any of the week was spent in hospital."""
        return self.before.hospital_weeks_left > 0 or self.after.hospital_weeks_left > 0

    @property
    def is_vacant(self) -> bool:
        """Whether nobody holds the post of the person's specialist."""
        return self.specialist is not None and self.specialist.vacant_weeks_left > 0

    @property
    def closed_by_agreement(self) -> bool:
        """Whether a place was given up by agreement, and not by a rule of the programme."""
        closing = self.decision("closing")
        if closing is None or not closing.happened:
            return False
        limit = closing.at.levers.close_after_weeks_without_work
        return bool(closing.at.seeker.jobless_weeks < limit)

    @property
    def support_limit_reached(self) -> bool:
        """Whether support ended because its time was over, and not because work was steady."""
        over = self.decision("end of support")
        if over is None or not over.happened:
            return False
        return bool(over.at.seeker.tenure_weeks >= over.at.levers.support_limit_weeks)

    def called(self, rule: str) -> Call | None:
        """The last call of a rule this week, if there was one."""
        return self._last_calls.get(rule)

    @cached_property
    def _last_calls(self) -> dict[str, Call]:
        """The last call of each rule: a story asks for every one of them, week by week."""
        return {each.name: each for call in self.calls for each in call.within()}


@dataclass(frozen=True)
class Life:
    """A person's whole time in one world.

    Attributes
    ----------
    size
        The person's site.
    number
        The person's, across sites.
    start
        The person's fields in week 0.
    weeks
        Week by week, until the end of follow-up or until the person has left for good.
    seed, replicate
        Of the run that the person lives in.
    lots
        Whether the lots drawn and the chances are told too.
    """

    scenario: Scenario
    size: SiteSize
    number: int
    start: JobSeekerFields
    weeks: list[Week]
    seed: int = 1
    replicate: int = 0
    lots: bool = False

    def __post_init__(self) -> None:
        """Take the weeks: of two lives that share them, they belong to the later."""
        for week in self.weeks:
            week.life = self

    @property
    def name(self) -> str:
        """An invented name, the same in every world."""
        return person_name(self.number, self.replicate, self.seed)

    @property
    def first_name(self) -> str:
        """The first of the two names."""
        return self.name.partition(" ")[0]

    @property
    def title(self) -> str:
        """What the world is called."""
        return self.scenario.title

    @property
    def end(self) -> JobSeekerFields:
        """The person's fields at the end."""
        return self.weeks[-1].after if self.weeks else self.start

    @cached_property
    def phases(self) -> tuple[Phase, ...]:
        """What holds in each phase of the scenario."""
        return phases(self.scenario)


class Followed(JobSeeker):
    """A job seeker whose life is noted down, in `weeks`."""

    def __init__(self, model: IPSModel, row: int, luck: StartLuck) -> None:
        super().__init__(model, row, luck)
        self.weeks: list[Week] = []
        self._notes = Notes()

    def meet_change(self) -> None:
        """Note what a change of the service does, for the week that begins with it."""
        with self._notes.taken():
            super().meet_change()

    def begin_week(self) -> None:
        """Note the week before, referral and illness."""
        before = copy_of(self, JobSeekerFields)
        before.weeks_since_entry -= 1  # the model has turned the clock on already
        if self.weeks:
            before = self.weeks[-1].after
        number, phase = self.weeks_since_entry + 1, self.model.site.phase
        now = Week(number, before, before, calls=self._notes.calls, phase=phase)
        self.weeks.append(now)
        if is_on_caseload(self):
            now.specialist_left = self.model.specialists[self.specialist_row].just_left
        with self._notes.taken():
            super().begin_week()

    def take_place(self, specialist: Specialist) -> None:
        """Note the way onto a caseload."""
        with self._notes.taken():
            super().take_place(specialist)

    def live_week(self, row: list[float] | None) -> None:
        """Note what the week was like, and how it ended."""
        now, model = self.weeks[-1], self.model
        now.service, now.work = self.service, self.work
        if is_on_caseload(self):
            now.post = self.specialist_row
            now.specialist = copy_of(model.specialists[self.specialist_row], SpecialistFields)
        if self.service == Service.WAITING:
            now.ahead = sum(
                other.service == Service.WAITING and other.ticket < self.ticket
                for other in model.seekers
            )
        now.vacancies = sum(employer.vacancies for employer in model.employers)
        with self._notes.taken():
            super().live_week(row)
        now.after = copy_of(self, JobSeekerFields)
        self._notes.calls = []


def site_of(scenario: Scenario, person: int) -> SiteSize | None:
    """Find a person's site by the number across sites; nothing beyond the last person."""
    sizes = (site_size(scenario, site) for site in range(scenario.design.sites))
    at = (size for size in sizes if 0 <= person - size.first_person < size.people)
    return next(at, None)


def model_with_followed(
    scenario: Scenario,
    size: SiteSize,
    rows: Collection[int],
    *,
    seed: int,
    replicate: int,
    kind: type[JobSeeker] = JobSeeker,
) -> tuple[IPSModel, list[Followed]]:
    """Build a site in which some people are followed, and everybody is of some kind."""
    followed = type("Followed", (Followed, kind), {})

    def job_seeker(model: IPSModel, row: int, luck: StartLuck) -> JobSeeker:
        return cast(JobSeeker, (followed if row in rows else kind)(model, row, luck))

    model = IPSModel(
        scenario,
        seed=seed,
        replicate=replicate,
        site=size.site,
        job_seeker=cast(type[JobSeeker], job_seeker),
    )
    return model, [cast(Followed, model.seekers[row]) for row in rows]


def watch(
    scenario: Scenario,
    person: int,
    *,
    seed: int = 1,
    replicate: int = 0,
    kind: type[JobSeeker] = JobSeeker,
    lots: bool = False,
) -> Life:
    """Replay a person's site and note the person's life.

    Parameters
    ----------
    person
        Number across sites, as in ``people.parquet``; it must be in the scenario.
    seed, replicate
        As in the runs to be replayed.
    kind
        The class of agents; one of your own is followed as any other.
    lots
        Whether the lots drawn and the chances are to be told too.
    """
    size = site_of(scenario, person)
    assert size is not None, person
    row = person - size.first_person
    model, (followed,) = model_with_followed(
        scenario, size, [row], seed=seed, replicate=replicate, kind=kind
    )
    start = copy_of(followed, JobSeekerFields)
    model.run()
    return Life(scenario, size, person, start, followed.weeks, seed, replicate, lots)
