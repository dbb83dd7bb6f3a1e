"""Programmes that differ: how they are drawn, and what their totals have to do with work."""

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ips_sim.analysis.fidelity.sites import (
    WORLDS,
    Sites,
    make_sites_plan,
    sites_plan_from_json,
    sites_to_folder,
)
from ips_sim.evidence.fidelity import programme_spread
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import How
from ips_sim.scenario import load_scenario


def test_programmes_lie_between_their_ends_and_are_drawn_alike():
    plan = make_sites_plan("open_programme", sites=40)
    again = sites_plan_from_json(plan.as_json())
    assert plan.programmes == again.programmes
    assert plan.programmes != make_sites_plan("open_programme", sites=40, seed=2).programmes
    for one in programme_spread():
        section, _, name = one.key.partition(".")
        values = [float(getattr(getattr(site, section), name)) for site in plan.programmes]
        low, high = sorted((one.worst, one.best))
        assert low <= min(values) <= max(values) <= high
        assert (len(set(values)) > 1) == (low != high), one.key
        if one.is_either:
            assert set(values) == {low, high}


def test_levers_go_together_and_places_do_not():
    plan = make_sites_plan("open_programme", sites=400)
    teams = [site.programme.team_contact_share for site in plan.programmes]
    visits = [site.programme.employer_contacts_per_week for site in plan.programmes]
    jobless = [site.place.unemployment_share for site in plan.programmes]
    assert 0.25 < np.corrcoef(teams, visits)[0, 1] < 0.55
    assert abs(np.corrcoef(teams, jobless)[0, 1]) < 0.15


def made_up(scores: np.ndarray, employed: np.ndarray) -> Sites:
    plan = make_sites_plan("open_programme", sites=len(employed))
    return Sites(plan, scores, scores, employed)


def test_correlations_are_within_worlds():
    sites = 8 * WORLDS
    scores = np.full((sites, 25), 4.0)
    scores[:, 0] = np.arange(sites) // WORLDS % 4 + 1
    world = np.arange(sites) % WORLDS
    # Worlds differ by far more than what the total goes with.
    employed = world / 10 + 0.01 * scores[:, 0]
    found = {row[0]: row[1:] for row in made_up(scores, employed).correlations}
    correlation, low, high, slope = found["total"]
    assert correlation == pytest.approx(1.0)
    assert slope == pytest.approx(0.1)
    assert low == pytest.approx(high)
    assert math.isnan(found["2. Employment services staff"][0])


@pytest.mark.slow
def test_a_study_goes_to_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("ips_sim.analysis.fidelity.sites.RESAMPLES", 20)
    small = load_scenario(
        "open_programme", {"design.specialists_per_site": 1.0, "design.people": 60}
    )
    plan = make_sites_plan(small, sites=4 * WORLDS)
    made = sites_to_folder(plan, tmp_path / "kept", How(jobs=1))
    table = pd.read_csv(tmp_path / "kept" / "sites.csv")
    assert len(table) == plan.sites
    assert table["total"].tolist() == made.scores.sum(axis=1).tolist()
    wrong = np.abs(made.reviewed - made.scores)
    assert set(np.unique(wrong)) <= {0.0, 1.0}
    assert 0.1 < wrong.mean() < 0.3
    assert table["employed_in_quarter"].between(0, 1).all()


def test_too_few_sites_are_told():
    with pytest.raises(RunError, match="sites"):
        make_sites_plan("open_programme", sites=3)
