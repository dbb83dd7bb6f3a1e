"""Damaged files of every kind but scenarios: read, or refused with plain messages."""

from functools import cache, partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ips_sim.analysis.against import read_known
from ips_sim.analysis.calibration.plan_files import load_calibration
from ips_sim.analysis.experiments.files import load_experiment
from ips_sim.analysis.experiments.sensitivity import run_sensitivity
from ips_sim.analysis.experiments.sweep import run_sweep
from ips_sim.analysis.principles.players import ask
from ips_sim.analysis.systems.system import load_system
from ips_sim.analysis.trials.trial_files import read_trials
from ips_sim.evidence import package_data
from ips_sim.runs.folder import run_to_folder
from ips_sim.runs.kinds import plan_again
from ips_sim.runs.plan import make_plan
from tests.analysis.experiments import CALIBRATION, SENSITIVITY, SWEEP
from tests.analysis.test_published import PLAYERS
from tests.mangling import cases, damaged, read_or_told

OWN_TRIAL = (
    b"trial_id,us,months,n_ips,n_control,n_sites,control_access,control_prevocational,"
    b"control_sheltered_or_transitional,control_search_help,place,people,set,age_mean\n"
    b"ours,False,12,60,58,2,1,1,0,1,denmark,early_psychosis,people.homeless_share=0.2,22\n"
)

ROOT = Path(__file__).resolve().parent.parent

GOAL = "goal:\n  maximise: weeks_worked\n  where: {employed_ever: {at_least: 0.1}}\n"
LINKED = "linked:\n  both:\n    staff.skill_mean: [0.5, 1]\n    staff.skill_sd: [0.1, 0.2]\n"
RANGES = SWEEP.replace("grid", "latin_hypercube").replace("[6, 12, 24]", "{low: 6, high: 24}")
GROUPS = SENSITIVITY + "groups:\n  help: [programme.employer_contacts_per_week]\n"


@cache
def shipped(name: str) -> bytes:
    """A shipped experiment without its comments."""
    lines = (ROOT / "experiments" / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#")).encode() + b"\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mangled")


@cases(120)
@given(
    data=damaged(
        [(SWEEP + GOAL).encode(), (SWEEP + LINKED).encode(), RANGES.encode()]
        + [shipped("preparation.yaml"), shipped("turnover.yaml")]
    )
)
def test_sweeps(folder: Path, data: bytes) -> None:
    read_or_told(partial(load_experiment, kind="sweep"), folder / "sweep.yaml", data)


@cases(80)
@given(data=damaged([SENSITIVITY.encode(), GROUPS.encode(), shipped("sobol_groups.yaml")]))
def test_sensitivity_analyses(folder: Path, data: bytes) -> None:
    read = partial(load_experiment, kind="sensitivity")
    read_or_told(read, folder / "sensitivity.yaml", data)


@cases(100)
@given(data=damaged([CALIBRATION.encode(), shipped("calibration.yaml")]))
def test_calibrations(folder: Path, data: bytes) -> None:
    read_or_told(load_calibration, folder / "calibration.yaml", data)


@cases(60)
@given(data=damaged([shipped("day_treatment.yaml"), shipped("region.yaml")]))
def test_systems(folder: Path, data: bytes) -> None:
    read_or_told(load_system, folder / "system.yaml", data)


@cases(100)
@given(data=damaged([PLAYERS.encode(), shipped("principles.yaml")]))
def test_players(folder: Path, data: bytes) -> None:
    read_or_told(ask, folder / "players.yaml", data)


@cases(150)
@given(
    data=st.one_of(
        damaged(
            [
                b"trial_id,ips_rate,control_rate,months\ngold2006,64.5,26,24\ndrake1996,78,40,\n",
                OWN_TRIAL,
                package_data("trial_results.csv").read_bytes(),
            ]
        ),
        st.binary(max_size=60),
        st.text(max_size=60).map(str.encode),
    )
)
def test_trials(folder: Path, data: bytes) -> None:
    for trial in read_or_told(read_trials, folder / "trials.csv", data) or ():
        assert 0 <= (trial.ips_rate or 0) <= 100
        assert 0 < trial.design.months <= 240


KNOWN = (
    b"quarter,served,working,starts\n2025 Q1,66,25,14\n2025 Q2,70,30,\n",
    b"item,score\n" + b"".join(b"%d,3\n" % item for item in range(1, 26)),
    b"item,usd_per_year\nspecialists,240000\noverhead,0\n",
)


@cases(80)
@given(data=st.one_of(damaged(list(KNOWN)), st.text(max_size=60).map(str.encode)))
def test_what_programmes_know(folder: Path, data: bytes) -> None:
    read_or_told(read_known, folder / "known.csv", data)


SMALL = {"design.people": 4, "design.weeks": 3, "design.entry_weeks": 1}


@pytest.fixture(scope="module")
def manifests(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Manifests of small results, of several kinds."""
    folder = tmp_path_factory.mktemp("results")
    say = "title: T\nbase: ips\nreplicates: 1\nset: " + str(SMALL).replace("'", "") + "\n"
    say += "factors:\n  programme.caseload_limit: [10, 20]\n"
    path = folder / "sweep.yaml"
    path.write_text(say, encoding="utf-8")
    run_sweep(load_experiment(path, "sweep"), folder / "sweep")
    path.write_text(say + "methods: [morris]\ntrajectories: 4\n", encoding="utf-8")
    run_sensitivity(load_experiment(path, "sensitivity"), folder / "sensitivity")
    run_to_folder(make_plan(["ips"], draws=1, replicates=1, overrides=SMALL), folder / "run")
    return [path.read_bytes() for path in sorted(folder.glob("*/manifest.json"))]


@cases(150)
@given(data=st.data())
def test_manifests(folder: Path, manifests: list[bytes], data: st.DataObject) -> None:
    content = data.draw(damaged(manifests))
    read_or_told(lambda path: plan_again(path.parent), folder / "manifest.json", content)
