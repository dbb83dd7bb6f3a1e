"""One resolver: inheriting, dropping, overriding, and where each value comes from."""

from pathlib import Path

import numpy as np
import pytest

from ips_sim.scenario import (
    Scenario,
    ScenarioError,
    ScenarioSource,
    as_mapping,
    load_scenario,
    principles,
    resolve_scenario,
)
from ips_sim.scenario.schema import UNLIMITED_WEEKS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_example_of_the_design(folder: Path):
    (folder / "mine.yaml").write_text(
        "# What this programme is,\n"
        "# in a sentence or two.\n"
        "title: IPS, caseload 30\n"
        "based_on: ips.yaml        # everything else is inherited\n"
        "drop: [benefits_planning] # principles left out\n"
        "programme:\n"
        "  caseload_limit: 30\n"
    )
    resolved = resolve_scenario("mine.yaml")
    ips = load_scenario("ips")
    by_hand = as_mapping(ips)
    by_hand["title"] = "IPS, caseload 30"
    by_hand["summary"] = "What this programme is, in a sentence or two."
    by_hand["programme"] |= {
        "caseload_limit": 30,
        "benefits_planning_share": 0.0,
        "benefits_follow_up_share": 0.0,
    }
    assert as_mapping(resolved.scenario) == by_hand
    assert resolved.chain == ("mine.yaml", "shipped ips.yaml")
    assert resolved.dropped == ("benefits_planning",)
    origins = {name: str(origin) for name, origin in resolved.origins.items()}
    assert origins["title"] == "mine.yaml:3"
    assert origins["programme.caseload_limit"] == "mine.yaml:7"
    assert origins["programme.benefits_planning_share"] == "mine.yaml:5 (drop benefits_planning)"
    assert origins["design.weeks"].startswith("shipped ips.yaml:")


def test_every_value_has_an_origin_and_the_line_is_where_it_stands(repository: Path):
    path = repository / "scenarios" / "ips.yaml"
    resolved = resolve_scenario(path)
    lines = path.read_text().splitlines()
    for section, values in as_mapping(resolved.scenario).items():
        for name in values if isinstance(values, dict) else ():
            line = resolved.origins[f"{section}.{name}"].line
            assert line is not None
            assert lines[line - 1].split(":")[0] == f"  {name}"


@pytest.mark.parametrize("name", list(principles()))
def test_drop_equals_setting_the_levers_by_hand(name: str):
    levers = principles()[name].levers
    by_hand = load_scenario("ips", {f"programme.{key}": value for key, value in levers.items()})
    assert load_scenario("ips", {"drop": [name]}) == by_hand
    assert load_scenario(f"without_{name}").programme == by_hand.programme


def test_traditional_is_ips_with_everything_dropped_and_nothing_else():
    traditional, ips = load_scenario("traditional"), load_scenario("ips")
    dropped = load_scenario("ips", {"drop": list(principles())})
    names = {"title": traditional.title, "summary": traditional.summary}
    assert traditional == dropped.model_copy(update=names)
    differing = {
        lever for lever, value in traditional.programme if value != getattr(ips.programme, lever)
    }
    owned = {lever for one in principles().values() for lever in one.levers}
    # What good IPS and traditional services have in common is not a difference.
    assert owned - differing == {"screened_out_for_legal_history"}
    assert differing <= owned


def test_a_later_layer_sets_again_what_a_base_dropped(folder: Path):
    (folder / "mine.yaml").write_text(
        "title: Prepared less\nbased_on: traditional.yaml\nprogramme:\n  preparation_weeks: 4\n"
    )
    resolved = resolve_scenario("mine.yaml", {"programme.visits_before_asking": 2})
    assert resolved.scenario.programme.preparation_weeks == 4
    assert resolved.scenario.programme.visits_before_asking == 2
    assert str(resolved.origins["programme.visits_before_asking"]) == "override"
    assert resolved.dropped == tuple(principles())


def test_sections_and_drop_may_be_headings_over_comments(folder: Path):
    (folder / "mine.yaml").write_text(
        "title: Same\nbased_on: ips.yaml\ndrop:\nprogramme:\n  # caseload_limit: 30\nparameters:\n"
    )
    assert load_scenario("mine.yaml").programme == load_scenario("ips").programme


def test_base_in_a_folder_below_and_in_its_own_folder(folder: Path):
    (folder / "towns").mkdir()
    (folder / "towns" / "deep.yaml").write_text("title: Deep\nbased_on: near.yaml\n")
    (folder / "towns" / "near.yaml").write_text(
        "title: Near\nbased_on: ips.yaml\nstaff:\n  skill_sd: 0.2\n"
    )
    (folder / "mine.yaml").write_text("title: Mine\nbased_on: towns/deep.yaml\n")
    resolved = resolve_scenario(folder / "mine.yaml")
    assert [Path(step).name for step in resolved.chain] == [
        "mine.yaml",
        "deep.yaml",
        "near.yaml",
        "shipped ips.yaml",
    ]
    assert resolved.origins["staff.skill_sd"].where == str(folder / "towns" / "near.yaml")
    assert resolved.scenario.staff.skill_sd == 0.2


def test_own_file_comes_before_a_shipped_one_of_its_name(folder: Path):
    (folder / "traditional.yaml").write_text("title: Ours\nbased_on: ips.yaml\n")
    assert load_scenario("traditional.yaml").title == "Ours"
    assert load_scenario("traditional").title == "Traditional services"
    (folder / "mine.yaml").write_text("title: Mine\nbased_on: traditional.yaml\n")
    assert resolve_scenario("mine.yaml").chain[1:] == ("traditional.yaml", "shipped ips.yaml")


def test_every_kind_of_source_gives_the_same(folder: Path, repository: Path):
    ips = load_scenario("ips")
    path = repository / "scenarios" / "ips.yaml"
    sources: list[ScenarioSource] = [
        "ips",
        "ips.yaml",
        path,
        str(path),
        as_mapping(ips),
        ips,
    ]
    assert all(load_scenario(source) == ips for source in sources)
    changed = load_scenario("ips", {"programme.caseload_limit": 30})
    assert changed.programme.caseload_limit == 30
    mapping = {"based_on": "ips.yaml", "programme": {"caseload_limit": 30}}
    assert load_scenario(mapping) == changed
    assert load_scenario(ips, {"programme.caseload_limit": 30}) == changed
    assert load_scenario(mapping, {"programme.caseload_limit": 20}) == ips


def test_a_scenario_made_in_python_is_checked_too():
    ips = load_scenario("ips")
    design = ips.design.model_copy(update={"sites": 200})
    with pytest.raises(ScenarioError, match=r"^scenario: design.sites: found 200 sites for 100"):
        load_scenario(ips.model_copy(update={"design": design}))


def test_overrides_take_what_sweeps_hand_out():
    scenario = load_scenario(
        "ips",
        {
            "programme.caseload_limit": np.int64(25),
            "programme.office_share": np.float64(0.5),
            "programme.split_roles": np.bool_(True),
            "programme.support_limit_weeks": "unlimited",
            "title": "Swept",
        },
    )
    assert scenario.title == "Swept"
    assert type(scenario.programme.caseload_limit) is int
    assert type(scenario.programme.office_share) is float
    assert scenario.programme.split_roles is True
    assert scenario.programme.support_limit_weeks == UNLIMITED_WEEKS


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        (
            {"programme.caseload": 30},
            "override: programme.caseload: found an unknown key; allowed: a key of programme, see "
            "`ips-sim show schema`. Did you mean caseload_limit (people)?",
        ),
        (
            {"based_on": "traditional.yaml"},
            "override: based_on: found another base; allowed: values, title, summary, drop.",
        ),
        (
            {"design.kind": object},
            "override: design.kind: found an object of type type; allowed: cohort or "
            "open_programme.",
        ),
        (
            {"staff.skill_mean": 10**5000},
            "override: staff.skill_mean: found a number of thousands of digits; allowed: a number "
            "from 0.2 to 2 (ratio to a trial's specialists).",
        ),
        (
            {"staff.skill_mean": 10**50},
            "override: staff.skill_mean: found a number of 51 digits; allowed: a number from 0.2 "
            "to 2 (ratio to a trial's specialists).",
        ),
    ],
)
def test_overrides_are_checked_like_files(overrides: dict[str, object], message: str):
    with pytest.raises(ScenarioError) as caught:
        load_scenario("ips", overrides)
    assert str(caught.value) == message


def test_overrides_by_section_and_by_name_add_up_and_stay_as_they_were():
    design = {"people": 50}
    for overrides in (
        {"design": design, "design.weeks": 26},
        {"design.weeks": 26, "design": design},
    ):
        scenario = load_scenario("ips", overrides)
        assert (scenario.design.people, scenario.design.weeks) == (50, 26)
    assert design == {"people": 50}


@pytest.mark.parametrize("text", ["red \x1b[31m", "half \ud800", "nul \0"])
def test_texts_from_python_have_to_print_too(text: str):
    with pytest.raises(ScenarioError, match=r"^override: (summary|title): found the "):
        load_scenario("ips", {"summary": text})
    with pytest.raises(ScenarioError, match=r"^override: (summary|title): found the "):
        load_scenario("ips", {"title": text})


def test_a_mapping_inside_itself_is_refused():
    endless: dict[str, object] = {}
    endless["skill_mean"] = endless
    with pytest.raises(ScenarioError, match=r"^mapping: staff.skill_mean: found a mapping; "):
        load_scenario({"based_on": "ips.yaml", "staff": endless})


def test_as_mapping_writes_unlimited_in_words():
    mapping = as_mapping(load_scenario("ips"))
    assert mapping["programme"]["support_limit_weeks"] == "unlimited"
    assert mapping["programme"]["transfer_after_weeks_worked"] == 52


def test_summary_key_counts_before_the_comment(folder: Path):
    (folder / "mine.yaml").write_text(
        "# A comment.\ntitle: A\nbased_on: ips.yaml\nsummary: Said.\n"
    )
    assert load_scenario("mine.yaml").summary == "Said."
    (folder / "mine.yaml").write_text("title: A # aside\nbased_on: ips.yaml\n")
    assert load_scenario("mine.yaml").summary == ""


def test_scenarios_can_not_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        load_scenario("ips").title = "Other"
    assert isinstance(load_scenario("ips"), Scenario)


def test_a_shipped_base_with_and_without_its_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ips").mkdir()  # a folder of that name, such as a result, is no scenario
    for base in ("ips", "ips.yaml"):
        Path("mine.yaml").write_text(f"title: Mine\nbased_on: {base}\n")
        assert resolve_scenario("mine.yaml").chain == ("mine.yaml", "shipped ips.yaml")
        said = {"title": "Mine", "based_on": base}
        assert resolve_scenario(said).chain == ("mapping", "shipped ips.yaml")
    assert resolve_scenario("ips").chain == ("shipped ips.yaml",)


def test_a_file_of_exactly_that_path_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    Path("ips").write_text("title: Mine\nbased_on: ips.yaml\n")
    assert load_scenario("ips").title == "Mine"
    Path("both.yaml").write_text("title: Both\nbased_on: ips\n")
    assert resolve_scenario("both.yaml").chain == ("both.yaml", "ips", "shipped ips.yaml")


def test_a_name_may_be_spelled_with_one_character_or_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """What a Mac packs into a zip has accents apart; what people type has not."""
    monkeypatch.chdir(tmp_path)
    apart, whole = "leu\u0308te", "le\u00fcte"
    Path(f"{apart}.csv").write_text("age_years\n31\n")
    Path(f"{apart}.yaml").write_text("title: Base\nbased_on: ips.yaml\n")
    Path("mine.yaml").write_text(
        f"title: Mine\nbased_on: {whole}.yaml\npeople:\n  rows: {whole}.csv\n"
    )
    assert load_scenario("mine.yaml").people_rows[0].age_years == 31
    assert load_scenario(f"{whole}.yaml").title == "Base"
