"""What is to be run to share out a difference: worlds, draws and replicates, cut into blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from ips_sim.analysis.calibration.space import space_of
from ips_sim.analysis.principles.players import Asked, Player, ask, worlds
from ips_sim.analysis.principles.shapley import IntArray, coalitions_of, draw_orders
from ips_sim.analysis.principles.totals import ROWS, run_totals
from ips_sim.evidence.draws import posterior_draws
from ips_sim.evidence.parameters import load_parameters
from ips_sim.model import arrays
from ips_sim.model.arrays import Array
from ips_sim.model.results import Runs
from ips_sim.runs.counts import (
    PRINCIPLES_DRAWS,
    PRINCIPLES_REPLICATES,
    REPLICATE_LIMIT,
    checked,
    of_kind,
    replicates_of,
    seed_of,
    whole,
)
from ips_sim.runs.draws import parameter_draws
from ips_sim.runs.errors import RunError
from ips_sim.runs.plan import runs_per_block
from ips_sim.runs.work import Content, Task
from ips_sim.scenario import Scenario, ScenarioSource, as_mapping, load_scenario
from ips_sim.sources import source_hash

Basis = Literal["centre", "prior", "posterior", "people_differ", "interest_fades"]
"""Where parameters come from: the values of the data, what was believed before any fit, what the
fit to trials left, or what the fit of a structural variant left."""

STRUCTURAL: tuple[Basis, ...] = ("people_differ", "interest_fades")
"""The structural variants."""

KIND = "principles"
"""What the manifest calls such a result."""

BLOCKS_TOGETHER = 3
"""Totals are small: blocks are larger than those of runs that keep people, and fewer."""

MOST_EXACT = 10
"""Up to so many players every coalition is run; above it, orders of entry are sampled."""
DEFAULT_PAIRS = 64
SHARING = 8
"""So many draws at least live with the same people, sites and luck (`luck_groups`)."""
PRIOR_KEY = 1
"""Key of the draws from before the fit."""
DEFAULT_TRIAL_SIZES = (50, 100, 200, 400, 800, 1600, 3200)


@dataclass(frozen=True)
class WorldBlock:
    """A stretch of runs of one world, done and kept together.

    Attributes
    ----------
    world
        Which of the plan's worlds.
    basis
        Where its parameters come from.
    number
        Its place among the blocks of this world and basis.
    runs
        By draw, then replicate, then site.  All worlds share people, sites and luck, and so do
        the draws of a group (`luck_groups`).
    """

    world: int
    basis: Basis
    number: int
    runs: Runs

    @property
    def name(self) -> str:
        """A file name that says the place."""
        return f"world-{self.world}-{self.basis}-block-{self.number}"

    def __len__(self) -> int:
        return len(self.runs)


@dataclass(frozen=True)
class PrinciplesPlan(Task[WorldBlock]):
    """Everything that the tables depend on.

    Attributes
    ----------
    asked
        The scenario with all players present, and the players.
    seed, replicates, draws
        Chance, stochastic runs of each draw, and realisations of the parameters; one draw has the
        values of the data.
    order_pairs
        Pairs of orders of entry to sample; 0 if every coalition is run.
    bases
        Which sets of parameters are run.
    trial_sizes
        People in an arm of the virtual factorial trial.
    source_hash
        Of the package that runs it.
    """

    asked: Asked
    seed: int
    replicates: int
    draws: int
    order_pairs: int
    bases: tuple[Basis, ...]
    trial_sizes: tuple[int, ...]
    source_hash: str

    def __post_init__(self) -> None:
        seed_of(self.seed)
        replicates_of(self.replicates)
        whole("draws", self.draws)

    @property
    def names(self) -> tuple[str, ...]:
        """The players' names."""
        return tuple(one.name for one in self.asked.players)

    @cached_property
    def orders(self) -> IntArray:
        """Orders of entry, if they are sampled: shape (orders, players)."""
        return draw_orders(len(self.names), self.order_pairs, self.seed)

    @cached_property
    def coalitions(self) -> IntArray:
        """Coalitions that are run, ascending."""
        players = len(self.names)
        if not self.order_pairs:
            return np.arange(1 << players, dtype=np.int64)
        everybody = (1 << players) - 1
        single = 1 << np.arange(players, dtype=np.int64)
        met = coalitions_of(self.orders).ravel()
        return np.unique(np.concatenate([met, single, everybody - single]))

    @cached_property
    def worlds(self) -> tuple[list[Scenario], IntArray]:
        """Scenarios that differ, and which of them each coalition lives in.

        A player that changes nothing here, such as a principle that the scenario drops anyway,
        needs no world of its own.
        """
        made = worlds(self.asked, [int(one) for one in self.coalitions])
        place: dict[str, int] = {}
        lived = [place.setdefault(one.model_dump_json(), len(place)) for one in made]
        first = np.unique(lived, return_index=True)[1]
        return [made[one] for one in first], np.array(lived, dtype=np.int64)

    @cached_property
    def lucks(self) -> IntArray:
        """Which people and luck each run of a draw has: shape (draws, replicates)."""
        first = luck_groups(self.draws) * self.replicates
        return first[:, None] + np.arange(self.replicates)

    @cached_property
    def parameters(self) -> dict[Basis, Array]:
        """Parameters of every draw, by basis."""
        return {basis: self._draws_of(basis) for basis in self.bases}

    def _draws_of(self, basis: Basis) -> Array:
        scenario = self.asked.scenario
        if basis == "prior":
            return prior_draws(scenario, self.draws)
        if basis in STRUCTURAL:
            scenario = scenario.model_copy(update={"variant": basis})
        return parameter_draws(scenario, self.draws)

    def blocks(self) -> list[WorldBlock]:
        """Cut the runs of all worlds into blocks; how many threads there are does not matter."""
        sites = self.asked.scenario.design.sites
        blocks = []
        for world, scenario in enumerate(self.worlds[0]):
            size = max(1, BLOCKS_TOGETHER * runs_per_block(scenario) // sites)
            together = np.arange(self.draws * self.replicates)
            lucks = self.lucks.ravel()
            for basis in self.bases:
                for number, part in enumerate(np.array_split(together, -(-len(together) // size))):
                    run = np.repeat(part, sites)
                    runs = Runs(
                        draw=run // self.replicates,
                        replicate=lucks[run],
                        site=np.tile(np.arange(sites), len(part)),
                    )
                    blocks.append(WorldBlock(world, basis, number, runs))
        return blocks

    def do(self, block: WorldBlock, threads: int) -> Content:
        """Run a block of one world: totals of its runs, shape (`ROWS`, runs), sites added up."""
        sites = self.asked.scenario.design.sites
        totals = run_totals(
            self.worlds[0][block.world],
            self.parameters[block.basis],
            block.runs,
            self.seed,
            threads,
        )
        return {"totals": totals.reshape(len(ROWS), -1, sites).sum(axis=2)}

    def as_json(self) -> dict[str, Any]:
        """The plan as JSON can hold it; `plan_from_json` reads it back."""
        return {
            "kind": KIND,
            "scenario": as_mapping(self.asked.scenario),
            "players": [asdict(one) for one in self.asked.players],
            "against": self.asked.against,
            "seed": self.seed,
            "replicates": self.replicates,
            "draws": self.draws,
            "order_pairs": self.order_pairs,
            "bases": list(self.bases),
            "trial_sizes": list(self.trial_sizes),
            "driver": "compiled",
            "agents": [],
            "source_hash": self.source_hash,
        }


def luck_groups(draws: int) -> IntArray:
    """Say which draws live with the same people, sites and luck: a number for each draw.

    Draws that share them differ by their parameters and by how these meet that luck, no longer by
    which people came; so the spread between them holds less chance.  Several groups, because the
    mean over all draws settles by the number of different people.
    """
    return np.arange(draws, dtype=np.int64) % max(1, draws // SHARING)


def make_principles_plan(
    source: ScenarioSource,
    against: ScenarioSource | None = None,
    *,
    extra: Sequence[Player] = (),
    seed: int = 1,
    replicates: int = PRINCIPLES_REPLICATES,
    draws: int = PRINCIPLES_DRAWS,
    order_pairs: int = DEFAULT_PAIRS,
    trial_sizes: Sequence[int] = DEFAULT_TRIAL_SIZES,
    overrides: Mapping[str, object] | None = None,
    variants: bool = False,
) -> PrinciplesPlan:
    """Plan worlds with every combination of principles.

    Parameters
    ----------
    source
        A scenario or an experiment, as `ask` takes it.
    against
        A second scenario, if the difference to it is to be shared out.
    extra
        Players beside the principles.
    order_pairs
        Pairs of orders of entry to sample if there are more than `MOST_EXACT` players.
    overrides
        Values by dotted name, set in every world.
    variants
        Whether to run the structural variants too, beside the fit itself.

    Raises
    ------
    RunError
        If something asked for is not possible.
    ScenarioError
        If the scenario or a player has mistakes.
    """
    seed, replicates, draws = seed_of(seed), replicates_of(replicates), whole("draws", draws)
    order_pairs = whole("pairs of orders", order_pairs)
    sizes = {whole("the size of a trial's arm", size) for size in trial_sizes}
    of_kind("variants", variants, bool, "True or False")
    if draws * replicates >= REPLICATE_LIMIT:
        raise RunError(f"draws × replicates must stay below {REPLICATE_LIMIT}")
    asked = ask(source, extra, overrides, against)
    if variants and (named := asked.scenario.fitted_variant):
        raise RunError(
            f"the scenario chooses the variant {named}: leave that out to see both beside the fit"
        )
    plan = PrinciplesPlan(
        asked=asked,
        seed=seed,
        replicates=replicates,
        draws=draws,
        order_pairs=order_pairs if len(asked.players) > MOST_EXACT else 0,
        bases=(*_bases(draws), *(STRUCTURAL if variants else ())),
        trial_sizes=tuple(sorted(sizes)),
        source_hash=source_hash(),
    )
    _ = plan.parameters, plan.worlds  # so that what is wrong is said before anything starts
    return plan


def sizes_of_text(text: str) -> list[int]:
    """Read sizes of a trial's arms: ``50,100,200``.

    Raises
    ------
    RunError
        If one is no whole number, or there twice.
    """
    try:
        sizes = [int(one) for one in text.split(",")]
    except ValueError:
        raise RunError(
            f"sizes of a trial's arms are whole numbers with commas between (50,100), "
            f"found {text!r}"
        ) from None
    for place, size in enumerate(sizes):
        if size in sizes[:place]:
            raise RunError(f"sizes of a trial's arms are given once each, found {size} twice")
    return sizes


def plan_from_json(said: Mapping[str, Any]) -> PrinciplesPlan:
    """Read a plan back, to run it with the sources as they are now."""
    return checked(
        PrinciplesPlan,
        {
            **said,
            "asked": Asked(
                load_scenario(said["scenario"]),
                tuple(checked(Player, one) for one in said["players"]),
                said["against"],
            ),
            "source_hash": source_hash(),
        },
    )


def _bases(draws: int) -> tuple[Basis, ...]:
    if draws == 1:
        return ("centre",)
    return ("prior", "posterior") if _fitted() else ("prior",)


def _fitted() -> tuple[str, ...]:
    """Give the parameters that the fit moved; none if the package has no draws from one."""
    try:
        draws = posterior_draws()
    except FileNotFoundError:
        return ()
    return tuple(draws[0]) if draws else ()


def fitted_names(plan: PrinciplesPlan) -> list[str]:
    """Give the parameters that the fit moved and that vary in a plan's worlds."""
    said = plan.asked.scenario.parameters
    known = load_parameters()
    return [name for name in _fitted() if name not in said and known[name].distribution != "fixed"]


def prior_draws(scenario: Scenario, draws: int) -> Array:
    """Draw parameters from what was believed before any fit; the scenario's own hold in all.

    They are the same for every seed, as those of the fit are: a seed is the key of people and luck.

    Once there is a fit, the same parameters vary as in its draws: an interval must not become
    narrower because something is held still.

    Returns
    -------
    array of records of type ``arrays.PARAMETERS``, shape (draws,)
    """
    known = load_parameters()
    free = [name for name in _fitted() or tuple(known) if known[name].distribution != "fixed"]
    space = space_of(free)
    drawn = space.values(space.draw_prior(draws, np.random.default_rng(PRIOR_KEY)))
    return np.concatenate(
        [
            arrays.as_record(
                arrays.default_parameters(
                    {**dict(zip(free, map(float, row), strict=True)), **scenario.parameters}
                ),
                arrays.PARAMETERS,
            )
            for row in drawn
        ]
    )
