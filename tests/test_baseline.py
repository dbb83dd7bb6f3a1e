"""The model's headline numbers, held to the last digit until somebody renews them on purpose.

`make baseline` stores today's numbers; the changelog then says what moved and why.
"""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ips_sim.model import arrays
from ips_sim.model.compiled.execute import execute, keep_compiled_code
from ips_sim.model.outcomes import OUTCOMES, PRICED, count_outcomes
from ips_sim.model.results import Runs
from ips_sim.scenario import load_scenario
from ips_sim.scenario.schema import PRINCIPLES

STORED = Path(__file__).with_name("baseline.csv")
SCENARIOS = ("ips", "traditional", *(f"without_{principle}" for principle in PRINCIPLES))
SEED, REPLICATES = 1, 20
HEAD = ["scenario", "outcome", "mean"]


def numbers() -> Iterator[list[str]]:
    """The mean of every outcome that needs no prices, as shortest text that reads back exactly."""
    for name in SCENARIOS:
        scenario = load_scenario(name)
        parameters = arrays.as_record(
            arrays.default_parameters(scenario.parameters), arrays.PARAMETERS
        )
        runs = Runs(*(np.zeros(REPLICATES, np.int64) for _ in range(3)))
        runs.replicate[:] = np.arange(REPLICATES)
        people = execute(scenario, parameters, runs, SEED).people
        outcomes = count_outcomes(people)
        for outcome in OUTCOMES:
            if outcome.name not in PRICED:
                yield [name, outcome.name, repr(float(np.nanmean(outcomes[outcome.name])))]
    keep_compiled_code()


def test_headline_numbers_are_those_stored(renew_baseline: bool) -> None:
    found = [HEAD, *numbers()]
    if renew_baseline:
        with STORED.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(found)
    with STORED.open(encoding="utf-8", newline="") as file:
        stored = list(csv.reader(file))
    moved = [
        f"{name} {outcome}: {before} is now {now}"
        for (name, outcome, now), (_, _, before) in zip(found, stored, strict=False)
        if now != before
    ]
    assert found == stored, "\n".join(
        ["headline numbers moved; if that was meant: make baseline, and say so in CHANGELOG.md"]
        + moved
    )


def test_the_baseline_holds_a_number_for_every_outcome() -> None:
    with STORED.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == HEAD
    names = [one.name for one in OUTCOMES if one.name not in PRICED]
    assert [row[:2] for row in rows] == [[name, one] for name in SCENARIOS for one in names]
    assert all(np.isfinite(float(row[2])) for row in rows)
    # Scenarios differ, or most of the table would hold nothing.
    for one in ("weeks_worked", "earnings_usd"):
        means = [row[2] for row in rows if row[1] == one]
        assert len(set(means)) == len(means)
