"""The scenarios that ship, in a checkout and in a wheel."""

from pathlib import Path

import pytest

from ips_sim.scenario import ScenarioError, load_scenario, principles, resolve_scenario, shipped
from ips_sim.scenario.library import shipped_path, shipped_text
from ips_sim.scenario.published import EDITOR_HINT, SCHEMA_FILE_NAME
from ips_sim.sources import library_folder


def test_names_are_paths_in_the_library(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "controls").mkdir()
    (tmp_path / "controls" / "job_club.yaml").write_text("title: Job club\nbased_on: ../ips.yaml\n")
    (tmp_path / "ips.yaml").write_bytes((library_folder() / "ips.yaml").read_bytes())
    shipped.cache_clear()
    for module in ("library", "sources"):
        monkeypatch.setattr(f"ips_sim.scenario.{module}.library_folder", lambda: tmp_path)
    try:
        assert list(shipped()) == ["controls/job_club", "ips"]
        assert shipped_path("controls/job_club.yaml") == tmp_path / "controls" / "job_club.yaml"
        # Within the library a base may lie above: it is one tree.
        assert load_scenario("controls/job_club").title == "Job club"
    finally:
        shipped.cache_clear()


def test_what_ships():
    expected = {"ips", "traditional", *(f"without_{name}" for name in principles())}
    expected |= {"routine", "open_programme", "examples/riverside"}
    expected |= {"services/job_club", "people/early_psychosis", "places/denmark"}
    assert expected <= set(shipped())


@pytest.mark.parametrize("name", list(shipped()))
def test_every_shipped_scenario_resolves_and_says_what_it_stands_for(name: str):
    scenario = load_scenario(name)
    assert len(scenario.summary) > 60


@pytest.mark.parametrize("name", list(shipped()))
def test_first_line_leads_editors_to_the_schema(name: str):
    hint, path = shipped_text(name).splitlines()[0].split("=")
    assert hint == EDITOR_HINT.split("=")[0]
    assert (shipped()[name].parent / path).resolve() == library_folder() / SCHEMA_FILE_NAME


def test_titles_differ():
    titles = [load_scenario(name).title for name in shipped()]
    assert len(set(titles)) == len(titles)


def test_every_value_of_ips_says_on_what_it_rests():
    """Beside the value, or for levers in the comment over their group."""
    lines = shipped_text("ips").splitlines()
    start = lines.index("staff:")
    bare = [line for line in lines[start:] if line.startswith("  ") and "#" not in line]
    assert bare == []
    group = ""
    for line in lines[lines.index("programme:") + 1 : start]:
        if line.startswith("  # "):
            group = line
        elif line:
            assert "#" in line or "(fidelity item" in group or "Competitive" in group, line


@pytest.mark.parametrize(
    ("folder", "section"), [("people", "people"), ("places", "place"), ("services", "programme")]
)
def test_a_folder_of_the_library_says_one_thing(folder: str, section: str):
    """So that services, people and places fit together in any order."""
    files = [name for name in shipped() if name.startswith(f"{folder}/")]
    assert files
    for name in files:
        resolved = resolve_scenario(name)
        own = {
            dotted.partition(".")[0]
            for dotted, origin in resolved.origins.items()
            if origin.where == f"shipped {name}.yaml"
        }
        assert own <= {section, "title", "summary"}
        assert resolved.chain[1:] == ("shipped ips.yaml",)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in shipped()
        if name.startswith(("people/", "places/", "settings/", "policy/"))
        or name in {"routine", "open_programme"}
    ],
)
def test_every_value_says_on_what_it_rests(name: str):
    lines = shipped_text(name).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("based_on"))
    values = [line for line in lines[start:] if line.startswith("  ")]
    assert [line for line in values if "#" not in line and "kind:" not in line] == []


def test_a_setting_and_its_control_have_the_same_people_and_place():
    """So that what sets them apart is the programme."""
    pairs = [name for name in shipped() if name.startswith("settings/") and "_usual" not in name]
    assert len(pairs) > 10
    for name in pairs:
        ips, usual = load_scenario(name), load_scenario(f"{name}_usual")
        sections = {"staff", "people", "place", "design"}
        assert ips.model_dump(include=sections) == usual.model_dump(include=sections)
        assert ips.programme != usual.programme


def test_the_how_to_page_quotes_the_example(repository: Path):
    page = (repository / "docs" / "how-to" / "own-people-and-place.md").read_text(encoding="utf-8")
    examples = library_folder() / "examples"
    told = [
        line.strip()
        for block in page.split("```yaml\n")[1:]
        for line in block.split("```")[0].splitlines()
        if ": " in line and not line.startswith(("#", "title"))
    ]
    files = "".join(path.read_text(encoding="utf-8") for path in examples.glob("*.yaml"))
    assert len(told) > 5
    assert [line for line in told if line not in files] == []
    people = (examples / "riverside_people.csv").read_text(encoding="utf-8")
    assert len(load_scenario("examples/riverside").people_rows) == len(people.splitlines()) - 1


def test_the_example_puts_a_service_and_a_place_together():
    town, club = load_scenario("examples/riverside"), load_scenario("examples/riverside_job_club")
    assert club.programme == load_scenario("services/job_club").programme
    assert (club.people, club.people_rows) == (town.people, town.people_rows)
    assert (club.place, club.design) == (town.place, town.design)


def test_the_pair_on_joining_care_differs_from_traditional_services_in_care_alone():
    traditional, ips = load_scenario("traditional"), load_scenario("ips")
    alone, joined = load_scenario("care_better_alone"), load_scenario("care_joined")
    assert alone.programme == traditional.programme.model_copy(update={"early_care_share": 1.0})
    kept = {name: getattr(ips.programme, name) for name in principles()["integration"].levers}
    assert joined.programme == traditional.programme.model_copy(update=kept)
    sections = {"staff", "people", "place", "design"}
    assert alone.model_dump(include=sections) == joined.model_dump(include=sections)


def test_no_such_shipped_scenario():
    with pytest.raises(ScenarioError, match=r"^tradition: .* Did you mean traditional\?$"):
        shipped_text("tradition")
