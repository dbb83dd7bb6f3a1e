"""A page for results that have none of their own."""

import json
from pathlib import Path

from ips_sim.report.drawing import ToDraw
from ips_sim.report.plain_page import write_plain_page
from ips_sim.runs.manifest import MANIFEST
from ips_sim.shown import style

ROWS: list[tuple[str, ...] | str] = [
    ("who", "error"),
    ("model & others", "11.8"),
    "A sentence with <angles>.",
    ("alone",),
    "",
]


def test_tables_sentences_and_figures_stand_on_the_page(tmp_path: Path):
    manifest = {
        "kind": "sweep",
        "experiment": {"title": "Caseloads"},
        "seed": 1,
        "replicates": 2,
        "source_hash": "abc",
        "versions": {"ips_sim": "0.1.0", "numpy": "2"},
        "command": ["ips-sim", "sweep", "x.yaml"],
    }
    (tmp_path / MANIFEST).write_text(json.dumps(manifest))
    curve = ToDraw("curve", "What comes of it?", "Read it so.", lambda: style.blank(1.0))
    page = write_plain_page(ROWS, [curve], tmp_path).read_text()
    assert {one.name for one in (tmp_path / "figures").iterdir()} == {"curve.svg", "curve.png"}
    assert "<h1>Caseloads</h1>" in page
    assert "<th>who</th><th>error</th>" in page
    assert '<th>model &amp; others</th><td data-label="error">11.8</td>' in page
    assert "<p>A sentence with &lt;angles&gt;.</p>" in page
    assert "<p>alone</p>" in page
    assert page.count("<table") == 1
    assert 'figure id="curve"' in page and "What comes of it?</h3>Read it so." in page
    assert page.count("data:image/svg+xml;base64,") == 2
    assert '<a href="#figures">Figures</a>' in page
    assert "ips-sim sweep x.yaml" in page
    assert "http" not in page.replace("http-equiv", "")
