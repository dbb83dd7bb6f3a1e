"""The page in a real browser, at desk and phone width and on a machine without a network."""

import json
import re
import shutil
from html import unescape

import pytest

from ips_sim.report import write_report
from tests.report.chromium import CHROMIUM, opened, printed
from tests.report.made_up import write_folder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium; see scripts/"),
]

# Chromium can't make its own window as narrow as a phone, a frame can be.
FRAME = """<!DOCTYPE html><title>frame</title>
<iframe id="page" src="page.html" style="width: {width}px; height: 4000px; border: 0"></iframe>
<pre id="found"></pre>
<script>
addEventListener("load", () => {{
  const page = document.getElementById("page").contentDocument;
  const root = page.documentElement;
  const right = (element) => element.getBoundingClientRect().right;
  const outside = [...page.querySelectorAll("main > *, figure *, .headlines *")]
    .filter((element) => right(element) > {width} + 0.5).map((element) => element.tagName);
  document.getElementById("found").textContent = JSON.stringify({{
    width: root.clientWidth,
    scroll: root.scrollWidth,
    outside: outside,
    images: [...page.images].map((image) => image.complete && image.naturalWidth > 0),
    seen: [...page.images].filter((image) => image.offsetWidth > 0).map((image) => image.className),
    table: page.querySelector(".outcomes").scrollWidth,
    rows: page.querySelectorAll(".outcomes tbody tr").length,
  }});
}});
</script>
"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Reports of two scenarios and of eight."""
    made = {}
    for count in (2, 8):
        folder = tmp_path_factory.mktemp("browser") / f"of {count}"
        titles = ("IPS", *(f"Services of another kind {number}" for number in range(1, count)))
        write_folder(folder, titles)
        made[count] = write_report(folder)
    return made


def look(page, width, tmp_path):
    shutil.copy(page, tmp_path / "page.html")
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.format(width=width), encoding="utf-8")
    page_text, _ = opened(frame, tmp_path)
    found = re.search(r'<pre id="found">(.+?)</pre>', page_text, re.DOTALL)
    assert found, page_text[-2000:]
    return json.loads(unescape(found[1]))


@pytest.mark.parametrize("count", [2, 8])
@pytest.mark.parametrize("width", [390, 900])
def test_nothing_sticks_out_and_every_figure_is_drawn(reports, tmp_path, count, width):
    seen = look(reports[count], width, tmp_path)
    assert seen["width"] == width
    assert seen["scroll"] == width, "the whole page scrolls sideways"
    assert seen["outside"] == []
    assert seen["images"] == [True] * 20
    assert seen["seen"].count("narrow") >= (10 if width == 390 else 0)
    assert len(seen["seen"]) == 10, "each figure once, for a page or for a phone"
    assert seen["rows"] > 20


@pytest.mark.parametrize("count", [2, 8])
def test_the_table_fits_a_phone(reports, tmp_path, count):
    assert look(reports[count], 390, tmp_path)["table"] <= 390


def test_it_prints_on_six_pages(reports, tmp_path):
    assert 4 <= printed(reports[2], tmp_path).count(b"/Type /Page\n") <= 6
