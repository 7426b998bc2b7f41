"""The network: a pre-norm Transformer with a deep encoder and a shallow decoder.

Translating spends nearly all its time in the decoder, which runs once per word;
the encoder runs once per sentence. Depth therefore goes where it is cheap.
(Vaswani et al. 2017; Kasai et al. 2021, "Deep Encoder, Shallow Decoder".)

Parameter names are part of the checkpoint format: ``enc.N.0`` is the encoder's
self-attention, ``enc.N.1`` its feed-forward layer; ``dec.N.0/1/2`` are the
decoder's self-attention, cross-attention and feed-forward layer.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

PAD, UNK, BOS, EOS = range(4)


@dataclass(frozen=True)
class Shape:
    """Everything that decides the size of the network."""

    V: int = 8000
    d: int = 256
    h: int = 4
    f: int = 1024
    ne: int = 6
    nd: int = 2
    maxlen: int = 512


def sinusoid(length: int, d: int) -> Tensor:
    """Position encodings ``[length, d]``: all sines first, then all cosines, as CTranslate2 expects."""
    pos = torch.arange(length)[:, None].float()
    i = torch.arange(d // 2)[None].float()
    angle = pos / torch.pow(10000, i / (d // 2 - 1))
    return torch.cat([angle.sin(), angle.cos()], 1)


class LockedDropout(nn.Module):
    """Dropout of whole features of a sentence, the same ones at all its positions (Gal and Ghahramani 2016).

    It needs one random number for each sentence and feature, not one for each value: on a CPU
    drawing those would take a seventh of the time of a step.
    """

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        """``x [B, T, d]`` → ``[B, T, d]``."""
        if not (self.training and self.share):
            return x
        kept = torch.rand(x.shape[0], 1, x.shape[2], device=x.device) >= self.share
        return x * (kept / (1 - self.share)).to(x.dtype)


class Attention(nn.Module):
    """Pre-norm multi-head attention; ``cross`` attends to the encoder's output instead of to itself."""

    def __init__(self, d: int, h: int, cross: bool = False) -> None:
        super().__init__()
        self.h, self.cross = h, cross
        if cross:
            self.q, self.kv = nn.Linear(d, d), nn.Linear(d, 2 * d)
        else:
            self.qkv = nn.Linear(d, 3 * d)
        self.o, self.norm = nn.Linear(d, d), nn.LayerNorm(d)

    def forward(
        self, x: Tensor, memory: Tensor | None = None, mask: Tensor | None = None, causal: bool = False
    ) -> Tensor:
        """``x [B, T, d]`` → ``[B, T, d]``; ``mask`` is true where a key may be seen."""
        batch, length, d = x.shape
        y, width = self.norm(x), d // self.h
        if memory is None:
            q, k, v = self.qkv(y).view(batch, length, 3, self.h, width).permute(2, 0, 3, 1, 4)
        else:
            q = self.q(y).view(batch, length, self.h, width).transpose(1, 2)
            k, v = self.kv(memory).view(batch, memory.shape[1], 2, self.h, width).permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, is_causal=causal)
        return self.o(a.transpose(1, 2).reshape(batch, length, d))


class FeedForward(nn.Module):
    def __init__(self, d: int, f: int) -> None:
        super().__init__()
        self.norm, self.l1, self.l2 = nn.LayerNorm(d), nn.Linear(d, f), nn.Linear(f, d)

    def forward(self, x: Tensor) -> Tensor:
        return self.l2(F.relu(self.l1(self.norm(x))))


_ROWS = {"cpu": 256, "cuda": 16384}


class SmoothedCrossEntropy(torch.autograd.Function):
    """Output projection and label-smoothed cross-entropy in one, a slice of rows at a time.

    The logits of a batch (tokens x vocabulary) are by far its largest array. Made, used
    and forgotten in slices that stay in cache, they cost a third less time on a CPU;
    the gradient is exact and is computed in the same pass.
    """

    @staticmethod
    def forward(ctx: Any, states: Tensor, weight: Tensor, wanted: Tensor, smoothing: float) -> Tensor:
        vocabulary, n = weight.shape[0], len(wanted)
        device = states.device.type
        precision = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else torch.float32
        table, states = weight.to(precision), states.to(precision)
        d_states, d_weight = torch.empty_like(states), torch.zeros_like(weight)
        total = torch.zeros((), device=states.device)
        rows = _ROWS[states.device.type]
        for i in range(0, n, rows):
            part, right = states[i : i + rows], wanted[i : i + rows, None]
            logp = torch.log_softmax((part @ table.T).float(), -1)
            nll = -logp.gather(1, right).sum()
            total += (1 - smoothing) * nll - smoothing / vocabulary * logp.sum()
            slope = logp.exp_().sub_(smoothing / vocabulary)
            slope.scatter_add_(1, right, torch.full_like(right, -(1 - smoothing), dtype=slope.dtype))
            slope = slope.mul_(1 / n).to(precision)
            d_states[i : i + rows] = slope @ table
            d_weight += slope.T @ part
        ctx.save_for_backward(d_states, d_weight)
        return total / n

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> tuple[Tensor, Tensor, None, None]:  # type: ignore[override]
        d_states, d_weight = ctx.saved_tensors
        return d_states * grad, d_weight * grad, None, None


class Transformer(nn.Module):
    """Encoder and decoder with one embedding matrix for source, target and output."""

    def __init__(self, shape: Shape, dropout: float = 0.0) -> None:
        super().__init__()
        self.shape = shape
        d, h, f = shape.d, shape.h, shape.f
        self.emb = nn.Embedding(shape.V, d)
        nn.init.normal_(self.emb.weight, std=d**-0.5)
        self.enc = nn.ModuleList(nn.ModuleList([Attention(d, h), FeedForward(d, f)]) for _ in range(shape.ne))
        self.dec = nn.ModuleList(
            nn.ModuleList([Attention(d, h), Attention(d, h, cross=True), FeedForward(d, f)]) for _ in range(shape.nd)
        )
        self.encn, self.decn = nn.LayerNorm(d), nn.LayerNorm(d)
        self.register_buffer("pos", sinusoid(shape.maxlen, d), persistent=False)
        self.drop = LockedDropout(dropout)
        for name, parameter in self.named_parameters():
            if parameter.dim() > 1 and "emb" not in name:
                nn.init.xavier_uniform_(parameter)

    def embed(self, ids: Tensor) -> Tensor:
        return self.drop(self.emb(ids) * math.sqrt(self.shape.d) + self.pos[: ids.shape[1]])

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Token ids ``[B, S]`` and ``[B, T]`` → decoder states ``[B, T, d]`` (not yet logits)."""
        seen = (source != PAD)[:, None, None, :]
        x = self.embed(source)
        for attention, feed in self.enc:
            x = x + self.drop(attention(x, mask=seen))
            x = x + self.drop(feed(x))
        x = self.encn(x)
        y = self.embed(target)
        for attention, cross, feed in self.dec:
            y = y + self.drop(attention(y, causal=True))
            y = y + self.drop(cross(y, memory=x, mask=seen))
            y = y + self.drop(feed(y))
        return self.decn(y)

    def loss(self, source: Tensor, target: Tensor, wanted: Tensor, smoothing: float) -> tuple[Tensor, int]:
        """Mean label-smoothed cross-entropy over the real target tokens, and their number."""
        keep = wanted.reshape(-1) != PAD
        states = self(source, target).reshape(-1, self.shape.d)[keep]
        loss = SmoothedCrossEntropy.apply(states, self.emb.weight, wanted.reshape(-1)[keep], smoothing)
        return loss, int(keep.sum())

    def as_checkpoint(self) -> dict[str, object]:
        """Weights in half precision and the shape: all that is needed to go on or to export."""
        return {"model": {n: p.half() for n, p in self.state_dict().items()}, "cfg": asdict(self.shape)}
