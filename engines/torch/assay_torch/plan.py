"""Which windows a run trains on, in which order: plan/ of the run folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .errors import Refusal
from .run_folder import PLAN, RunSpec, field, read_json
from .token_files import TokenFiles, map_integers


class Stream:
    """The documents of a source in their order, joined, and cut into windows of context + 1 tokens."""

    def __init__(self, where: object, folder: Path, source: dict[str, Any], context: int) -> None:
        self.tokens = TokenFiles(where, folder, source.get("tokens"), source.get("tokenBytes"))
        order = folder / field(where, source, "order", str)
        pairs = map_integers(order, 8)
        if len(pairs) % 2 != 0:
            raise Refusal(order, "not pairs of numbers")
        #: Of each document, its first token in the files, and in the stream (one more at the end).
        self.offsets, counts = pairs.view(-1, 2).unbind(1)
        self.starts = torch.cat([torch.zeros(1, dtype=torch.int64), counts.cumsum(0)])
        self.length = context + 1
        self.windows = int(self.starts[-1]) // self.length
        ends = self.offsets + counts
        if len(counts) and (int(counts.min()) < 0 or int(self.offsets.min()) < 0 or int(ends.max()) > len(self.tokens)):
            raise Refusal(order, "documents outside of their tokens", expected=f"at most {len(self.tokens)} tokens")
        if self.windows == 0:
            raise Refusal(order, "shorter than a window", expected=f"{self.length} tokens", got=int(self.starts[-1]))

    def read(self, numbers: Tensor) -> Tensor:
        """Windows by number [n], which goes on at the first after the last: int32 [n, context + 1]."""
        positions = (numbers % self.windows).unsqueeze(1) * self.length + torch.arange(self.length)
        documents = torch.searchsorted(self.starts, positions, right=True) - 1
        return self.tokens.take(self.offsets[documents] + positions - self.starts[documents])


class Plan:
    """All phases of a run as one sequence of windows, read from any step on."""

    def __init__(self, folder: Path, spec: RunSpec) -> None:
        self.spec = spec
        self.streams: list[Stream] = []
        names: list[str] = []
        given: list[int] = []
        parts: list[Tensor] = []
        last_hash = None
        for k in range(2**31):
            path = folder / PLAN / f"phase-{k}.json"
            if not path.exists():
                break
            phase = read_json(path)
            indices = []
            for source in field(path, phase, "sources", list):
                name = field(path, source, "source", str)
                if name not in names:
                    names.append(name)
                    given.append(0)
                    self.streams.append(Stream(path, folder, source, spec.context))
                index = names.index(name)
                if source.get("first", 0) != given[index]:
                    where = f'{path}: source "{name}"'
                    raise Refusal(
                        where, "does not go on where it ended", expected=given[index], got=source.get("first", 0)
                    )
                given[index] += field(path, source, "windows", int)
                indices.append(index)
            sequence = map_integers_of_bytes(path.with_suffix(".bin"))
            if len(sequence) != field(path, phase, "windows", int) or (
                len(sequence) and int(sequence.max()) >= len(indices)
            ):
                raise Refusal(
                    path.with_suffix(".bin"), "not what the phase describes", expected=f"{phase['windows']} windows"
                )
            parts.append(torch.tensor(indices)[sequence.long()].to(torch.uint8))
            last_hash = phase.get("hash")
        self.sequence = torch.cat(parts) if parts else torch.empty(0, dtype=torch.uint8)
        supply = folder / PLAN / "supply.json"
        hash = read_json(supply).get("hash") if supply.exists() else last_hash
        if hash != spec.plan_hash:
            raise Refusal(folder / PLAN, "not what run.json was made for", expected=spec.plan_hash, got=hash)
        #: Optimizer steps that there are windows for; more phases may come.
        self.steps, rest = divmod(len(self.sequence), spec.batch)
        if rest or self.steps > spec.steps:
            expected = f"whole batches, at most {spec.steps * spec.batch} windows"
            raise Refusal(folder / PLAN, "does not fit the run", expected=expected, got=len(self.sequence))
        self.at = 0
        self.given = torch.zeros(len(self.streams), dtype=torch.int64)

    def read(self, step: int) -> Tensor:
        """The windows of optimizer step `step`, counted from 0: int32 [batch, context + 1]."""
        batch = self.spec.batch
        begin = step * batch
        if begin != self.at:
            self.given = self.sequence[:begin].bincount(minlength=len(self.streams))
        chosen = self.sequence[begin : begin + batch]
        windows = torch.empty(batch, self.spec.context + 1, dtype=torch.int32)
        for index, stream in enumerate(self.streams):
            places = (chosen == index).nonzero().squeeze(1)
            if len(places):
                windows[places] = stream.read(self.given[index] + torch.arange(len(places)))
        self.given = self.given + chosen.bincount(minlength=len(self.streams))
        self.at = begin + batch
        require_known(windows, self.spec.vocabulary_size, f"run {self.spec.id}: windows of step {step + 1}")
        return windows


def require_known(windows: Tensor, vocabulary_size: int, subject: str) -> None:
    """A token outside of the vocabulary would read memory that is no row of the table."""
    least, most = (int(value) for value in windows.aminmax())
    if least < 0 or most >= vocabulary_size:
        got = least if least < 0 else most
        raise Refusal(subject, "a token outside of the vocabulary", expected=f"0 to {vocabulary_size - 1}", got=got)


def map_integers_of_bytes(path: Path) -> Tensor:
    try:
        data = bytearray(path.read_bytes())
    except OSError as error:
        raise Refusal(path, "cannot be read", got=error.strerror) from None
    return torch.frombuffer(data, dtype=torch.uint8) if data else torch.empty(0, dtype=torch.uint8)
