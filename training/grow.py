"""Between two trainings: wider feed-forward layers for a checkpoint that has learned what its size allows.

    python grow.py checkpoint/last.pt work/grown.pt

The width is ``f`` of recipe.toml. The new units start with random inputs and without any output, so
the grown network translates as the old one did and goes on from there (growth that keeps what was
learned: Chen et al. 2016, "Net2Net"; Evci et al. 2022, "GradMax"). The optimiser's state fits no longer
and is left out: training makes it anew.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor, nn

from recipe import Recipe

INNER = re.compile(r"(enc\.\d+\.1|dec\.\d+\.2)\.(l1\.weight|l1\.bias|l2\.weight)")


def grown(weights: Mapping[str, Tensor], units: int) -> dict[str, Tensor]:
    """The weights of a network with ``units`` more units in each feed-forward layer that computes what these do."""
    return {name: _wider(name, weight, units) if INNER.fullmatch(name) else weight for name, weight in weights.items()}


def _wider(name: str, weight: Tensor, units: int) -> Tensor:
    if name.endswith("l2.weight"):
        return torch.cat([weight, weight.new_zeros(weight.shape[0], units)], 1)
    if name.endswith("l1.bias"):
        return torch.cat([weight, weight.new_zeros(units)])
    inputs = torch.empty(units, weight.shape[1])
    nn.init.xavier_uniform_(inputs)
    return torch.cat([weight, inputs.to(weight.dtype)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    state = torch.load(args.checkpoint, map_location="cpu", weights_only=True)
    before, after = state["cfg"]["f"], Recipe.read().shape["f"]
    if after <= before:
        raise SystemExit(
            f"grow: feed-forward layers {before} wide do not grow to {after}: set a larger f in recipe.toml."
        )
    kept = {name: value for name, value in state.items() if name not in ("optimiser", "average")}
    kept["model"] = grown(state.get("average", state["model"]), after - before)
    torch.save(kept | {"cfg": state["cfg"] | {"f": after}}, args.out)
    print(f"{args.out}: feed-forward layers from {before} to {after} wide")


if __name__ == "__main__":
    main()
