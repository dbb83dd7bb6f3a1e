"""A calibration as a folder of results: simulated points, draws, and what the data taught."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ips_sim.analysis.calibration.fit import Fit, FitPlan, Progress, fit
from ips_sim.analysis.calibration.plan_files import Calibration
from ips_sim.analysis.calibration.shipping import (
    PRIOR_SAMPLE,
    write_draws,
    write_learning,
    write_sampling,
)
from ips_sim.analysis.calibration.simulated import write_simulated
from ips_sim.analysis.calibration.space import Pin, space_of
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.errors import InterruptedRunError
from ips_sim.runs.execution import Say, compile_rules, cores, silent
from ips_sim.runs.manifest import MANIFEST, make_manifest, now, write_json
from ips_sim.runs.partial import locked
from ips_sim.runs.tables import checksum
from ips_sim.scenario import load_scenario
from ips_sim.sources import source_hash

KIND = "calibration"
SHOWN = 15
"""Parameters that the short table lists, those of which the data taught most."""
UNIDENTIFIED = 0.9
"""A parameter that keeps more of its prior's spread than this is not identified."""
CHECKING = "simulating draws of the fit"

Finish = Callable[["Calibrated", Path], object]
"""Adds files, such as figures, to a folder that has all its tables."""


@dataclass(frozen=True)
class Calibrated:
    """What a calibration brought.

    Attributes
    ----------
    calibration
        What was asked for.
    fit
        What came out.
    """

    calibration: Calibration
    fit: Fit


@dataclass(frozen=True)
class _Planned:
    calibration: Calibration

    def as_json(self) -> dict[str, Any]:
        """Give what was asked for as JSON can hold it."""
        return {
            "kind": KIND,
            "title": self.calibration.title,
            "summary": self.calibration.summary,
            **asdict(self.calibration.plan),
            "replicates": 1,
            "source_hash": source_hash(),
        }


def calibrate_to_folder(
    calibration: Calibration,
    folder: Path,
    *,
    jobs: int | None = None,
    command: Sequence[str] = (),
    finish: Finish | None = None,
    progress: Progress,
    say: Say = silent,
) -> Calibrated:
    """Fit into a folder, or go on with it where it was stopped.

    Simulated points stay in the folder, so that another look at them is cheap: other variants or
    more draws need no new simulation.  The manifest is written last; a folder without one is
    unfinished.

    Parameters
    ----------
    calibration
        What to do.
    folder
        Where points and results are kept.
    jobs
        Threads; by default as many as there are cores. The result does not depend on it.
    command
        For the manifest.
    finish
        Called with the result and the folder once all tables are there.
    progress, say
        Told how far it is, and what one should know.

    Raises
    ------
    RunError
        If the folder holds points of another plan, or another process works on it.
    InterruptedRunError
        After Ctrl-C.
    """
    plan, threads = calibration.plan, jobs or cores()
    began, begun = time.monotonic(), now()
    with locked(folder):
        try:
            (folder / MANIFEST).unlink(missing_ok=True)
            ips = load_scenario("ips")
            compile_rules(ips, parameter_draws(ips, 1), plan.seed, say=say)
            fitted = fit(plan, space_of(list(plan.free)), folder, threads, progress, say)
            fits = {"": fitted, **fitted.variants}
            draws = [write_draws(one, folder, name) for name, one in fits.items()]
            written = [path for paths in draws for path in paths]
            written += write_learning(fitted, folder, plan.seed)
            written.append(write_sampling(fitted, folder))
            progress(CHECKING, 0, 1)
            written.append(write_simulated(fits, folder, plan.seed, threads))
            progress(CHECKING, 1, 1)
            calibrated = Calibrated(calibration, fitted)
            if finish:
                finish(calibrated, folder)
            tables = {path.name: checksum(path) for path in written}
            taken = round(time.monotonic() - began, 3)
            times = {"begun": begun, "finished": now(), "seconds": taken}
            manifest = make_manifest(_Planned(calibration), 1, command, tables, times)
            write_json(folder / MANIFEST, manifest)
        except KeyboardInterrupt:
            raise InterruptedRunError(folder) from None
    return calibrated


def calibration_from_json(said: Mapping[str, Any]) -> Calibration:
    """Read back what a manifest says was done, to do it with the sources as they are now."""
    whole = {name: said[name] for name in ("points", "draws", "steps", "left_out_draws", "seed")}
    variants = {
        name: {parameter: Pin(**pin) for parameter, pin in pins.items()}
        for name, pins in said["variants"].items()
    }
    plan = FitPlan(free=tuple(said["free"]), **whole, variants=variants)
    return Calibration(said["title"], said["summary"], plan)


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
    fits = {"the fit": fit.posterior, **{k: v.posterior for k, v in fit.variants.items()}}
    little = int((kept > UNIDENTIFIED).sum())
    sentences = [
        f"{little} of {len(kept)} parameters keep more than {UNIDENTIFIED:.0%} of their prior's "
        "spread: the evidence says next to nothing about them.",
        *(
            f"{name}: {len(one.coordinates)} draws, chains' largest R-hat {one.largest_r_hat:.2f}"
            for name, one in fits.items()
        ),
    ]
    return {"table": rows, "sentences": sentences}
