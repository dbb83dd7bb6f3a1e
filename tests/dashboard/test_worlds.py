"""A picture is made of few runs, and says what it shows."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ips_sim.dashboard import worlds
from ips_sim.dashboard.asked import Asked
from ips_sim.dashboard.worlds import seen
from ips_sim.runs.errors import RunError
from ips_sim.runs.rounds import collect


def test_a_picture_is_made_of_a_single_run_of_each_draw():
    asked = Asked().having("design.people", 40).having("design.weeks", 26)
    made = seen((asked.text(), asked.beside(Asked("traditional"))))
    assert made.figure.startswith("<svg")
    assert made.headlines[0].topic == "Finding work"
    (parts,) = [one for one in made.table if isinstance(one, str) and "either way" in one]
    assert "-" not in parts.partition(":")[2]
    assert seen((asked.text(), asked.beside(Asked("traditional")))) is made


def test_what_is_too_large_for_a_page_is_refused():
    asked = Asked().having("design.people", 10_000).having("design.sites", 100)
    with pytest.raises(RunError, match="too many for a page that redraws at once"):
        seen((asked.text(),))


def test_who_asks_for_the_same_at_once_waits_for_it(monkeypatch):
    runs = []

    def slowly(*arguments):
        runs.append(arguments)
        time.sleep(0.05)
        return collect(*arguments)

    monkeypatch.setattr(worlds, "collect", slowly)
    texts = ("title: At once\nbased_on: ips.yaml\ndesign: {people: 8, weeks: 5}\n",)
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(seen, [texts] * 4))
    assert len(runs) == 1
    assert all(one is results[0] for one in results)
