"""Files of control conditions and the tables of them say what the mapping says."""

from collections import defaultdict
from pathlib import Path

from ips_sim.analysis.trials.services import services
from ips_sim.analysis.trials.virtual_trials import control_levers
from ips_sim.scenario import load_scenario
from tools.pages.services import MAPPING_BEGINS, MAPPING_ENDS, page_with_tables, service_text


def test_page_shows_the_mapping_of_today(repository: Path):
    page = (repository / "docs" / "explanation" / "scenarios.md").read_text(encoding="utf-8")
    table = page.split(MAPPING_BEGINS)[1].split(MAPPING_ENDS)[0]
    assert all(row.basis in table for row in control_levers())
    assert all(f"`services/{name}.yaml`" in table for name in services())


def test_a_stale_table_is_replaced_and_nothing_else():
    page = f"Before.\n{MAPPING_BEGINS}A stale table.\n{MAPPING_ENDS}After.\n"
    text = page_with_tables(page)
    assert text.startswith("Before.\n")
    assert text.endswith("After.\n")
    assert "A stale table." not in text


def test_services_with_the_same_features_say_so():
    alike = defaultdict(list)
    for one in services().values():
        alike[tuple(one.features.items())].append(one.name)
    assert max(map(len, alike.values())) > 1
    for names in alike.values():
        levers = {load_scenario(f"services/{name}").programme for name in names}
        assert len(levers) == 1
        for name in names:
            text = " ".join(service_text(services()[name]).replace("\n#", "").split())
            assert ("One service under several names" in text) == (len(names) > 1)
            assert all(other in text for other in names if other != name)
