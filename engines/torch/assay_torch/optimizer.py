"""Clipping by the global norm and AdamW, of all runs of a stack at once, each with its own rate and constants.

Clip (Pascanu et al. 2013): g ← g · clip / max(clip, ‖g‖).
AdamW (Loshchilov and Hutter 2019, algorithm 2), for step t = 1, 2, …:
    m ← β₁m + (1 − β₁)g,  v ← β₂v + (1 − β₂)g²
    p ← p(1 − rate · decay) − rate · (m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε)
Multiplying the last fraction by √(1 − β₂ᵗ) above and below leaves three numbers that depend on t.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from .parameters import Values
from .run_folder import Optimizer

#: Numbers of all runs together that are updated at once, so that what lies between needs little memory.
SLICE = 2**24

#: (parameters, first, second, gradient, factors) of a slice, [runs, n] each; changes the first three in place.
UpdateKernel = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor], None]


@dataclass(frozen=True)
class Step:
    """What a run's update depends on beside its gradient."""

    optimizer: Optimizer
    learning_rate: float
    #: Optimizer steps done after this one, from 1.
    number: int

    def factors(self) -> list[float]:
        """β₁, 1 − β₁, β₂, √(1 − β₂), the step size, ε and what is kept of a matrix, as `update` takes them."""
        beta1, beta2 = self.optimizer.beta1, self.optimizer.beta2
        root = math.sqrt(1 - beta2**self.number)
        return [
            beta1,
            1 - beta1,
            beta2,
            math.sqrt(1 - beta2),
            self.learning_rate * root / (1 - beta1**self.number),
            self.optimizer.epsilon * root,
            1 - self.learning_rate * self.optimizer.weight_decay,
        ]


def norms(values: Values) -> Tensor:
    """Of the gradient of each run: float64 [runs]."""
    own = torch.linalg.vector_norm(values.gradient, dim=1, dtype=torch.float64)
    return values.group.sum(own.square()).sqrt() if values.is_divided else own


def row_products(a: Tensor, b: Tensor) -> Tensor:
    """Inner products of rows [runs, n]: float64 [runs]."""
    total = torch.zeros(len(a), dtype=torch.float64, device=a.device)
    size = max(1, SLICE // len(a))
    for x, y in zip(a.split(size, 1), b.split(size, 1)):
        total += (x * y).sum(1, dtype=torch.float64)
    return total


def update(values: Values, steps: Sequence[Step], gradient_norms: Tensor, kernel: UpdateKernel) -> None:
    """Takes a step of every run. `gradient_norms` are those of `norms`."""
    device = values.parameters.device
    clips = torch.tensor([step.optimizer.gradient_clip for step in steps], dtype=torch.float64).to(device)
    clipped = clips / torch.maximum(clips, gradient_norms)
    factors = torch.tensor([step.factors() for step in steps], dtype=torch.float64).to(device)  # [runs, 7]
    factors[:, 1] *= clipped
    factors[:, 3] *= clipped
    decaying = factors.float()
    kept = decaying.clone()
    kept[:, 6] = 1
    most = max(1, SLICE // len(steps))
    for block in values.layout.blocks:
        own = values.layout.part(block)
        for at in range(own.start, own.stop, most):
            part = slice(at, min(own.stop, at + most))
            arrays = [array[:, part] for array in (values.parameters, values.first, values.second, values.gradient)]
            kernel(*arrays, decaying if block.decays else kept)


def adamw(parameters: Tensor, first: Tensor, second: Tensor, gradient: Tensor, factors: Tensor) -> None:
    """An `UpdateKernel`, to be used as it is or compiled.

    `factors` [runs, 7] as `Step.factors`, the clip multiplied in.
    """
    beta1, one_minus_beta1, beta2, root, step_size, epsilon, keep = factors.unsqueeze(2).unbind(1)
    first.mul_(beta1).addcmul_(gradient, one_minus_beta1)
    rooted = gradient * root
    second.mul_(beta2).addcmul_(rooted, rooted)
    parameters.mul_(keep).addcmul_(first / second.sqrt().add_(epsilon), step_size, value=-1)
