"""A calibration as a folder of results: simulated points, draws, and what the data taught."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from ips_sim.analysis.calibration.fit import POINTS_REST_ON, Fit, FitPlan, fit, simulate
from ips_sim.analysis.calibration.plan_files import Calibration
from ips_sim.analysis.calibration.points import SimulatedPoints, read_points, write_points
from ips_sim.analysis.calibration.shipping import (
    PRIOR_SAMPLE,
    write_draws,
    write_emulator,
    write_layer_draws,
    write_learning,
    write_sampling,
)
from ips_sim.analysis.calibration.simulated import Floats, simulate_fits, write_simulated
from ips_sim.analysis.calibration.space import space_of
from ips_sim.model.compiled.cache import compiled_hash
from ips_sim.runs.counts import checked
from ips_sim.runs.errors import RunError
from ips_sim.runs.how import PLAIN, How
from ips_sim.runs.kinds import Kind
from ips_sim.runs.manifest import read_manifest, refuse_altered
from ips_sim.runs.partial import fill
from ips_sim.runs.work import Store
from ips_sim.sources import source_hash

SHOWN = 15
"""Parameters that the short table lists, those of which the data taught most."""
UNIDENTIFIED = 0.9
"""A parameter that keeps more of its prior's spread than this is not identified."""


@dataclass(frozen=True)
class Calibrated:
    """What a calibration brought.

    Attributes
    ----------
    calibration
        What was asked for.
    points
        What was simulated for it.
    fit
        What came out.
    simulated
        What the simulator says at draws of each fit, by variant.
    """

    calibration: Calibration
    points: SimulatedPoints
    fit: Fit
    simulated: Mapping[str, Mapping[tuple[str, str], Floats]]


@dataclass(frozen=True)
class _Planned:
    calibration: Calibration

    def as_json(self) -> dict[str, Any]:
        """Give what was asked for as JSON can hold it, with the sources as they were at first."""
        return self._said

    @cached_property
    def _said(self) -> dict[str, Any]:
        return {
            "kind": KIND.name,
            "title": self.calibration.title,
            "summary": self.calibration.summary,
            **asdict(self.calibration.plan),
            "free": list(self.calibration.plan.free),
            "replicates": 1,
            "rules": compiled_hash(),
            "source_hash": source_hash(),
        }


def calibrate_to_folder(
    calibration: Calibration,
    folder: Path,
    how: How = PLAIN,
    points: SimulatedPoints | None = None,
) -> Calibrated:
    """Fit into a folder, or go on with it where it was stopped.

    Parameters
    ----------
    calibration
        What to do.
    folder
        Where the result will be; while it is made, it is ``folder.partial``.
    how
        As `fill` and `complete` take it.
    points
        What an earlier fit simulated, as `points_of` reads it; without any it is simulated.

    Raises
    ------
    RunError
        If there is a finished result already, or something begun with another plan.
    InterruptedRunError
        After Ctrl-C.
    """
    plan = calibration.plan
    space = space_of(list(plan.free))

    def work(store: Store) -> Calibrated:
        # Small matrices: more threads are slower, and how many there are would move the last bits.
        with threadpool_limits(limits=1, user_api="blas"):
            found = points or simulate(plan, space, store, how)
            fitted = fit(plan, space, found, how)
        simulated = simulate_fits(fitted.with_variants, plan.seed, store, how)
        return Calibrated(calibration, found, fitted, simulated)

    return fill(_Planned(calibration), folder, work, write_calibrated, how)


def write_calibrated(made: Calibrated, folder: Path) -> list[Path]:
    """Write the tables of a calibration and give their paths."""
    plan, fitted = made.calibration.plan, made.fit
    draws = [write_draws(one, folder, name) for name, one in fitted.with_variants.items()]
    return [
        *(path for paths in draws for path in paths),
        write_layer_draws(fitted.with_variants, folder),
        *write_learning(fitted, folder, plan.seed),
        write_sampling(fitted, folder),
        write_emulator(fitted, folder),
        write_simulated(made.simulated, folder),
        write_points(made.points, fitted.space, folder),
    ]


def points_of(folder: Path, calibration: Calibration) -> SimulatedPoints:
    """Read what a finished calibration simulated, for a fit to the same points.

    Raises
    ------
    RunError
        If its points are not those that the calibration would simulate.
    """
    manifest = read_manifest(folder)
    if manifest.get("kind") != KIND.name:
        raise RunError(f"{folder} is no calibration and holds no simulated points")
    refuse_altered(folder, manifest)
    wanted = _Planned(calibration).as_json()
    differ = [key for key in (*POINTS_REST_ON, "rules") if manifest.get(key) != wanted[key]]
    if differ:
        raise RunError(
            f"the points in {folder} were simulated with other settings ({', '.join(differ)}): "
            "leave out --points"
        )
    return read_points(folder, len(calibration.plan.free))


def calibration_from_json(said: Mapping[str, Any]) -> Calibration:
    """Read back what a manifest says was done, to do it with the sources as they are now."""
    return checked(Calibration, {**said, "plan": checked(FitPlan, said)})


def shown_fit(calibrated: Calibrated) -> dict[str, Any]:
    """Give what a person wants to know first: what the data taught, and how well chains mixed."""
    fit, seed = calibrated.fit, calibrated.calibration.plan.seed
    prior = fit.space.draw_prior(PRIOR_SAMPLE, np.random.default_rng(seed))
    before, after = fit.space.values(prior), fit.space.values(fit.posterior.coordinates)
    kept = fit.posterior.coordinates.std(axis=0) / prior.std(axis=0)
    rows = [("parameter", "prior", "after the fit", "spread left", "unit")]
    for column in np.argsort(kept, kind="stable")[:SHOWN]:
        info = fit.space.infos[column]
        prior_text, after_text = (
            f"{values[:, column].mean():.3g} ± {values[:, column].std():.2g}"
            for values in (before, after)
        )
        rows.append((info.name, prior_text, after_text, f"{kept[column]:.0%}", info.unit))
    variants = {f"The variant {name}": one.posterior for name, one in fit.variants.items()}
    little = int((kept > UNIDENTIFIED).sum())
    sentences = [
        f"{little} of {len(kept)} parameters keep more than {UNIDENTIFIED:.0%} of their prior's "
        "spread: the evidence says next to nothing about them.",
        *(
            f"{name} has {len(one.coordinates)} draws; the largest R-hat of its chains is "
            f"{one.largest_r_hat:.2f}."
            for name, one in {"The fit": fit.posterior, **variants}.items()
        ),
    ]
    return {"table": rows, "sentences": sentences}


def shown_lines(calibrated: Calibrated) -> list[tuple[str, ...] | str]:
    """Give table and sentences."""
    said = shown_fit(calibrated)
    return [*said["table"], "", *said["sentences"]]


KIND = Kind(
    name="calibration",
    plan_from_json=calibration_from_json,
    run=calibrate_to_folder,
    tables={},
    lines=shown_lines,
    json=shown_fit,
    draw="ips_sim.report.calibration_figures:calibration_figures",
)
