"""Derivatives of a weighted loss at one point of training, over all parameters: the terms of the bound of Eq. (58) of
arXiv 2512.24503 are made of them.

A vector over all parameters is one row, laid out as in `parameters.py`, and lies on the CPU between two uses: a study has
a gradient a stream of documents, and twenty gradients of a model of a billion parameters are more than a GPU holds.
Whatever the precision of training, all is computed in float32, without autocast; on a GPU products of a study in `tf32` or
`bf16` round their factors to 10 bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from .curvature import twice_differentiable_loss
from .evaluation import WeightedWindows
from .optimizer import SLICE, Step, adamw, norms, update
from .parameters import Layout, Values
from .passes import Passes
from .plan import require_known
from .program import Program
from .run_folder import Optimizer
from .vocabulary_loss import chunk_gradient

#: Numbers of the gradients of single windows that are there at once.
EXAMPLE_NUMBERS = 2**26


@dataclass(frozen=True)
class State:
    """What a checkpoint holds, by parameter."""

    #: Optimizer steps done.
    step: int
    parameters: Mapping[str, Tensor]
    #: Empty where a trainer left none.
    first: Mapping[str, Tensor]
    second: Mapping[str, Tensor]


class Point:
    def __init__(self, program: Program, state: State, device: torch.device, windows: int, vocabulary: int) -> None:
        """`windows` of a pass in training; a Hessian's product, which holds more of each, takes half as many."""
        self.program, self.state, self.device, self.vocabulary = program, state, device, vocabulary
        self.layout = Layout(program.shapes)
        self.parameters = self.row(state.parameters).to(device)
        self.leaves = [view.detach().requires_grad_() for view in self.layout.views(self.parameters)]
        size = windows if program.any_batch else program.batch
        half = max(1, size // 2) if program.any_batch else size
        alone = max(1, min(size, EXAMPLE_NUMBERS // max(1, self.layout.size))) if program.any_batch else 1
        self.gradient_passes, self.product_passes, self.example_passes = (
            Passes(1, count, count, program.any_batch) for count in (size, half, alone)
        )

    def row(self, tensors: Mapping[str, Tensor]) -> Tensor:
        row = torch.zeros(self.layout.size)
        for name, place in self.layout.places.items():
            place.of(row).copy_(tensors[name])
        return row

    def gradient(self, loss: WeightedWindows) -> tuple[float, Tensor]:
        """The loss in nats, and its gradient."""

        def once() -> tuple[float, Tensor]:
            nats = 0.0
            total = torch.zeros_like(self.parameters)
            for windows, weights in self.parts(loss, self.gradient_passes):
                value = self.program.loss(self.program.evaluate, chunk_gradient, 0, self.leaves, windows, weights)
                self.add(total, differentiate([value], self.leaves))
                nats += float(value)
            return nats, total.cpu()

        return self.gradient_passes.retry(once)

    def hessian_product(self, loss: WeightedWindows, direction: Tensor, metric: Tensor | None) -> Tensor:
        """H · direction, exact (Pearlmutter 1994), for the Hessian H of the loss; with a metric P, of P^½ · H · P^½."""

        def once() -> Tensor:
            root = None if metric is None else metric.to(self.device).sqrt()
            given = direction.to(self.device)
            along = self.layout.views(given if root is None else given * root)
            total = torch.zeros_like(self.parameters)
            for windows, weights in self.parts(loss, self.product_passes):
                # Of the ways to compute attention this one alone has a second derivative.
                with sdpa_kernel(SDPBackend.MATH):
                    value = twice_differentiable_loss(self.program, self.leaves, windows, weights)
                    first = differentiate([value], self.leaves, twice=True)
                    self.add(total, differentiate(first, self.leaves, along))
                del value, first
            return (total if root is None else total * root).cpu()

        return self.product_passes.retry(once)

    def example_products(self, windows: Tensor, vector: Tensor, metric: Tensor | None) -> Tensor:
        """For the gradient g of each window's own mean loss, a vector u and a metric P: gᵀg, gᵀPg, uᵀg and uᵀPg.

        windows [n, context + 1]; float64 [4, n]. Windows go through as members of a stack, which share their parameters.
        """
        weights = torch.full((len(windows), windows.shape[1] - 1), 1 / (windows.shape[1] - 1))
        along = self.layout.views(vector)
        scales = None if metric is None else self.layout.views(metric)

        def once() -> Tensor:
            found = []
            for given, counts in self.parts(WeightedWindows(windows, weights), self.example_passes):
                members = len(given) if self.program.any_batch else 1
                leaves = self.leaves
                if members > 1:
                    leaves = [leaf.detach().expand(members, *leaf.shape).requires_grad_() for leaf in self.leaves]
                    given, counts = given.unsqueeze(1), counts.unsqueeze(1)
                lead = 1 if members > 1 else 0
                value = self.program.loss(self.program.evaluate, chunk_gradient, lead, leaves, given, counts)
                sums = torch.zeros(4, members, dtype=torch.float64, device=self.device)
                for i, gradient in enumerate(differentiate([value.sum()], leaves)):
                    g = gradient.reshape(members, -1)
                    u = along[i].reshape(1, -1).to(self.device)
                    scaled = g if scales is None else g * scales[i].reshape(1, -1).to(self.device)
                    for k, (x, y) in enumerate(((g, g), (scaled, g), (g, u), (scaled, u))):
                        sums[k] += (x * y).sum(1, dtype=torch.float64)
                found.append(sums.cpu())
            return torch.cat(found, 1)

        return self.example_passes.retry(once)

    def adam_metric(self, gradient: Tensor, beta2: float, epsilon: float) -> Tensor:
        """The diagonal P of Adam's next step without momentum, as `adamMetric` in src/rate/onnx-derivatives.ts."""
        second = self.row(self.state.second)
        correction = 1 - beta2 ** (self.state.step + 1)
        next_second = (second * beta2 + gradient.square() * (1 - beta2)) / correction
        return 1 / (next_second.sqrt() + epsilon)

    def rounded_away(self, windows: Tensor, rates: Sequence[float], optimizer: Optimizer) -> list[float]:
        """For each rate the share of the updates that one step leaves without effect, of those that are not 0."""
        context = windows.shape[1] - 1
        weights = torch.full((len(windows), context), 1 / (len(windows) * context))
        _, gradient = self.gradient(WeightedWindows(windows, weights))
        shares = []
        for rate in rates:
            values = Values(self.layout, 1, torch.device("cpu"))
            for kind in ("parameters", "first", "second"):
                tensors = getattr(self.state, kind)
                if tensors:
                    values.load(0, kind, tensors)
            values.gradient[0] = gradient
            before = values.parameters.clone()
            update(values, [Step(optimizer, rate, self.state.step + 1)], norms(values), adamw)
            moving = values.first != 0
            count = int(moving.sum())
            shares.append(int((moving & (values.parameters == before)).sum()) / count if count else 0.0)
        return shares

    def parts(self, loss: WeightedWindows, passes: Passes) -> Iterator[tuple[Tensor, Tensor]]:
        """Windows and weights of each pass, on the device; a pass of fixed size is filled up with windows without weight."""
        require_known(loss.windows, self.vocabulary, "windows to be measured on")
        for at in range(0, len(loss.windows), passes.windows):
            windows, weights = (x[at : at + passes.windows] for x in (loss.windows, loss.weights))
            lacking = 0 if self.program.any_batch else self.program.batch - len(windows)
            if lacking > 0:
                windows, weights = (torch.cat([x, x.new_zeros(lacking, x.shape[1])]) for x in (windows, weights))
            yield windows.to(self.device), weights.to(self.device)

    def add(self, total: Tensor, parts: Sequence[Tensor]) -> None:
        for view, part in zip(self.layout.views(total), parts):
            view += part


def differentiate(
    of: Sequence[Tensor], by: Sequence[Tensor], along: Sequence[Tensor] | None = None, twice: bool = False
) -> tuple[Tensor, ...]:
    """The gradient of Σ along · of, or of the only one; zeros where nothing depends on a leaf."""
    pairs = [(y, None if along is None else along[i]) for i, y in enumerate(of) if y.requires_grad]
    if not pairs:
        return tuple(torch.zeros_like(leaf) for leaf in by)
    outputs, directions = zip(*pairs)
    return torch.autograd.grad(outputs, by, directions, create_graph=twice, allow_unused=True, materialize_grads=True)


def inner_product(a: Tensor, b: Tensor, metric: Tensor | None) -> float:
    """aᵀb of rows, or aᵀ · diag(metric) · b; summed in float64."""
    total = 0.0
    for at in range(0, len(a), SLICE):
        part = slice(at, at + SLICE)
        product = a[part] * b[part] if metric is None else a[part] * metric[part] * b[part]
        total += float(product.sum(dtype=torch.float64))
    return total
