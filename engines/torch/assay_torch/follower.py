"""A run's record on a rank that writes nothing: it stands where the first rank's does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .group import Group
from .record import Record, Tensors
from .run_folder import RunSpec


class Follower:
    """What a `Run` asks of a `Record`."""

    def __init__(self, step: int, is_evaluated: bool) -> None:
        self.step = step
        self.evaluated = {step} if is_evaluated else set[int]()

    def state(self) -> dict[str, Tensors]:
        """Nothing: the first rank's values are shared."""
        return {}

    def append(self, kind: str, step: int, **values: Any) -> None:
        pass

    def checkpoint(self, step: int, state: Mapping[str, Tensors]) -> None:
        pass

    def finish(self, state: Mapping[str, Tensors], losses: Sequence[object]) -> None:
        pass

    def fail(self, reason: str) -> None:
        pass

    def close(self) -> None:
        pass


def open_record(
    folder: Path, spec: RunSpec, shapes: Mapping[str, Sequence[int]], group: Group
) -> Record | Follower:
    """The first rank takes the run up and tells the others where it stands."""
    record = Record(folder, spec, shapes) if group.is_first else None
    step = group.number(0 if record is None else record.step)
    is_evaluated = group.number(0 if record is None else int(step in record.evaluated))
    return Follower(step, bool(is_evaluated)) if record is None else record
