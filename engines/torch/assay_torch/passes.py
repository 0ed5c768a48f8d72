"""How much goes through the graph at once, and less of it when the GPU's memory ends."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import TypeVar

import torch

from .errors import SmallerPass, TooLarge
from .record import warn

#: Named so since PyTorch 2.5.
OutOfMemory: type[Exception] = getattr(torch, "OutOfMemoryError", torch.cuda.OutOfMemoryError)

Result = TypeVar("Result")


class Passes:
    """`members` runs and `windows` windows of each go through in one pass."""

    def __init__(self, members: int, batch: int, windows: int, any_batch: bool, alone: bool = True) -> None:
        """`alone`: no other rank trains the same runs."""
        self.alone = alone
        self.members = members
        self.batch = batch
        self.windows = windows
        self.any_batch = any_batch

    def groups(self, members: int) -> Iterator[tuple[int, int]]:
        """The members that go through together, from and to."""
        for begin in range(0, members, self.members):
            yield begin, min(members, begin + self.members)

    def shrink(self) -> bool:
        """Halves a pass; False when it is one window of one run.

        Members first: what one run adds up, and in which order, then stays as it is.
        """
        if self.members > 1:
            self.members = -(-self.members // 2)
        elif self.windows > 1 and self.any_batch:
            self.windows = next(size for size in range(self.windows // 2, 0, -1) if self.batch % size == 0)
        else:
            return False
        return True

    def retry(self, work: Callable[[], Result]) -> Result:
        """`work` again and again with smaller passes until it fits; what it leaves when it fails must do no harm.

        Raises TooLarge when it cannot fit, and SmallerPass where other ranks would have to do the same.
        """
        while True:
            failure = None
            try:
                return work()
            except OutOfMemory as error:
                failure = str(error).split("\n")[0]
            # Outside of the handler, so that the error holds no tensors any more.
            release_memory()
            if not self.alone:
                raise SmallerPass(failure)
            if not self.shrink():
                raise TooLarge(failure)
            warn("memory", f"{failure}; going on with {self.members} runs and {self.windows} windows of each in a pass")


def release_memory() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
