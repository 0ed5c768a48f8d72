"""Weights, moments and gradients of the runs of a stack: each kind one matrix, a row a run.

So clipping and AdamW are a few operations over everything, whatever the model, and a run leaves the stack as a row. The
graph sees the parameters as views of that matrix; where a row is divided over ranks, as `divided.py` gathers them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from .divided import Divided
from .group import Group
from .layout import Layout

#: What a checkpoint holds of a run. `init.safetensors` holds the parameters alone.
KINDS = ("parameters", "first", "second")

ALONE = Group()


class Values:
    """Parameters, moments and the gradient, each [runs, size], or a rank's part of it; zeros where nothing is loaded."""

    def __init__(self, layout: Layout, runs: int, device: torch.device, group: Group = ALONE) -> None:
        self.layout, self.group = layout, group
        #: By the runs that go through together.
        self.known_leaves: dict[tuple[int, int], Sequence[Tensor]] = {}
        self.parameters, self.first, self.second, self.gradient = (
            torch.zeros(runs, layout.size // layout.parts, device=device) for _ in range(4)
        )

    @property
    def is_divided(self) -> bool:
        return self.layout.parts > 1

    def load(self, run: int, kind: str, tensors: Mapping[str, Tensor]) -> None:
        """Copies the `tensors` of the first rank into the row of a run; `kind` is one of `KINDS`."""
        row = getattr(self, kind)[run]
        for block in self.layout.blocks:
            own = row[self.layout.part(block)]
            whole = torch.zeros(block.size, device=row.device) if self.is_divided else own
            if self.group.is_first:
                for name in block.names:
                    self.layout.places[name].of(whole, block.begin).copy_(tensors[name])
            self.group.share(whole)
            if self.is_divided:
                own.copy_(whole[self.group.rank * len(own) :][: len(own)])

    def read(self, run: int, kind: str) -> dict[str, Tensor]:
        """Copies on the CPU, by name; nothing on the other ranks."""
        row = getattr(self, kind)[run]
        found: dict[str, Tensor] = {}
        for block in self.layout.blocks:
            own = row[self.layout.part(block)]
            whole = self.group.gather(own) if self.is_divided else own
            if self.group.is_first:
                copy = whole.cpu()
                found |= {name: self.layout.places[name].of(copy, block.begin) for name in block.names}
        return found

    def keep(self, runs: Sequence[int]) -> None:
        """Leaves out all rows but those, in this order."""
        index = torch.tensor(list(runs), dtype=torch.int64, device=self.parameters.device)
        for kind in (*KINDS, "gradient"):
            setattr(self, kind, getattr(self, kind).index_select(0, index))
        self.known_leaves.clear()

    def leaves(self, begin: int, end: int) -> Sequence[Tensor]:
        """Parameters of runs `begin` to `end` that gather their gradient in `gradient`; one run has no member axis."""
        known = self.known_leaves.get((begin, end))
        if known is not None:
            return known
        alone = end == begin + 1
        rows = (
            (self.parameters[begin], self.gradient[begin])
            if alone
            else (self.parameters[begin:end], self.gradient[begin:end])
        )
        leaves = []
        for value, gradient in zip(*map(self.pieces, rows)):
            leaf = value.detach().requires_grad_()
            leaf.grad = gradient
            leaves.append(leaf)
        self.known_leaves[begin, end] = Divided(self.layout, self.group, leaves) if self.is_divided else leaves
        return self.known_leaves[begin, end]

    def pieces(self, rows: Tensor) -> list[Tensor]:
        """Views of rows: of each parameter, or of this rank's part of each block."""
        if self.is_divided:
            return [rows[self.layout.part(block)] for block in self.layout.blocks]
        return self.layout.views(rows)
