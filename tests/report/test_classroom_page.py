"""The page for a class in a real browser: switches, guesses, exercises, keys, widths."""

import json
import re
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from ips_sim.analysis.classroom.folder import classroom_to_folder
from ips_sim.report import classroom_page
from ips_sim.runs.how import How
from ips_sim.runs.kinds import PAGE, kind_named
from ips_sim.story.finding import find
from tests.analysis.classroom import tiny_plan
from tests.report.chromium import CHROMIUM, opened

MOST_BYTES = 6_000_000

# The page stands in frames, which may be as narrow as a phone, and is used from outside.
FRAMES = """<!DOCTYPE html><meta charset="utf-8"><title>frames</title>
{frames}
<pre id="found"></pre>
<script>
const use = (inside) => {{
  const page = inside.document, found = {{}};
  const one = (where) => page.querySelector(where);
  const text = (where) => one(where).textContent.trim();
  const press = (key) => inside.dispatchEvent(new inside.KeyboardEvent("keydown", {{ key }}));
  {script}
  found.requests = inside.performance.getEntriesByType("resource").map((each) => each.name);
  return found;
}};
addEventListener("load", () => {{
  const all = [...document.querySelectorAll("iframe")].map((each) => use(each.contentWindow));
  document.getElementById("found").textContent = JSON.stringify(all);
}});
</script>
"""
FRAME = '<iframe src="classroom.html" style="width: {width}px; height: 3000px; border: 0"></iframe>'
SWITCH = """
  const root = page.documentElement;
  found.width = root.clientWidth;
  found.scroll = root.scrollWidth;
  found.small = [...page.querySelectorAll("main *, svg text")]
    .filter((each) => each.offsetParent !== null && each.children.length === 0)
    .filter((each) => each.textContent.trim())
    .filter((each) => parseFloat(inside.getComputedStyle(each).fontSize) < 11)
    .map((each) => each.outerHTML.slice(0, 80));
  const figures = () => ["#now", "#chart", "#cards", "#hundred"].map((id) => one(id).innerHTML);
  found.start = figures();
  one("[data-principle='4']").click();
  found.said = [...page.querySelectorAll("#said p")].map((each) => each.textContent);
  found.switched = figures();
  one("#met-link a").click();
  found.link = text("#met-link"), found.met = text("#met h3");
  found.lives = [...page.querySelectorAll("#met .lives h4")].map((each) => each.textContent);
  found.checked = one("[data-principle='4']").getAttribute("aria-checked");
  const times = [];
  for (let place = 0; place < 60; place += 1) {
    one(`[data-principle='${place % 8}']`).click();
    times.push(Number(page.body.dataset.drawn));
  }
  times.sort((x, y) => x - y);
  found.usual = times[15]; // what else the machine does takes its time too
  one("#all").click();
  found.back = figures()[2] === found.start[2];
  one("[name=caseload][value='1']").click();
  found.caseload = text("#now");
  press("a"); press("5");
  found.keyed = one("[data-principle='4']").getAttribute("aria-checked");
  found.unlabelled = [...page.querySelectorAll("button, input")]
    .filter((each) => !(each.textContent.trim() || (each.labels && each.labels.length)))
    .map((each) => each.outerHTML);
"""
GUESS = """
  one("#guess-first").click();
  one("#met-principle").value = 2;
  one("#met-principle").dispatchEvent(new inside.Event("change"));
  found.oneLife = page.querySelectorAll("#met .lives > div").length;
  one("#met button.main").click();
  found.twoLives = page.querySelectorAll("#met .lives > div").length;
  const before = text("#cards");
  one("[data-principle='4']").click();
  found.hidden = text("#cards") === before && /hidden/.test(text("#said"));
  found.asked = text("#panel-question");
  one("#guess").value = 33;
  one("#guess").dispatchEvent(new inside.Event("input"));
  one("#reveal").click();
  found.verdict = text("#verdict");
  found.revealed = text("#cards") !== before;
  one("#guess-first").click();
  found.exercises = [...page.querySelectorAll("[data-exercise]")].map((button) => {
    button.click();
    const asked = text("#panel-question"), told = text("#said");
    inside.dispatchEvent(new inside.Event("beforeprint"));
    const handout = text("#handout");
    one("#reveal").click();
    return { asked, told, handout, verdict: text("#verdict"), said: text("#said") };
  });
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("classroom") / "out"
    plan = tiny_plan(overrides={"design.people": 40, "design.weeks": 52})
    # One principle's people are found, in one run, and the others' pages shown with them.
    some = find(plan.scenario, "rapid_search", replicate=0)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(classroom_page, "find", lambda _, name, **__: replace(some, principle=name))
        classroom_to_folder(plan, folder, How(finish=kind_named("classroom").finish))
    return folder / PAGE


def use(page: Path, tmp_path: Path, script: str, *widths: int) -> list[dict[str, Any]]:
    """What a script finds in the page at each width."""
    (tmp_path / "classroom.html").write_bytes(page.read_bytes())
    frame = tmp_path / "frame.html"
    frames = "\n".join(FRAME.format(width=width) for width in widths)
    frame.write_text(FRAMES.format(frames=frames, script=script), encoding="utf-8")
    whole, console = opened(frame, tmp_path)
    assert console == []
    found = re.search(r'<pre id="found">(.+?)</pre>', whole, re.DOTALL)
    assert found, whole[-2000:]
    return json.loads(unescape(found[1]))


def test_the_page_is_small_and_names_no_other_place(page: Path):
    whole = page.read_text(encoding="utf-8")
    assert len(whole) < MOST_BYTES / 4  # a quarter of the worlds
    assert "default-src 'none'" in whole
    assert not re.search(r"(src|href)=\"(https?:)?//", whole)


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium; see scripts/")
def test_a_switch_changes_every_figure_at_every_width(page: Path, tmp_path: Path):
    widths = (390, 768, 1280)
    for width, found in zip(widths, use(page, tmp_path, SWITCH, *widths), strict=True):
        check_switched(found, width)


def check_switched(found: dict[str, Any], width: int) -> None:
    assert found["requests"] == []
    assert found["width"] == found["scroll"] == width, "the page scrolls sideways"
    assert found["small"] == []
    assert found["unlabelled"] == []
    for one, two in zip(found["start"], found["switched"], strict=True):
        assert one != two
    assert found["checked"] == "false"
    assert "Without rapid search: traditional services" in " ".join(found["said"])
    assert found["met"] in found["link"]
    with_it, without = found["lives"]
    assert with_it.startswith("With rapid search: ") and without.startswith("Without rapid search")
    assert found["back"]
    assert "fidelity: not reviewed here" in found["start"][2]  # sites of another size
    assert "50 people for each specialist" in found["caseload"]
    assert found["keyed"] == "false"
    assert found["usual"] < 100, "milliseconds from a switch to the figures"


@pytest.mark.slow
@pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium; see scripts/")
def test_a_guess_comes_first_and_every_exercise_is_revealed(page: Path, tmp_path: Path):
    (found,) = use(page, tmp_path, GUESS, 1280)
    assert found["hidden"], "what came out is seen before the guess"
    assert (found["oneLife"], found["twoLives"]) == (1, 2)
    assert found["asked"].startswith("Of 100 people, how many")
    assert found["verdict"].startswith("You guessed 33.")
    assert found["revealed"]
    assert len(found["exercises"]) == 5
    for one in found["exercises"]:
        assert one["asked"] and "hidden" in one["told"]
        assert one["verdict"].startswith("The simulation says")  # nobody moved the slider
        assert one["said"] and "hidden" not in one["said"]
        assert one["said"].split(".")[0] in one["handout"]
        assert "NaN" not in one["said"] + one["handout"]
