"""What all tests share: no display, no colours, and the same cases every time."""

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import settings

# Set before anything that reads them is imported, and inherited by subprocesses.
os.environ["MPLBACKEND"] = "Agg"
os.environ["NO_COLOR"] = "1"
os.environ["TERM"] = "dumb"
os.environ["COLUMNS"] = "100"
# Every core has a worker already: threads of linear algebra would wait for each other, busily.
os.environ["OPENBLAS_NUM_THREADS"] = "1"
# What Python compiles is kept, for the many processes that tests begin.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "PY_COLORS"):
    os.environ.pop(name, None)

# Parts of figures and of models point at each other in circles: to look for circles that nobody
# needs any more after every 700 objects, as Python does, takes a fifth of the time.
gc.set_threshold(50_000, 20, 20)

# The suite tries the same cases on every run; HYPOTHESIS_PROFILE=explore tries new ones.
settings.register_profile("same", derandomize=True, deadline=None, database=None)
settings.register_profile("explore", max_examples=2000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


# What takes longest begins first, so that no worker is left with it at the end. The first module
# compiles the rules, the second and third do not need them: where nothing is kept from earlier, the
# other worker would compile the same at the same time.
LONG_MODULES = (
    "test_same_bytes",
    "test_cache",
    "test_mangled",
    "test_pages_in_browser",
    "test_identity",
    "test_telling",
    "test_watching",
    "test_writing",
    "test_drawing",
    "test_kills",
    "test_calibration",
    "test_cli_runs",
    "test_browser",
    "test_pages",
    "test_folder",
    "test_page",
    "test_cluster",
    "test_validation",
    "test_principles",
    "test_sensitivity",
    "test_patterns",
    "test_value",
    "test_laws",
    "test_fields",
    "test_classroom_page",
    "test_fidelity_review",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put long modules first; within a module, and among the others, the order stays."""
    places = {name: place for place, name in enumerate(LONG_MODULES)}
    items.sort(key=lambda one: places.get(one.path.stem, len(places)))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--renew-baseline",
        action="store_true",
        help="store today's numbers as the baseline instead of comparing with it",
    )


@pytest.fixture(scope="session")
def renew_baseline(request: pytest.FixtureRequest) -> bool:
    """Whether the stored baseline is to be written anew."""
    return bool(request.config.getoption("--renew-baseline"))


@pytest.fixture(scope="session")
def repository() -> Path:
    """The folder with pyproject.toml, scenarios and everything else."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests that look at no figure: every one is an empty drawing."""
    from ips_sim.shown import style

    monkeypatch.setattr(style, "picture", lambda *_, **__: style.Picture(b"<svg/>", b"png"))
