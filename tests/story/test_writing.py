"""Files of a story: offline, complete, the same bytes each time."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from ips_sim.shown import style
from ips_sim.story import StoryError
from ips_sim.story.figure import boxes, draw, picture_of, service_look, work_look
from ips_sim.story.telling import Story, tell_story
from ips_sim.story.text import as_text
from ips_sim.story.writing import write_story
from tests.model.builders import scenario, special_scenarios
from tests.story.together import shipped_story

FILES = ["story.html", "story.txt", "timeline.png", "timeline.svg"]


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    story = shipped_story(17)
    folder = tmp_path_factory.mktemp("story") / "new" / "story"
    files = write_story(story, folder)
    return story, folder, files


def test_four_files_and_no_more(told):
    _, folder, files = told
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert sorted(file.name for file in files) == FILES
    assert (folder / "timeline.png").read_bytes().startswith(b"\x89PNG")
    assert (folder / "story.txt").read_text() == as_text(told[0])


class Page(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.open, self.sources, self.tags, self.words = [], [], set(), []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        if tag not in ("meta", "br", "source", "img"):
            self.open.append(tag)
        self.sources += [value for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_startendtag(self, tag, attrs):
        self.sources += [value for name, value in attrs if name in ("src", "href", "xlink:href")]

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def test_the_page_is_whole_and_needs_no_network(told):
    story, folder, _ = told
    page = Page((folder / "story.html").read_text())
    assert page.open == []
    assert not page.tags & {"script", "link", "iframe"}
    assert all(source.startswith("data:image/svg+xml") for source in page.sources)
    words = " ".join(" ".join(page.words).split())
    for world in story.worlds:
        for answer in world.answers:
            assert answer.question in words
            for point in answer.points:
                assert point in words
    for row in story.rows:
        for cell in row.cells:
            for line in cell.lines:
                assert line in words


def test_titles_are_no_markup(tmp_path):
    odd = scenario(design={"weeks": 8}).model_copy(update={"title": "<b>A & B</b>"})
    write_story(tell_story(odd, person=1), tmp_path / "odd")
    text = (tmp_path / "odd" / "story.html").read_text()
    assert "<b>A & B</b>" not in text
    assert "&lt;b&gt;A &amp; B&lt;/b&gt;" in text


def test_the_bytes_do_not_depend_on_the_process_and_an_earlier_story_is_replaced(told, tmp_path):
    _, folder, _ = told
    (tmp_path / "other").mkdir()
    for name in FILES:
        (tmp_path / "other" / name).write_text("earlier")
    program = (
        "import sys; from pathlib import Path\n"
        "from ips_sim.story.telling import tell_story\n"
        "from ips_sim.story.writing import write_story\n"
        "story = tell_story('ips', 'traditional', person=17)\n"
        "write_story(story, Path(sys.argv[1]))"
    )
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "other")],
        check=True,
        env=os.environ | {"PYTHONHASHSEED": "7"},
    )
    for name in FILES:
        assert (tmp_path / "other" / name).read_bytes() == (folder / name).read_bytes(), name


def test_what_else_is_in_a_folder_is_left_alone(tmp_path):
    story = tell_story(scenario(design={"weeks": 4}), person=0)
    (tmp_path / "results.csv").write_text("mine")
    with pytest.raises(StoryError, match=r"something else than a story \(results.csv\)"):
        write_story(story, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["results.csv"]
    with pytest.raises(StoryError, match="is a file"):
        write_story(story, tmp_path / "results.csv")
    with pytest.raises(StoryError, match="can't be written"):
        write_story(story, tmp_path / "results.csv" / "below")


def test_settings_of_the_user_stay_and_do_not_matter():
    import matplotlib as mpl

    story = tell_story(scenario(design={"weeks": 12}), person=0)
    plain = picture_of(story)
    with mpl.rc_context({"font.size": 20.0, "axes.facecolor": "black"}):
        before = dict(mpl.rcParams)
        assert picture_of(story) == plain
        assert dict(mpl.rcParams) == before


@pytest.mark.parametrize("name", special_scenarios())
def test_every_kind_of_world_can_be_told_and_drawn(name, monkeypatch):
    of = special_scenarios()[name]
    other = scenario("traditional", design={"people": 60, "weeks": 40})
    story = tell_story(of, other, person=min(59, of.design.people - 1))
    monkeypatch.setattr(style, "png_bytes", lambda _: b"")
    assert not re.search(r"\bnan\b|None|1,000,000|\b0 times|\{|\}", as_text(story))
    drawn = picture_of(story)
    assert [one.count(b"<svg") for one in (drawn.svg, drawn.narrow)] == [1, 1]


@pytest.fixture(scope="module")
def seventeen():
    return shipped_story(17)


def test_every_number_of_the_list_stands_above_the_figure(seventeen):
    story = seventeen
    assert not all(moment.parts for moment in story.moments)
    numbers = [str(number) for number, _ in enumerate(story.moments, start=1)]
    drawn = [text for text in draw(story).texts if text.get_text().isdigit()]
    assert [text.get_text() for text in drawn] == numbers
    places = [text.get_position()[0] for text in drawn]
    assert places == sorted(set(places))


def test_numbers_of_the_last_weeks_stay_within_the_figure(seventeen):
    story = seventeen
    last = len(story.worlds[0].life.weeks)
    late = [replace(story.moments[0], week=week) for week in range(last - 5, last + 1)]
    later = Story(story.lives)
    vars(later)["moments"] = late  # as if the lives parted then
    figure = draw(later)
    places = [text.get_position()[0] for text in figure.texts if text.get_text().isdigit()]
    assert len(places) == len(late)
    assert places == sorted(set(places))
    assert places[-1] < 1.0


def test_the_figure_shows_every_week_of_preparation(seventeen):
    world = seventeen.worlds[1]
    weeks = world.life.scenario.programme.preparation_weeks
    lane = boxes(world.life.weeks, service_look)
    assert [(first, last, look.label) for first, last, look in lane][:1] == [
        (1, weeks, "preparing")
    ]
    assert (lane[1][0], lane[1][2].label) == (weeks + 1, "with a specialist")
    assert [first for first, *_ in lane[1:]] == [last + 1 for _, last, _ in lane[:-1]]
    assert lane[-1][1] == len(world.life.weeks)


def test_what_is_drawn_in_a_lane_is_of_that_lane():
    (world,) = tell_story("ips", person=18).worlds
    for look, name in ((service_look, "with a specialist"), (work_look, "competitive job")):
        labels = {found.label for *_, found in boxes(world.life.weeks, look)}
        assert name in labels
    work = {found.label for *_, found in boxes(world.life.weeks, work_look)}
    assert work <= {"sheltered", "transitional", "competitive job"}


def test_weeks_of_a_single_life_and_a_single_week():
    story = tell_story(scenario(design={"weeks": 1, "entry_weeks": 1}), person=0)
    assert [(row.first, row.last) for row in story.rows] == [(1, 1)]
    assert picture_of(story).png.startswith(b"\x89PNG")
