"""Rotary position embedding (Su et al. 2021, arXiv 2104.09864)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor


def rotary(lead: int, attributes: Mapping[str, Any], x: Tensor) -> Tensor:
    """x [.., batch, t, heads * size]: entries i and i + dimensions/2 of each head are turned as one vector."""
    heads, dimensions = attributes["heads"], attributes["dimensions"]
    cosines, sines = turns(x.shape[-2], dimensions, float(attributes["base"]), x.device)
    if attributes["reverse"]:
        sines = -sines
    by_head = x.unflatten(-1, (heads, -1))  # [.., t, heads, size]
    first, second, rest = by_head.tensor_split([dimensions // 2, dimensions], -1)
    turned = [first * cosines - second * sines, second * cosines + first * sines, rest]
    return torch.cat([part.to(x.dtype) for part in turned], -1).flatten(-2)


@torch.compiler.assume_constant_result
@lru_cache(maxsize=64)
def turns(t: int, dimensions: int, base: float, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cosines and sines [t, 1, dimensions / 2].

    Frequencies and angles are rounded to float32, as those of the embedded engine.
    """
    exponents = (torch.arange(0, dimensions, 2, dtype=torch.float64) / dimensions).float().double()
    frequencies = (1 / torch.pow(torch.tensor(base, dtype=torch.float64), exponents).float().double()).float()
    positions = torch.arange(t, dtype=torch.float64)
    angles = torch.outer(positions, frequencies.double()).float().double().unsqueeze(1)
    return angles.cos().float().to(device), angles.sin().float().to(device)
