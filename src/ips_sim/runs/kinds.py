"""Every kind of result, once: what makes it again, runs it, shows it and draws it.

Commands, ``rerun``, Python and the report ask this list; a kind is loaded when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Generic, TypeVar

from ips_sim.runs.errors import RunError
from ips_sim.runs.how import How, Progress, unseen
from ips_sim.runs.manifest import MANIFEST, read_manifest
from ips_sim.scenario import ScenarioError
from ips_sim.shown.aligned import columns

Plan = TypeVar("Plan")
Made = TypeVar("Made")

KINDS: Mapping[str, str] = {
    "run": "ips_sim.runs.folder:KIND",
    "principles": "ips_sim.analysis.principles.folder:KIND",
    "sweep": "ips_sim.analysis.experiments.sweep:KIND",
    "sensitivity": "ips_sim.analysis.experiments.sensitivity:KIND",
    "system": "ips_sim.analysis.systems.folder:KIND",
    "calibration": "ips_sim.analysis.calibration.folder:KIND",
    "fidelity": "ips_sim.analysis.fidelity.folder:KIND",
    "classroom": "ips_sim.analysis.classroom.folder:KIND",
    "fidelity_sites": "ips_sim.analysis.fidelity.sites:KIND",
    "plan": "ips_sim.analysis.planning.folder:KIND",
    "validation": "ips_sim.analysis.trials.validation_folder:KIND",
    "value": "ips_sim.analysis.value.folder:KIND",
}
"""Where each kind stands, by the name that manifests give it."""


PAGE = "report.html"
"""What every kind adds to its folder beside tables and figures."""
PLAIN_PAGE = "ips_sim.report.plain_page:write_plain_page"


@dataclass(frozen=True)
class Kind(Generic[Plan, Made]):
    """A kind of result.

    Attributes
    ----------
    name
        What manifests call it; runs of scenarios leave it out.
    plan_from_json
        Reads the plan from what a manifest says.
    run
        Fills a folder, or goes on with one that was stopped.
    tables
        Files of the tables that Python gives, by their names there.
    lines, json
        What a person at a terminal sees, as rows of texts and sentences, and the same for other
        programs; a text names the function's module, which may lie above this one.
    draw
        Name of the function that takes a result and its folder, and writes its report; without a
        page of its own of the one that takes a result and plans its figures.
    tells_progress
        Whether that function takes long, and therefore a third thing: whom to tell how far it is.
    has_own_page
        Whether there is such a page; figures are shown on a plain one.
    with_words
        Names of tables in which a word may stand for a number, in a column that Python splits.
    """

    name: str
    plan_from_json: Callable[[Mapping[str, Any]], Plan]
    run: Callable[[Plan, Path, How], Made]
    tables: Mapping[str, str]
    lines: Callable[[Made], Sequence[tuple[str, ...] | str]] | str
    json: Callable[[Made], dict[str, Any]] | str
    draw: str
    tells_progress: bool = False
    has_own_page: bool = False
    with_words: tuple[str, ...] = ()

    def shown(self, made: Made) -> list[str]:
        """Give what a person sees, line by line."""
        return columns(_found(self.lines)(made))

    def as_json(self, made: Made) -> dict[str, Any]:
        """Give what other programs see."""
        said: dict[str, Any] = _found(self.json)(made)
        return said

    def finish(self, made: Made, folder: Path, progress: Progress = unseen) -> None:
        """Draw a result into its folder, and write its report."""
        draw = _found(self.draw)
        if self.has_own_page:
            draw(made, folder, *([progress] if self.tells_progress else []))
        else:
            _found(PLAIN_PAGE)(_found(self.lines)(made), draw(made), folder)


def kind_named(name: str) -> Kind[Any, Any]:
    """Load a kind of result.

    Raises
    ------
    RunError
        If there is none of that name.
    """
    if name not in KINDS:
        raise RunError(f"{name!r} is no kind of result; there are {', '.join(KINDS)}")
    kind: Kind[Any, Any] = _found(KINDS[name])
    return kind


def plan_again(folder: Path) -> tuple[Kind[Any, Any], Any]:
    """Read what a finished result was made by: its kind, and its plan with the present sources.

    Raises
    ------
    RunError
        If the folder is no finished result, or its manifest holds no plan.
    ScenarioError
        If it holds a scenario with mistakes.
    """
    manifest = read_manifest(folder)
    try:
        kind = kind_named(manifest.get("kind", "run"))
        return kind, kind.plan_from_json(manifest)
    except RunError as error:
        raise RunError(f"{folder / MANIFEST} can't be run again: {error}") from None
    except ScenarioError as error:
        where = str(folder / MANIFEST)
        raise ScenarioError(replace(one, where=where) for one in error.mistakes) from None
    except KeyError as error:
        raise RunError(f"{folder / MANIFEST} can't be run again: it has no {error}") from None
    except (TypeError, ValueError, AttributeError, OverflowError) as error:
        raise RunError(f"{folder / MANIFEST} can't be run again: {error}") from None


def _found(what: Any) -> Any:
    """Give what a text such as ``package.module:name`` names; anything else as it is."""
    if not isinstance(what, str):
        return what
    module, _, name = what.partition(":")
    return getattr(import_module(module), name)
