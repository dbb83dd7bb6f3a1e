"""Trials of one's own and others: what a file may say, and what a user hears who errs."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ips_sim.analysis.trials.trial_files import (
    DEFAULTS,
    beyond_the_fit,
    how_far,
    other_trials,
    read_trials,
)
from ips_sim.analysis.trials.virtual_trials import (
    Trial,
    control_levers,
    settings_of,
    shipped_trial,
    virtual_trial,
    with_outcome,
)
from ips_sim.evidence import EvidenceError, SearchHelp, package_data, trial_results
from ips_sim.evidence.trials import OutcomeCounted
from ips_sim.model import arrays
from ips_sim.model.entities import Work
from ips_sim.scenario import load_scenario

HEADER = "trial_id,ips_rate,control_rate\n"


def problems(folder: Path, content: str | bytes) -> tuple[str, ...]:
    """Give the messages about a file of trials, without its folder."""
    path = folder / "mine.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(EvidenceError) as caught:
        read_trials(path)
    return tuple(message.replace(str(path), "mine.csv") for message in caught.value.problems)


def test_three_columns_are_enough_and_the_design_gives_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("\ufeff" + HEADER + "\nkillackey2008, 0 ,100\n", encoding="utf-8")
    (trial,) = read_trials(path)
    assert replace(trial, ips_rate=None, control_rate=None) == shipped_trial("killackey2008")
    assert (trial.ips_rate, trial.control_rate) == (0, 100)


def test_what_spreadsheets_add_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(f"sep=,\n,,,\n\n{HEADER.strip()},,\nkillackey2008,0,100,,\n,,,,\n")
    (trial,) = read_trials(path)
    assert (trial.ips_rate, trial.control_rate) == (0, 100)


def test_a_file_may_have_its_own_sizes(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("trial_id,n_ips,ips_rate,control_rate\nkillackey2008,18,1,0\n")
    (trial,) = read_trials(path)
    assert (trial.design.n_ips, trial.design.n_control) == (18, 21)


def test_every_mistake_is_told_at_once_with_its_line(tmp_path: Path) -> None:
    content = HEADER + "lehmann2002,50,\n\ngold2006,101,-1\ngold2006,many,20\n"
    first, *rest = problems(tmp_path, content)
    assert first == (
        "mine.csv:2: trial_id 'lehmann2002' is not known; perhaps 'lehman2002' was meant; a trial "
        "of one's own has to say us, months, n_ips, n_control, control_access, "
        "control_prevocational, control_sheltered_or_transitional, control_search_help too"
    )
    assert rest == [
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
            "ips_rate,control_rate\n50,20\n",
            "mine.csv:1: found no column trial_id; allowed: trial_id and others.",
        ),
        (HEADER + "gold2006,1\n", f"mine.csv:2: found 2 cells under 3 column names; {EACH}"),
        (HEADER + "gold2006,1,2,3\n", f"mine.csv:2: found 4 cells under 3 column names; {EACH}"),
        (HEADER + ",1,2\n", "mine.csv:2: trial_id is empty"),
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
    content = 'trial_id,ips_rate,control_rate,note\ngold2006,1,2,"a\nb"\ndrake1996,x,2,c\n'
    assert problems(tmp_path, content) == ("mine.csv:4: ips_rate is 'x', expected a number",)


def test_no_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="found no such file"):
        read_trials(tmp_path / "none.csv")
    with pytest.raises(EvidenceError, match="found a folder"):
        read_trials(tmp_path)


def test_the_published_file_itself_is_accepted() -> None:
    read = read_trials(package_data("trial_results.csv"))
    assert read == tuple(shipped_trial(one, rates) for one, rates in trial_results().items())


def test_an_empty_rate_is_predicted_only(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(HEADER + "gold2006,,20\ndrake1996,NA,nan\n")
    first, second = read_trials(path)
    assert (first.ips_rate, first.control_rate) == (None, 20)
    assert math.isnan(first.rate("ips"))
    assert (second.ips_rate, second.control_rate) == (None, None)


OWN = {
    "trial_id": "ours2025",
    "us": "False",
    "months": "12",
    "n_ips": "60",
    "n_control": "58",
    "control_access": "1",
    "control_prevocational": "1",
    "control_sheltered_or_transitional": "0",
    "control_search_help": "1",
}


def own(**cells: str) -> str:
    """A file with one trial of one's own."""
    row = {**OWN, **cells}
    return f"{','.join(row)}\n{','.join(row.values())}\n"


def read_own(folder: Path, **cells: str) -> Trial:
    path = folder / "mine.csv"
    path.write_text(own(**cells))
    (trial,) = read_trials(path)
    return trial


def test_a_trial_of_ones_own_needs_its_features_and_takes_stated_defaults(tmp_path: Path) -> None:
    trial = read_own(tmp_path)
    assert {name: str(getattr(trial.design, name)) for name in ("stage", "benefits")} == {
        "stage": DEFAULTS["stage"],
        "benefits": DEFAULTS["benefits"],
    }
    assert trial.design.dismissal_protection_oecd == (
        load_scenario("ips").place.dismissal_protection_index
    )
    pair, like_it = virtual_trial(trial), virtual_trial("heslin2011")
    assert pair.control.programme == like_it.control.programme  # the same features
    assert pair.ips.people == load_scenario("ips").people
    assert (pair.ips.design.weeks, pair.ips.design.people, pair.control.design.people) == (
        52,
        60,
        58,
    )


def test_a_trial_of_ones_own_may_say_who_and_where_and_what_else_is_set(tmp_path: Path) -> None:
    trial = read_own(
        tmp_path,
        people="early_psychosis",
        place="denmark",
        stage="early",
        n_sites="3",
        age_mean="22.5",
        unemployment_rate="7",
        set="programme.caseload_limit=25; people.homeless_share=0.2",
        ips_rate="48",
    )
    pair = virtual_trial(trial)
    for arm in (pair.ips, pair.control):
        assert arm.people.age_mean_years == 22.5
        assert arm.people.psychotic_share == 1
        assert arm.people.homeless_share == 0.2
        assert arm.place.unemployment_share == pytest.approx(0.07)
        assert arm.place.dismissal_protection_index == 2.1
        assert arm.design.sites == 3
        assert arm.programme.early_care_share == 1
    # levers are the IPS arm's: the other's follow from its features
    assert (pair.ips.programme.caseload_limit, pair.control.programme.caseload_limit) == (25, 40)
    assert (trial.ips_rate, trial.control_rate) == (48, None)


def test_a_known_trial_may_have_cells_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("trial_id,control_search_help,age_mean\ndrake1996,2,45\n")
    (trial,) = read_trials(path)
    shipped = shipped_trial("drake1996")
    assert trial.design == replace(shipped.design, control_search_help=SearchHelp.ACTIVE)
    assert trial.baseline == replace(shipped.baseline, age_mean=45)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"control_access": "", "n_ips": "NA"},
            "trial_id 'ours2025' is not known; a trial of one's own has to say n_ips, "
            "control_access too",
        ),
        ({"control_access": "3"}, "control_access is '3', allowed are 0, 1, 2"),
        ({"us": "yes"}, "us is 'yes', allowed are True, False"),
        ({"months": "300"}, "months is 300, allowed is 1 to 240"),
        ({"age_mean": "5"}, "age_mean is 5, allowed is 16 to 75"),
        ({"people": "early_psychosi"}, "people is 'early_psychosi', allowed are "),
        ({"place": "norway"}, "place is 'norway', allowed are australia, "),
        ({"stage": "Early"}, "stage is 'Early', allowed are PTSD, early, "),
        ({"outcome_counted": "any"}, "outcome_counted is 'any', allowed are competitive, "),
        ({"n_sites": "90"}, "n_sites: found 90 sites for 60 people; allowed: at most 60"),
        ({"n_control": "60000"}, "n_ips, n_control: found 60,000 people at a site; allowed: at"),
        ({"set": "people.homeless_shar=1"}, "set names people.homeless_shar; perhaps 'people.home"),
        ({"set": "design.weeks=4"}, "set names design.weeks"),
        ({"set": "people.homeless_share"}, "a part of set is written as KEY=VALUE, found 'people"),
        (
            {"set": "people.homeless_share=2"},
            "people.homeless_share: found 2; allowed: a number from 0 to 1",
        ),
        (
            {"set": "people.tapered_benefit_share=0.9"},
            "people.tapered_benefit_share: found tapered_benefit_share and cliff_",
        ),
    ],
)
def test_a_mistake_in_a_trial_of_ones_own_is_one_sentence_with_its_line(
    tmp_path: Path, cells: dict[str, str], message: str
) -> None:
    (told,) = problems(tmp_path, own(**cells))
    assert told.startswith(f"mine.csv:2: {message}")


def test_every_other_design_is_a_pair_of_scenarios_or_has_a_reason() -> None:
    assert len(other_trials()) == 23
    assert [one.trial_id for one in other_trials().values() if one.trial is None] == []
    for one in other_trials().values():
        assert one.basis
        assert (one.trial is None) == (one.grade == "")


WITH_TRIAL = {one.trial_id: one.trial for one in other_trials().values() if one.trial is not None}


def test_work_or_school_may_be_counted_at_the_end() -> None:
    trial = WITH_TRIAL["hellstrom2017"]
    people = np.zeros(4, arrays.SEEKER)
    people["work"][1] = Work.COMPETITIVE
    people["in_school"][2] = True
    people[["jobs_held", "enrolments"]][3] = (1, 1)  # both are over by then
    assert with_outcome(people, trial.design).tolist() == [False, True, True, False]


@pytest.mark.parametrize("trial_id", list(WITH_TRIAL))
def test_arms_of_another_design_differ_only_as_said(trial_id: str) -> None:
    """Titles, sizes, levers that features set, and levers that the row sets for IPS."""
    trial, other = WITH_TRIAL[trial_id], other_trials()[trial_id]
    pair = virtual_trial(trial)
    assert pair.ips.people == pair.control.people
    assert pair.ips.place == pair.control.place
    assert pair.ips.staff == pair.control.staff
    own = {key.removeprefix("programme.") for key in settings_of(trial.sets)}
    levers = {row.lever for row in control_levers()}
    ips = pair.ips.programme.model_dump()
    differ = {name for name, value in pair.control.programme if value != ips[name]}
    assert differ <= own | levers
    sized = pair.ips.design.model_copy(update={"people": trial.design.n_control})
    assert sized == pair.control.design
    for name in ("months", "n_ips", "n_control"):
        published = getattr(other, name)
        assert published is None or published == getattr(trial.design, name)
    for key, value in settings_of(trial.sets).items():
        section, _, name = key.partition(".")
        assert getattr(getattr(pair.ips, section), name) == value


def test_other_designs_hold_no_results() -> None:
    for name in ("other_designs.csv", "other_settings.csv"):
        header = package_data(name).read_text(encoding="utf-8").splitlines()[0]
        assert not any(word in header for word in ("_rate_", "ips_rate", "control_rate"))


def test_how_far_outside_the_fit(tmp_path: Path) -> None:
    for result in trial_results().values():
        if result.in_error_summary:
            assert beyond_the_fit(shipped_trial(result.trial_id)) == ()
    inside = {"control_access": "2", "control_sheltered_or_transitional": "1", "months": "18"}
    assert beyond_the_fit(read_own(tmp_path, **inside)) == ()
    near = beyond_the_fit(read_own(tmp_path, **{**inside, "months": "3", "place": "japan"}))
    assert (near, how_far(near)) == (("place", "months"), "near")
    sets = "people.homeless_share=0.5; programme.caseload_limit=30"
    far = beyond_the_fit(read_own(tmp_path, **inside, set=sets, outcome_counted="unknown"))
    assert (far, how_far(far)) == (("people", "programme", "outcome"), "far")
    assert how_far(()) == "inside"
    assert how_far(("other people",)) == "far"


@pytest.mark.parametrize(
    ("counted", "who"),
    [
        ("competitive", [True, True, True, False]),
        ("competitive at the end", [True, False, False, False]),
        ("competitive 13 weeks or more", [True, True, False, False]),
        ("competitive 26 weeks or more", [True, False, False, False]),
        ("paid", [True, True, True, True]),
    ],
)
def test_what_a_trial_counts(counted: OutcomeCounted, who: list[bool]) -> None:
    people = np.array(
        [(1, 30, Work.COMPETITIVE, False), (2, 13, 0, False), (1, 2, 0, False), (0, 0, 0, True)],
        dtype=[("jobs_held", int), ("weeks_worked", int), ("work", int), ("paid_other_ever", bool)],
    )
    design = replace(shipped_trial("gold2006").design, outcome_counted=counted)
    assert with_outcome(people, design).tolist() == who


def test_examples_of_the_page_are_read(tmp_path: Path, repository: Path) -> None:
    page = (repository / "docs" / "how-to" / "validate.md").read_text(encoding="utf-8")
    examples = [part for part in page.split("```") if part.startswith("text\ntrial_id,")]
    path, read = tmp_path / "mine.csv", []
    for example in examples:
        path.write_text(example.removeprefix("text\n"))
        read += [trial.trial_id for trial in read_trials(path)]
    assert read == ["drake1996", "viering2015", "ours2025", "planned2027"]
