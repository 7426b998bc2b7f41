"""Batches of a mixture: pairs drawn by weight, sorted by length within large chunks, padded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from transformer import BOS, EOS, PAD

CHUNK = 50_000  # pairs that are sorted by length together: little padding, still well mixed


class Mixture:
    """An endless stream of batches from ``pairs.npz``.

    Weights say how often a pass sees each file; a weight above one was already written out as
    that many variations of the file, so it is divided by their number here.
    """

    def __init__(self, file: Path, weights: dict[str, float], tokens: int, seed: int) -> None:
        arrays = np.load(file)
        self.weights = [w / max(1, int(w)) for w in weights.values()]
        self.parts = [tuple(arrays[f"{name}.{k}"] for k in ("s", "so", "t", "to")) for name in weights]
        self.tokens, self.random = tokens, np.random.default_rng(seed)

    def __iter__(self) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
        """Yields source ``[B, S]``, decoder input ``[B, T]`` and wanted output ``[B, T]``."""
        while True:
            rows = self._draw()
            for start in range(0, len(rows), CHUNK):
                batches = list(self._split(rows[start : start + CHUNK]))
                self.random.shuffle(batches)
                yield from map(self._pad, batches)

    def _draw(self) -> np.ndarray:
        """One pass: rows of (part, pair, length), shuffled."""
        rows = []
        for part, ((_, so, _, to), weight) in enumerate(zip(self.parts, self.weights, strict=True)):
            n = len(so) - 1
            whole, rest = divmod(weight * n, n)
            ids = np.concatenate([np.tile(np.arange(n), int(whole)), self.random.permutation(n)[: int(rest)]])
            length = np.maximum(np.diff(so)[ids], np.diff(to)[ids]) + 1
            rows.append(np.stack([np.full(len(ids), part), ids, length], 1))
        return self.random.permutation(np.concatenate(rows))

    def _split(self, rows: np.ndarray) -> Iterator[np.ndarray]:
        rows = rows[np.argsort(rows[:, 2] + self.random.random(len(rows)), kind="stable")]
        start = 0
        for i, length in enumerate(rows[:, 2]):
            if i > start and (i - start + 1) * length > self.tokens:
                yield rows[start:i]
                start = i
        yield rows[start:]

    def _pad(self, rows: np.ndarray) -> tuple[Tensor, Tensor, Tensor]:
        sources, targets = [], []
        for part, i, _ in rows:
            s, so, t, to = self.parts[part]
            sources.append(s[so[i] : so[i + 1]])
            targets.append(t[to[i] : to[i + 1]])
        width_s, width_t = max(map(len, sources)) + 1, max(map(len, targets)) + 1
        source = np.full((len(rows), width_s), PAD, np.int64)
        shifted = np.full((len(rows), width_t), PAD, np.int64)
        wanted = np.full((len(rows), width_t), PAD, np.int64)
        shifted[:, 0] = BOS
        for r, (s, t) in enumerate(zip(sources, targets, strict=True)):
            source[r, : len(s)], source[r, len(s)] = s, EOS
            shifted[r, 1 : len(t) + 1] = t
            wanted[r, : len(t)], wanted[r, len(t)] = t, EOS
        return torch.from_numpy(source), torch.from_numpy(shifted), torch.from_numpy(wanted)
