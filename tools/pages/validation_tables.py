"""Tables and sentences of the page on calibration and validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ips_sim.analysis.trials.scores import (
    CROSS_VALIDATED,
    MODEL,
    SIMULATION,
    Score,
    shipped_scores,
)
from ips_sim.analysis.trials.targets import still_in_service
from ips_sim.evidence import Target, package_data, targets, trial_designs, trial_results
from ips_sim.evidence.draws import VARIANTS, draws_file, posterior_draws
from ips_sim.evidence.trial_layer import layer_draws, strengths
from tools.pages.markdown import code, table
from tools.pages.sources import short
from tools.pages.validation_files import (
    Emulated,
    Predicted,
    correlations,
    cross_validation,
    emulated,
    learned,
    predictive,
    simulated,
)

Floats = NDArray[np.float64]

KEPT_UNIDENTIFIED = 0.9
"""A parameter that keeps more of its prior's spread than this learned next to nothing."""
KEPT_WELL_KNOWN = 0.5
ARMS = {"ips": "IPS", "control": "control", "both": "both"}

LEAST_GAIN, LEAST_GAIN_OF_SCORES = 0.15, 0.1
"""What was to be reached against the better baseline, in error and in the scores of ranges."""
LEAST_COVERED_SHARE, MOST_COVERED_SHARE = 22 / 26, 25 / 26
WIDEST = {"ips": 55.0, "control": 40.0}

CHECK_DRAWS = 60
"""Posterior draws for which figures outside the likelihood are simulated."""
LEAST_SAMPLES = 20
"""Sets of virtual trials, where fewer draws than that ship."""
SEED = 1


@dataclass(frozen=True)
class Goal:
    """Something that the cross-validated predictions should reach."""

    what: str
    wanted: str
    got: str
    reached: bool


@dataclass(frozen=True)
class Checked:
    """A pooled figure beside what the model gives for it, with its Monte Carlo error if known."""

    target: Target
    predicted: float
    low90: float
    high90: float
    mc_error: float | None = None

    @property
    def is_inside(self) -> bool:
        """Whether the prediction lies in the plausible range."""
        return self.target.low <= self.predicted <= self.target.high


def learned_table() -> str:
    """Write prior against posterior, what the data taught most first."""
    rows = [
        (
            code(one.parameter),
            one.unit,
            f"{one.prior_mean:.3g} ± {one.prior_sd:.2g}",
            f"{one.mean:.3g} ± {one.sd:.2g}",
            f"{one.low90:.3g} to {one.high90:.3g}",
            f"{one.kept:.2f}",
        )
        for one in sorted(learned().values(), key=lambda one: one.kept)
    ]
    header = ("parameter", "unit", "prior (mean ± SD)", "after the fit", "90 %", "spread kept")
    return table(header, rows)


def unidentified() -> list[str]:
    """Name the parameters of which the data taught next to nothing."""
    return [one.parameter for one in learned().values() if one.kept >= KEPT_UNIDENTIFIED]


def well_known() -> list[str]:
    """Name the parameters whose spread the data halved at least."""
    return [one.parameter for one in learned().values() if one.kept <= KEPT_WELL_KNOWN]


def correlation_table(count: int) -> str:
    """Write the strongest correlations of the posterior."""
    rows = [
        (code(one.first), code(one.second), f"{one.correlation:+.2f}".replace("-", "−"))
        for one in correlations()[:count]
    ]
    return table(("first", "second", "correlation"), rows)


@cache
def checked() -> tuple[Checked, ...]:
    """Give every pooled figure that the model speaks of, simulated over posterior draws."""
    shipped = {(one.name, one.arm): one for one in simulated() if not one.variant}
    fitted = {(one.name, one.arm): one for one in predictive()}
    here = _simulated_here(without_targets=bool(shipped))
    found = []
    for one in targets():
        row, values = shipped.get((one.name, one.arm)), here.get((one.name, one.arm))
        if row is not None:
            found.append(Checked(one, row.simulated, row.low90, row.high90, row.mc_error))
        elif values is not None and np.isfinite(values).any():
            found.append(_checked(one, values[np.isfinite(values)]))
        elif emulated := fitted.get((one.name, one.arm)):
            found.append(Checked(one, emulated.predicted, emulated.low90, emulated.high90))
    return tuple(found)


def _checked(target: Target, values: Floats) -> Checked:
    low, high = np.quantile(values, [0.05, 0.95])
    error = float(values.std(ddof=1) / np.sqrt(len(values))) if len(values) > 1 else None
    return Checked(target, float(values.mean()), float(low), float(high), error)


def variant_sentences() -> list[str]:
    """Say for each fit how many of the fitted figures lie inside their plausible ranges."""
    sentences = []
    for variant in dict.fromkeys(one.variant for one in simulated()):
        rows = [
            one
            for one in simulated()
            if one.variant == variant and one.role == "fit" and one.low is not None
        ]
        inside = sum(one.is_inside for one in rows)
        name = code(variant) if variant else "the fit itself"
        sentences.append(f"{name}: {inside} of {len(rows)} fitted figures inside their ranges")
    return sentences


def unchecked() -> list[str]:
    """Name the pooled figures that this page says nothing about."""
    said = {(one.target.name, one.target.arm) for one in checked()}
    names = dict.fromkeys(one.name for one in targets() if (one.name, one.arm) not in said)
    return [name for name in names if name != "still_in_service"]


def kept_in_service() -> list[str]:
    """Compare how many are still served, which the table of pooled figures has for two windows."""
    sentences = []
    for one in targets():
        if one.name == "still_in_service":
            share = still_in_service(int(one.window.partition(" ")[0]))
            inside = "inside" if one.low <= share <= one.high else "outside"
            sentences.append(
                f"after {one.window} {100 * share:.0f} % ({inside} the published "
                f"{100 * one.value:.0f} %, {100 * one.low:.0f} to {100 * one.high:.0f})"
            )
    return sentences


def misses() -> list[Checked]:
    """Give the pooled figures whose prediction lies outside the plausible range."""
    return [one for one in checked() if not one.is_inside]


def checked_table(role: str) -> str:
    """Write the pooled figures of one role beside what the model gives."""
    rows = [
        (
            code(one.target.name),
            one.target.arm,
            f"{short(one.target.value)} ({short(one.target.low)} to {short(one.target.high)})",
            _with_range(one),
            "" if one.mc_error is None else f"{one.mc_error:.2g}",
            one.target.unit,
            "" if one.is_inside else "**no**",
        )
        for one in checked()
        if one.target.role == role
    ]
    header = ("figure", "arm", "published (range)", "model (90 %)", "Monte Carlo error", "unit")
    return table((*header, "inside the range"), rows)


def reason_of(one: Checked) -> str:
    """Say why a figure is missed, as ``misses.yaml`` has it."""
    return _reasons().get(f"{one.target.name} {one.target.arm}", "No reason is known yet.")


@cache
def patterns() -> tuple[Mapping[str, Any], ...]:
    """Read the patterns that the model should show, with the mechanism that each tests."""
    return tuple(_read("patterns.yaml"))


def pattern_table() -> str:
    """Write patterns, mechanisms, and the figure where there is one."""
    by_name = {(one.target.name, one.target.arm): one for one in checked()}
    rows = []
    for one in patterns():
        figures = []
        for name, arm in (str(each).split(maxsplit=1) for each in one.get("figures", ())):
            if found := by_name.get((name, arm)):
                figures.append(
                    f"{code(name)} {arm}: published {short(found.target.value)}, "
                    f"model {found.predicted:.3g}"
                )
        rows.append((one["pattern"], one["mechanism"], "; ".join(figures)))
    return table(("pattern", "mechanism that it tests", "figure"), rows)


def trial_table(predictions: Sequence[Predicted]) -> str:
    """Write predictions for single arms."""
    rows = []
    for one in predictions:
        design = trial_designs()[one.trial_id]
        published = "" if one.published is None else f"{one.published:.1f}"
        missed = "" if one.published is None or one.is_covered else "**no**"
        rows.append(
            (
                one.trial_id,
                design.country,
                ARMS[one.arm],
                str(one.n),
                str(one.months),
                published,
                f"{one.predicted:.0f} ({one.low90:.0f} to {one.high90:.0f})",
                missed,
            )
        )
    header = ("trial", "country", "arm", "n", "months", "published %", "predicted % (90 %)")
    return table((*header, "inside"), rows)


def score_table(group: str) -> str:
    """Write the scores of model and baselines over one group of trials."""
    rows = [
        (
            one.who.removesuffix(f", {group}"),
            ARMS[one.arm],
            str(one.arms),
            f"{one.mean_absolute_error:.1f} ± {one.error_se:.1f}",
            f"{one.covered} of {one.arms}",
            f"{one.mean_width:.0f}",
            f"{one.crps:.1f}",
            f"{one.interval_score:.0f}",
        )
        for one in shipped_scores()
        if one.who.endswith(f", {group}")
    ]
    header = ("who", "arm", "arms", "error ± SE", "90 % intervals that hold", "mean width")
    return table((*header, "CRPS", "interval score"), rows)


def has_scores(group: str) -> bool:
    """Say whether a group of trials was scored."""
    return any(one.who.endswith(f", {group}") for one in shipped_scores())


def goals() -> list[Goal]:
    """Hold the cross-validated scores against what they should reach."""
    model = {one.arm: one for one in shipped_scores() if one.who == f"{MODEL}, {CROSS_VALIDATED}"}
    if "both" not in model:
        return []
    best = {arm: _best_baseline(arm) for arm in model}
    both, rival = model["both"], best["both"]
    return [
        _gain(
            "error over both arms", both.mean_absolute_error, rival.mean_absolute_error, LEAST_GAIN
        ),
        *(
            Goal(
                f"error in the {ARMS[arm]} arm",
                f"not above the better baseline's {best[arm].mean_absolute_error:.1f}",
                f"{model[arm].mean_absolute_error:.1f}",
                model[arm].mean_absolute_error <= best[arm].mean_absolute_error,
            )
            for arm in ("ips", "control")
        ),
        Goal(
            "published rates within the 90 % interval",
            f"{LEAST_COVERED_SHARE * both.arms:.0f} to {MOST_COVERED_SHARE * both.arms:.0f} of "
            f"{both.arms}",
            f"{both.covered} of {both.arms}",
            round(LEAST_COVERED_SHARE * both.arms)
            <= both.covered
            <= round(MOST_COVERED_SHARE * both.arms),
        ),
        _gain(
            "CRPS over both arms",
            both.crps,
            min(one.crps for one in _baselines("both")),
            LEAST_GAIN_OF_SCORES,
        ),
        _gain(
            "interval score over both arms",
            both.interval_score,
            min(one.interval_score for one in _baselines("both")),
            LEAST_GAIN_OF_SCORES,
        ),
        *(
            Goal(
                f"mean width in the {ARMS[arm]} arm",
                f"under {WIDEST[arm]:.0f} points",
                f"{model[arm].mean_width:.0f}",
                model[arm].mean_width < WIDEST[arm],
            )
            for arm in ("ips", "control")
        ),
    ]


def stand_in_sentence() -> str:
    """Say how far the stand-in is from the simulator, against sampling; empty without a fit."""
    arms = [one for one in emulated() if one.name in trial_results()]
    pooled = [one for one in emulated() if one.name not in trial_results()]
    if not arms or not pooled:
        return ""

    def ratio(rows: Sequence[Emulated]) -> str:
        ratios = np.array([one.stand_in_error_sd / one.evidence_sd for one in rows])
        return f"{np.median(ratios):.2f} of it in the middle, {ratios.max():.2f} at most"

    far = [f"`{one.name}` ({one.arm})" for one in pooled if one.stand_in_error_sd > one.evidence_sd]
    said = f" It is larger than the range itself for {', '.join(far)}." if far else ""
    return (
        "Against the sampling of so many people, the stand-in's error of a trial's arm is "
        f"{ratio(arms)}; against the range of a pooled figure, {ratio(pooled)}.{said}"
    )


def layer_table() -> str:
    """Write the strengths of the layer between simulated and published trials."""
    draws = layer_draws()
    rows = []
    for one in strengths().values():
        values = np.array([draw[one.name] for draw in draws])
        low, high = np.quantile(values, [0.05, 0.95]) if len(values) else (np.nan, np.nan)
        fitted = f"{values.mean():.2f} ({low:.2f} to {high:.2f})" if len(values) else ""
        prior = f"{one.mean:g} ± {one.sd:g}, within {one.low:g} to {one.high:g}"
        rows.append((code(one.name), one.meaning, prior, fitted, f"{one.grade}: {one.basis}"))
    header = (
        "strength",
        "meaning",
        "prior",
        "after the fit (90 %)",
        "grade and basis of the prior",
    )
    return table(header, rows)


def goal_table() -> str:
    """Write what the cross-validated predictions should reach and what they do."""
    return table(
        ("what", "wanted", "got", "reached"),
        ((one.what, one.wanted, one.got, "yes" if one.reached else "**no**") for one in goals()),
    )


def score_sentence() -> str:
    """Say in a sentence how good the cross-validated predictions are; empty without scores."""
    model = {one.arm: one for one in shipped_scores() if one.who == f"{MODEL}, {CROSS_VALIDATED}"}
    if "both" not in model:
        return ""
    both, best = model["both"], _best_baseline("both")
    apart = 1 - both.mean_absolute_error / best.mean_absolute_error
    better = f"{100 * abs(apart):.0f} % {'smaller' if apart > 0 else 'larger'}"
    return (
        f"Predicting each trial from a fit without it, the model misses the share of people who "
        f"find work by {both.mean_absolute_error:.1f} points on average (standard error "
        f"{both.error_se:.1f}); that is {better} than the better of two plain baselines "
        f"({best.mean_absolute_error:.1f}). {both.covered} of its {both.arms} 90 % intervals hold "
        "the published rate."
    )


def uncovered() -> list[Predicted]:
    """Give the arms whose published rate lies outside the cross-validated interval."""
    return [one for one in cross_validation() if one.published is not None and not one.is_covered]


def mean_error_by_trial() -> dict[str, float]:
    """Give each cross-validated trial's error over its arms, the worst first."""
    errors: dict[str, list[float]] = {}
    for one in cross_validation():
        if one.published is not None:
            errors.setdefault(one.trial_id, []).append(abs(one.predicted - one.published))
    means = {trial: float(np.mean(each)) for trial, each in errors.items()}
    return dict(sorted(means.items(), key=lambda pair: -pair[1]))


def used_trials() -> list[str]:
    """Name the trials whose rates enter the likelihood."""
    return [one.trial_id for one in trial_results().values() if one.in_error_summary]


def simulated_points(folder: Path) -> str:
    """Say how many points the shipped calibration simulates first; empty if its plan is gone."""
    path = folder / "experiments" / "calibration.yaml"
    if not path.exists():
        return ""
    from ruamel.yaml import YAML

    return f"{YAML(typ='safe', pure=True).load(path)['points']:,}"


def shipped_variants() -> list[str]:
    """Name the structural variants whose draws ship."""
    found = []
    for name in filter(None, VARIANTS):
        try:
            package_data(draws_file(name))
        except FileNotFoundError:
            continue
        found.append(name)
    return found


def _gain(what: str, got: float, rival: float, least: float) -> Goal:
    return Goal(
        what,
        f"{100 * least:.0f} % below the better baseline's {rival:.1f}",
        f"{got:.1f} ({100 * (1 - got / rival):+.0f} %)".replace("-", "−"),
        got <= (1 - least) * rival,
    )


def _baselines(arm: str) -> list[Score]:
    return [
        one
        for one in shipped_scores()
        if one.arm == arm
        and one.who.endswith(f", {CROSS_VALIDATED}")
        and not one.who.startswith((f"{MODEL},", f"{SIMULATION},"))
    ]


def _best_baseline(arm: str) -> Score:
    return min(_baselines(arm), key=lambda one: one.mean_absolute_error)


def _with_range(one: Checked) -> str:
    if one.low90 == one.high90:
        return f"{one.predicted:.3g}"
    return f"{one.predicted:.3g} ({one.low90:.3g} to {one.high90:.3g})"


def _simulated_here(*, without_targets: bool) -> dict[tuple[str, str], Any]:
    """Simulate what no file of the fit has: figures over trials, and the rest if none ships."""
    from ips_sim.analysis.trials.targets import simulate_targets
    from ips_sim.analysis.trials.trial_spread import simulate_trial_spread
    from ips_sim.runs.draws import records

    every = posterior_draws()
    step = max(1, len(every) // CHECK_DRAWS)
    draws = [dict(one) for one in every[::step][:CHECK_DRAWS]]
    parameters = records(draws or [{}])
    samples = max(LEAST_SAMPLES, len(parameters))
    # Results don't depend on the number of threads; a page is written on any machine.
    found = dict(simulate_trial_spread(parameters, samples, SEED, threads=2))
    if without_targets:
        return found
    return found | dict(simulate_targets(parameters, SEED, threads=2))


@cache
def _reasons() -> Mapping[str, str]:
    return dict(_read("misses.yaml") or {})


def _read(name: str) -> Any:
    from ruamel.yaml import YAML

    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    return YAML(typ="safe", pure=True).load(text)
