"""The scenarios that ship, in a checkout and in a wheel."""

from pathlib import Path

import pytest

from ips_sim.scenario import ScenarioError, load_scenario, principles, shipped
from ips_sim.scenario.library import library_folder, shipped_path, shipped_text
from ips_sim.scenario.published import EDITOR_HINT, SCHEMA_FILE_NAME


def test_checkout_has_its_library_beside_the_sources(repository: Path):
    assert library_folder() == repository / "scenarios"
    assert library_folder(repository / "src" / "ips_sim") == repository / "scenarios"


def test_wheel_has_its_library_inside_the_package(tmp_path: Path):
    package = tmp_path / "site-packages" / "ips_sim"
    (package / "library").mkdir(parents=True)
    assert library_folder(package) == package / "library"


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


def test_no_such_shipped_scenario():
    with pytest.raises(ScenarioError, match=r"^tradition: .* Did you mean traditional\?$"):
        shipped_text("tradition")
