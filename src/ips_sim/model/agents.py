"""The same world as Mesa agents: to read, to step, to watch, and to subclass.

Each agent has the fields of :mod:`ips_sim.model.entities` as attributes, and its methods call the
rules on itself.  Override a method to try another behaviour; the compiled driver refuses custom
agent classes by name, because it knows the rules only.

What touches Mesa itself stands in this module alone.
"""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import make_dataclass
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

_start_method = multiprocessing.get_start_method(allow_none=True)
import mesa  # type: ignore[import-untyped]  # noqa: E402 - importing Mesa changes the start method, which is put back below
from mesa.agent import AgentSet  # type: ignore[import-untyped]  # noqa: E402

multiprocessing.set_start_method(_start_method, force=True)

import numpy as np  # noqa: E402

from ips_sim.evidence.draws import posterior_centre  # noqa: E402
from ips_sim.model import arrays  # noqa: E402
from ips_sim.model.entities import (  # noqa: E402
    EmployerFields,
    GivenFields,
    JobSeekerFields,
    RelationshipFields,
    Service,
    SiteFields,
    SpecialistFields,
    Work,
)
from ips_sim.model.luck import (  # noqa: E402
    Luck,
    PlaceLuck,
    PlaceStartLuck,
    SiteLuck,
    StaffLuck,
    StartLuck,
)
from ips_sim.model.philox import Kind, uniforms, uniforms_by_week  # noqa: E402
from ips_sim.model.results import RunResult, Runs  # noqa: E402
from ips_sim.model.rules.beginnings import (  # noqa: E402
    begin_at_work,
    begin_employer,
    begin_relationship,
    begin_seeker,
    begin_site,
)
from ips_sim.model.rules.benefits import look_at_money, settle_month  # noqa: E402
from ips_sim.model.rules.caseload import (  # noqa: E402
    is_on_caseload,
    is_searching,
    receive_hours,
    state_need,
)
from ips_sim.model.rules.counting import (  # noqa: E402
    Weekly,
    add_post,
    begin_posts,
    count_arrival,
    count_contact,
    count_hours,
    count_leaving,
    count_person,
    count_posts,
    count_quarter,
    count_standing,
    count_turnover,
    count_work,
    end_quarter,
    is_observed,
    pay_for_posts,
    turn_calendar,
)
from ips_sim.model.rules.health import live_with_illness  # noqa: E402
from ips_sim.model.rules.interest import keep_interest  # noqa: E402
from ips_sim.model.rules.labour_market import (  # noqa: E402
    openings,
    turn_over_vacancies,
)
from ips_sim.model.rules.leaving import keep_or_leave, meet_change  # noqa: E402
from ips_sim.model.rules.life import live_outside_work  # noqa: E402
from ips_sim.model.rules.preparation import prepare  # noqa: E402
from ips_sim.model.rules.referral import (  # noqa: E402
    admit,
    enter,
    first_in_line,
    freest_post,
)
from ips_sim.model.rules.relationships import (  # noqa: E402
    forget,
    leave_relationship,
    visit_for_the_book,
)
from ips_sim.model.rules.school import live_at_school  # noqa: E402
from ips_sim.model.rules.search import (  # noqa: E402
    is_helped_to_employer,
    leave_made_job,
    start_job,
)
from ips_sim.model.rules.staff import (  # noqa: E402
    assign_post,
    begin_specialist,
    begin_staff_week,
    begin_work_anew,
    lose_specialist,
    plan_hours,
    supervision,
)
from ips_sim.model.rules.standing import (  # noqa: E402
    COMPETITIVE,
    GONE,
    NOT_YET_REFERRED,
)
from ips_sim.model.rules.week import (  # noqa: E402
    live_at_work,
    search_alone,
    search_with_specialist,
)
from ips_sim.model.rules.work import (  # noqa: E402
    work_a_week,
)
from ips_sim.model.world import (  # noqa: E402
    MOST_SPECIALISTS,
    REGION,
    calendar,
    entry_week,
    site_phases,
    site_size,
    visiting_order,
)
from ips_sim.scenario.changes import phases  # noqa: E402

if TYPE_CHECKING:
    from ips_sim.model.parameters import Parameters
    from ips_sim.scenario.schema import Scenario, Section


_WEEKS_AHEAD = 13
"""Weeks for which luck is drawn at once."""


class Employer(EmployerFields, mesa.Agent):  # type: ignore[misc]
    """An employer; `row` is its place in `IPSModel.employers`."""

    model: IPSModel
    luck: PlaceLuck

    def __init__(self, model: IPSModel, row: int, luck: PlaceStartLuck) -> None:
        mesa.Agent.__init__(self, model)
        EmployerFields.__init__(self)
        self.row = row
        begin_employer(self, model.place, model.parameters, luck)

    def turn_over_vacancies(self) -> None:
        """Open vacancies and let others fill some."""
        world = self.model
        turn_over_vacancies(
            self,
            openings(world.site, world.place, world.parameters),
            world.place,
            self.luck,
        )


class Specialist(SpecialistFields, mesa.Agent):  # type: ignore[misc]
    """An employment specialist's post; `row` is its place in `IPSModel.specialists`.

    Attributes
    ----------
    relationships
        One for each employer, in their order.
    """

    model: IPSModel
    luck: StaffLuck

    def __init__(self, model: IPSModel, row: int, full_time_share: float, luck: StaffLuck) -> None:
        mesa.Agent.__init__(self, model)
        SpecialistFields.__init__(self)
        self.row = row
        begin_specialist(self, model.site, model.staff, model.levers, full_time_share, luck)
        self.relationships = [RelationshipFields() for _ in model.employers]
        for employer, relationship in zip(model.employers, self.relationships, strict=True):
            begin_relationship(
                employer,
                relationship,
                employer.row,
                self.row,
                model.site,
                model.levers,
                model.staff,
                model.parameters,
            )

    def begin_week(self) -> None:
        """Start the week; the holder of the post may leave, and the relationships too."""
        world = self.model
        supervised = supervision(world.phase.specialists, world.levers)
        begin_staff_week(
            self, self.row, world.site, world.staff, supervised, world.parameters, self.luck
        )
        if self.just_left:
            for relationship in self.relationships:
                leave_relationship(relationship, world.parameters)

    def plan_hours(self) -> None:
        """Hand the week's hours to employers and the caseload, and call on those for the book."""
        world = self.model
        plan_hours(self, world.levers, world.parameters, self.luck)
        if world.employers:
            for _ in range(self.book_visits):
                visit_for_the_book(
                    world.employers,
                    world.relationships,
                    self.row,
                    world.site,
                    world.parameters,
                    self.luck,
                )

    @property
    def people(self) -> list[JobSeeker]:
        """The people on this caseload now."""
        return [seeker for seeker in self.model.seekers if seeker.specialist is self]


class JobSeeker(JobSeekerFields, mesa.Agent):  # type: ignore[misc]
    """A person who may look for work; `row` is their place in `IPSModel.seekers`."""

    model: IPSModel
    luck: Luck

    def __init__(self, model: IPSModel, row: int, luck: StartLuck) -> None:
        mesa.Agent.__init__(self, model)
        JobSeekerFields.__init__(self)
        self.row = row
        begin_seeker(
            self,
            model.site,
            model.people,
            model.parameters,
            model.scenario.design.work_goal_required,
            model.scenario.design.jobless_at_entry,
            model.given_of(row),
            luck,
        )

    @property
    def specialist(self) -> Specialist | None:
        """The specialist on whose caseload this person is, if any."""
        return self.model.specialists[self.specialist_row] if self.specialist_row >= 0 else None

    @property
    def employer(self) -> Employer | None:
        """The employer of the competitive job, if any."""
        return self.model.employers[self.employer_row] if self.employer_row >= 0 else None

    def meet_change(self) -> None:
        """Meet the change with which a phase begins."""
        model, phase = self.model, self.model.phase
        meet_change(
            self,
            model.site,
            phase.specialists,
            phase.referred_anew,
            model.levers,
            model.parameters,
            self.luck,
        )

    def begin_week(self) -> None:
        """Live with the illness, be referred when the time has come, and state a need."""
        model = self.model
        if self.service == NOT_YET_REFERRED:
            enter(self, model.site, model.levers, model.parameters, self.luck)
        live_with_illness(self, model.people, model.levers, model.parameters, self.luck)
        live_outside_work(self, model.people, model.levers, model.parameters, self.luck)
        if is_on_caseload(self):
            specialist = model.specialists[self.specialist_row]
            if specialist.just_left:
                lose_specialist(self)
            state_need(self, specialist, model.levers, model.parameters)

    def take_place(self, specialist: Specialist) -> None:
        """Get a free place on a specialist's caseload."""
        model = self.model
        admit(self, specialist, specialist.row, model.levers, model.parameters, self.luck)

    def live_week(self, row: list[float] | None) -> None:
        """Live the week, from the specialist's hours to staying or leaving; count it in `row`."""
        model = self.model
        if is_on_caseload(self):
            self.meet_specialist(row)
        if self.wants_school:
            live_at_school(self, model.site, model.place, model.parameters, self.luck)
        contacted = False
        if model.employers and self.work != COMPETITIVE:
            self.search_alone()
            if is_searching(self):
                contacted = self.search_with_specialist(row)
        if self.work == COMPETITIVE:
            work_a_week(self, model.place, model.parameters)
            if row is not None:
                count_work(row, self)
            self.live_at_work()
        if model.site.month_ends:
            settle_month(self, model.levers, model.place, model.parameters, self.luck)
        keep_interest(self, contacted, model.levers, model.parameters)
        was_served, stay_weeks = is_on_caseload(self), self.stay_weeks
        self.keep_or_leave()
        if self.made_job_row >= 0:
            leave_made_job(self, model.employers)
        if was_served and row is not None and not is_on_caseload(self):
            count_leaving(row, stay_weeks)
        count_person(self)
        if model.site.quarter_ends:
            if row is not None:
                count_quarter(row, self)
            end_quarter(self, model.site)

    def meet_specialist(self, row: list[float] | None) -> None:
        """Get the specialist's hours, and what comes before the open labour market."""
        model = self.model
        specialist = model.specialists[self.specialist_row]
        receive_hours(self, specialist, model.parameters)
        if row is not None:
            count_hours(row, self, specialist, model.levers)
        prepare(self, model.levers, model.parameters, self.luck)

    def search_alone(self) -> None:
        """Search without a specialist at one's side."""
        world, luck = self.model, self.luck
        row = search_alone(
            self, world.employers, world.site, world.levers, world.place, world.parameters, luck
        )
        if row >= 0:
            self.start_job(world.employers[row], through_specialist=False)

    def search_with_specialist(self, row: list[float] | None) -> bool:
        """Have the specialist see an employer for this person; say if that happened."""
        world = self.model
        specialist = world.specialists[self.specialist_row]
        if not is_helped_to_employer(self, specialist, self.luck):
            return False
        if row is not None:
            count_contact(row)
        found = search_with_specialist(
            self,
            specialist,
            world.employers,
            world.relationships,
            world.site,
            world.levers,
            world.place,
            world.parameters,
            self.luck,
        )
        if found >= 0:
            self.start_job(world.employers[found], through_specialist=True)
        return True

    def start_job(self, employer: Employer, *, through_specialist: bool) -> None:
        """Start a competitive job."""
        world = self.model
        start_job(
            self,
            employer,
            employer.row,
            through_specialist,
            world.levers,
            world.place,
            world.parameters,
            self.luck,
        )

    def live_at_work(self) -> None:
        """Meet problems at work, solve them or not, and keep the job or lose it."""
        world = self.model
        better = live_at_work(
            self,
            world.specialists,
            world.employers,
            world.relationships,
            world.site,
            world.levers,
            world.place,
            world.parameters,
            self.luck,
        )
        if better >= 0:
            self.start_job(world.employers[better], through_specialist=False)

    def keep_or_leave(self) -> None:
        """End the week: stay, step down, be closed, drop out, come back, or leave for good."""
        model = self.model
        keep_or_leave(self, model.site, model.levers, model.parameters, self.luck)


class IPSModel(mesa.Model):  # type: ignore[misc]
    """One site of a scenario, week by week, as Mesa agents.

    Parameters
    ----------
    scenario
        What to simulate.
    seed
        Key of all chance.
    parameters
        One realisation of the uncertain parameters; by default the values of the data.
    replicate, site
        Which stochastic run, and which of the scenario's sites.
    neighbours
        The sites of its area before it, whose employers it shares; `step_area` steps them all.
    job_seeker, specialist, employer
        Agent classes; subclasses of `JobSeeker`, `Specialist` and `Employer`.

    Attributes
    ----------
    seekers, specialists, employers
        The agents in the order of their rows.
    week
        The last week lived; 0 is the world's beginning.
    weekly
        The columns of `Weekly` for every counted week.
    datacollector
        Mesa's data collector: people in each status, by week.
    """

    def __init__(
        self,
        scenario: Scenario,
        *,
        seed: int = 1,
        parameters: Parameters | None = None,
        replicate: int = 0,
        site: int = 0,
        neighbours: Sequence[IPSModel] = (),
        job_seeker: type[JobSeeker] = JobSeeker,
        specialist: type[Specialist] = Specialist,
        employer: type[Employer] = Employer,
    ) -> None:
        if len(neighbours) != site % scenario.design.sites_per_area:
            raise ValueError(f"site {site} shares employers with others and needs them")
        super().__init__(seed=0)
        # Mesa's id counter refers to every model for ever, and would keep them all in memory.
        mesa.Agent._ids.pop(self, None)
        self.scenario = scenario
        self._phases = list(zip(phases(scenario), site_phases(scenario, site), strict=True))
        self.people = _plain(scenario.people)
        self._enter_phase(0)
        self.parameters = parameters or arrays.default_parameters(
            {**posterior_centre(scenario.fitted_variant), **scenario.parameters}
        )
        self.key, self.replicate = seed, replicate
        self.size, self.calendar = site_size(scenario, site), calendar(scenario)
        self._given = [
            GivenFields(*row.tolist()) for row in arrays.given_people(scenario.people_rows)
        ]
        self.week = 0
        self._entered = self._finished = 0
        self._chance: dict[type, np.ndarray[Any, Any]] = {}
        self.weekly = [[0.0] * len(Weekly) for _ in range(self.calendar.rows)]
        self.site = SiteFields()
        (luck,) = self._draw(SiteLuck, Kind.SITE, site, 1)
        (region,) = self._draw(SiteLuck, Kind.SITE, REGION, 1)
        begin_site(self.site, self.place, self.parameters, luck, region)
        self.site.employers = self.size.employers
        self.site.first_post = sum(len(one.specialists) for one in neighbours)
        self.site.free_places_refilled = scenario.design.free_places_refilled
        size = self.size
        self.employers: list[Employer] = []
        self.specialists: list[Specialist] = []
        self.seekers: list[JobSeeker] = []
        if neighbours:
            self.employers = neighbours[0].employers
        else:
            lucks = self._draw(
                PlaceStartLuck, Kind.EMPLOYER_START, size.first_employer, size.employers
            )
            self.employers.extend(employer(self, row, luck) for row, luck in enumerate(lucks))
        self._first_post = site * MOST_SPECIALISTS
        posts = self._draw(StaffLuck, Kind.SPECIALIST, self._first_post, size.specialists)
        self.specialists.extend(
            specialist(self, row, self._share_of_post(row), luck) for row, luck in enumerate(posts)
        )
        people = self._draw(StartLuck, Kind.SEEKER_START, size.first_person, size.people)
        for row, start in enumerate(people):
            seeker = job_seeker(self, row, start)
            seeker.entry_week = entry_week(row, size.people, self.calendar.entry_weeks)
            look_at_money(seeker, self.place, self.parameters)
            if not scenario.design.jobless_at_entry:
                begin_at_work(seeker, self.employers, self.site, self.place, self.parameters, start)
            self.seekers.append(seeker)
        mesa.Agent._ids.pop(self, None)
        self.standing: dict[type, Counter[int]] = {}
        self.datacollector = mesa.DataCollector(model_reporters=self._reporters())

    def _reporters(self) -> dict[str, Callable[[IPSModel], int]]:
        """Count people in each standing with the programme, and in each kind of work."""

        def count(kind: Service | Work) -> Callable[[IPSModel], int]:
            return lambda model: model.standing[type(kind)][kind]

        return {
            f"{type(kind).__name__.lower()}_{kind.name.lower()}": count(kind)
            for kind in (*Service, *Work)
        }

    def _draw(self, kind: Any, thing: Kind, first: int, count: int) -> list[Any]:
        if count == 0:
            return []
        decisions = len(kind._fields)
        table = uniforms(self.key, self.replicate, self.week, thing, first, count, decisions)
        return _as_lucks(kind, table)

    def given_of(self, row: int) -> GivenFields:
        """Give what the scenario says of the person in this row of `seekers`, if anything."""
        return self._given[(self.size.first_person + row) % len(self._given)]

    def _luck_of(self, kind: Any) -> list[Any]:
        """Give everyone's luck of this week; NumPy fills several weeks in one go."""
        ahead = (self.week - 1) % _WEEKS_AHEAD
        if ahead == 0:
            thing, first, count = {
                Luck: (Kind.SEEKER, self.size.first_person, self.size.people),
                PlaceLuck: (Kind.EMPLOYER, self.size.first_employer, self.size.employers),
                StaffLuck: (Kind.SPECIALIST, self._first_post, self.size.specialists),
            }[kind]
            self._chance[kind] = uniforms_by_week(
                self.key,
                self.replicate,
                self.week,
                _WEEKS_AHEAD,
                thing,
                first,
                count,
                len(kind._fields),
            )
        return _as_lucks(kind, self._chance[kind][ahead])

    @property
    def is_over(self) -> bool:
        """Whether every week of the scenario has been lived."""
        return self.week >= self.calendar.weeks_to_run

    @cached_property
    def relationships(self) -> list[RelationshipFields]:
        """Every tie, specialist by specialist, each with all employers in their order."""
        return [tie for one in self.specialists for tie in one.relationships]

    def set_of(self, kind: type[mesa.Agent]) -> AgentSet:
        """Give Mesa's agent set of one kind: `JobSeeker`, `Specialist` or `Employer`."""
        return self.agents.select(agent_type=kind)

    def _enter_phase(self, number: int) -> None:
        """Let the levers, the staff, the place and the posts of a phase hold."""
        holds, self.phase = self._phases[number]
        self.levers, self.staff = _plain(holds.programme), _plain(holds.staff)
        self.place = _plain(holds.place)

    def _share_of_post(self, row: int) -> float:
        return self.phase.full_time_share if row < self.phase.specialists else 0.0

    def step(self) -> None:
        """Live one week."""
        step_area([self])

    def turn_phase(self) -> None:
        """Begin a week, and the next phase when the last is over."""
        self.week += 1
        site = self.site
        site.phase_begins = self.week > self.phase.last_week
        if not site.phase_begins:
            return
        site.phase += 1
        self._enter_phase(site.phase)
        for specialist in self.specialists:
            assign_post(specialist, self.levers, self._share_of_post(specialist.row))
            if self.phase.staff_begin_anew:
                begin_work_anew(specialist)
        if self.phase.staff_begin_anew:
            for relationship in self.relationships:
                forget(relationship)

    def open_market(self) -> None:
        """Let vacancies open and close, once a week for all sites that share the employers."""
        _deal(self.employers, self._luck_of(PlaceLuck))
        for employer in self.employers:
            employer.turn_over_vacancies()

    def live_week(self) -> None:
        """Live the week, after the labour market was opened."""
        size = self.size
        turn_calendar(self.site, self.week, self.calendar.warm_up_weeks)
        _deal(self.specialists, self._luck_of(StaffLuck))
        begin_posts(self.site)
        for specialist in self.specialists:
            specialist.begin_week()
        while self._entered < size.people and self.seekers[self._entered].entry_week <= self.week:
            self._entered += 1
        present = self.seekers[: self._entered]
        # People enter in the order of their rows, so the first are the first whose time is over.
        follow_up = self.calendar.follow_up_weeks
        while self._finished < len(present) and not is_observed(
            present[self._finished], self.site, follow_up
        ):
            self._finished += 1
        _deal(present, self._luck_of(Luck)[: self._entered])
        observed = present[self._finished :]
        if self.site.phase_begins:
            for seeker in observed:
                seeker.meet_change()
        for seeker in observed:
            seeker.weeks_since_entry += 1
            self.site.people += 1
            if seeker.service != GONE:
                seeker.begin_week()
        self._admit_from_waiting_list(observed)
        for specialist in self.specialists:
            specialist.plan_hours()
            add_post(self.site, specialist)
        line = self.week - 1 - self.calendar.warm_up_weeks
        if 0 <= line < len(self.weekly):
            count_turnover(self.weekly[line], self.site)
        if present:
            self._live_week(present)
        self.standing = {
            Service: Counter([seeker.service for seeker in self.seekers]),
            Work: Counter([seeker.work for seeker in self.seekers]),
        }
        self.datacollector.collect(self)

    def _live_week(self, present: list[JobSeeker]) -> None:
        """Let people live their week, starting with another one each week."""
        row, stride = visiting_order(self.week, len(present))
        is_cohort, finished, weekly = self.calendar.is_cohort, self._finished, self.weekly
        line = self.week - 1 - self.calendar.warm_up_weeks
        for _ in present:
            if row >= finished:
                seeker = present[row]
                if is_cohort:
                    line = seeker.weeks_since_entry
                counted = weekly[line] if line >= 0 else None
                share = pay_for_posts(seeker, self.site)
                if counted is not None:
                    count_posts(counted, self.site, share)
                    count_arrival(counted, seeker)
                if seeker.service != GONE:
                    seeker.live_week(counted)
                if counted is not None:
                    count_standing(counted, seeker)
            row = (row + stride) % len(present)

    def _admit_from_waiting_list(self, observed: list[JobSeeker]) -> None:
        """Give free places to those who wait, by ticket."""
        post = freest_post(self.specialists)
        while post >= 0:
            row = first_in_line(observed, 0, len(observed))
            if row < 0:
                return
            observed[row].take_place(self.specialists[post])
            post = freest_post(self.specialists)

    def run(self) -> None:
        """Live every week that is left."""
        while not self.is_over:
            self.step()

    def snapshot(self) -> dict[str, arrays.Array]:
        """Copy every field of everything into arrays, as the compiled driver has them."""
        ties = [tie for specialist in self.specialists for tie in specialist.relationships]
        return {
            "seekers": arrays.as_records(self.seekers, arrays.SEEKER),
            "specialists": arrays.as_records(self.specialists, arrays.SPECIALIST),
            "employers": arrays.as_records(self.employers, arrays.EMPLOYER),
            "relationships": arrays.as_records(ties, arrays.RELATIONSHIP),
            "site": arrays.as_records([self.site], arrays.SITE),
            "weekly": np.array(self.weekly),
        }


def step_area(models: Sequence[IPSModel]) -> None:
    """Live one week at all sites of an area, which share the employers of the first."""
    for model in models:
        model.turn_phase()
    models[0].open_market()
    for turn in range(len(models)):
        # Another site goes first each week, so that none always has the pick of vacancies.
        models[(models[0].week + turn) % len(models)].live_week()


AnySection = TypeVar("AnySection", bound="Section")


def _plain(section: AnySection) -> AnySection:
    """Copy a section into an object that Python reads several times faster than a pydantic one."""
    return cast("AnySection", _plain_kind(type(section))(**dict(section)))


@cache
def _plain_kind(kind: type[Section]) -> type:
    return make_dataclass(kind.__name__, kind.model_fields, frozen=True, slots=True)


def _as_lucks(kind: Any, table: np.ndarray[Any, Any]) -> list[Any]:
    """Turn rows of uniforms into luck: what `_make` does, without its check of the length."""
    return list(map(partial(tuple.__new__, kind), table.tolist()))


def _deal(agents: Sequence[Any], lucks: list[Any]) -> None:
    """Give each agent its luck of the week."""
    for agent, luck in zip(agents, lucks, strict=True):
        agent.luck = luck


def execute_on_mesa(
    scenario: Scenario,
    parameters: arrays.Array,
    runs: Runs,
    seed: int,
    **agent_classes: type[mesa.Agent],
) -> RunResult:
    """Run sites on Mesa agents; arguments and result as on the compiled driver.

    Custom agent classes may be given as to `IPSModel`.
    """
    from ips_sim.model.parameters import Parameters

    people, weekly = [], []
    area: list[IPSModel] = []
    for draw, replicate, site in zip(runs.draw, runs.replicate, runs.site, strict=True):
        model = IPSModel(
            scenario,
            seed=seed,
            parameters=Parameters(*parameters[int(draw)].tolist()),
            replicate=int(replicate),
            site=int(site),
            neighbours=area,
            **agent_classes,
        )
        area.append(model)
        if len(area) < scenario.design.sites_per_area:
            continue
        while not area[0].is_over:
            step_area(area)
        for one in area:
            end = one.snapshot()
            people.append(end["seekers"])
            weekly.append(end["weekly"])
        area = []
    offsets = np.concatenate(([0], np.cumsum([len(part) for part in people], dtype=np.int64)))
    return RunResult(runs, np.concatenate(people), offsets, np.array(weekly))
