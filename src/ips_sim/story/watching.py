"""Follow one person through a Mesa replay of their site, week by week, without touching anything.

The person followed is an agent that takes notes: before each part of the week it copies what the
model's rule is about to see, then lives on exactly as everybody else does.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from ips_sim.model.agents import IPSModel, JobSeeker
from ips_sim.model.entities import (
    EmployerFields,
    JobSeekerFields,
    Problem,
    RelationshipFields,
    Service,
    SiteFields,
    SpecialistFields,
    Work,
)
from ips_sim.model.luck import Luck, StartLuck
from ips_sim.model.rules.arithmetic import row_of
from ips_sim.model.rules.caseload import is_on_caseload
from ips_sim.model.rules.search import promise
from ips_sim.model.rules.staff import working_skill
from ips_sim.model.world import SiteSize, site_size
from ips_sim.scenario.schema import Scenario
from ips_sim.story import decisions as asked
from ips_sim.story.decisions import Circumstances, Decision, Question, copy_of


@dataclass
class Attempt:
    """One try for a job: an application alone, or a specialist's visit to an employer.

    Attributes
    ----------
    offer
        Whether the employer offered the job.
    acceptance
        Whether the person took it; nothing where there was no offer.
    """

    through_specialist: bool
    employer_row: int
    offer: Decision
    acceptance: Decision | None = None

    @property
    def brought_job(self) -> bool:
        """Whether a job came of it."""
        return self.acceptance is not None and self.acceptance.happened

    @property
    def vacancies(self) -> int:
        """Vacancies, advertised or for a visitor, that this try could have reached."""
        employer = self.offer.at.employer
        assert employer is not None
        hidden = employer.hidden_vacancies if self.through_specialist else 0
        return employer.vacancies + hidden

    @property
    def visit(self) -> int:
        """Which visit of the specialist to this employer it was; 0 for an application alone."""
        relationship = self.offer.at.relationship
        return relationship.visits + 1 if relationship else 0

    @property
    def too_early_to_ask(self) -> bool:
        """Whether the specialist did not yet speak of a job seeker at this visit."""
        return self.through_specialist and not asked.is_spoken_for(self.offer.at)


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
    decisions
        What was decided about the person, by the question's name.
    attempts
        Tries for a job.
    specialist
        The specialist whose caseload the person was on, as the week's hours were planned.
    specialist_left
        Whether the specialist left this week.
    ahead
        People ahead on the waiting list, if the person waits.
    vacancies
        Advertised vacancies at the site, over all employers.
    """

    number: int
    before: JobSeekerFields
    after: JobSeekerFields
    service: int = Service.NOT_YET_REFERRED
    work: int = Work.NONE
    decisions: dict[str, Decision] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    specialist: SpecialistFields | None = None
    specialist_left: bool = False
    ahead: int = 0
    vacancies: int = 0

    @property
    def is_preparation(self) -> bool:
        """Whether the week went into assessment and prevocational training."""
        return self.service == Service.PREPARING

    @property
    def is_set_aside(self) -> bool:
        """Whether the week went into sheltered work or a transitional job."""
        return self.work in (Work.SHELTERED, Work.TRANSITIONAL)

    def decision(self, question: Question) -> Decision | None:
        """The decision on a question, if it came up this week."""
        return self.decisions.get(question.name)


@dataclass(frozen=True)
class Life:
    """A person's whole time in one world.

    Attributes
    ----------
    scenario, size
        The world, and the person's site in it.
    number, row
        The person across sites, and at the site.
    start
        The person's fields in week 0.
    weeks
        Week by week, until the end of follow-up or until the person has left for good.
    """

    scenario: Scenario
    size: SiteSize
    number: int
    row: int
    start: JobSeekerFields
    weeks: list[Week]

    @property
    def end(self) -> JobSeekerFields:
        """The person's fields at the end."""
        return self.weeks[-1].after if self.weeks else self.start

    @property
    def employers(self) -> int:
        """How many employers there are at the site."""
        return self.size.employers


class Followed(JobSeeker):
    """A job seeker whose life is noted down.

    Attributes
    ----------
    notes
        The weeks lived so far.
    """

    def __init__(self, model: IPSModel, row: int, luck: StartLuck) -> None:
        super().__init__(model, row, luck)
        self.notes: list[Week] = []

    @property
    def _now(self) -> Week:
        return self.notes[-1]

    def _note(self, question: Question, at: Circumstances | None = None) -> Decision:
        """Keep what a rule is about to see."""
        decision = Decision(question, at or self._circumstances())
        self._now.decisions[question.name] = decision
        return decision

    def _circumstances(
        self, employer_row: int = -1, *, specialist_asks: bool = False
    ) -> Circumstances:
        model = self.model
        employer = relationship = specialist_now = None
        skill = trust = 0.0
        if employer_row >= 0:
            employer = copy_of(model.employers[employer_row], EmployerFields)
        if is_on_caseload(self):
            specialist = model.specialists[self.specialist_row]
            skill = working_skill(specialist, model.parameters)
            if specialist_asks:
                relationship = copy_of(specialist.relationships[employer_row], RelationshipFields)
            if self.employer_row >= 0:
                trust = specialist.relationships[self.employer_row].trust
            specialist_now = copy_of(specialist, SpecialistFields)
        return Circumstances(
            seeker=copy_of(self, JobSeekerFields),
            site=copy_of(model.site, SiteFields),
            luck=Luck(*self.luck),
            levers=model.levers,
            people=model.people,
            place=model.place,
            parameters=model.parameters,
            specialist=specialist_now,
            employer=employer,
            employer_row=employer_row,
            relationship=relationship,
            skill=skill,
            trust=trust,
        )

    def begin_week(self) -> None:
        """Note the week before, referral and illness; then live on."""
        before = self.notes[-1].after if self.notes else copy_of(self, JobSeekerFields)
        self.notes.append(Week(self.weeks_since_entry + 1, before, before))
        if self.service == Service.NOT_YET_REFERRED:
            self._note(asked.ENROLMENT)
            self._note(asked.SCREENING)
        elif is_on_caseload(self):
            self._now.specialist_left = self.model.specialists[self.specialist_row].just_left
        self._note(asked.RELAPSE)
        self._note(asked.ADMISSION)
        super().begin_week()

    def live_week(self, row: list[float] | None) -> None:
        """Note what the week was like; then live it, and note how it ended."""
        now, model = self._now, self.model
        now.service, now.work = self.service, self.work
        if is_on_caseload(self):
            now.specialist = copy_of(model.specialists[self.specialist_row], SpecialistFields)
        if self.service == Service.WAITING:
            now.ahead = sum(
                other.service == Service.WAITING and other.ticket < self.ticket
                for other in model.seekers
            )
        now.vacancies = sum(employer.vacancies for employer in model.employers)
        super().live_week(row)
        now.after = copy_of(self, JobSeekerFields)

    def search_alone(self) -> None:
        """Note an own application and what comes of it; then search."""
        if self._note(asked.APPLICATION).happened:
            employer = row_of(self.luck.own_employer, self.model.site.employers)
            self._note_attempt(employer, asked.OFFER_ALONE, through_specialist=False)
        super().search_alone()

    def search_with_specialist(self, row: list[float] | None) -> bool:
        """Note a visit to an employer and what comes of it; then let it happen."""
        if self._note(asked.CONTACT).happened:
            self._note_attempt(self._best_employer(), asked.OFFER, through_specialist=True)
        return super().search_with_specialist(row)

    def _note_attempt(
        self, employer_row: int, offer: Question, *, through_specialist: bool
    ) -> None:
        at = self._circumstances(employer_row, specialist_asks=through_specialist)
        attempt = Attempt(through_specialist, employer_row, self._note(offer, at))
        if attempt.offer.happened:
            attempt.acceptance = self._note(asked.ACCEPTANCE, at)
        self._now.attempts.append(attempt)

    def _best_employer(self) -> int:
        """The employer whom the specialist will visit: the most promising of three."""
        model = self.model
        relationships = model.specialists[self.specialist_row].relationships
        luck = self.luck
        rows = [
            row_of(uniform, model.site.employers)
            for uniform in (luck.contact_first, luck.contact_second, luck.contact_third)
        ]
        return max(
            rows,
            key=lambda row: promise(
                self, model.employers[row], relationships[row], model.levers, model.parameters
            ),
        )

    def live_at_work(self) -> None:
        """Note problems, solutions and endings; then work."""
        at = self._circumstances()
        if not self._note(asked.ENDING_BY_OTHERS, at).happened:
            if self.problem == Problem.NONE:
                self._note(asked.PROBLEM, at)
            else:
                self._note_trouble(at)
        super().live_at_work()

    def _note_trouble(self, at: Circumstances) -> None:
        if self.problem == Problem.SOMETHING_BETTER:
            better = row_of(self.luck.better_employer, self.model.site.employers)
            if self._note(asked.MOVE, self._circumstances(better)).happened:
                return
        if not self._note(asked.SOLUTION, at).happened:
            self._note(asked.ENDING, at)

    def keep_or_leave(self) -> None:
        """Note who might leave or come back; then stay or leave."""
        if is_on_caseload(self) or self.service == Service.WAITING:
            self._note(asked.DROPOUT)
            self._note(asked.CLOSING)
        elif self.service == Service.DISENGAGED and self.work != Work.COMPETITIVE:
            self._note(asked.RETURN)
        super().keep_or_leave()


def site_of(scenario: Scenario, person: int) -> SiteSize | None:
    """Find a person's site by the number across sites; nothing beyond the last person."""
    design = scenario.design
    if not 0 <= person < design.people:
        return None
    share, extra = divmod(design.people, design.sites)
    fuller = extra * (share + 1)
    site = person // (share + 1) if person < fuller else extra + (person - fuller) // share
    return site_size(scenario, site)


def model_with_followed(
    scenario: Scenario, size: SiteSize, row: int, *, seed: int, replicate: int
) -> tuple[IPSModel, Followed]:
    """Build a site in which one person is followed."""

    def job_seeker(model: IPSModel, at: int, luck: StartLuck) -> JobSeeker:
        return (Followed if at == row else JobSeeker)(model, at, luck)

    model = IPSModel(
        scenario,
        seed=seed,
        replicate=replicate,
        site=size.site,
        job_seeker=cast(type[JobSeeker], job_seeker),
    )
    return model, cast(Followed, model.seekers[row])


def watch(scenario: Scenario, person: int, *, seed: int = 1, replicate: int = 0) -> Life:
    """Replay a person's site and note the person's life.

    Parameters
    ----------
    person
        Number across sites, as in ``people.parquet``; it must be in the scenario.
    seed, replicate
        As in the runs to be replayed.
    """
    size = site_of(scenario, person)
    assert size is not None, person
    row = person - size.first_person
    model, followed = model_with_followed(scenario, size, row, seed=seed, replicate=replicate)
    start = copy_of(followed, JobSeekerFields)
    model.run()
    return Life(scenario, size, person, row, start, followed.notes)
