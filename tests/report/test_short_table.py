"""What a person sees at the end of a run: it fits the screen and adds up."""

import re

import numpy as np
import pytest

from ips_sim.report.short_table import HEADLINES, ONE_DRAW, short_table
from ips_sim.report.words import NOT_KNOWN
from ips_sim.runs.ranges import PARTS
from ips_sim.runs.summary import ContrastRow, SummaryRow
from ips_sim.shown.aligned import columns

UNITS = dict.fromkeys(HEADLINES, "US dollars") | {
    "employed_ever": "share",
    "employed_at_end": "share",
    "dropped_out": "share",
    "weeks_to_first_job": "weeks",
    "weeks_worked": "weeks",
    "hospital_days": "days",
    "qalys": "QALYs",
}
LONG = "A programme with the longest of all names that anybody gave"


def rows(*names, parts=PARTS, mean=0.4856):
    scale = {"share": 1.0, "US dollars": 40_000.0, "QALYs": 3.0, "weeks": 60.0, "days": 60.0}
    summary, contrasts = [], []
    for number, name in enumerate(names):
        for outcome in HEADLINES:
            unit = UNITS[outcome]
            value = scale[unit] * (mean - number * 0.2562)
            for kind in ("predictive", *parts, "people"):
                ends = (value - 0.1 * scale[unit], value + 0.1 * scale[unit])
                summary.append(SummaryRow(name, outcome, unit, 20_000, value, 0.01, *ends, kind))
                if number:
                    gap = value - scale[unit] * mean
                    spread = (gap - 0.1 * scale[unit], gap + 0.1 * scale[unit])
                    contrasts.append(
                        ContrastRow(
                            name,
                            names[0],
                            outcome,
                            unit,
                            200,
                            gap,
                            *spread,
                            1,
                            np.nan,
                            np.nan,
                            kind,
                        )
                    )
    return summary, contrasts


@pytest.mark.parametrize("names", [("IPS",), ("IPS", LONG), ("IPS", LONG, LONG[::-1], "D")])
def test_lines_fit_into_a_hundred_columns(names):
    lines = columns(short_table(*rows(*names)))
    assert max(map(len, lines)) <= 100
    first = [line for line in lines if line.startswith("Had a competitive job  ")]
    assert len(first) == max(1, len(names) - 1)


def test_the_difference_is_that_of_the_means_as_shown():
    lines = columns(short_table(*rows("IPS", "Old")))
    cells = re.split("  +", lines[1])
    # 48.56 less 22.94 is 25.62; readers see 48.6 and 22.9.
    assert cells[:3] == ["Had a competitive job", "48.6 %", "22.9 %"]
    assert cells[3] == "-25.7 points (-35.6 to -15.6)"


def test_parts_stand_beneath_and_what_is_not_known_is_marked():
    lines = columns(short_table(*rows("IPS", "Old")))
    parts = "luck 10.0, sites 10.0, parameters 10.0 and model 10.0."
    assert f"Had a competitive job, points either way: {parts}" in lines
    named = {re.split("  +", line)[0] for line in lines[1 : 1 + len(HEADLINES)]}
    marked = {name.rstrip(NOT_KNOWN) for name in named if name.endswith(NOT_KNOWN)}
    assert {"Time to first job", "Psychiatric hospital", "Cost of the programme"} <= marked
    assert not marked & {"Had a competitive job", "Time in competitive work"}
    assert ONE_DRAW not in lines


def test_one_draw_says_what_is_missing():
    parts = tuple(kind for kind in PARTS if kind != "parameters")
    lines = columns(short_table(*rows("IPS", parts=parts)))
    assert lines[-1] == ONE_DRAW
