"""Weights, moments and gradients of the runs of a stack: each kind one matrix, a row a run.

So clipping and AdamW are a few operations over everything, whatever the model, and a run leaves the stack as a row. The
graph sees the parameters as views of that matrix. Matrices come first, because only they decay.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

#: Views begin at multiples of this many numbers, 256 bytes, which products on a GPU are fastest from.
ALIGNMENT = 64


@dataclass(frozen=True)
class Place:
    name: str
    shape: tuple[int, ...]
    #: Of its first number in a row.
    begin: int

    def of(self, rows: Tensor) -> Tensor:
        """[.., size of a row] to [.., *shape], a view."""
        return rows.narrow(-1, self.begin, math.prod(self.shape)).unflatten(-1, self.shape)


class Layout:
    def __init__(self, shapes: Mapping[str, Sequence[int]]) -> None:
        self.places: dict[str, Place] = {}
        at = 0
        matrices = [name for name, shape in shapes.items() if len(shape) > 1]
        for name in [*matrices, *(name for name in shapes if name not in matrices)]:
            self.places[name] = Place(name, tuple(shapes[name]), at)
            at += -(-math.prod(shapes[name]) // ALIGNMENT) * ALIGNMENT
            if name in matrices:
                self.decayed = at
        #: Numbers of a row, and how many of them, from the first, decay.
        self.size = at
        self.names = list(shapes)
        if not matrices:
            self.decayed = 0

    def views(self, rows: Tensor) -> list[Tensor]:
        """Every parameter in the order of the graph, as views of `rows` [.., size]."""
        return [self.places[name].of(rows) for name in self.names]


class Values:
    """Parameters, moments and the gradient, each [runs, size]; zeros where nothing is loaded."""

    def __init__(self, layout: Layout, runs: int, device: torch.device) -> None:
        self.layout = layout
        #: By the runs that go through together.
        self.known_leaves: dict[tuple[int, int], list[Tensor]] = {}
        self.parameters, self.first, self.second, self.gradient = (
            torch.zeros(runs, layout.size, device=device) for _ in range(4)
        )

    def load(self, run: int, kind: str, tensors: Mapping[str, Tensor]) -> None:
        """Copies `tensors` into the row of a run; `kind` is parameters, first or second."""
        row = getattr(self, kind)[run]
        for name, place in self.layout.places.items():
            place.of(row).copy_(tensors[name])

    def read(self, run: int, kind: str) -> dict[str, Tensor]:
        """Copies on the CPU, by name."""
        row = getattr(self, kind)[run].cpu()
        return {name: place.of(row) for name, place in self.layout.places.items()}

    def keep(self, runs: Sequence[int]) -> None:
        """Leaves out all rows but those, in this order."""
        index = torch.tensor(list(runs), dtype=torch.int64, device=self.parameters.device)
        for kind in ("parameters", "first", "second", "gradient"):
            setattr(self, kind, getattr(self, kind).index_select(0, index))
        self.known_leaves.clear()

    def leaves(self, begin: int, end: int) -> list[Tensor]:
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
        for value, gradient in zip(*map(self.layout.views, rows)):
            leaf = value.detach().requires_grad_()
            leaf.grad = gradient
            leaves.append(leaf)
        self.known_leaves[begin, end] = leaves
        return leaves
