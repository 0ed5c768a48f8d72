"""Causal attention on PyTorch's fused kernels."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor


def causal_attention(lead: int, attributes: Mapping[str, Any], query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """query [.., batch, t, heads * size], key and value [.., batch, t, keyValueHeads * size]; result as query."""
    heads, shared, window = attributes["heads"], attributes["keyValueHeads"], attributes["window"]
    t = query.shape[-2]

    def by_head(x: Tensor, count: int) -> Tensor:  # [batches, count, t, size]
        return x.reshape(-1, t, count, x.shape[-1] // count).transpose(1, 2)

    def for_each_query(x: Tensor) -> Tensor:  # query head h reads key and value head h * shared // heads
        return by_head(x, shared) if shared == heads else by_head(x, shared).repeat_interleave(heads // shared, 1)

    mask = None if window >= t else visible(t, t, window, query.device)
    attended = F.scaled_dot_product_attention(
        by_head(query, heads),
        for_each_query(key),
        for_each_query(value),
        attn_mask=mask,
        is_causal=mask is None,
        scale=attributes["scale"],
    )
    return attended.transpose(1, 2).reshape(query.shape)


def causal_softmax(lead: int, attributes: Mapping[str, Any], x: Tensor) -> Tensor:
    """Of scores [..., rows, columns] over the last axis; the last row's own position is the last column."""
    seen = visible(x.shape[-2], x.shape[-1], attributes["window"], x.device)
    return torch.softmax(x.float().masked_fill(~seen, float("-inf")), -1)


@torch.compiler.assume_constant_result
@lru_cache(maxsize=16)
def visible(rows: int, columns: int, window: int, device: torch.device) -> Tensor:
    """[rows, columns]: True for a row's own column and the window - 1 before it."""
    own = torch.arange(columns - rows, columns, device=device).unsqueeze(1)
    column = torch.arange(columns, device=device)
    return (column <= own) & (column > own - window)
