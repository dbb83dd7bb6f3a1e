"""The pages in a real browser: nothing fetched from elsewhere, nothing failing, visitors apart."""

import os
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.report.chromium import CHROMIUM

pytest.importorskip("solara")
playwright = pytest.importorskip("playwright.sync_api")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine"),
]

PAGES = {
    "": "figure svg",
    "watch": ".token",
    "worlds": ".mosaic",
    "compare": "textarea",
    "budget": ".sheet",
}
"""Each page, and what is there once it is whole."""
IN_VIEW = {
    "": ("[data-key=time_unlimited_support]", "figure svg"),
    "budget": ("[data-number='budget.usd_per_year']", ".figures"),
    "worlds": (".mosaic >> nth=1", "input[aria-label=Week]"),
}
"""What is turned on a page, and what is to be seen above it meanwhile, also on a phone."""
OFF_THE_SCREEN = (
    "[...document.querySelectorAll('.page, .page *')]"
    ".filter(one => !one.closest('.wide, .scroll') || one.matches('.wide, .scroll'))"
    ".filter(one => one.getBoundingClientRect().right > innerWidth + 1)"
    ".map(one => one.outerHTML.slice(0, 80))"
)
"""What a reader can't see, but for tables that scroll by themselves."""
FIRST_SECONDS = 240
"""The rules may have to be compiled before the first picture."""
BAD = b"title: Mine\nbased_on: ips.yaml\nprogramme:\n  caseload_limt: 20\n  preparation_weeks: -3\n"


@dataclass
class Visitor:
    """A browser of its own, and what went wrong in it."""

    page: Any
    address: str
    wrong: list[str] = field(default_factory=list)

    def open(self, path: str, there: str) -> None:
        self.page.goto(self.address + path)
        self.page.wait_for_selector(there, timeout=1000 * FIRST_SECONDS)

    def redrawn(self, turn) -> str:
        """Turn something, and give the first finding once another picture is there."""
        before = self.page.inner_html("figure")
        turn()
        self.page.wait_for_function(
            "old => document.querySelector('figure').innerHTML !== old"
            " && !document.querySelector('.pending')",
            arg=before,
        )
        return self.page.inner_text(".findings dd >> nth=0")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One server for all."""
    command = [sys.executable, "-m", "ips_sim.cli", "dashboard", "--port", "0", "--no-browser"]
    folder = tmp_path_factory.mktemp("served")
    said = folder / "said"
    scratch = folder / "scratch"
    scratch.mkdir()
    settings = {**os.environ, "TMPDIR": str(scratch)}
    with said.open("w") as errors:
        server = subprocess.Popen(
            command, cwd=folder, env=settings, stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        assert server.stdout is not None
        line = server.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        assert found, line + said.read_text()
        yield found.group()
    finally:
        server.terminate()
        server.wait(timeout=30)
    assert said.read_text() == ""
    assert not list(scratch.iterdir())


@pytest.fixture(scope="module")
def browser(address: str) -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            ],
        )
        yield opened
        opened.close()


def listen(page: Any, visitor: Visitor) -> None:
    """Note whatever goes wrong, and whatever is asked of another machine."""
    ours = (visitor.address, "data:", "blob:", "about:")

    def note(is_wrong: bool, what: str) -> None:
        if is_wrong:
            visitor.wrong.append(what)

    page.on("console", lambda one: note(one.type in ("error", "warning"), one.text))
    page.on("pageerror", lambda one: note(True, str(one)))
    # A page that is left says goodbye, and does not wait for an answer.
    page.on("requestfailed", lambda one: note("/api/close/" not in one.url, f"failed: {one.url}"))
    page.on("response", lambda one: note(one.status >= 400, f"refused: {one.url}"))
    page.on("request", lambda one: note(not one.url.startswith(ours), f"elsewhere: {one.url}"))


def new_context(browser: Any) -> Any:
    return browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")


@pytest.fixture(scope="module")
def context(browser: Any) -> Any:
    """A browser that has been here before, and keeps what never changes."""
    return new_context(browser)


@pytest.fixture
def visit(address, browser, context):
    """Open pages for visitors; at the end nothing may have gone wrong in any."""
    visitors: list[Visitor] = []

    def opened(*, is_new: bool = False) -> Visitor:
        page = (new_context(browser) if is_new else context).new_page()
        page.set_default_timeout(60_000)
        visitor = Visitor(page, address)
        listen(page, visitor)
        visitors.append(visitor)
        return visitor

    yield opened
    for one in visitors:
        one.page.close()
        assert one.wrong == []


def test_every_page_is_whole_at_every_width(visit):
    visitor = visit()
    # Pictures are for people to look at, where somebody asks for them.
    kept = os.environ.get("IPS_SIM_SCREENSHOTS")
    for path, there in PAGES.items():
        if path:
            visitor.page.set_viewport_size({"width": 1280, "height": 900})
            visitor.page.click(f".top a[href$='/{path}']")
            visitor.page.wait_for_selector(there)
        else:
            visitor.open(path, there)
        for width in (1280, 768, 390):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            # The board puts people into rows anew.
            visitor.page.wait_for_timeout(100)
            assert visitor.page.evaluate(OFF_THE_SCREEN) == [], (path, width)
            if kept:
                shot = Path(kept) / f"{path or 'what-if'}-{width}.png"
                visitor.page.screenshot(path=shot, full_page=True)
        if path in IN_VIEW:
            what_changes_is_in_view_where_the_finger_is(visitor.page, *IN_VIEW[path])
        smallest = visitor.page.evaluate(
            "() => Math.min(...[...document.querySelectorAll('.page *')]"
            ".filter(one => [...one.childNodes].some("
            "child => child.nodeType === 3 && child.textContent.trim()))"
            ".map(one => parseFloat(getComputedStyle(one).fontSize)))"
        )
        assert smallest >= 11, path
        visitor.page.emulate_media(media="print")
        shown = (
            "[...document.querySelectorAll('.top, select, input, textarea, .button, .on-paper')]"
        )
        shown += ".filter(one => one.offsetParent).map(one => one.className)"
        assert visitor.page.evaluate(shown) == ["on-paper"], path
        visitor.page.emulate_media(media="screen")
        if kept:
            visitor.page.pdf(path=Path(kept) / f"{path or 'what-if'}.pdf", format="A4")


def what_changes_is_in_view_where_the_finger_is(page: Any, turned: str, seen: str) -> None:
    page.set_viewport_size({"width": 390, "height": 700})
    page.locator(turned).scroll_into_view_if_needed()
    turned_at, seen_at = (page.locator(one).bounding_box() for one in (turned, seen))
    assert 0 <= seen_at["y"] <= turned_at["y"] < 700, turned
    assert seen_at["y"] + seen_at["height"] <= turned_at["y"], turned


def test_a_switch_moves_the_picture_of_its_visitor_alone(visit):
    one, other = visit(), visit(is_new=True)
    for visitor in (one, other):
        visitor.open("", PAGES[""])
    first = one.page.inner_text(".findings dd >> nth=0")
    untouched = other.page.inner_html(".head")
    switched = one.redrawn(lambda: one.page.click("[data-key=employer_relationships]"))
    assert switched != first
    assert "without employer relationships" in one.page.inner_text(".changes")
    assert other.page.inner_html(".head") == untouched
    other.redrawn(lambda: other.page.select_option("[data-key=place]", "denmark"))
    assert "IPS, changed" in one.page.inner_text(".key")
    assert other.page.inner_text(".changes") == "Changed: Denmark as place."
    one.page.click("text=Compare both thoroughly")
    one.page.wait_for_selector("text=Checked: IPS, changed")
    one.page.click(".top >> text=What if")
    one.page.wait_for_selector(".changes")
    own = "[data-key=programme] option[value='first.yaml']"
    assert one.page.query_selector(own) and not other.page.query_selector(own)
    assert one.page.title() == "What if – ips-sim"
    one.page.click("details[data-group=Staff] summary")
    one.page.fill("[data-number='staff.turnover_per_year']", "99")
    one.page.keyboard.press("Tab")
    one.page.wait_for_selector(".mistakes")
    assert "found 99; allowed: a number from 0 to 3" in one.page.inner_text(".mistakes")
    back = one.redrawn(lambda: one.page.click("[data-do=reset]"))
    assert back == first


def test_weeks_play_and_a_person_is_told(visit):
    visitor = visit()
    page = visitor.page
    visitor.open("watch", PAGES["watch"])
    page.click("[data-do=play]")
    page.wait_for_function("document.querySelector('[data-week]').dataset.week >= 4")
    page.click("[data-do=play]")
    stopped = page.inner_text(".week")
    page.fill("input[aria-label=Week]", "40")
    assert page.inner_text(".week") == "Week 41 of 81" != stopped
    page.click("[data-employer='5']")
    assert "Specialist" in page.inner_text("[data-told=employer]")
    assert page.query_selector(".token[data-person='17']")
    visitor.open("worlds", PAGES["worlds"])
    page.fill("input[aria-label=Week]", "60")
    working = [int(one.split()[0]) for one in page.locator(".mosaics .small").all_inner_texts()]
    assert working[0] > working[1]
    page.click(".mosaic [data-person='17'] >> nth=0")
    story = page.frame_locator("iframe.page-inside").locator("main")
    told = story.inner_text()
    assert "Traditional services" in told and "person 17" in told.lower()


def test_a_bad_upload_is_told_and_a_good_one_runs_or_stops(visit):
    visitor = visit()
    page = visitor.page
    visitor.open("compare", PAGES["compare"])
    upload = "[data-editor='0'] input[type=file]"

    def sent(name: str, held: bytes) -> None:
        page.set_input_files(upload, {"name": name, "mimeType": "text/yaml", "buffer": held})

    sent("mine.yaml", BAD)
    page.wait_for_selector(".mistakes")
    told = page.inner_text(".mistakes")
    assert "first.yaml:4: programme.caseload_limt: found an unknown key" in told
    assert "first.yaml:5: programme.preparation_weeks: found -3; allowed" in told
    assert page.is_disabled("text=Run the comparison")
    sent("large.yaml", b"# x\n" * 30_000)
    page.wait_for_selector("text=large.yaml is larger than the 100,000 bytes")
    small = "title: Mine\nbased_on: ips.yaml\ndesign:\n  people: 12\n  weeks: 26\n"
    page.fill("[data-editor='0'] textarea", small)
    page.fill("[data-editor='1'] textarea", small.replace("ips.yaml", "traditional.yaml"))
    page.wait_for_selector("text=Checked: Mine, 12 people >> nth=1")
    page.click("text=Run the comparison")
    page.wait_for_selector("text=Open the report")
    report = page.get_attribute("text=Open the report", "href")
    with urllib.request.urlopen(visitor.address.rstrip("/") + report) as answer:
        assert b"Make it again" in answer.read()
    page.click(".top >> text=Two worlds")
    page.select_option("[data-key=programme]", "first.yaml")
    page.wait_for_selector(".mosaics >> text=Mine")
    assert len(page.query_selector_all(".mosaic .person")) == 2 * 12
    page.click(".top >> text=Compare")
    large = small.replace("people: 12", "people: 160").replace("weeks: 26", "weeks: 520")
    page.fill("[data-editor='0'] textarea", large)
    page.wait_for_selector("text=Checked: Mine, 160 people")
    page.select_option(".runner select", "100")
    page.click("text=Run the comparison")
    page.click("text=Stop")
    page.wait_for_selector("text=Stopped; nothing is kept.")


def test_a_budget_is_made_at_prices_of_ones_own(visit):
    visitor = visit()
    page = visitor.page
    visitor.open("budget", PAGES["budget"])
    page.fill("[data-number='design.people']", "0")
    page.keyboard.press("Tab")
    page.wait_for_selector(".mistakes >> text=People: found 0")
    page.fill("[data-number='design.people']", "24")
    page.keyboard.press("Tab")
    page.wait_for_selector(".sheet >> text=24 people referred")
    spent = page.locator(".figures tr", has_text="Spending in all")
    before = spent.inner_text()
    page.click("details[data-group='Prices of the programme'] summary")
    page.fill("[data-number='prices.specialist_year_usd']", "500000")
    page.keyboard.press("Tab")
    page.wait_for_selector(".changes >> text=specialist's year: 500,000")
    page.wait_for_function(
        "old => !document.querySelector('.figures').innerText.includes(old)"
        " && !document.querySelector('.pending')",
        arg=before,
    )
    report = page.get_attribute("text=Open the report", "href")
    with urllib.request.urlopen(visitor.address.rstrip("/") + report) as answer:
        assert b"--set prices.specialist_year_usd=500000" in answer.read()


@pytest.mark.parametrize(
    ("path", "headers", "code"),
    [
        ("", {"Host": "elsewhere.example"}, 403),
        ("", {"Origin": "http://elsewhere.example"}, 403),
        ("results/a-guess/report.html", {}, 404),
        ("_solara/cdn/not-there@1.0/it.js", {}, 404),
        ("resourcez", {}, 404),
        ("no-such-page", {}, 404),
    ],
)
def test_what_is_not_ours_is_refused(address, path, headers, code):
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(urllib.request.Request(address + path, headers=headers))
    with refused.value as answer:
        assert answer.code == code
