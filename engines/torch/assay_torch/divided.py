"""Parameters of which each rank holds a part: whole only while a part of the graph is computed with them.

Rajbhandari et al. 2020 (ZeRO, arXiv 1910.02054): the parts are gathered before they are used, and the gradient is summed
over ranks and divided again as soon as it is there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import torch
from torch import Tensor

from .group import Group
from .layout import Block, Layout


class Divided(Sequence[Tensor]):
    """The parameters of a run in the order of the graph, each gathered when it is asked for."""

    def __init__(self, layout: Layout, group: Group, parts: Sequence[Tensor]) -> None:
        """`parts` of this rank, one a block, which gather their gradient."""
        self.layout, self.group, self.parts = layout, group, parts

    def __len__(self) -> int:
        return len(self.layout.names)

    @overload
    def __getitem__(self, index: int) -> Tensor: ...
    @overload
    def __getitem__(self, index: slice) -> list[Tensor]: ...
    def __getitem__(self, index: int | slice) -> Tensor | list[Tensor]:
        if isinstance(index, slice):
            return self.take(range(len(self))[index])
        return self.take([index])[0]

    def take(self, indices: Sequence[int]) -> list[Tensor]:
        """Parameters by number; each block that holds one of them is gathered once."""
        names = [self.layout.names[i] for i in indices]
        found: dict[str, Tensor] = {}
        for block, part in zip(self.layout.blocks, self.parts):
            if not set(names).isdisjoint(block.names):
                found.update(zip(block.names, Gathered.apply(part, block, self.layout, self.group)))
        return [found[name] for name in names]


class Gathered(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, part: Tensor, block: Block, layout: Layout, group: Group) -> tuple[Tensor, ...]:
        """The parameters of a block, given this rank's part of it."""
        ctx.set_materialize_grads(False)
        ctx.block, ctx.layout, ctx.group = block, layout, group
        whole = group.gather(part)
        return tuple(layout.places[name].of(whole, block.begin) for name in block.names)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor | None) -> Any:
        block: Block = ctx.block
        given = [gradient for gradient in gradients if gradient is not None]
        if not given:
            return None, None, None, None
        whole = torch.zeros(block.size, device=given[0].device)
        for name, gradient in zip(block.names, gradients):
            if gradient is not None:
                ctx.layout.places[name].of(whole, block.begin).copy_(gradient)
        return ctx.group.part_of_sum(whole), None, None, None


def take(parameters: Sequence[Tensor], indices: Sequence[int]) -> list[Tensor]:
    return parameters.take(indices) if isinstance(parameters, Divided) else [parameters[i] for i in indices]
