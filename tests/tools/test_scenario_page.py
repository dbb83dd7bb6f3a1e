"""The page on scenario files has every key."""

from ips_sim.scenario.catalogue import keys, person_columns, sections
from tools.pages.scenario_page import scenario_page


def test_page_names_every_key_and_every_section():
    page = scenario_page()
    assert all(f"## `{section}`\n" in page for section in sections())
    for key in keys().values():
        assert f"| `{key.name}` | {key.allowed} |" in page
    for key in person_columns().values():
        assert f"| `{key.name}` | {key.allowed} | {key.meaning} |" in page
