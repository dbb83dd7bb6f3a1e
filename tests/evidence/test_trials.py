"""Trial designs, their results, and what a user hears who brings a bad file of results."""

from __future__ import annotations

from pathlib import Path

import pytest

from ips_sim.evidence import (
    ControlAccess,
    EvidenceError,
    SearchHelp,
    fit_targets,
    package_data,
    read_trial_results,
    targets,
    trial_baselines,
    trial_behind,
    trial_designs,
    trial_results,
)

HEADER = "trial_id,ips_rate,control_rate\n"


def problems(folder: Path, content: str | bytes) -> tuple[str, ...]:
    """Give the messages about a file of trial results, without its folder."""
    path = folder / "mine.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(EvidenceError) as caught:
        read_trial_results(path)
    return tuple(message.replace(str(path), "mine.csv") for message in caught.value.problems)


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


def test_three_columns_are_enough_and_the_design_gives_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("\ufeff" + HEADER + "\nkillackey2008, 0 ,100\n", encoding="utf-8")
    (result,) = read_trial_results(path)
    assert (result.ips_rate, result.control_rate) == (0, 100)
    assert (result.months, result.n_ips, result.n_control) == (6, 20, 21)
    assert result.in_error_summary
    assert not result.in_likelihood


def test_what_spreadsheets_add_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"sep=,\n,,,\n\n{HEADER.strip()},,\nkillackey2008,0,100,,\n,,,,\n")
    (result,) = read_trial_results(path)
    assert (result.ips_rate, result.control_rate) == (0, 100)


def test_a_file_may_have_its_own_sizes(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("trial_id,n_ips,ips_rate,control_rate\nkillackey2008,18,1,0\n")
    (result,) = read_trial_results(path)
    assert (result.n_ips, result.n_control) == (18, 21)


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    content = HEADER + "lehmann2002,50,\n\ngold2006,101,-1\ngold2006,many,20\n"
    first, *rest = problems(tmp_path, content)
    assert first.startswith(
        "mine.csv:2: trial_id 'lehmann2002' is not known; perhaps 'lehman2002' was meant; "
        "known are drake1996, "
    )
    assert rest == [
        "mine.csv:2: control_rate is empty, expected a number",
        "mine.csv:4: ips_rate is 101, allowed is 0 to 100",
        "mine.csv:4: control_rate is -1, allowed is 0 to 100",
        "mine.csv:5: trial_id gold2006 is there twice",
        "mine.csv:5: ips_rate is 'many', expected a number",
    ]


A_TABLE = "a table (CSV), in UTF-8, with a line of column names"
EACH = "allowed: a cell for each column, if empty."
SAVED = "allowed: a table saved as CSV UTF-8 (in Excel: Save As, CSV UTF-8)."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEADER + "gold2006,1e999,2\n", "mine.csv:2: ips_rate is '1e999', expected a number"),
        (
            HEADER + "gold2006,0,3\n".replace(",0,3", ',"0,3",2'),
            "mine.csv:2: ips_rate is '0,3', expected a number; perhaps 0.3 was meant",
        ),
        (
            "trial_id,ips_rate,control_rate,months\ngold2006,1,2,1e9\n",
            "mine.csv:2: months is 1e9, allowed is 1 to 240",
        ),
        (
            (HEADER + "gold2006,1,2\n").replace(",", ";"),
            "mine.csv:1: found columns separated by semicolons; allowed: columns separated by "
            "commas.",
        ),
        (
            (HEADER + "gold2006,1,2\n").encode("utf-16"),
            f"mine.csv: found text in UTF-16; {SAVED}",
        ),
        (
            "Trials of ours,,\n" + HEADER + "gold2006,1,2\n",
            "mine.csv:1: found a line above the column names, which stand on line 2; allowed: the "
            "column names on the first line.",
        ),
        (
            HEADER + "gold2006,1,2\nTotal,1,2\n",
            "mine.csv:3: found a line of totals (Total); allowed: rows of data alone.",
        ),
        ("", f"mine.csv: found an empty file; allowed: {A_TABLE}."),
        (HEADER, "mine.csv: found column names without a row; allowed: a row or more."),
        (
            "trial_id,ips_rate\ngold2006,1\n",
            "mine.csv:1: found no column control_rate; allowed: trial_id, ips_rate, "
            "control_rate and others.",
        ),
        (HEADER + "gold2006,1\n", f"mine.csv:2: found 2 cells under 3 column names; {EACH}"),
        (HEADER + "gold2006,1,2,3\n", f"mine.csv:2: found 4 cells under 3 column names; {EACH}"),
        (HEADER + ",1,2\n", "mine.csv:2: trial_id is empty"),
        (HEADER + "gold2006,nan,2\n", "mine.csv:2: ips_rate is 'nan', expected a number"),
        (
            HEADER + "gold2006,55%,2\n",
            "mine.csv:2: ips_rate is '55%', expected a number; perhaps 55 was meant",
        ),
        (
            HEADER + 'gold2006,"5\n',
            "mine.csv:2: found a quotation mark that opens here and is never closed; "
            "allowed: quotation marks in pairs.",
        ),
        (
            HEADER.encode() + b"gold2006,\xff,2\n",
            "mine.csv:2: found a byte that is not UTF-8 (0xff, which is ÿ in Windows-1252); "
            f"{SAVED}",
        ),
        (
            HEADER + "gold2006,0.64,0.26\n",
            "mine.csv: no rate is above 1; rates are per cent, so 0.55 should be written 55",
        ),
        (
            "trial_id,ips_rate,control_rate,control_condition\ngold2006,1,2,Job club\n",
            "mine.csv:2: control_condition 'Job club' is not that of gold2006, which is "
            "'Sheltered workshop / parallel vocational and MH services'",
        ),
        (
            "trial_id,ips_rate,control_rate,use\ngold2006,1,2,fti\n",
            "mine.csv:2: use is 'fti', allowed are fit, check, 'upper bound …' or nothing",
        ),
        (
            "trial_id,ips_rate,control_rate,n_ips\ngold2006,1,2,0\n",
            "mine.csv:2: n_ips is 0, allowed is 1 to 100000",
        ),
        (
            "trial_id,ips_rate,control_rate,months\ngold2006,1,2,1.5\n",
            "mine.csv:2: months is 1.5, expected a whole number",
        ),
        (
            "trial_id,ips_rate,control_rate,ips_rate\ngold2006,1,2,3\n",
            "mine.csv:1: ips_rate: found the column a second time; allowed: once.",
        ),
    ],
)
def test_a_bad_file_gets_one_plain_message(
    tmp_path: Path, content: str | bytes, message: str
) -> None:
    assert problems(tmp_path, content) == (message,)


def test_an_unknown_column_gets_the_nearest_name(tmp_path: Path) -> None:
    (message,) = problems(tmp_path, "trial_id,ips_rate,control_rate,mnoths\ngold2006,1,2,3\n")
    assert message.startswith("mine.csv:1: mnoths: found an unknown column; allowed: trial_id, ")
    assert message.endswith("Did you mean months?")


def test_a_line_is_where_its_row_starts_even_after_cells_with_line_breaks(tmp_path: Path) -> None:
    content = 'trial_id,ips_rate,control_rate,note\ngold2006,1,2,"a\nb"\ndrake1996,,2,c\n'
    assert problems(tmp_path, content) == ("mine.csv:4: ips_rate is empty, expected a number",)


def test_no_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="found no such file"):
        read_trial_results(tmp_path / "none.csv")
    with pytest.raises(EvidenceError, match="found a folder"):
        read_trial_results(tmp_path)


def test_the_published_file_itself_is_accepted() -> None:
    read = read_trial_results(package_data("trial_results.csv"))
    assert read == tuple(trial_results().values())
