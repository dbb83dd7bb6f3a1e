"""Reading calibration files: every mistake at once, with its line, before anything runs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from annotated_types import MinLen
from pydantic import Field

from ips_sim.analysis.calibration.fit import FitPlan
from ips_sim.analysis.calibration.posterior import LEAST_STEPS, draws_to_choose_from
from ips_sim.analysis.calibration.space import Pin
from ips_sim.evidence.draws import VARIANTS
from ips_sim.evidence.likely import nearest
from ips_sim.evidence.mistakes import describe
from ips_sim.evidence.parameters import load_parameters
from ips_sim.runs.counts import SEED_LIMIT
from ips_sim.scenario.checking import Said, check
from ips_sim.scenario.errors import Told
from ips_sim.scenario.library import experiment_path
from ips_sim.scenario.reader import Node, inside, read_file
from ips_sim.scenario.schema import Allowed, Once, OneOf, Title, Whole

LEAST_FREE = 2
"""The sampler moves along differences between chains and needs several of them."""
MOST_POINTS = 2**16
MOST_STEPS = 1_000_000
MOST_DRAWS = 100_000

_CAN_BE_FREE = tuple(name for name, one in load_parameters().items() if one.distribution != "fixed")
_Free = Annotated[str, OneOf(_CAN_BE_FREE, "a parameter that is not fixed")]
_Variant = Annotated[
    str, OneOf(tuple(name for name in VARIANTS if name), "a structural variant of the model")
]
_Draws = Annotated[Whole, Field(le=MOST_DRAWS)]


class PinSaid(Said):
    """A prior that a structural variant narrows: normal, in the parameter's own unit."""

    centre: float
    sd: Annotated[float, Field(gt=0)]


class CalibrationFile(Said):
    """A calibration: which parameters are free, and how hard to look."""

    title: Title = Field(description="Short name on one line.")
    seed: Annotated[Whole, Field(ge=0, le=SEED_LIMIT - 1)] = Field(
        description="Of design, simulation and sampler alike."
    )
    points: Annotated[Whole, Field(ge=2, le=MOST_POINTS)] = Field(
        description="Points simulated over the whole prior range: a power of two."
    )
    draws: _Draws = Field(ge=2, description="Posterior draws to keep.")
    steps: Annotated[Whole, Field(ge=LEAST_STEPS, le=MOST_STEPS)] = Field(
        description="Steps of each ensemble of the sampler."
    )
    left_out_draws: _Draws = Field(
        ge=1, description="Draws kept of each fit that leaves one trial out."
    )
    free: Annotated[
        list[_Free],
        MinLen(LEAST_FREE),
        Once("each parameter once"),
        Allowed(
            f"a list of {LEAST_FREE} or more parameters that are not fixed, "
            "see `ips-sim show parameters`"
        ),
    ] = Field(description="The parameters that are fitted.")
    variants: (
        dict[
            _Variant,
            Annotated[
                dict[_Free, Annotated[PinSaid, Allowed("{centre: ..., sd: ...}")]],
                MinLen(1),
                Allowed("a mapping of free parameters to {centre: ..., sd: ...}"),
            ],
        ]
        | None
    ) = Field(default=None, description="Structural variants: the priors that each narrows.")


@dataclass(frozen=True)
class Calibration:
    """What a calibration file says.

    Attributes
    ----------
    title, summary
        What it is called, and the comment at the top of the file.
    plan
        What it does.
    """

    title: str
    summary: str
    plan: FitPlan


def load_calibration(path: Path) -> Calibration:
    """Read and check a calibration file.

    Raises
    ------
    ScenarioError
        With every mistake found.
    """
    where = str(path)
    parsed = read_file(experiment_path(path), where, "a calibration file (YAML)")
    said, mistakes = check(parsed.root, CalibrationFile, where)
    told = Told(where, parsed.mistakes + mistakes)
    points, free = said.get("points", 2), said.get("free", [])
    if points & (points - 1):
        allowed = f"a power of two, such as {1 << points.bit_length()}"
        told.tell(inside(parsed.root, "points").line, "points", f"{points}", allowed)
    variants = _pins(told, said.get("variants") or {}, free, inside(parsed.root, "variants"))
    told.stop()
    numbers = {name: said[name] for name in ("points", "draws", "steps", "left_out_draws", "seed")}
    plan = FitPlan(free=tuple(free), variants=variants, **numbers)
    _enough_steps(told, plan, inside(parsed.root, "steps"))
    told.stop()
    return Calibration(said["title"], parsed.header, plan)


def _pins(
    told: Told, said: dict[str, dict[str, Any]], free: list[str], node: Node
) -> dict[str, dict[str, Pin]]:
    """Check the priors that variants narrow against those of the parameters."""
    for variant, pins in said.items():
        for name, pin in pins.items():
            info, at = load_parameters()[name], inside(node, variant, name)
            key = f"variants.{variant}.{name}"
            if name not in free:
                told.tell(
                    at.line,
                    key,
                    "a parameter that is not free",
                    "one of those in `free`",
                    nearest(name, free),
                )
            elif info.distribution == "lognormal":
                told.tell(at.line, key, "a parameter on the log scale", "one on its own scale")
            for end, low, high in (
                ("centre", info.low, info.high),
                ("sd", 0.0, info.high - info.low),
            ):
                if end in pin and not low <= pin[end] <= high:
                    allowed = f"a number from {low:g} to {high:g} ({info.unit})"
                    told.tell(inside(at, end).line, f"{key}.{end}", describe(pin[end]), allowed)
    return (
        {}
        if told.mistakes
        else {
            variant: {name: Pin(**pin) for name, pin in pins.items()}
            for variant, pins in said.items()
        }
    )


def _enough_steps(told: Told, plan: FitPlan, node: Node) -> None:
    """Refuse a plan whose chains would not hold the draws that it wants to keep."""
    free, short = len(plan.free), plan.steps // 2
    for key, wanted, there in (
        ("draws", plan.draws, draws_to_choose_from(free, plan.steps)),
        ("points", 3 * plan.points // 2, draws_to_choose_from(free, short)),
        ("left_out_draws", plan.left_out_draws, draws_to_choose_from(free, short, 1)),
    ):
        if wanted > there:
            found = f"{plan.steps}, from which {key} would take {wanted} of {there} draws"
            told.tell(node.line, "steps", found, "more steps, or fewer draws or points")
