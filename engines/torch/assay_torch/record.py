"""What a run writes, and taking up what an earlier process wrote.

The checkpoint is the only state: lines of metrics.jsonl after its step are dropped and made again. The lines are
flushed to the disk before a checkpoint is written, so they never lag behind one; done.json is written last of all.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from torch import Tensor

from .errors import Refusal
from .evaluation import Domain
from .run_folder import CHECKPOINT, DOCUMENTS, DONE, INITIAL, METRICS, RunSpec
from .safetensors import read_safetensors, write_safetensors

#: Names in a checkpoint.
PREFIXES = {"parameters": "", "first": "optimizer.first.", "second": "optimizer.second."}

Tensors = Mapping[str, Tensor]


def warn(subject: object, message: str) -> None:
    print(f"warning: {subject}: {message}", file=sys.stderr, flush=True)


def has_ended(folder: Path, spec: RunSpec) -> bool:
    """Whether there is a done.json of this run; one that is torn or of another run counts for nothing."""
    try:
        done = json.loads((folder / DONE).read_bytes())
    except (OSError, ValueError):
        return False
    return (
        isinstance(done, dict) and done.get("status") in ("done", "failed") and done.get("hash", spec.hash) == spec.hash
    )


class Record:
    def __init__(self, folder: Path, spec: RunSpec, shapes: Mapping[str, Sequence[int]]) -> None:
        """Takes the run up where its checkpoint stands, or at the start."""
        self.folder, self.spec, self.shapes = folder, spec, shapes
        found = self.read_checkpoint()
        lines = read_lines(folder / METRICS)
        kept = self.lines_up_to(-1 if found is None else found[0], lines)
        if found is not None and sum(line["kind"] == "step" for line in kept) != found[0]:
            warn(spec.id, f"{METRICS} does not reach the checkpoint, so this run starts again")
            found, kept = None, []
        if found is None:
            for name in (CHECKPOINT, DOCUMENTS):
                (folder / name).unlink(missing_ok=True)
        (folder / DONE).unlink(missing_ok=True)
        #: Optimizer steps done.
        self.step = 0 if found is None else found[0]
        self.evaluated = {line["step"] for line in kept if line["kind"] == "evaluation"}
        self.metrics = os.open(folder / METRICS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        os.ftruncate(self.metrics, sum(line["bytes"] for line in kept))

    def state(self) -> dict[str, Tensors]:
        """Parameters by name, and first and second moments where there is a checkpoint."""
        found = self.read_checkpoint()
        if found is not None:
            return found[1]
        path = self.folder / INITIAL
        return {"parameters": self.fitting(path, read_safetensors(path)[0], "")}

    def append(self, kind: str, step: int, **values: Any) -> None:
        tokens = step * self.spec.batch * self.spec.context
        line = json.dumps({"kind": kind, "step": step, "tokens": tokens, **values}, allow_nan=False, ensure_ascii=False)
        data = (line + "\n").encode()
        while data:
            data = data[os.write(self.metrics, data) :]

    def checkpoint(self, step: int, state: Mapping[str, Tensors]) -> None:
        os.fsync(self.metrics)
        tensors = {PREFIXES[kind] + name: tensor for kind, named in state.items() for name, tensor in named.items()}
        write_safetensors(self.folder / CHECKPOINT, tensors, {"step": str(step), "run": self.spec.hash})

    def finish(self, state: Mapping[str, Tensors], losses: Sequence[tuple[Domain, Tensor]]) -> None:
        """Writes the last checkpoint, the losses of documents and done.json."""
        self.checkpoint(self.spec.steps, state if self.spec.keep_optimizer else {"parameters": state["parameters"]})
        lines = [
            json.dumps({"domain": domain.name, "id": id, "lossSumNats": loss}, ensure_ascii=False)
            for domain, sums in losses
            for id, loss in zip(domain.ids, sums.tolist())
        ]
        replace(self.folder / DOCUMENTS, "".join(f"{line}\n" for line in lines))
        self.end({"status": "done"})

    def fail(self, reason: str) -> None:
        """Ends the run for a reason that would come up again; its metrics are kept."""
        os.fsync(self.metrics)
        (self.folder / CHECKPOINT).unlink(missing_ok=True)
        self.end({"status": "failed", "reason": reason})

    def close(self) -> None:
        """Nothing is written afterwards."""
        if self.metrics >= 0:
            os.close(self.metrics)
            self.metrics = -1

    def end(self, outcome: Mapping[str, str]) -> None:
        self.close()
        replace(self.folder / DONE, json.dumps(outcome) + "\n")

    def read_checkpoint(self) -> tuple[int, dict[str, Tensors]] | None:
        path = self.folder / CHECKPOINT
        if not path.exists():
            return None
        try:
            tensors, metadata = read_safetensors(path)
            step = int(metadata["step"]) if metadata.get("step", "").isdecimal() else -1
            if metadata.get("run") != self.spec.hash or not 0 <= step <= self.spec.steps:
                raise Refusal(path, "not a checkpoint of this run", expected=self.spec.hash, got=metadata.get("run"))
            kinds = dict(PREFIXES)
            if step == self.spec.steps and not any(name.startswith(PREFIXES["first"]) for name in tensors):
                kinds = {"parameters": ""}  # the last step is taken
            return step, {kind: self.fitting(path, tensors, prefix) for kind, prefix in kinds.items()}
        except Refusal as refusal:
            warn(self.spec.id, f"the checkpoint cannot be used, so this run starts again ({refusal})")
            path.unlink()
            return None

    def fitting(self, path: Path, tensors: Tensors, prefix: str) -> dict[str, Tensor]:
        fitting = {}
        for name, shape in self.shapes.items():
            tensor = tensors.get(prefix + name)
            if tensor is None or tuple(tensor.shape) != tuple(shape):
                got = "none" if tensor is None else list(tensor.shape)
                raise Refusal(path, f'tensor "{prefix}{name}" does not fit the graph', expected=list(shape), got=got)
            fitting[name] = tensor
        return fitting

    def lines_up_to(self, step: int, lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Lines until the first that belongs behind `step`.

        The last validation is always made again: it gives the losses of documents.
        """
        kept = []
        for line in lines:
            if line["step"] > step or (line["kind"] == "evaluation" and line["step"] == self.spec.steps):
                break
            kept.append(line)
        return kept


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The lines up to the first that is torn or broken, each with its length in `bytes`."""
    lines = []
    for data in path.read_bytes().splitlines(keepends=True) if path.exists() else []:
        try:
            line = json.loads(data)
        except ValueError:
            break
        if not data.endswith(b"\n") or not isinstance(line, dict) or not {"kind", "step"} <= line.keys():
            break
        lines.append({**line, "bytes": len(data)})
    return lines


def replace(path: Path, text: str) -> None:
    """Replaces a file as a whole: a kill leaves the old one or the new one."""
    temporary = path.with_name(path.name + ".tmp")
    with open(temporary, "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)
