"""One run: its inputs, how far it is, and what is written about it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from torch import Tensor

from .errors import Refusal
from .evaluation import WeightedWindows, read_evaluation
from .follower import open_record
from .group import Group
from .plan import Plan
from .record import Tensors
from .run_folder import PLAN, RunSpec

#: Validation windows that alignment is measured on, of all domains together, as a share of a batch.
ALIGNMENT_SHARE = 0.5


class Run:
    def __init__(
        self, folder: Path, spec: RunSpec, shapes: Mapping[str, Sequence[int]], group: Group, until: int | None
    ) -> None:
        """`shapes` of the parameters by name; `until` which step, if not to the end. Raises Refusal for a short plan."""
        self.spec = spec
        self.plan = Plan(folder, spec)
        if until is None and self.plan.steps < spec.steps:
            raise Refusal(folder / PLAN, "ends early", expected=f"{spec.steps} steps", got=self.plan.steps)
        self.until = min(spec.steps if until is None else until, self.plan.steps)
        self.evaluation = read_evaluation(folder, spec)
        self.record = open_record(folder, spec, shapes, group)
        #: Optimizer steps done, or begun.
        self.step = self.record.step
        #: Whether it has ended, or stands where it is to stop.
        self.leaves = False

    @property
    def is_last(self) -> bool:
        return self.step == self.spec.steps

    @property
    def is_due(self) -> bool:
        """Whether a validation comes next."""
        return self.is_last or (self.step % self.spec.evaluate_every == 0 and self.step not in self.record.evaluated)

    @property
    def rate(self) -> float:
        """Of the next step."""
        return self.spec.schedule.rate(self.step)

    @property
    def measures_alignment(self) -> bool:
        """Whether gradient alignment is measured at the next step."""
        return self.spec.alignment_every is not None and self.step % self.spec.alignment_every == 0

    def alignment_losses(self) -> list[WeightedWindows]:
        """Of each domain, the mean loss on some windows, always the same."""
        domains = self.evaluation.domains
        return [domain.sample(int(ALIGNMENT_SHARE * self.spec.batch) // len(domains)) for domain in domains]

    def stepped(self, step: int, loss: float, norm: float, alignment: Sequence[float] | None) -> None:
        """Writes down step `step`, from 1, or ends the run when a number is not finite."""
        if self.ends({"loss": loss, "gradient norm": norm}, step):
            return
        self.record.append(
            "step", step, lossNats=loss, gradientNorm=norm, learningRate=self.spec.schedule.rate(step - 1)
        )
        if alignment is None or self.ends({"gradient alignment": sum(alignment)}, step):
            return
        assert self.spec.alignment_every is not None
        end = min(self.spec.steps, step - 1 + self.spec.alignment_every)
        self.record.append(
            "alignment",
            step,
            steps=end - (step - 1),
            reach=self.spec.schedule.sum_of_rates(step - 1, end),
            domains={domain.name: product for domain, product in zip(self.evaluation.domains, alignment)},
        )

    def validated(self, sums: Sequence[Tensor]) -> None:
        """Writes down a validation, or ends the run; `sums` are the losses of each domain's documents in nats."""
        domains = self.evaluation.domains
        nats = [float(of_domain.sum()) for of_domain in sums]
        means = {domain.name: total / domain.predicted for domain, total in zip(domains, nats)}
        if self.ends({f'validation loss on "{name}"': mean for name, mean in means.items()}, self.step):
            return
        losses = {
            domain.name: {"lossNats": means[domain.name], "bitsPerByte": total / math.log(2) / domain.bytes}
            for domain, total in zip(domains, nats)
        }
        self.record.append("evaluation", self.step, domains=losses)
        self.record.evaluated.add(self.step)

    def pause(self, state: Mapping[str, Tensors]) -> None:
        """Leaves a checkpoint, from which the run goes on another time."""
        self.record.checkpoint(self.step, state)
        self.leaves = True

    def finish(self, state: Mapping[str, Tensors], sums: Sequence[Tensor]) -> None:
        self.record.finish(state, list(zip(self.evaluation.domains, sums)))
        self.leaves = True

    def ends(self, measured: Mapping[str, float], step: int) -> bool:
        """Ends the run, in the words of the embedded engine, when one of the numbers is not finite."""
        for what, value in measured.items():
            if math.isfinite(value):
                continue
            shown = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
            rate = self.spec.schedule.rate(max(0, step - 1))
            self.record.fail(
                f"{what} is {shown} after step {step} of {self.spec.steps}, at learning rate {rate}. "
                "Lower `proxy: { learningRate: … }` or lengthen the warm-up."
            )
            self.leaves = True
            return True
        return False
