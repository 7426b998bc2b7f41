"""Step 4: train, on one CUDA GPU if there is one, else on the CPU, in bfloat16 where that is faster.

    python train.py --minutes 120 [--resume checkpoint/last.pt] [--work work]

Writes ``work/last.pt`` every few minutes and when it is told to stop (SIGTERM, Ctrl-C): weights,
running average, optimiser state, tokens seen; and a line of figures to ``work/log.tsv``. The
learning rate is constant after a short warm-up and falls to zero in the last part of the run, so
a run can be ended, and gone on with, at any time: resume with the minutes that are left.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
import signal
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from batches import Mixture
from evaluate import chrf_and_bleu
from export import write_ctranslate2
from marks import marked_in_use
from recipe import HERE, Recipe, always_marked, marked_forms, read_pairs
from transformer import EOS, UNK, Shape, Transformer

DEV_SENTENCES = 200
SAVE_EVERY, EVALUATE_EVERY = 240, 900  # seconds


class Optimiser:
    """Muon (Jordan et al. 2024) for the weight matrices, AdamW for embeddings, norms and biases."""

    def __init__(self, network: nn.Module) -> None:
        matrices = [p for n, p in network.named_parameters() if p.dim() == 2 and not n.startswith("emb")]
        chosen = {id(p) for p in matrices}
        others = [p for p in network.parameters() if id(p) not in chosen]
        self.parts = [
            torch.optim.Muon(matrices, weight_decay=0.01, momentum=0.95, adjust_lr_fn="match_rms_adamw"),
            torch.optim.AdamW(others, betas=(0.9, 0.98), eps=1e-9, weight_decay=0.0),
        ]

    def step(self, rate: float) -> None:
        for part in self.parts:
            for group in part.param_groups:
                group["lr"] = rate
            part.step()
            part.zero_grad(set_to_none=True)

    def state(self) -> list[dict[str, Any]]:
        """The moments in half precision: steady enough to go on with, and half the size."""
        return [
            state | {"state": {key: _halved(moments) for key, moments in state["state"].items()}}
            for state in (part.state_dict() for part in self.parts)
        ]

    def load(self, states: list[dict[str, Any]]) -> None:
        for part, state in zip(self.parts, states, strict=True):
            part.load_state_dict(state)


def _halved(moments: dict[str, Any]) -> dict[str, Any]:
    return {n: v.bfloat16() if torch.is_tensor(v) and v.dim() else v for n, v in moments.items()}


def multiplies_in_half(device: str) -> bool:
    """Whether bfloat16 is faster than float32: on a GPU, and on a CPU that has instructions for products of it.

    On others a step in float32 takes half the time.
    """
    amx, avx = torch.cpu._is_amx_tile_supported(), torch.cpu._is_avx512_bf16_supported()  # noqa: SLF001
    return device == "cuda" or amx or avx


class Average:
    """Running average of the weights: steadier than any single step (Polyak averaging)."""

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.decay = decay
        self.weights = {n: p.detach().clone() for n, p in network.named_parameters()}

    @torch.no_grad()
    def update(self, network: nn.Module, step: int) -> None:
        decay = min(self.decay, step / (step + 10))
        for name, parameter in network.named_parameters():
            self.weights[name].lerp_(parameter, 1 - decay)


def rate_at(done: float, step: int, peak: float, warmup: int, decay: float) -> float:
    """Learning rate when the share ``done`` (0–1) of the run's time has passed."""
    return peak * min(1.0, step / warmup) * min(1.0, max(0.0, 1 - done) / decay)


def save(path: Path, network: Transformer, average: Average, optimiser: Optimiser, step: int, seen: int) -> None:
    state = network.as_checkpoint() | {
        "average": {n: w.half() for n, w in average.weights.items()},
        "optimiser": optimiser.state(),
        "step": step,
        "seen": seen,
    }
    torch.save(state, path.with_suffix(".tmp"))
    path.with_suffix(".tmp").replace(path)


def checkpoint(path: Path, device: str, shape: Shape) -> dict[str, Any]:
    """What save() wrote. Ends the program if it is of a network of another shape."""
    state: dict[str, Any] = torch.load(path, map_location=device, weights_only=True)
    if Shape(**state["cfg"]) != shape:
        raise SystemExit(
            f"{path} is of a network of another shape than [shape] in recipe.toml: "
            "set it as it was, widen the network with grow.py, or start without --resume."
        )
    return state


def dev_figures(average: Average, shape: Shape, work: Path, dev: list[tuple[str, str]]) -> tuple[float, float]:
    """(chrF2, BLEU) of the averaged model, exported and run as users will run it."""
    with tempfile.TemporaryDirectory() as folder:
        write_ctranslate2(average.weights, shape, work / "sentencepiece.model", Path(folder) / "model")
        return chrf_and_bleu(Path(folder) / "model", work / "sentencepiece.model", dev, beam=1)


def watched(file: Path, forms: Mapping[str, str]) -> list[tuple[str, str]]:
    """The first pairs of an evaluation set, the Dutch with marks as in use."""
    pairs = itertools.islice(read_pairs(file), DEV_SENTENCES)
    return [(marked_in_use(dutch, forms), english) for dutch, english in pairs]


def blanked(ids: Tensor, share: float) -> Tensor:
    """The same ids, a share of them unknown: what is missing has to be told from the other side."""
    return ids.masked_fill((torch.rand(ids.shape, device=ids.device) < share) & (ids > EOS), UNK)


def built(shape: Shape, dropout: float, weights: dict[str, Tensor] | None) -> Transformer:
    """The network, with the weights of a checkpoint if there are any."""
    network = Transformer(shape, dropout)
    if weights:
        network.load_state_dict({name: weight.float() for name, weight in weights.items()})
    if shutil.which("c++"):
        # Fuses what stands between the matrix products; sentences of all lengths share the code.
        network.forward = torch.compile(network.forward, dynamic=True)  # type: ignore[method-assign]
    return network


def signals_to_stop() -> list[int]:
    """A list that gets the number of each signal to stop that comes in from now on."""
    received: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: received.append(number))
    return received


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, required=True)
    parser.add_argument("--resume", type=Path)
    parser.add_argument("--work", type=Path, default=HERE / "work")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    recipe, work = Recipe.read(), args.work
    o = recipe.optimiser
    torch.manual_seed(args.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cpu":
        # At these sizes plain attention is faster than the CPU's fused kernel.
        torch.backends.cuda.enable_flash_sdp(False)
    halved = multiplies_in_half(device)
    shape, step, seen = Shape(**recipe.shape), 0, 0
    state: dict[str, Any] = {}
    if args.resume:
        state = checkpoint(args.resume, device, shape)
        step, seen = state["step"], state.get("seen", 0)
    network = built(shape, o["dropout"], state.get("model")).to(device)
    optimiser, average = Optimiser(network), Average(network, o["average"])
    if "optimiser" in state:
        optimiser.load(state["optimiser"])
    if "average" in state:
        average.weights = {n: w.float() for n, w in state["average"].items()}
    forms = marked_forms(work / "lexicon.tsv", always_marked())
    dev, held = (watched(HERE / "eval" / name, forms) for name in ("flores-dev.tsv", "news-heldout.tsv"))
    log = (work / "log.tsv").open("a", encoding="utf-8")

    told_to_stop = signals_to_stop()
    start = last_save = last_evaluation = last_print = time.monotonic()
    first, sum_loss, sum_tokens = step, 0.0, 0
    for batch in Mixture(work / "pairs.npz", recipe.mixture, o["tokens"], args.seed + step):
        now = time.monotonic()
        done = (now - start) / (args.minutes * 60)
        if done >= 1 or told_to_stop:
            break
        source, shifted, wanted = (ids.to(device) for ids in batch)
        with torch.autocast(device, dtype=torch.bfloat16, enabled=halved):
            given = blanked(source, o["blanks"]), blanked(shifted, o["blanks"])
            loss, tokens = network.loss(*given, wanted, o["smoothing"])
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        rate = rate_at(done, step - first + 1, o["lr"], o["warmup"], o["decay"])
        optimiser.step(rate)
        average.update(network, step)
        step, seen = step + 1, seen + tokens
        sum_loss, sum_tokens = sum_loss + float(loss.detach()) * tokens, sum_tokens + tokens
        if step % 100 == 0:
            speed = sum_tokens / (now - last_print)
            print(
                f"step {step} loss {sum_loss / sum_tokens:.3f} rate {rate:.1e} {speed:.0f} tokens/s "
                f"seen {seen / 1e6:.2f} M, {(now - start) / 60:.1f} min",
                flush=True,
            )
            last_print, sum_loss, sum_tokens = now, 0.0, 0
        if now - last_save > SAVE_EVERY:
            save(work / "last.pt", network, average, optimiser, step, seen)
            last_save = now
        if now - last_evaluation > EVALUATE_EVERY:
            report(log, seen, average, shape, work, dev, held)
            last_evaluation = last_print = time.monotonic()
            sum_loss, sum_tokens = 0.0, 0
    save(work / "last.pt", network, average, optimiser, step, seen)
    report(log, seen, average, shape, work, dev, held)


def report(log: Any, seen: int, average: Average, shape: Shape, work: Path, *sets: list[tuple[str, str]]) -> None:
    """One line of log.tsv: target tokens seen (M), then chrF2 and BLEU on flores-dev and on our held-out news."""
    figures = [f"{figure:.1f}" for pairs in sets for figure in dev_figures(average, shape, work, pairs)]
    line = "\t".join([f"{seen / 1e6:.2f}", *figures])
    print(line, file=log, flush=True)
    print("flores-dev chrF2, BLEU; held-out news chrF2, BLEU:", line, flush=True)


if __name__ == "__main__":
    main()
