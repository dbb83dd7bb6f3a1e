"""Small experiments that the tests of sweeps, sensitivity and clusters share."""

from pathlib import Path
from typing import Any

from ips_sim.analysis.experiments.experiment import Experiment, Kind
from ips_sim.analysis.experiments.files import load_experiment

SMALL_SET = """\
set:
  design.people: 12
  design.weeks: 26
  place.vacancies_per_employer_per_year: 12.0
"""

SWEEP = f"""\
# What the test asks.
title: A test
base: ips.yaml
{SMALL_SET}\
design: grid
factors:
  programme.caseload_limit: [6, 12, 24]
  programme.support_limit_weeks: [0, unlimited]
replicates: 4
outcomes: [weeks_worked, employed_ever, weeks_to_first_job]
"""

CALIBRATION = """\
title: Tiny
seed: 5
points: 4
draws: 12
steps: 80
left_out_draws: 5
free: [contact_offer_odds, own_search_odds, spread_of_finding]
variants:
  interest_fades:
    spread_of_finding: {centre: 0.5, sd: 0.1}
"""
"""A fit of three parameters to a few points."""

SENSITIVITY = f"""\
title: A test
base: ips.yaml
{SMALL_SET}\
methods: [morris, sobol]
trajectories: 6
samples: 8
replicates: 3
resamples: 20
outcomes: [weeks_worked, weeks_sheltered]
factors:
  programme.employer_contacts_per_week: {{low: 0, high: 10}}
  parameters.contact_offer_odds: prior
  programme.split_roles: [false, true]
"""


def written(folder: Path, text: str, name: str = "experiment.yaml") -> Path:
    """Write an experiment's file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def experiment(folder: Path, text: str, kind: Kind) -> Experiment:
    """Write an experiment's file and read it."""
    return load_experiment(written(folder, text), kind)


def tables(folder: Path) -> dict[str, bytes]:
    """The bytes of a result's tables."""
    return {
        path.name: path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.suffix in (".csv", ".parquet")
    }


def column(path: Path, name: str) -> list[Any]:
    """A column of a Parquet table."""
    from pyarrow import parquet  # type: ignore[import-untyped]

    return list(parquet.read_table(path).column(name).to_pylist())
