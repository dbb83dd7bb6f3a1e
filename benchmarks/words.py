"""How often two seeds say the same of principles: the words, and the ranges.

    python benchmarks/words.py                         two seeds with the defaults, minutes each
    python benchmarks/words.py --draws 64              other settings
    python benchmarks/words.py --folders ONE OTHER     results that are there already

Nothing here is a test.  The documents quote what it prints.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from ips_sim.analysis.principles.folder import principles_to_folder
from ips_sim.analysis.principles.plan import make_principles_plan
from ips_sim.runs.counts import PRINCIPLES_DRAWS, PRINCIPLES_REPLICATES

KEY = ["principle", "outcome"]
RANGES = ("shapley", "prior", "dropped")


def main() -> None:
    """Run two seeds, unless they are there, and compare them."""
    parser = argparse.ArgumentParser(description="How often two seeds use the same words.")
    parser.add_argument("--folders", nargs=2, type=Path, help="finished results of two seeds")
    parser.add_argument("--draws", type=int, default=PRINCIPLES_DRAWS)
    parser.add_argument("--replicates", type=int, default=PRINCIPLES_REPLICATES)
    asked = parser.parse_args()
    folders = asked.folders or [_made(seed, asked.draws, asked.replicates) for seed in (1, 2)]
    print(report(*[pd.read_csv(folder / "principles.csv").set_index(KEY) for folder in folders]))


def _made(seed: int, draws: int, replicates: int) -> Path:
    folder = Path(mkdtemp(prefix="ips-sim-words-")) / f"seed-{seed}"
    began = time.monotonic()
    principles_to_folder(
        make_principles_plan("ips", seed=seed, draws=draws, replicates=replicates), folder
    )
    print(f"seed {seed}: {time.monotonic() - began:.0f} seconds")
    return folder


def agreement(one: pd.Series, other: pd.Series) -> tuple[float, float]:
    """Give the share of equal words, and Cohen's kappa; NaN where only one word is used."""
    same = float((one == other).mean())
    words = set(one) | set(other)
    chance = sum(float((one == word).mean() * (other == word).mean()) for word in words)
    return same, (same - chance) / (1 - chance) if chance < 1 else float("nan")


def report(one: pd.DataFrame, other: pd.DataFrame) -> str:
    """Compare two tables of shares."""
    same, kappa = agreement(one["learned"], other["learned"])
    lines = [
        f"words: the same in {100 * same:.1f} % of {len(one)}, kappa {kappa:.2f}; "
        f"learned in {100 * (one['learned'] == 'learned').mean():.0f} and "
        f"{100 * (other['learned'] == 'learned').mean():.0f} %"
    ]
    moved = np.abs(np.log(one["kept"].to_numpy() / other["kept"].to_numpy()))
    lines.append(f"kept: seeds differ by {100 * np.nanmean(moved):.1f} % on average")
    for name in RANGES:
        width = [table[f"{name}_high"] - table[f"{name}_low"] for table in (one, other)]
        low, middle, high = np.nanquantile((width[0] / width[1]).to_numpy(), (0.05, 0.5, 0.95))
        outside = ((other[name] < one[f"{name}_low"]) | (other[name] > one[f"{name}_high"])).mean()
        lines.append(
            f"{name}: width of one seed's range over the other's {low:.2f} to {high:.2f}, median "
            f"{middle:.2f}; {100 * outside:.1f} % of points outside the other's range"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
