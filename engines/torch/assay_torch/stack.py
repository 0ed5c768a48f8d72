"""Runs that are trained at the same time: their weights on the device, and a step of all of them."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import torch
from torch import Tensor

from .compiled import Compiled
from .errors import Refusal
from .evaluation import WeightedWindows
from .layout import Layout
from .optimizer import Step, adamw, norms, row_products, update
from .parameters import Values
from .passes import Passes
from .program import Program, Trunk
from .segments import Segments
from .settings import Settings
from .stop import Stop
from .vocabulary_loss import chunk_gradient

# A view of one run's part of a row has strides of its own, which PyTorch warns of although it adds to it in place.
warnings.filterwarnings("ignore", message="grad and param do not obey the gradient layout contract")


class Stack:
    def __init__(self, program: Program, settings: Settings, stop: Stop, runs: int, batch: int) -> None:
        """All weights are zeros until they are loaded into `values`. `batch` of all ranks together."""
        self.program, self.settings, self.stop, self.group = program, settings, stop, settings.group
        self.trunk: Trunk
        if settings.shard or settings.recompute:
            self.trunk = Segments(program, settings.compile, settings.recompute)
            groups = self.trunk.groups()
        else:
            self.trunk = Compiled("the model", program.evaluate, settings.compile)
            groups = None
        layout = Layout(program.shapes, groups, self.group.size) if settings.shard else Layout(program.shapes)
        self.values = Values(layout, runs, settings.device, self.group)
        self.passes = passes_of(program, settings, runs, batch // self.group.size)
        self.kernel = Compiled("the loss", chunk_gradient, settings.compile)
        self.update = Compiled("AdamW", adamw, settings.compile, dynamic=True)

    @property
    def runs(self) -> int:
        return len(self.values.parameters)

    def step(self, windows: Tensor, steps: Sequence[Step], others: Sequence[WeightedWindows] = ()) -> Tensor:
        """An optimizer step of every run on its windows [runs, batch, context + 1].

        Returns float64 [2 + others, runs], on the device: the mean loss of the batch in nats per token, the norm of its
        gradient before clipping, and the inner products of that gradient with those of other losses, all at the weights
        before the step.
        """
        losses = self.gradients(windows)
        gradient_norms = norms(self.values)
        products = self.products(others)
        update(self.values, steps, gradient_norms, self.update)
        return torch.stack([losses, gradient_norms, *products])

    def gradients(self, windows: Tensor, weights: Tensor | None = None) -> Tensor:
        """Leaves the gradient of every run's loss in `values.gradient`, and returns the losses, float64 [runs].

        windows [runs, n, context + 1]; weights [runs, n, context] are what the loss of a token counts, by default as
        much as that of any other, 1 in all. Raises Stopped between passes, with the parameters as they were.
        """
        all_windows, context = windows.shape[1], windows.shape[2] - 1
        windows, weights = self.own_part(windows, weights)
        count = windows.shape[1]

        def once() -> Tensor:
            self.values.gradient.zero_()
            losses = torch.zeros(len(windows), dtype=torch.float64, device=self.settings.device)
            for begin, end in self.passes.groups(len(windows)):
                leaves = self.values.leaves(begin, end)
                for at in range(0, count, self.passes.windows):
                    self.stop.check(self.group)
                    part = (slice(begin, end), slice(at, at + self.passes.windows))
                    given = self.on_device(windows[part])
                    if weights is None:
                        share = 1 / (all_windows * context)
                        counts = torch.full((*given.shape[:2], context), share, device=given.device)
                    else:
                        counts = self.on_device(weights[part])
                    losses[begin:end] += self.one_pass(leaves, given, counts)
            return losses

        losses = self.passes.retry(once)
        if not self.values.is_divided:
            self.group.sum(self.values.gradient)
        return self.group.sum(losses)

    def own_part(self, windows: Tensor, weights: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Of windows [runs, n, ..] and their weights, what this rank computes; filled up with what weighs nothing."""
        rank, size = self.group.rank, self.group.size
        if size == 1:
            return windows, weights
        own = -(-windows.shape[1] // size)
        parts = []
        for x in (windows, weights):
            part = None if x is None else x[:, rank * own : (rank + 1) * own]
            if part is not None and part.shape[1] < own:
                part = torch.cat([part, part.new_zeros(len(part), own - part.shape[1], part.shape[2])], 1)
            parts.append(part)
        return parts[0], parts[1]

    def one_pass(self, leaves: Sequence[Tensor], windows: Tensor, weights: Tensor) -> Tensor:
        """Adds the gradients of a pass to those of `leaves`; returns the losses, [members]."""
        lead = 1 if len(windows) > 1 else 0
        given = (windows, weights) if lead else (windows[0], weights[0])
        with self.settings.autocast():
            losses = self.program.loss(self.trunk, self.kernel, lead, leaves, *given)
        losses.sum().backward()
        return losses.detach()

    def products(self, others: Sequence[WeightedWindows]) -> list[Tensor]:
        """Of the gradient at hand, which stays, with the gradients of other losses: float64 [runs] each."""
        if not others:
            return []
        own = self.values.gradient.clone()
        products = []
        for other in others:
            shape = (self.runs, -1, -1)
            self.gradients(other.windows.expand(shape), other.weights.expand(shape))
            product = row_products(own, self.values.gradient)
            products.append(self.group.sum(product) if self.values.is_divided else product)
        self.values.gradient.copy_(own)
        return products

    def token_losses(self, runs: Sequence[int], windows: Tensor) -> Tensor:
        """Nats of the predicted tokens of windows [n, context + 1] under the parameters of some runs.

        Returns [runs, n, context], on the CPU. Without autocast: products in bfloat16 move a domain's loss by 1e-4 nats,
        which is what recipes at a tiny rate may differ by.
        """
        context = windows.shape[1] - 1
        device = self.settings.device
        out = torch.zeros(len(runs), len(windows), context, device=device)
        chosen = self.values.parameters
        if list(runs) != list(range(self.runs)):
            chosen = chosen[torch.tensor(list(runs), device=chosen.device)]

        def once() -> Tensor:
            size = self.passes.windows
            for begin, end in self.passes.groups(len(runs)):
                lead = 1 if end - begin > 1 else 0
                parameters: Sequence[Tensor]
                if self.values.is_divided:
                    parameters = self.values.leaves(begin, end)
                else:
                    parameters = self.values.layout.views(chosen[begin:end] if lead else chosen[begin])
                # Ranks take passes in turn, all of them as many.
                for first in range(0, len(windows), size * self.group.size):
                    self.stop.check(self.group)
                    at = first + size * self.group.rank
                    part = windows[at : at + size]
                    # A pass has one size: the last is filled up with token 0, and those losses are left out.
                    filled = torch.zeros(size, context + 1, dtype=windows.dtype)
                    filled[: len(part)] = part
                    given = self.on_device(filled.expand(end - begin, -1, -1) if lead else filled)
                    ones = torch.ones(*given.shape[:-1], context, device=device)
                    losses = self.program.token_losses(self.trunk, lead, parameters, given, ones)
                    out[begin:end, at : at + size] = losses.reshape(-1, size, context)[:, : len(part)]
            return out

        return self.group.sum(self.passes.retry(once)).cpu()

    def keep(self, runs: Sequence[int]) -> None:
        """Leaves the other runs out."""
        self.values.keep(runs)
        self.passes.members = min(self.passes.members, max(1, len(runs)))

    def on_device(self, x: Tensor) -> Tensor:
        if self.settings.device.type == "cpu":
            return x.contiguous()
        return x.contiguous().pin_memory().to(self.settings.device, non_blocking=True)


def passes_of(program: Program, settings: Settings, runs: int, batch: int) -> Passes:
    """Passes of as many windows as the graph was written for, or the most of them that divide a rank's part of a batch.

    Raises Refusal where the graph cannot be computed for so few.
    """
    windows = program.batch
    if batch % windows != 0 and not program.any_batch:
        expected = f"a batch of a multiple of {windows} windows on each device"
        raise Refusal("graph.json", "cannot be computed for fewer windows", expected=expected, got=batch)
    while batch % windows != 0:
        windows -= 1
    passes = Passes(runs, batch, windows, program.any_batch, alone=settings.group.size == 1)
    for _ in range(settings.smaller):
        if not passes.shrink():
            fix = "Use a smaller model, a shorter context, or `shard` and `activationCheckpointing`."
            raise Refusal("memory", "not enough for one window", fix=fix, exit_code=5)
    return passes
