"""Trains runs from wherever they stand to their end, all of them at the same time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from .errors import Refusal, Stopped, TooLarge
from .evaluation import WeightedWindows
from .graph import Graph, read_graph
from .optimizer import Step
from .parameters import KINDS
from .passes import OutOfMemory, release_memory
from .program import Program
from .record import has_ended, warn
from .run import Run
from .run_folder import GRAPH, RunSpec, read_run_spec
from .settings import Settings
from .stack import Stack
from .stop import Stop

#: Training may stand still for this share of the time while checkpoints are written.
CHECKPOINT_SHARE = 0.05


def train_folders(folders: Sequence[Path], settings: Settings, stop: Stop) -> None:
    """Raises Refusal when a folder cannot be trained, or the runs are not of one shape."""
    specs = {folder: read_run_spec(folder) for folder in folders}
    left = [folder for folder, spec in specs.items() if not has_ended(folder, spec)]
    if not left:
        return
    require_equal_parts(left, specs, settings.group.size)
    program = Program(one_graph(left, specs), str(left[0] / GRAPH))
    if settings.device.type == "cpu":
        threads = settings.threads or specs[left[0]].threads
        torch.set_num_threads(max(1, threads // settings.group.size))
    stacks = [left]
    while stacks and not settings.group.any(stop.asked):
        together = stacks.pop(0)
        failure = train_stack(together, specs, program, settings, stop)
        if failure is None:
            continue
        release_memory()
        if len(together) == 1:
            fix = "Use a smaller model, a shorter context, or a GPU with more memory."
            raise Refusal("memory", "not enough for one run", got=failure, fix=fix, exit_code=5)
        half = -(-len(together) // 2)
        warn("memory", f"{failure}; going on with {half} of {len(together)} runs, and then with the others")
        stacks[:0] = [together[:half], together[half:]]


def require_equal_parts(folders: Sequence[Path], specs: dict[Path, RunSpec], devices: int) -> None:
    if devices > 1 and len(folders) > 1:
        raise Refusal("--devices", "several devices train one run at a time", expected="1 folder", got=len(folders))
    batch = specs[folders[0]].batch
    if batch % devices != 0:
        expected = f"a multiple of {devices} devices"
        raise Refusal(folders[0] / "run.json", "its batch cannot be divided equally", expected=expected, got=batch)


def one_graph(folders: Sequence[Path], specs: dict[Path, RunSpec]) -> Graph:
    """The graph of all runs, which also predict as many tokens from as many windows."""
    first = read_graph(folders[0] / GRAPH)
    for folder in folders[1:]:
        for name in ("batch", "context"):
            expected, got = getattr(specs[folders[0]], name), getattr(specs[folder], name)
            if expected != got:
                raise Refusal(f"{folder}: {name}", "not that of the other runs", expected=expected, got=got)
        if read_graph(folder / GRAPH) != first:
            raise Refusal(folder / GRAPH, "not the graph of the other runs")
    return first


def train_stack(
    folders: Sequence[Path], specs: dict[Path, RunSpec], program: Program, settings: Settings, stop: Stop
) -> str | None:
    """Trains until all have ended, or until SIGTERM. Returns why memory is not enough for all of them, if it is not."""
    left = [folder for folder in folders if not has_ended(folder, specs[folder])]
    runs = [Run(folder, specs[folder], program.shapes, settings.group, settings.until) for folder in left]
    try:
        Training(runs, program, settings, stop).run()
    except (TooLarge, OutOfMemory) as error:
        return str(error).split("\n")[0]
    finally:
        for run in runs:
            run.record.close()
    return None


@dataclass(frozen=True)
class Unread:
    """A step of a stack."""

    runs: list[Run]
    #: Of each run: optimizer steps done after this one, and the rows of `results` that are its alignments, if any.
    numbers: list[int]
    alignments: list[slice | None]
    #: As `Stack.step` returns them.
    results: Tensor


class Training:
    def __init__(self, runs: list[Run], program: Program, settings: Settings, stop: Stop) -> None:
        self.runs, self.settings, self.stop, self.group = runs, settings, stop, settings.group
        self.stack = Stack(program, settings, stop, len(runs), runs[0].spec.batch)
        for i, run in enumerate(runs):
            state = run.record.state()
            for kind in KINDS[: self.group.number(len(state))]:
                self.stack.values.load(i, kind, state.get(kind, {}))
        #: Steps whose results have not been read: the device still works on them.
        self.unread: list[Unread] = []
        self.checkpoint_ended = time.monotonic()
        self.checkpoint_took = 0.0

    def run(self) -> None:
        """Until all runs have ended; after SIGTERM, or when memory ends between steps, until all have a checkpoint."""
        with ThreadPoolExecutor(1) as reader:
            try:
                ahead = reader.submit(read_windows, self.runs, [run.step for run in self.runs])
                while True:
                    self.validate()
                    self.pause()
                    if not self.runs:
                        return
                    windows = ahead.result()
                    given = torch.stack([windows[run] for run in self.runs])
                    ahead = reader.submit(read_windows, self.runs, [run.step + 1 for run in self.runs])
                    self.take_step(given)
                    due = max(self.settings.checkpoint_seconds, self.checkpoint_took / CHECKPOINT_SHARE)
                    is_due = time.monotonic() - self.checkpoint_ended >= due
                    if self.group.any(is_due and self.group.is_first):
                        self.checkpoint()
            except (Stopped, TooLarge) as reason:
                self.checkpoint()
                if isinstance(reason, TooLarge):
                    raise

    def take_step(self, windows: Tensor) -> None:
        """Begins a step, and meanwhile writes down the one before."""
        steps = [Step(run.spec.optimizer, run.rate, run.step + 1) for run in self.runs]
        others: list[WeightedWindows] = []
        measured: dict[str, slice] = {}  # rows of the results, by evaluation
        for run in self.runs:
            if run.measures_alignment and run.evaluation.hash not in measured:
                losses = run.alignment_losses()
                measured[run.evaluation.hash] = slice(2 + len(others), 2 + len(others) + len(losses))
                others += losses
        rows = [measured.get(run.evaluation.hash) if run.measures_alignment else None for run in self.runs]
        results = self.stack.step(windows, steps, others)
        for run in self.runs:
            run.step += 1
        self.unread.append(Unread(self.runs, [step.number for step in steps], rows, results))
        if len(self.unread) > 1:
            self.write_down(1)

    def write_down(self, count: int) -> None:
        """Reads the results of the first `count` unread steps; runs whose numbers are not finite end."""
        for _ in range(count):
            unread = self.unread.pop(0)
            columns = unread.results.T.tolist()
            for run, number, rows, column in zip(unread.runs, unread.numbers, unread.alignments, columns):
                if not run.leaves:
                    run.stepped(number, column[0], column[1], None if rows is None else column[rows])
        self.leave()

    def validate(self) -> None:
        """Validates the runs where that is due, those with the same windows together; ends those at their last step."""
        if not any(run.is_due for run in self.runs):
            return
        self.write_down(len(self.unread))
        due: dict[str, list[int]] = {}
        for i, run in enumerate(self.runs):
            if run.is_due:
                due.setdefault(run.evaluation.hash, []).append(i)
        for members in due.values():
            runs = [self.runs[i] for i in members]
            sums: list[list[Tensor]] = [[] for _ in runs]  # of each run, the losses of the documents of each domain
            for domain in runs[0].evaluation.domains:
                for of_run, losses in zip(sums, self.stack.token_losses(members, domain.windows)):
                    of_run.append(domain.document_losses(losses))
            for i, run, of_run in zip(members, runs, sums):
                run.validated(of_run)
                if run.is_last and not run.leaves:
                    run.finish(self.state(i), of_run)
        self.leave()

    def pause(self) -> None:
        """Runs leave with a checkpoint at the step where they are to stop."""
        if all(run.step < run.until for run in self.runs):
            return
        self.write_down(len(self.unread))
        for i, run in enumerate(self.runs):
            if run.step >= run.until and not run.leaves:
                run.pause(self.state(i))
        self.leave()

    def leave(self) -> None:
        """Runs that have ended leave the stack; the others go on without them."""
        kept = [i for i, run in enumerate(self.runs) if not run.leaves]
        if len(kept) < len(self.runs):
            self.runs = [self.runs[i] for i in kept]
            self.stack.keep(kept)

    def checkpoint(self) -> None:
        self.write_down(len(self.unread))
        begun = time.monotonic()
        for i, run in enumerate(self.runs):
            run.record.checkpoint(run.step, self.state(i))
        self.checkpoint_ended = time.monotonic()
        self.checkpoint_took = self.checkpoint_ended - begun

    def state(self, run: int) -> dict[str, dict[str, Tensor]]:
        """Of a run, for its record. Raises Refusal when ranks that took the same steps stand elsewhere."""
        values = self.stack.values
        if not values.is_divided and not self.group.agrees(values.parameters[run]):
            fix = (
                "Run the same command again, which goes on from the checkpoint before. If it comes up again, a device is "
                "faulty, or one alone could not compile: try `compile: never`."
            )
            raise Refusal("weights", "not the same on all devices", fix=fix, exit_code=1)
        return {kind: values.read(run, kind) for kind in KINDS}


def read_windows(runs: Sequence[Run], steps: Sequence[int]) -> dict[Run, Tensor]:
    """Windows of each run at its step; none where its plan ends before."""
    return {run: run.plan.read(step) for run, step in zip(runs, steps) if step < run.plan.steps}
