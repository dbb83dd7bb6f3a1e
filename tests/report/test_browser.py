"""The page in a real browser, at desk and phone width and on a machine without a network."""

import json
import re
import shutil
from html import unescape

import pytest

from ips_sim.report import write_report
from ips_sim.shown import style
from tests.report.chromium import CHROMIUM, opened, printed
from tests.report.made_up import write_folder

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium; see scripts/"),
]

WIDTHS = (390, 900)

# Chromium can't make its own window as narrow as a phone, a frame can be.
FRAMES = """<!DOCTYPE html><title>frames</title>
{frames}
<pre id="found"></pre>
<script>
addEventListener("load", () => {{
  const found = {{}};
  for (const frame of document.querySelectorAll("iframe")) {{
    const page = frame.contentDocument;
    const root = page.documentElement;
    const right = (element) => element.getBoundingClientRect().right;
    const outside = [...page.querySelectorAll("main > *, figure *, .headlines *")]
      .filter((element) => right(element) > frame.clientWidth + 0.5)
      .map((element) => element.tagName);
    found[frame.clientWidth] = {{
      width: root.clientWidth,
      scroll: root.scrollWidth,
      outside: outside,
      images: [...page.images].map((image) => image.complete && image.naturalWidth > 0),
      seen: [...page.images].filter((image) => image.offsetWidth > 0)
        .map((image) => image.className),
      table: page.querySelector(".outcomes").scrollWidth,
      rows: page.querySelectorAll(".outcomes tbody tr").length,
    }};
  }}
  document.getElementById("found").textContent = JSON.stringify(found);
}});
</script>
"""
FRAME = '<iframe src="page.html" style="width: {width}px; height: 4000px; border: 0"></iframe>'


@pytest.fixture(scope="module")
def reports(tmp_path_factory):
    """Reports of two scenarios and of eight."""
    made = {}
    for count in (2, 8):
        folder = tmp_path_factory.mktemp("browser") / f"of {count}"
        titles = ("IPS", *(f"Services of another kind {number}" for number in range(1, count)))
        write_folder(folder, titles)
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(style, "png_bytes", lambda _: b"")  # no page shows it
            made[count] = write_report(folder)
    return made


def look(page, tmp_path):
    """What is seen of a page at each width."""
    shutil.copy(page, tmp_path / "page.html")
    frame = tmp_path / "frames.html"
    frames = "\n".join(FRAME.format(width=width) for width in WIDTHS)
    frame.write_text(FRAMES.format(frames=frames), encoding="utf-8")
    page_text, _ = opened(frame, tmp_path)
    found = re.search(r'<pre id="found">(.+?)</pre>', page_text, re.DOTALL)
    assert found, page_text[-2000:]
    return {int(width): seen for width, seen in json.loads(unescape(found[1])).items()}


@pytest.mark.parametrize("count", [2, 8])
def test_nothing_sticks_out_and_every_figure_is_drawn(reports, tmp_path, count):
    found = look(reports[count], tmp_path)
    assert set(found) == set(WIDTHS)
    for width, seen in found.items():
        assert seen["width"] == width
        assert seen["scroll"] == width, "the whole page scrolls sideways"
        assert seen["outside"] == []
        assert seen["images"] == [True] * 20
        assert seen["seen"].count("narrow") >= (10 if width == 390 else 0)
        assert len(seen["seen"]) == 10, "each figure once, for a page or for a phone"
        assert seen["rows"] > 20
    assert found[390]["table"] <= 390, "the table fits a phone"


def test_it_prints_on_six_pages(reports, tmp_path):
    assert 4 <= printed(reports[2], tmp_path).count(b"/Type /Page\n") <= 6
