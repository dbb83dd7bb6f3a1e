"""The world as Mesa agents: to step, to watch, to change, and to let go."""

import gc
import subprocess
import sys
import weakref
from typing import Any

import numpy as np
import pytest

import ips_sim
from ips_sim.model.agents import Employer, IPSModel, JobSeeker, Specialist, execute_on_mesa
from ips_sim.model.entities import Problem, Service, Work
from ips_sim.model.rules.counting import Weekly
from ips_sim.scenario import load_scenario
from tests.model.builders import differing, drawn, runs, scenario


def small(**sections: Any) -> IPSModel:
    sections = {"design": {"people": 30, "weeks": 30}} | sections
    return IPSModel(scenario("ips", **sections), seed=3)


def test_a_scenario_of_the_library_is_stepped_week_by_week() -> None:
    model = IPSModel(load_scenario("ips"), seed=1)
    import mesa  # type: ignore[import-untyped]  # after the agents, which put right what its first import changes

    assert isinstance(model, mesa.Model)
    assert model.week == 0
    model.step()
    model.step()
    assert (model.week, model.site.week) == (2, 2)
    assert not model.is_over
    model.run()
    assert model.is_over
    assert model.week == 78 + 4 - 1


def test_agents_are_mesa_agents_in_agent_sets() -> None:
    from mesa.agent import AgentSet  # type: ignore[import-untyped]

    model = small()
    for kind, agents in (
        (JobSeeker, model.seekers),
        (Specialist, model.specialists),
        (Employer, model.employers),
    ):
        found = model.set_of(kind)
        assert isinstance(found, AgentSet)
        assert list(found) == agents
        assert [agent.row for agent in agents] == list(range(len(agents)))
        assert set(found) == set(model.agents_by_type[kind])
    assert len(model.agents) == 30 + len(model.specialists) + len(model.employers)
    assert len({agent.unique_id for agent in model.agents}) == len(model.agents)
    model.run()
    ages = model.set_of(JobSeeker).agg("age_years", max)
    assert ages == max(seeker.age_years for seeker in model.seekers)
    at_work = model.set_of(JobSeeker).select(lambda seeker: seeker.work == Work.COMPETITIVE)
    assert len(at_work) == sum(seeker.work == Work.COMPETITIVE for seeker in model.seekers)


def test_agents_know_each_other() -> None:
    model = small(place={"vacancies_per_employer_per_year": 30.0})
    seen = 0
    while not model.is_over:
        model.step()
        for seeker in model.seekers:
            placed = seeker.service in (Service.PREPARING, Service.SERVED)
            assert (seeker.specialist is not None) == placed
            if seeker.specialist is not None:
                assert seeker in seeker.specialist.people
            assert (seeker.employer is not None) == (seeker.work == Work.COMPETITIVE)
            if seeker.employer is not None:
                assert seeker.employer.wage_usd == seeker.job_wage_usd
                seen += 1
        for specialist in model.specialists:
            assert len(specialist.relationships) == len(model.employers)
    assert seen > 20


def test_the_data_collector_counts_everybody_every_week() -> None:
    model = small()
    model.run()
    frame = model.datacollector.get_model_vars_dataframe()
    assert len(frame) == model.week
    services = frame[[f"service_{kind.name.lower()}" for kind in Service]]
    work = frame[[f"work_{kind.name.lower()}" for kind in Work]]
    assert (services.sum(axis=1) == 30).all()
    assert (work.sum(axis=1) == 30).all()
    last = frame.iloc[-1]
    assert last["service_gone"] == sum(one.service == Service.GONE for one in model.seekers)
    assert last["work_competitive"] == sum(one.work == Work.COMPETITIVE for one in model.seekers)


def test_weekly_figures_follow_from_agents() -> None:
    model = small(design={"people": 30, "weeks": 10, "entry_weeks": 1})
    while not model.is_over:
        before = [(seeker.weeks_worked, seeker.hours_worked) for seeker in model.seekers]
        model.step()
        row = model.weekly[model.week - 1]
        weeks, hours = zip(*before, strict=True)
        assert row[Weekly.IN_COMPETITIVE_WORK] == (
            sum(seeker.weeks_worked for seeker in model.seekers) - sum(weeks)
        )
        assert row[Weekly.HOURS_WORKED] == pytest.approx(
            sum(seeker.hours_worked for seeker in model.seekers) - sum(hours)
        )


def test_the_same_seed_is_the_same_world_and_another_is_not() -> None:
    one, same, other = (
        IPSModel(scenario("ips", design={"people": 30, "weeks": 20}), seed=seed)
        for seed in (5, 5, 6)
    )
    for model in (one, same, other):
        model.run()
    assert differing(one.snapshot()["seekers"], same.snapshot()["seekers"]) == set()
    assert differing(one.snapshot()["seekers"], other.snapshot()["seekers"])


def test_chance_is_not_mesas_nor_pythons_nor_numpys() -> None:
    """Whatever a user draws from Mesa's generators moves nobody."""
    quiet, noisy = small(), small()
    while not noisy.is_over:
        quiet.step()
        noisy.random.random()
        noisy.rng.random()
        np.random.rand()  # noqa: NPY002 - somebody's code may
        noisy.step()
    assert differing(quiet.snapshot()["seekers"], noisy.snapshot()["seekers"]) == set()


# Other behaviour


class NeverAccepts(JobSeeker):
    """Turns every job down, whoever found it."""

    def start_job(self, employer: Employer, *, through_specialist: bool) -> None:
        self.offers_declined += 1


class Steadfast(JobSeeker):
    """Never leaves the service, and says hello to a field of its own."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.greetings = 0

    def keep_or_leave(self) -> None:
        self.greetings += 1


class Helpless(JobSeeker):
    """Meets every problem at once and alone."""

    def live_at_work(self) -> None:
        self.problem = Problem.TASK
        super().live_at_work()


class FortyHours(Specialist):
    """Has all the hours in the world for every need."""

    def plan_hours(self) -> None:
        super().plan_hours()
        self.trouble_met = self.new_job_met = self.search_met = self.keep_met = 1.0


class AlwaysHiring(Employer):
    """Has a vacancy every week."""

    def turn_over_vacancies(self) -> None:
        self.vacancies = 3


WORLD = {"design": {"people": 30, "weeks": 40}}


def end_of(place: dict[str, Any] | None = None, **agents: Any) -> Any:
    model = IPSModel(scenario("ips", **WORLD, place=place or {}), seed=4, **agents)
    model.run()
    return model


def test_an_overridden_method_is_lived() -> None:
    plain = end_of()
    assert sum(seeker.jobs_held for seeker in plain.seekers) > 5
    never = end_of(job_seeker=NeverAccepts)
    assert all(isinstance(seeker, NeverAccepts) for seeker in never.seekers)
    assert sum(seeker.jobs_held for seeker in never.seekers) == 0
    assert sum(seeker.offers_declined for seeker in never.seekers) > sum(
        seeker.offers_declined for seeker in plain.seekers
    )
    steadfast = end_of(job_seeker=Steadfast)
    assert not any(seeker.dropped_out_ever for seeker in steadfast.seekers)
    assert all(seeker.greetings == 40 for seeker in steadfast.seekers)
    helpless = end_of(job_seeker=Helpless)
    assert sum(seeker.weeks_worked for seeker in helpless.seekers) < sum(
        seeker.weeks_worked for seeker in plain.seekers
    )


def test_other_specialists_and_employers_are_lived_with() -> None:
    few = {"vacancies_per_employer_per_year": 0.1}
    plain = end_of(few)
    hiring = end_of(few, employer=AlwaysHiring)
    assert sum(seeker.jobs_held for seeker in hiring.seekers) > sum(
        seeker.jobs_held for seeker in plain.seekers
    )
    assert hiring.set_of(AlwaysHiring)
    generous = end_of(specialist=FortyHours)
    assert all(specialist.keep_met == 1.0 for specialist in generous.specialists)


def test_people_who_are_not_changed_bring_what_they_would_have() -> None:
    """A subclass that overrides nothing of effect gives the same bytes."""

    class Observed(JobSeeker):
        def live_week(self, row: list[float] | None) -> None:
            super().live_week(row)

    world = scenario("ips", **WORLD)
    plain = execute_on_mesa(world, drawn(), runs(2), 4)
    observed = execute_on_mesa(world, drawn(), runs(2), 4, job_seeker=Observed)
    assert differing(plain.people, observed.people) == set()
    never = execute_on_mesa(world, drawn(), runs(2), 4, job_seeker=NeverAccepts)
    assert never.people["jobs_held"].sum() == 0


def test_custom_agents_run_on_mesa_and_are_refused_by_name_by_the_compiled_driver() -> None:
    overrides: dict[str, Any] = {"design.people": 20, "design.weeks": 20}
    asked: dict[str, Any] = {"draws": 1, "replicates": 1, "overrides": overrides}
    agents = {"job_seeker": NeverAccepts}
    result = ips_sim.simulate("ips", driver="mesa", agents=agents, **asked)
    assert (result.people["jobs_held"] == 0).all()
    with pytest.raises(Exception, match=r"compiled driver .*NeverAccepts"):
        ips_sim.simulate("ips", driver="compiled", agents=agents, **asked)


# What touches Mesa


def test_models_are_freed_after_a_run() -> None:
    """Mesa's counter of ids would keep every model for ever."""
    kept = []
    for _ in range(3):
        model = small()
        model.run()
        kept.append((weakref.ref(model), weakref.ref(model.seekers[0])))
        del model
    gc.collect()
    assert [(model(), agent()) for model, agent in kept] == [(None, None)] * 3


def test_ids_of_a_model_do_not_depend_on_earlier_ones() -> None:
    first, second = small(), small()
    assert [one.unique_id for one in first.agents] == [one.unique_id for one in second.agents]


def test_importing_leaves_the_start_method_of_processes_alone() -> None:
    """Mesa sets it to spawn for the whole process."""
    tried = [(None, "mesa"), (None, "ips_sim.model.agents"), ("fork", "ips_sim.model.agents")]
    script = (
        "import multiprocessing, os, numpy, pandas\n"  # once for all, as Mesa needs them
        f"for method, module in {tried!r}:\n"
        "    if not (child := os.fork()):\n"
        "        if method: multiprocessing.set_start_method(method)\n"
        "        __import__(module)\n"
        "        print(multiprocessing.get_start_method(allow_none=True), flush=True)\n"
        "        os._exit(0)\n"
        "    assert os.waitpid(child, 0)[1] == 0\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    # If Mesa left it alone, the test could not fail, and nothing would have to be put back.
    assert done.stdout.split() == ["spawn", "None", "fork"]


def test_public_names_are_the_agents() -> None:
    assert ips_sim.IPSModel is IPSModel
    assert (ips_sim.JobSeeker, ips_sim.Specialist, ips_sim.Employer) == (
        JobSeeker,
        Specialist,
        Employer,
    )
