"""Trains runs from wherever they stand to their end, all of them at the same time."""

from __future__ import annotations

import math
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Sequence

import torch
from torch import Tensor

from .errors import Refusal, Stopped
from .evaluation import read_evaluation
from .graph import Graph, read_graph
from .optimizer import Step
from .plan import Plan
from .program import Program
from .record import Record, has_ended
from .run_folder import GRAPH, RunSpec, read_run_spec
from .settings import Settings
from .stack import Stack
from .stop import Stop

#: Training may stand still for this share of the time while checkpoints are written.
CHECKPOINT_SHARE = 0.05


class Run:
    """One run of the stack: its inputs, what it has written, and how far it is."""

    def __init__(self, folder: Path, spec: RunSpec, program: Program) -> None:
        self.spec = spec
        self.plan = Plan(folder, spec)
        self.evaluation = read_evaluation(folder, spec)
        self.record = Record(folder, spec, program.shapes)
        self.step = self.record.step

    @property
    def is_last(self) -> bool:
        return self.step == self.spec.steps

    @property
    def is_due(self) -> bool:
        """Whether a validation comes next."""
        return self.is_last or (self.step % self.spec.evaluate_every == 0 and self.step not in self.record.evaluated)

    @property
    def rate(self) -> float:
        return self.spec.schedule.rate(self.step)


def train_folders(folders: Sequence[Path], settings: Settings) -> None:
    """Raises Refusal when a folder cannot be trained, or the runs are not of one shape."""
    specs = {folder: read_run_spec(folder) for folder in folders}
    require_distinct(specs)
    left = [folder for folder, spec in specs.items() if not has_ended(folder, spec)]
    if not left:
        return
    graph = one_graph(left, specs)
    if settings.device.type == "cpu":
        torch.set_num_threads(settings.threads or specs[left[0]].threads)
    stop = Stop()
    stop.listen()
    program = Program(graph, str(left[0] / GRAPH))
    runs = [Run(folder, specs[folder], program) for folder in left]
    Training(runs, program, settings, stop).run()


def require_distinct(specs: dict[Path, RunSpec]) -> None:
    first = next(iter(specs.values()))
    for folder, spec in specs.items():
        for name in ("batch", "context"):
            expected, got = getattr(first, name), getattr(spec, name)
            if expected != got:
                raise Refusal(f"{folder}: {name}", "not that of the other runs", expected=expected, got=got)


def one_graph(folders: Sequence[Path], specs: dict[Path, RunSpec]) -> Graph:
    first = read_graph(folders[0] / GRAPH)
    for folder in folders[1:]:
        if read_graph(folder / GRAPH) != first:
            raise Refusal(folder / GRAPH, "not the graph of the other runs")
    return first


class Training:
    def __init__(self, runs: list[Run], program: Program, settings: Settings, stop: Stop) -> None:
        self.runs, self.settings, self.stop = runs, settings, stop
        self.stack = Stack(program, settings, stop, len(runs), runs[0].spec.batch)
        for i, run in enumerate(runs):
            for kind, tensors in run.record.state().items():
                self.stack.values.load(i, kind, tensors)
        self.checkpoint_ended = time.monotonic()
        self.checkpoint_took = 0.0
        self.reader = ThreadPoolExecutor(1)

    def run(self) -> None:
        """Until all runs have ended; after SIGTERM, until all have a checkpoint."""
        try:
            ahead = None
            while self.runs:
                self.validate()
                if not self.runs:
                    break
                windows = ahead.result() if ahead else self.read(list(self.runs), [run.step for run in self.runs])
                chosen = torch.stack([windows[run.spec.id] for run in self.runs])
                ahead = self.reader.submit(self.read, list(self.runs), [run.step + 1 for run in self.runs])
                self.take_step(chosen)
                due = max(self.settings.checkpoint_seconds, self.checkpoint_took / CHECKPOINT_SHARE)
                if self.runs and time.monotonic() - self.checkpoint_ended >= due:
                    self.checkpoint()
        except Stopped:
            self.checkpoint()
        finally:
            self.reader.shutdown()

    def read(self, runs: Sequence[Run], steps: Sequence[int]) -> dict[str, Tensor]:
        """Windows of each run at its step, by run; none where the run ends before."""
        return {run.spec.id: run.plan.read(step) for run, step in zip(runs, steps) if step < run.spec.steps}

    def take_step(self, windows: Tensor) -> None:
        steps = [Step(run.spec.optimizer, run.rate, run.step + 1) for run in self.runs]
        losses, norms = self.stack.step(windows, steps)
        ended = []
        for run, step, loss, norm in zip(self.runs, steps, losses, norms):
            run.step += 1
            reason = not_finite(run, {"loss": loss, "gradient norm": norm})
            if reason is None:
                run.record.append("step", run.step, lossNats=loss, gradientNorm=norm, learningRate=step.learning_rate)
                continue
            run.record.fail(reason)
            ended.append(run)
        self.leave(ended)

    def validate(self) -> None:
        """Validates the runs where a validation is due, those with the same windows together; ends those at their last step."""
        due: dict[str, list[int]] = {}
        for i, run in enumerate(self.runs):
            if run.is_due:
                due.setdefault(run.evaluation.hash, []).append(i)
        ended = []
        for members in due.values():
            runs = [self.runs[i] for i in members]
            domains = runs[0].evaluation.domains
            sums = []  # of each domain, a row of document losses a run
            for domain in domains:
                losses = self.stack.token_losses(members, domain.windows)
                sums.append([domain.document_losses(of_run) for of_run in losses])
            for k, run in enumerate(runs):
                means = {domain.name: float(sums[d][k].sum()) / domain.predicted for d, domain in enumerate(domains)}
                reason = not_finite(run, {f'validation loss on "{name}"': loss for name, loss in means.items()})
                if reason is not None:
                    run.record.fail(reason)
                    ended.append(run)
                    continue
                bits = {
                    domain.name: {"lossNats": means[domain.name], "bitsPerByte": bits_per_byte(float(sums[d][k].sum()), domain.bytes)}
                    for d, domain in enumerate(domains)
                }
                run.record.append("evaluation", run.step, domains=bits)
                run.record.evaluated.add(run.step)
                if run.is_last:
                    run.record.finish(self.state(members[k]), [(domain, sums[d][k]) for d, domain in enumerate(domains)])
                    ended.append(run)
        self.leave(ended)

    def leave(self, ended: Sequence[Run]) -> None:
        """The others go on without them."""
        if not ended:
            return
        kept = [i for i, run in enumerate(self.runs) if run not in ended]
        self.runs = [self.runs[i] for i in kept]
        self.stack.keep(kept)

    def checkpoint(self) -> None:
        begun = time.monotonic()
        for i, run in enumerate(self.runs):
            run.record.checkpoint(run.step, self.state(i))
        self.checkpoint_ended = time.monotonic()
        self.checkpoint_took = self.checkpoint_ended - begun

    def state(self, run: int) -> dict[str, dict[str, Tensor]]:
        return {kind: self.stack.values.read(run, kind) for kind in ("parameters", "first", "second")}


def not_finite(run: Run, measured: dict[str, float]) -> str | None:
    """Why a run had to end, in the words of the embedded engine; None where all numbers are finite."""
    for what, value in measured.items():
        if not math.isfinite(value):
            shown = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
            rate = run.spec.schedule.rate(max(0, run.step - 1))
            return (
                f"{what} is {shown} after step {run.step} of {run.spec.steps}, at learning rate {rate}. "
                "Lower `proxy: { learningRate: … }` or lengthen the warm-up."
            )
    return None


def bits_per_byte(nats: float, count: int) -> float:
    return nats / math.log(2) / count if count else 0.0
