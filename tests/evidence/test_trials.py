"""Trial designs, their results, and who their people were."""

from __future__ import annotations

from pathlib import Path

import pytest

from ips_sim.evidence import (
    ControlAccess,
    EvidenceError,
    SearchHelp,
    fit_targets,
    package_data,
    targets,
    trial_baselines,
    trial_behind,
    trial_designs,
    trial_results,
)


def test_designs_are_28_trials_one_with_two_control_arms() -> None:
    designs = trial_designs()
    assert len(designs) == 29
    assert (
        len({(design.first_author, design.year, design.site) for design in designs.values()}) == 28
    )
    assert sum(design.us for design in designs.values()) == 13


def test_a_design_is_typed() -> None:
    heslin = trial_designs()["heslin2011"]
    assert heslin.weeks == 104
    assert heslin.control_access is ControlAccess.REFERRAL
    assert heslin.control_search_help is SearchHelp.SOME
    assert heslin.control_prevocational
    assert not heslin.control_sheltered_or_transitional
    assert (heslin.control_integrated, heslin.ips_integrated) == ("0", "partial")
    assert [d.trial_id for d in trial_designs().values() if not d.work_goal_required] == [
        "lehman2002"
    ]


def test_what_a_trial_counted_decides_what_is_simulated() -> None:
    designs = trial_designs().values()
    assert [d.trial_id for d in designs if d.simulated_outcome == "paid_ever"] == ["drake2013"]
    assert [d.trial_id for d in designs if d.simulated_outcome_note] == [
        "christensen2019",
        "nuechterlein2020",
        "erickson2021",
    ]


def test_thirteen_trials_are_fitted_and_summarised_and_one_is_an_upper_bound() -> None:
    results = trial_results().values()
    assert len(results) == 14
    assert sum(result.in_likelihood for result in results) == 13
    assert sum(result.in_error_summary for result in results) == 13
    assert not trial_results()["christensen2019"].in_likelihood


def test_results_repeat_the_designs() -> None:
    for result in trial_results().values():
        design = trial_designs()[result.trial_id]
        assert (result.months, result.n_ips, result.n_control) == (
            design.months,
            design.n_ips,
            design.n_control,
        )


def test_every_trial_has_a_row_of_who_its_people_were() -> None:
    assert list(trial_baselines()) == list(trial_designs())
    burns = trial_baselines()["burns2007"]
    assert (burns.age_mean, burns.share_schizophrenia, burns.share_worked_past_year) == (
        37.8,
        0.8,
        0,
    )
    assert burns.share_on_benefits is None
    assert trial_baselines()["drake2013"].share_on_benefits == 1
    with pytest.raises(TypeError):
        trial_baselines()["burns2007"] = burns  # type: ignore[index]


def test_a_baseline_says_nothing_of_results() -> None:
    """Columns are of people, entry and place; who was lost is no outcome of work."""
    text = package_data("trial_baselines.csv").read_text(encoding="utf-8")
    header = text.splitlines()[0]
    assert not any(word in header for word in ("ips_rate", "control_rate", "outcome"))


def test_a_bad_baseline_is_told_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "trial_baselines.csv"
    header, first, *_ = package_data("trial_baselines.csv").read_text().splitlines()
    cells = {"drake1996": "drake1969", "37.0": "7", "0.47": "47", "seen,high": "heard,high"}
    for right, wrong in cells.items():
        first = first.replace(right, wrong, 1)
    path.write_text(f"{header}\n{first}\n")
    trial_designs()  # read, and kept, before another file stands in
    monkeypatch.setattr("ips_sim.evidence.trials.package_data", lambda _: path)
    trial_baselines.cache_clear()
    try:
        with pytest.raises(EvidenceError) as caught:
            trial_baselines()
    finally:
        trial_baselines.cache_clear()
    assert [message.replace(str(path), "b.csv") for message in caught.value.problems] == [
        "b.csv:2: age_mean is 7, allowed is 16 to 75",
        "b.csv:2: share_schizophrenia is 47, allowed is 0 to 1",
        "b.csv:2: status 'heard' names none of seen, derived, recalled, assumed, mixed",
        "b.csv:2: trial_id 'drake1969' is not known; perhaps 'drake1999' was meant",
    ]


def test_leaving_a_trial_out_leaves_out_the_targets_that_rest_on_it_alone() -> None:
    alone = [target for target in targets() if trial_behind(target)]
    assert [(target.name, trial_behind(target)) for target in alone] == [
        ("dropped_out", "burns2007"),
        ("dropped_out", "burns2007"),
    ]
    assert all(target.role == "fit" for target in fit_targets())
    assert set(fit_targets()) - set(fit_targets(without=["burns2007"])) == set(alone)
    assert fit_targets(without=["gold2006"]) == fit_targets()
    with pytest.raises(KeyError):
        fit_targets(without=["burns"])
