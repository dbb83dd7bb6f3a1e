"""Mesa's agents and the compiled driver agree in every byte of everything after every week."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ips_sim.model import arrays
from ips_sim.model.agents import IPSModel, execute_on_mesa
from ips_sim.model.compiled.execute import SteppedSite, execute
from ips_sim.model.parameters import Parameters
from ips_sim.model.results import RunResult, Runs
from ips_sim.scenario import load_scenario, shipped
from ips_sim.scenario.catalogue import Key, keys_of
from ips_sim.scenario.schema import UNLIMITED_WEEKS, Scenario
from tests.mangling import how_many
from tests.model.builders import differing, drawn, ranges, scenario, special_scenarios

TABLES = ("seekers", "specialists", "employers", "relationships", "site", "weekly")


def differences(model: IPSModel, stepped: SteppedSite) -> list[str]:
    """Where the two drivers differ now, table by table and field by field."""
    found = []
    for table, mesa in model.snapshot().items():
        compiled = getattr(stepped, table)
        if table == "weekly":
            if mesa.tobytes() != compiled.tobytes():
                found.append(f"weekly {np.argwhere(mesa != compiled)[:3].tolist()}")
            continue
        if mesa.dtype != compiled.dtype or mesa.shape != compiled.shape:
            found.append(f"{table} {mesa.shape} and {compiled.shape}")
            continue
        if mesa.tobytes() == compiled.tobytes():
            continue
        for name in sorted(differing(mesa, compiled)):
            rows = np.flatnonzero(mesa[name] != compiled[name])[:3]
            found.append(f"{table}.{name} {rows} {mesa[name][rows]} {compiled[name][rows]}")
    return found


def assert_same_weeks(
    world: Scenario,
    seed: int,
    parameters: arrays.Array | None = None,
    replicate: int = 0,
    site: int = 0,
) -> None:
    """Step both drivers through a scenario and compare everything after every week."""
    if parameters is None:
        parameters = arrays.as_record(
            arrays.default_parameters(world.parameters), arrays.PARAMETERS
        )
    values = Parameters(*parameters[0].tolist())
    model = IPSModel(world, seed=seed, parameters=values, replicate=replicate, site=site)
    stepped = SteppedSite(world, parameters, seed, replicate=replicate, site=site)
    assert set(model.snapshot()) == set(TABLES)
    while True:
        assert differences(model, stepped) == [], f"week {model.week}"
        if model.is_over:
            return
        model.step()
        stepped.step()


def of_size(name: str, people: int) -> Scenario:
    """A shipped scenario with so many people at one site."""
    return scenario(name, design={"people": people, "sites": 1, "sites_per_area": 1})


def test_differences_are_found() -> None:
    """The comparison sees a single bit, and a sign of zero that comparing numbers would not."""
    world = of_size("ips", 23)
    model, stepped = IPSModel(world, seed=1), SteppedSite(world, drawn(), 1)
    assert differences(model, stepped) == []
    stepped.seekers["interest"][7] = np.nextafter(stepped.seekers["interest"][7], 2.0)
    stepped.specialists["idle_hours"][0] = -0.0
    stepped.weekly[3, 4] = 1.0
    found = differences(model, stepped)
    assert [said.split()[0] for said in found] == [
        "seekers.interest",
        "specialists.idle_hours",
        "weekly",
    ]


@pytest.mark.parametrize("name", sorted(shipped()))
def test_every_shipped_scenario(name: str) -> None:
    assert_same_weeks(of_size(name, 12), seed=1)


@pytest.mark.parametrize("people", [1, 23, 100])
@pytest.mark.parametrize("seed", [2, 2**64 - 1])
@pytest.mark.parametrize("name", ["ips", "traditional"])
def test_sizes_and_seeds(name: str, people: int, seed: int) -> None:
    assert_same_weeks(of_size(name, people), seed, replicate=3)


@pytest.mark.parametrize("name", ["ips", "traditional"])
def test_the_largest_number_of_posts(name: str) -> None:
    world = scenario(name, design={"people": 250}, programme={"caseload_limit": 32})
    assert_same_weeks(world, seed=4)


def test_another_site_of_many() -> None:
    world = scenario("ips", design={"people": 100, "sites": 7})
    assert_same_weeks(world, seed=5, site=6, replicate=2)


@pytest.mark.parametrize("name", sorted(special_scenarios()))
@pytest.mark.parametrize("seed", [1, 6])
def test_worlds_off_the_beaten_track(name: str, seed: int) -> None:
    assert_same_weeks(special_scenarios()[name], seed)


@pytest.mark.parametrize("bound", ["low", "high"])
@pytest.mark.parametrize("name", ["ips", "traditional"])
def test_parameters_at_the_ends_of_their_ranges(name: str, bound: str) -> None:
    ends = {one: low if bound == "low" else high for one, (low, high) in ranges().items()}
    assert_same_weeks(of_size(name, 40), 7, drawn(**ends))


# Worlds that nobody would write: any value that the schema allows, at a small site.  Were every
# value any, hardly anybody would be served or find work; so some are as in a shipped scenario.


def at(key: Key, share: float) -> object:
    """The value of a key at a share of its range."""
    if key.kind == "yes or no":
        return share > 0.5
    if key.may_be_unlimited:
        return "unlimited" if share == 1.0 else int(share * 30)
    assert key.low is not None
    assert key.high is not None
    if key.kind == "whole number":
        return int(key.low + share * (min(key.high, 40) - key.low))
    return min(key.high, key.low + share * (key.high - key.low))


def shares(random: np.random.Generator, count: int) -> list[float | None]:
    """So many shares, every other one at an end, and none where a value stays as it is."""
    changed = random.random(count) < random.choice([0.01, 0.03, 0.1, 0.5])
    places = np.clip(random.uniform(-0.5, 1.5, count), 0.0, 1.0)
    return [
        place if here else None
        for here, place in zip(changed.tolist(), places.tolist(), strict=True)
    ]


def section_of(random: np.random.Generator, name: str) -> dict[str, Any]:
    """Any values for some keys of a section, two of which may be as odd as numbers can be."""
    keys = keys_of(name)
    values = {
        key.name: at(key, share)
        for key, share in zip(keys, shares(random, len(keys)), strict=True)
        if share is not None
    }
    for place in random.integers(len(keys), size=2):
        key = keys[place]
        if key.kind not in ("yes or no", "whole number") and not key.may_be_unlimited:
            assert key.low is not None
            assert key.high is not None
            ends = (key.low, key.high)
            odd = [np.nextafter(*ends), np.nextafter(*reversed(ends)), sum(ends) / 3]
            values[key.name] = min(max(float(random.choice(odd)), key.low), key.high)
    return values


shipped_scenario = cache(scenario)


def any_scenario(random: np.random.Generator) -> Scenario:
    """Any small scenario whose values don't contradict each other."""
    base = str(random.choice(["ips", "traditional"]))
    as_shipped = shipped_scenario(base)
    sections = {
        name: section_of(random, name) for name in ("programme", "staff", "people", "place")
    }

    def now(section: str, name: str) -> float:
        value = sections[section].get(name, getattr(getattr(as_shipped, section), name))
        return UNLIMITED_WEEKS if value == "unlimited" else float(value)

    programme = sections["programme"]
    for section, first, second in (
        ("programme", "sheltered_share", "transitional_share"),
        ("people", "tapered_benefit_share", "cliff_benefit_share"),
    ):
        sections[section][second] = min(now(section, second), 1.0 - now(section, first))
    for kind in ("sheltered", "transitional"):
        programme[f"{kind}_weeks"] = max(1, int(now("programme", f"{kind}_weeks")))
    left = now("programme", "specialist_hours_per_week") * (1.0 - now("programme", "office_share"))
    meetings = now("programme", "team_meeting_hours_per_week")
    programme["team_meeting_hours_per_week"] = min(meetings, left)
    count = int(random.integers(1, 13))
    kind = str(random.choice(["cohort", "open_programme"]))
    if kind == "cohort" and now("programme", "caseload_limit"):
        programme["caseload_limit"] = max(int(now("programme", "caseload_limit")), -(-count // 8))
    return load_scenario(
        {
            "title": "Anything",
            "based_on": f"{base}.yaml",
            **sections,
            "design": {
                **{
                    key.name: bool(random.random() < 0.5)
                    for key in keys_of("design")
                    if key.kind == "yes or no"
                },
                "kind": kind,
                "people": count,
                "weeks": int(random.integers(1, 61)),
                "sites": 1,
                "sites_per_area": 1,
                "staffed_share": min(1.0, random.uniform(0.0, 2.0)),
                "entry_weeks": int(random.integers(1, 11)),
                "warm_up_weeks": int(random.integers(0, 11)),
                "specialists_per_site": random.uniform(0.0, 8.0),
            },
            "changes": any_changes(random),
        }
    )


def any_changes(random: np.random.Generator) -> list[dict[str, Any]]:
    """Any changes of what contradicts nothing else."""
    weeks = set(random.integers(1, 61, size=random.integers(3)).tolist())
    return [
        {
            "week": week,
            "programme": {"caseload_limit": int(random.integers(2, 61))},
            "staff": {"turnover_per_year": random.uniform(0.0, 3.0)},
            "place": {"unemployment_share": random.uniform(0.005, 0.4)},
            "referred_anew": bool(random.random() < 0.5),
            "staff_begin_anew": bool(random.random() < 0.5),
        }
        for week in sorted(weeks)
    ]


def any_parameters(random: np.random.Generator) -> arrays.Array:
    """Any values of some parameters within their ranges."""
    known = ranges()
    return drawn(
        **{
            name: min(high, low + share * (high - low))
            for share, (name, (low, high)) in zip(
                shares(random, len(known)), known.items(), strict=True
            )
            if share is not None
        }
    )


def any_world(number: int) -> tuple[Scenario, int, arrays.Array]:
    """The world of a number, the seed of its chance, and its parameters."""
    random = np.random.default_rng(number)
    return (
        any_scenario(random),
        int(random.integers(2**64, dtype=np.uint64)),
        any_parameters(random),
    )


def test_in_worlds_of_any_values_all_there_is_happens() -> None:
    """Or comparing them would say little."""
    some = {"admitted_ever": 0, "jobs_held": 0, "employer_contacts": 0, "problems_met": 0}
    for number in range(60):
        world, seed, parameters = any_world(number)
        alone = Runs(*np.zeros((3, 1), dtype=np.int64))
        people = execute(world, parameters, alone, seed).people
        for name in some:
            some[name] += bool((people[name] > 0).any())
    assert min(some.values()) > 20, some


@pytest.mark.parametrize("number", range(how_many(120)))
def test_any_world(number: int) -> None:
    assert_same_weeks(*any_world(number))


# Whole runs


def assert_same_results(one: RunResult, other: RunResult) -> None:
    assert differing(one.people, other.people) == set()
    assert one.offsets.tolist() == other.offsets.tolist()
    assert one.weekly.tobytes() == other.weekly.tobytes()


@pytest.mark.parametrize("name", ["ips", "traditional", "open programme"])
def test_whole_runs_bring_the_same_results(name: str) -> None:
    if name in shipped():
        world = scenario(name, design={"people": 31, "sites": 3, "weeks": 30})
        sites = np.array([2, 0, 1, 1])
    else:
        world, sites = special_scenarios()[name], np.zeros(4, np.int64)
    asked = Runs(np.array([1, 0, 1, 0]), np.array([0, 0, 5, 2]), sites)
    parameters = np.concatenate([drawn(), drawn(problem_odds=0.2, dropout_odds=0.01)])
    assert_same_results(
        execute(world, parameters, asked, 9), execute_on_mesa(world, parameters, asked, 9)
    )


def test_a_stepped_site_is_a_run_week_by_week() -> None:
    world = scenario("ips", design={"people": 31, "sites": 3, "weeks": 20})
    asked = Runs(np.array([0]), np.array([4]), np.array([1]))
    stepped = SteppedSite(world, drawn(), 9, replicate=4, site=1)
    for _ in range(23):
        stepped.step()
    result = execute(world, drawn(), asked, 9)
    assert differing(stepped.seekers, result.people) == set()
    assert stepped.weekly.tobytes() == result.weekly[0].tobytes()


# Once with bounds checking, in a process of its own: the setting counts when numba compiles.

BOUNDS = """
from tests.model.builders import run, scenario, special_scenarios
from ips_sim.model.compiled.execute import keep_compiled_code
from numba import config

assert config.BOUNDSCHECK == 1
few = {"people": 5}
for world in (
    scenario("ips", design={"people": 23}),
    scenario("traditional", design={"people": 23}),
    *special_scenarios().values(),
    scenario("ips", place={"employers_per_100_people": 0.0}, design=few),
    scenario("ips", programme={"caseload_limit": 0}, design=few),
    scenario("ips", design={"people": 1}),
):
    run(world, seed=8)
keep_compiled_code()
print("within bounds")
"""


@pytest.mark.slow
def test_with_bounds_checking(repository: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BOUNDS],
        cwd=repository,
        # Where indices are checked does not depend on what the compiler makes faster.
        env=os.environ | {"NUMBA_BOUNDSCHECK": "1", "NUMBA_OPT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "within bounds\n"), done.stderr


def test_unlimited_is_a_number_of_weeks_that_no_run_reaches() -> None:
    highest = [key.high or 0 for key in keys_of("design") if key.unit == "weeks"]
    assert 0 < max(highest) < UNLIMITED_WEEKS
