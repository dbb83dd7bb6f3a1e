"""The page as a reader gets it: complete, offline, the same bytes, honest about what is missing."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ips_sim.economics.prices import uprated_unit_costs
from ips_sim.evidence.parameters import load_parameters
from ips_sim.report import write_report
from ips_sim.report.limits import LIMITS
from tests.report.made_up import FINDING, scenario, write_folder, write_manifest

FIGURES = (
    "work_by_week",
    "hours_by_use",
    "status_by_week",
    "time_to_first_job",
    "job_tenure",
    "weeks_worked",
    "ways_out",
    "job_endings",
    "costs_by_week",
    "process",
)
NEED_WEEKS = {"work_by_week", "status_by_week", "hours_by_use", "costs_by_week"}
NEED_PEOPLE = {"time_to_first_job", "job_tenure", "weeks_worked"}
EIGHT = ("IPS", *(f"IPS without principle number {number} of all" for number in range(6)), "Old")


class Page(HTMLParser):
    """Tags, what they refer to, and the words of a page; refuses tags that do not match."""

    VOID = frozenset({"meta", "img", "source", "br", "link", "input"})

    def __init__(self, path):
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.images: dict[str, dict] = {}
        self.links: list[str] = []
        self.words: list[str] = []
        self._figure = ""
        self.text = path.read_text(encoding="utf-8")
        self.feed(self.text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        self.words.append(" " if tag in {"td", "th", "span"} else "")
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        if "id" in said:
            self.ids.append(said["id"])
            self._figure = said["id"]
        if tag == "img":
            self.images[self._figure] = said
        self.links += [said[name] for name in ("href", "src") if name in said]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in {"style", "script"}:
            self.words.append(data)

    @property
    def said(self):
        return re.sub(r"\s+", " ", "".join(self.words))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("page") / "outputs of mine"
    write_folder(made)
    assert write_report(made) == made / "report.html"
    return made


@pytest.fixture(scope="module")
def page(folder):
    return Page(folder / "report.html")


def test_sections_come_in_order(page):
    sections = ["compared", "findings", "glance", "table", "more", "sure", "limits", "methods"]
    expected = [*sections, "again"]
    assert [name for name in page.ids if name in expected] == expected
    assert [name for name in page.ids if name in FIGURES] == list(FIGURES)


def test_it_works_offline_and_without_script(page):
    assert "script" not in page.tags
    assert "link" not in page.tags
    assert "@import" not in page.text
    assert "url(" not in page.text
    assert all(link.startswith(("#", "data:image/svg+xml;base64,")) for link in page.links)
    for link in page.links:
        if link.startswith("#"):
            assert link[1:] in page.ids


def test_what_was_compared_and_what_came_out(page):
    assert "IPS and Traditional services" in page.said
    assert "40 people at 1 site, each followed for 6 months from entry" in page.said
    assert "6 replicates of each scenario, with one set of parameters." in page.said
    assert re.search(
        r"Of 100 people, about \d+ found a competitive job within 6 months under IPS and \d+ "
        r"under Traditional services: \d+ more under IPS \(\d+ to \d+\)\.",
        page.said,
    ), page.said[:3000]


def test_the_table_has_every_outcome_with_n_for_finders(page, folder):
    from ips_sim.model.outcomes import MEASURES
    from ips_sim.report.words import WORDINGS

    for outcome in WORDINGS.values():
        assert outcome.label in page.said
    for measure in MEASURES:
        assert measure.meaning[1:] in page.said
    assert len(re.findall(r"n = \d", page.said)) >= 4


def test_how_sure_methods_and_limits(page):
    for kind in ("Predictive", "Luck", "Sites", "Model", "People", "Monte Carlo error"):
        assert kind in page.said
    assert "best guess" in page.said
    assert re.search(r"\d+ arms the share .* was missed by [\d.]+ points on average", page.said)
    assert "What a range is made of" in page.said
    assert page.said.count("not known") > 2
    for limit in LIMITS:
        assert limit.question in page.said
    for name in load_parameters():
        assert f">{name}<" in page.text
    assert page.tags.count("details") == 4
    for cost in uprated_unit_costs().values():
        assert cost.unit in page.said


def test_it_says_how_to_make_it_again(page, folder):
    assert f"ips-sim rerun '{folder}'" in page.said
    assert "ips-sim compare 'a file.yaml' --out 'outputs of mine'" in page.said
    for fact in ("f00d", "abc, with changes that are not in it", "python 3.11.7"):
        assert fact in page.said


def test_an_unfinished_folder_is_told_by_its_finished_name_from_where_it_was_made(
    tmp_path, monkeypatch, undrawn
):
    monkeypatch.chdir(tmp_path)
    made = Path("outputs", "mine.partial")
    write_folder(made, ("IPS",))
    assert "ips-sim rerun outputs/mine " in Page(write_report(made)).said


def test_ways_out_are_explained(page):
    assert page.said.count("whose interest in work has faded agree") == 2
    ways_out = page.said[page.said.index("Disengaged: left without agreement") :]
    assert re.search(r"Closed without a job: .* Support ended while working: its limit", ways_out)
    assert "Transferred" not in page.said[: page.said.index("How it was done")]


def test_the_figure_of_work_says_what_the_table_says(page):
    told = re.search(r"at the end of the last week: ([\d.]+ %) under IPS", page.said)
    row = re.search(r"Competitive job at the end % of people ([\d.]+ %)", page.said)
    assert told is not None
    assert row is not None
    assert told[1] == row[1]


def test_few_finders_are_said_in_plain_words(page):
    assert "Half have found one after" in page.said
    assert "Fewer than half found one within the follow-up under Traditional services." in page.said


@pytest.mark.parametrize("mean", [-0.004, 0.0])
def test_a_mean_outside_its_range_is_explained(tmp_path, mean, undrawn):
    folder = tmp_path / "two"
    write_folder(folder, levers={})
    lines = (folder / "contrasts.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if ",dropped_out," in line)
    first = lines[place].split(",")
    lines[place] = ",".join([*first[:5], str(mean), "0.0", "0.0", *first[8:]])
    (folder / "contrasts.csv").write_text("".join(lines), encoding="utf-8")
    said = Page(write_report(folder)).said
    assert ("the mean lies outside." in said) is bool(mean)


def test_figures_are_files_too(folder):
    files = {path.name for path in (folder / "figures").iterdir()}
    assert files == {f"{name}.{ending}" for name in FIGURES for ending in ("png", "svg")}
    for name in FIGURES:
        root = ElementTree.parse(folder / "figures" / f"{name}.svg").getroot()
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        png = (folder / "figures" / f"{name}.png").read_bytes()
        assert png.startswith(b"\x89PNG\r\n")
        assert b"Software" not in png
        assert b"<dc:date>" not in (folder / "figures" / f"{name}.svg").read_bytes()


def test_figures_are_described_for_those_who_do_not_see_them(page):
    assert set(page.images) == set(FIGURES)
    for said in page.images.values():
        assert len(said["alt"]) > 60


def test_one_scenario(tmp_path, drawn_once):
    write_folder(tmp_path / "one", ("IPS",))
    page = Page(write_report(tmp_path / "one"))
    assert "What was run" in page.said
    assert "minus" not in page.said
    assert "What this programme decides" in page.said
    assert set(page.images) == set(FIGURES)


def test_eight_scenarios(tmp_path, undrawn):
    write_folder(tmp_path / "eight", EIGHT)
    page = Page(write_report(tmp_path / "eight"))
    assert "8 scenarios compared" in page.said
    assert set(page.images) == set(FIGURES)
    for title in EIGHT[1:]:
        assert re.search(rf"{title}: [\d.]+, ", page.said)


def test_levers_that_differ_are_listed_with_both_values(tmp_path, undrawn):
    levers = {
        "Less": {"caseload_limit": 35, "support_limit_weeks": "unlimited", "split_roles": True}
    }
    write_folder(tmp_path / "two", ("IPS", "Less"), levers=levers)
    said = Page(write_report(tmp_path / "two")).said
    table = said[said.index("Where the scenarios differ") : said.index("All parameters")]
    assert re.search(r"Caseload limit People on the .*? at most\. 20 35 ", table)
    assert re.search(r"Split roles .*? start\. no yes ", table)
    assert "Support limit" not in table


def test_scenarios_that_do_not_differ_say_so(folder, page):
    assert "The scenarios differ in no setting." in page.said


def test_missing_tables_are_said_and_the_rest_is_there(tmp_path, undrawn):
    folder = tmp_path / "bare"
    write_folder(folder)
    write_report(folder)
    (folder / "people.parquet").unlink()
    page = Page(write_report(folder))
    assert set(page.images) == set(FIGURES) - NEED_PEOPLE
    assert page.said.count("no table of people (people.parquet). This figure needs it.") == 3
    (folder / "weekly.parquet").unlink()
    page = Page(write_report(folder))
    assert set(page.images) == set(FIGURES) - NEED_PEOPLE - NEED_WEEKS
    # Figures of an earlier report do not stay behind.
    assert {path.stem for path in (folder / "figures").iterdir()} == set(page.images)


def test_titles_cannot_change_the_page(tmp_path, undrawn):
    folder = tmp_path / "sly"
    title = "<script>alert(1)</script> & <b>co"
    write_folder(folder, ("IPS", title))
    page = Page(write_report(folder))
    assert "script" not in page.tags
    assert page.tags.count("b") == len(re.findall(r"<li><b>", page.text))
    assert title in page.said


def test_nobody_finds_a_job(tmp_path, monkeypatch, drawn_once):
    monkeypatch.setitem(FINDING, "Nobody", 0.0)
    folder = tmp_path / "none"
    write_folder(folder, ("IPS", "Nobody"))
    page = Page(write_report(folder))
    assert set(page.images) == set(FIGURES)
    assert "nobody" in page.said


def test_an_open_programme_counts_weeks_differently(tmp_path, undrawn):
    folder = tmp_path / "open"
    write_folder(folder, ("IPS",))
    values = scenario("IPS")
    design = {**values["design"], "kind": "open_programme", "warm_up_weeks": 52}
    write_manifest(folder, {"IPS": {**values, "design": design}})
    said = Page(write_report(folder)).said
    assert "40 people referred to 1 site, observed for 6 months after a warm-up of 1 year" in said


def test_the_readers_matplotlib_is_left_alone_and_nothing_heavy_is_loaded(folder):
    """In a process of its own, since other tests load pyplot and pandas."""
    code = (
        "import sys, pathlib, matplotlib as mpl\n"
        "mpl.rcParams['lines.linewidth'] = 7.5\n"
        "from ips_sim.report import write_report\n"
        "write_report(pathlib.Path(sys.argv[1]))\n"
        "assert mpl.rcParams['lines.linewidth'] == 7.5\n"
        "loaded = {'matplotlib.pyplot', 'pandas', 'mesa', 'numba'} & set(sys.modules)\n"
        "assert not loaded, loaded\n"
    )
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True)
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert before == after, "the same folder gives the same bytes"
    assert b"2025-01-01" not in before[folder / "report.html"]
