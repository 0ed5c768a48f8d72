"""Runs that are trained at the same time: their weights on the device, and a step of all of them."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import torch
from torch import Tensor

from .compiled import Compiled
from .evaluation import WeightedWindows
from .optimizer import Step, adamw, norms, row_products, update
from .parameters import Layout, Values
from .passes import Passes
from .program import Program
from .settings import Settings
from .stop import Stop
from .vocabulary_loss import chunk_gradient

# A view of one run's part of a row has strides of its own, which PyTorch warns of although it adds to it in place.
warnings.filterwarnings("ignore", message="grad and param do not obey the gradient layout contract")


class Stack:
    def __init__(self, program: Program, settings: Settings, stop: Stop, runs: int, batch: int) -> None:
        """All weights are zeros until they are loaded into `values`."""
        self.program, self.settings, self.stop = program, settings, stop
        self.values = Values(Layout(program.shapes), runs, settings.device)
        self.passes = Passes(runs, batch, program.batch, program.any_batch)
        self.trunk = Compiled("the model", program.evaluate, settings.compile)
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
        count, context = windows.shape[1], windows.shape[2] - 1

        def once() -> Tensor:
            self.values.gradient.zero_()
            losses = torch.zeros(len(windows), dtype=torch.float64, device=self.settings.device)
            for begin, end in self.passes.groups(len(windows)):
                leaves = self.values.leaves(begin, end)
                for at in range(0, count, self.passes.windows):
                    self.stop.check()
                    part = (slice(begin, end), slice(at, at + self.passes.windows))
                    given = self.on_device(windows[part])
                    if weights is None:
                        counts = torch.full((*given.shape[:2], context), 1 / (count * context), device=given.device)
                    else:
                        counts = self.on_device(weights[part])
                    losses[begin:end] += self.one_pass(leaves, given, counts)
            return losses

        return self.passes.retry(once)

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
            products.append(row_products(own, self.values.gradient))
        self.values.gradient.copy_(own)
        return products

    def token_losses(self, runs: Sequence[int], windows: Tensor) -> Tensor:
        """Nats of the predicted tokens of windows [n, context + 1] under the parameters of some runs.

        Returns [runs, n, context], on the CPU. Without autocast: products in bfloat16 move a domain's loss by 1e-4 nats,
        which is what recipes at a tiny rate may differ by.
        """
        context = windows.shape[1] - 1
        device = self.settings.device
        out = torch.empty(len(runs), len(windows), context, device=device)
        chosen = self.values.parameters
        if list(runs) != list(range(self.runs)):
            chosen = chosen[torch.tensor(list(runs), device=chosen.device)]

        def once() -> Tensor:
            size = self.passes.windows
            for begin, end in self.passes.groups(len(runs)):
                lead = 1 if end - begin > 1 else 0
                parameters = self.values.layout.views(chosen[begin:end] if lead else chosen[begin])
                for at in range(0, len(windows), size):
                    self.stop.check()
                    part = windows[at : at + size]
                    # A pass has one size: the last is filled up with token 0, and those losses are left out.
                    filled = torch.zeros(size, context + 1, dtype=windows.dtype)
                    filled[: len(part)] = part
                    given = self.on_device(filled.expand(end - begin, -1, -1) if lead else filled)
                    ones = torch.ones(*given.shape[:-1], context, device=device)
                    losses = self.program.token_losses(self.trunk, lead, parameters, given, ones)
                    out[begin:end, at : at + size] = losses.reshape(-1, size, context)[:, : len(part)]
            return out

        return self.passes.retry(once).cpu()

    def keep(self, runs: Sequence[int]) -> None:
        """Leaves the other runs out."""
        self.values.keep(runs)
        self.passes.members = min(self.passes.members, max(1, len(runs)))

    def on_device(self, x: Tensor) -> Tensor:
        if self.settings.device.type == "cpu":
            return x.contiguous()
        return x.contiguous().pin_memory().to(self.settings.device, non_blocking=True)
