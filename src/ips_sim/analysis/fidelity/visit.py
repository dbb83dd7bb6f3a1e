"""A reviewer's visit: half a year of a simulated team in its steady state, and what is seen there.

The visit runs Mesa agents that note what they do and do nothing else: the same weeks as in any run
of the scenario.  Each measure is a quotient of two counts, so that counts of several agencies add
up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ips_sim.evidence.fidelity import visit_settings
from ips_sim.model.agents import Employer, IPSModel, JobSeeker, Specialist
from ips_sim.model.entities import RelationshipFields, SpecialistFields
from ips_sim.model.rules.caseload import is_on_caseload
from ips_sim.model.rules.health import shared_care
from ips_sim.model.rules.search import share_of_preferences_met
from ips_sim.model.rules.staff import supervision
from ips_sim.model.rules.standing import (
    COMPETITIVE,
    DISENGAGED,
    NO_BENEFIT,
    NO_PROBLEM,
    NO_WORK,
    NOT_ADMITTED,
    NOT_YET_REFERRED,
    PREPARING,
    WAITING,
)

if TYPE_CHECKING:
    from ips_sim.model.parameters import Parameters
    from ips_sim.scenario import Scenario

_NEVER_ASKED = RelationshipFields().last_asked_week
_HALF_A_WEEK = 0.5


@dataclass(frozen=True)
class Seen:
    """What was seen on a visit.

    Attributes
    ----------
    tops, bottoms
        The two counts of each measure.
    employed
        Share of people served in a quarter who worked in it, the outcome of such programmes.
    """

    tops: Mapping[str, float]
    bottoms: Mapping[str, float]
    quarters: float
    quarters_in_work: float


class _Notes:
    """The reviewer's notes at one agency."""

    def __init__(self) -> None:
        self.settings = visit_settings()
        self.tops: defaultdict[str, float] = defaultdict(float)
        self.bottoms: defaultdict[str, float] = defaultdict(float)
        self.is_open = False

    def note(self, name: str, top: float, bottom: float = 1.0, *, whenever: bool = False) -> None:
        """Write down, if the half-year has begun or it does not matter when a thing happened."""
        if self.is_open or whenever:
            self.tops[name] += top
            self.bottoms[name] += bottom


class _Seeker(JobSeeker):
    """A job seeker of whom a reviewer takes notes."""

    model: Agency

    def __init__(self, model: IPSModel, row: int, luck: object) -> None:
        super().__init__(model, row, luck)  # type: ignore[arg-type]
        self.admitted_week = -1
        self.is_contacted = False
        self.is_seen_at_start = False
        self.hours_by_week: list[float] = []
        self.is_supported_job = False
        self.lost_week = -1

    def begin_week(self) -> None:
        """Note whether a newcomer with a work goal is turned away."""
        is_new = self.service == NOT_YET_REFERRED
        super().begin_week()
        goal = self.model.parameters.interest_that_is_a_work_goal
        if is_new and self.interest_at_entry > goal:
            turned_away = self.service == NOT_ADMITTED
            self.model.notes.note("interested_with_access", float(not turned_away))

    def take_place(self, specialist: Specialist) -> None:
        """Note when a person first gets a place."""
        super().take_place(specialist)
        if self.admitted_week < 0:
            self.admitted_week = self.model.week

    def live_week(self, row: list[float] | None) -> None:
        """Note what the week brought."""
        model, notes, settings = self.model, self.model.notes, self.model.notes.settings
        was_served = is_on_caseload(self)
        was_in = self.service
        had_job = self.work == COMPETITIVE
        problem = self.problem
        tenure = self.tenure_weeks
        self.hours_by_week.append(0.0)
        super().live_week(row)
        hours = self.hours_by_week[-1]
        came = hours >= settings.visit_hours
        month = int(settings.month_weeks)
        if was_served:
            self._note_first_weeks(came)
        if had_job and self.is_supported_job:
            if problem != NO_PROBLEM:
                notes.note("helped_with_problem", float(came))
                if came:
                    notes.note("hours_with_problem", hours)
            if tenure < month:
                notes.note("weekly_in_first_month", float(came))
            seen = sum(self.hours_by_week[-month:]) >= settings.visit_hours
            if settings.four_months_weeks <= tenure < settings.half_year_weeks:
                notes.note("monthly_after_four_months", float(seen))
            elif settings.nine_months_weeks <= tenure < settings.year_weeks:
                notes.note("monthly_after_a_year", float(seen))
        if self.lost_week >= 0 and was_served:
            within = model.week - self.lost_week <= settings.weeks_after_loss
            if came or not within or self.work == COMPETITIVE:
                if model.week > self.lost_week:
                    notes.note("seen_after_loss", float(came and within))
                self.lost_week = -1
        if had_job and self.work != COMPETITIVE:
            if was_served and self.is_supported_job:
                self.lost_week = model.week
            self.is_supported_job = False
        if was_in == DISENGAGED and self.service == WAITING:
            notes.note("won_back", 1.0, 0.0)
        elif was_in != DISENGAGED and self.service == DISENGAGED:
            notes.note("won_back", 0.0)

    def _note_first_weeks(self, came: bool) -> None:
        """Note whether a newcomer sees the specialist soon."""
        since = self.model.week - self.admitted_week
        if self.is_seen_at_start or since > self.model.notes.settings.month_weeks:
            return
        if came or since == self.model.notes.settings.month_weeks:
            self.is_seen_at_start = True
            self.model.notes.note("seen_at_start", float(came))

    def meet_specialist(self, row: list[float] | None) -> None:
        """Note for what the specialist's hours were, and whether care is shared."""
        is_set_aside = self.service == PREPARING or self.work not in (NO_WORK, COMPETITIVE)
        in_search = self.work == NO_WORK and self.service != PREPARING
        notes = self.model.notes
        super().meet_specialist(row)
        hours = self.hours_received
        self.hours_by_week[-1] = hours
        notes.note("employment_service_hours", 0.0 if is_set_aside else hours, hours)
        notes.note("set_aside", float(is_set_aside))
        notes.note("shared_care", shared_care(self, self.model.levers))
        if in_search and self.hospital_weeks_left == 0:
            notes.note("hours_with_seeker", hours)

    def search_with_specialist(self, row: list[float] | None) -> bool:
        """Note which employer was seen, after how many visits, and with whose wishes in mind."""
        model = self.model
        post = model.specialists[self.specialist_row]
        before = [(tie.visits, tie.last_asked_week) for tie in post.relationships]
        contacted = super().search_with_specialist(row)
        if contacted:
            self._note_contact(post, before)
        return contacted

    def _note_contact(self, post: Specialist, before: list[tuple[int, int]]) -> None:
        model, notes = self.model, self.model.notes
        where = next(
            number
            for number, tie in enumerate(post.relationships)
            if tie.visits != before[number][0]
        )
        tie, asked_before = post.relationships[where], before[where][1]
        wishes = share_of_preferences_met(self, model.employers[where], model.parameters)
        notes.note("contacts_by_wish", float(wishes >= notes.settings.wishes_for_choice))
        notes.note("contacts_without_disclosure", float(not self.discloses))
        notes.note("contacts_per_week", 1.0, 0.0)
        notes.note("contacts_for_people", 1.0, 0.0)
        if asked_before == _NEVER_ASKED and tie.last_asked_week != _NEVER_ASKED:
            # A team that knows all employers around has no first ask in every half-year.
            is_planned = tie.visits > notes.settings.visits_planned
            notes.note("planned_first_asks", float(is_planned), whenever=True)
        if not self.is_contacted:
            self.is_contacted = True
            weeks = max(0, model.week - self.admitted_week) + _HALF_A_WEEK
            notes.note("days_to_first_contact", weeks)

    def start_job(self, employer: Employer, *, through_specialist: bool) -> None:
        """Note a job, if the person has a place on a caseload."""
        super().start_job(employer, through_specialist=through_specialist)
        self.is_supported_job = is_on_caseload(self)
        if self.is_supported_job:
            self.model.note_job(self, through_specialist)


class _Specialist(Specialist):
    """A specialist whose diary a reviewer reads."""

    model: Agency

    def plan_hours(self) -> None:
        """Note how the week's hours are used."""
        super().plan_hours()
        notes, levers = self.model.notes, self.model.levers
        filled = self.full_time_share if self.vacant_weeks_left == 0 else 0.0
        notes.note("caseload", self.caseload, self.full_time_share)
        notes.note("contacts_per_week", self.book_visits, filled)
        notes.note("contacts_for_people", 0.0, filled)
        notes.note("meeting_hours", self.meeting_hours, filled)
        with_people = self.client_hours - self.idle_hours
        notes.note(
            "community_hours",
            max(0.0, with_people) * levers.community_share + self.travel_hours,
            self.paid_hours - self.idle_hours,
        )
        notes.note("employment_service_hours", *_hours_with_employers(self))


def _hours_with_employers(specialist: SpecialistFields) -> tuple[float, float]:
    """Give the hours that go to employers, which are all for employment."""
    hours = specialist.book_hours + specialist.contact_hours_each * specialist.searching
    return hours, hours


class Agency(IPSModel):
    """An agency that is being reviewed."""

    def __init__(
        self, scenario: Scenario, seed: int, parameters: Parameters, replicate: int
    ) -> None:
        self.notes = _Notes()
        super().__init__(
            scenario,
            seed=seed,
            parameters=parameters,
            replicate=replicate,
            job_seeker=_Seeker,
            specialist=_Specialist,
        )

    def note_job(self, seeker: JobSeeker, through_specialist: bool) -> None:
        """Note a job that was started by somebody on a caseload."""
        notes = self.notes
        notes.note("found_by_specialist", float(through_specialist))
        if seeker.benefit != NO_BENEFIT:
            notes.note("starts_with_plan", float(seeker.has_benefits_plan))

    def step(self) -> None:
        """Live one week, and note who is there at its end."""
        self.notes.is_open = self.week >= self.calendar.warm_up_weeks
        super().step()
        served = [seeker for seeker in self.seekers if is_on_caseload(seeker)]
        searching = [one for one in served if one.work == NO_WORK and one.service != PREPARING]
        self.notes.note("seekers", len(searching))

    def _job_type(self, employer: Employer) -> tuple[int, bool, bool, int]:
        """Tell what type of job an employer has."""
        hours = int(employer.hours_per_week // self.notes.settings.hours_in_a_type)
        return employer.kind, employer.is_days, employer.with_people, hours

    def look_around(self) -> Seen:
        """Note what the last day shows, and hand in the notes."""
        notes, levers = self.notes, self.levers
        notes.is_open = True
        served = [seeker for seeker in self.seekers if is_on_caseload(seeker)]
        employed = [one for one in served if one.work == COMPETITIVE]
        set_aside = sum(one.work not in (NO_WORK, COMPETITIVE) for one in served)
        employers = {one.employer_row for one in employed}
        types = {self._job_type(self.employers[row]) for row in employers}
        permanent = sum(one.fixed_weeks_left < 0 for one in employed)
        notes.note("jobs_at_end", len(employed))
        notes.note("different_employers", len(employers), len(employed))
        notes.note("different_job_types", len(types), len(employed))
        notes.note("permanent_competitive", permanent, len(employed) + set_aside)
        notes.note("supervised", supervision(len(self.specialists), levers))
        notes.note("specialists", sum(one.full_time_share for one in self.specialists))
        return Seen(
            dict(notes.tops),
            dict(notes.bottoms),
            float(sum(one.quarters_on_caseload for one in self.seekers)),
            float(sum(one.quarters_on_caseload_in_work for one in self.seekers)),
        )


def visit(scenario: Scenario, parameters: Parameters, seed: int, replicate: int) -> Seen:
    """Visit one agency of a scenario, and say what was seen.

    Parameters
    ----------
    scenario
        An open programme; its counted weeks are the half-year.
    parameters
        One realisation of the uncertain parameters.
    """
    agency = Agency(scenario, seed, parameters, replicate)
    agency.run()
    return agency.look_around()
