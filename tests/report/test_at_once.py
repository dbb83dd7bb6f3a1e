"""A simulation in memory says what the report of its folder says."""

import numpy as np
import pytest

from ips_sim.report.at_once import result_at_once
from ips_sim.report.folder import read_result
from ips_sim.report.headlines import headlines
from ips_sim.runs.folder import save
from ips_sim.runs.plan import make_plan
from ips_sim.runs.rounds import collect
from ips_sim.runs.work import MemoryStore

SMALL = {"design.people": 12, "design.weeks": 26, "place.vacancies_per_employer_per_year": 12.0}
OPEN = {"design.people": 20, "design.weeks": 26, "design.warm_up_weeks": 13}


@pytest.mark.parametrize(
    ("names", "overrides"),
    [(("ips", "traditional"), SMALL | {"design.sites": 2}), (("open_programme",), OPEN)],
)
def test_it_says_what_its_folder_says(names, overrides, tmp_path):
    plan = make_plan(names, overrides=overrides, draws=3, replicates=2)
    collected = collect(plan, MemoryStore())
    at_once, read = result_at_once(collected), read_result(save(collected, tmp_path / "it").folder)
    told, said = headlines(at_once), headlines(read)
    assert [one for one in told if one.topic != "A quarter on average"] == [
        one for one in said if one.topic != "A quarter on average"
    ]
    for name, mine in at_once.weekly.items():
        theirs = read.weekly[name]
        for field in ("people", "employed", "low", "high"):
            np.testing.assert_allclose(
                getattr(mine, field), getattr(theirs, field), rtol=1e-12, err_msg=field
            )
        assert mine.runs == theirs.runs
        np.testing.assert_allclose(mine.totals["searching"], theirs.totals["searching"])
