"""The processes that train one run together, one a device: which of them this is, and what they add up and share.

Ranks meet through a file and talk over the loopback interface (`launch.py`). Only numbers pass between them.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor

from .errors import GroupLost, SmallerPass

#: The longest that ranks wait for each other: one of them may be writing a checkpoint. A dead one ends all at once.
TIMEOUT = datetime.timedelta(hours=2)


class Group:
    """This process alone, or one of several. Every method but `close` is called by all ranks, in the same order."""

    def __init__(self, rank: int = 0, size: int = 1) -> None:
        self.rank, self.size = rank, size

    @property
    def is_first(self) -> bool:
        """Whether this is the rank that reads checkpoints and writes the run folder."""
        return self.rank == 0

    def any(self, flag: bool) -> bool:
        """Whether one of the ranks says so. It goes over the CPU and does not wait for the device."""
        if self.size == 1:
            return flag
        flags = torch.tensor([int(flag)])
        collective(dist.all_reduce, flags, dist.ReduceOp.MAX)
        return bool(flags.item())

    def number(self, value: int) -> int:
        """The first rank's value."""
        return int(self.share(torch.tensor([value])).item())

    def sum(self, x: Tensor) -> Tensor:
        """The sum over all ranks, in place of `x`."""
        if self.size > 1:
            collective(dist.all_reduce, x)
        return x

    def share(self, x: Tensor) -> Tensor:
        """The first rank's values, in place of `x`."""
        if self.size > 1:
            collective(dist.broadcast, x, 0)
        return x

    def gather(self, part: Tensor) -> Tensor:
        """The parts [n] of all ranks, joined: [size * n]."""
        whole = torch.empty(self.size * len(part), dtype=part.dtype, device=part.device)
        collective(dist.all_gather_into_tensor, whole, part)
        return whole

    def agrees(self, x: Tensor) -> bool:
        """Whether `x`, float32, has the same bits on all ranks, going by their sum."""
        if self.size == 1:
            return True
        total = x.view(torch.int32).sum(dtype=torch.int64)
        ends = torch.stack([total, -total])
        collective(dist.all_reduce, ends, dist.ReduceOp.MAX)
        return bool(ends[0] == -ends[1])

    def part_of_sum(self, whole: Tensor) -> Tensor:
        """This rank's part [n] of the sum over all ranks of [size * n]; `whole` may be overwritten."""
        n = len(whole) // self.size
        if not whole.is_cuda:  # Gloo has this only as a sum of the whole.
            return self.sum(whole)[self.rank * n : (self.rank + 1) * n]
        part = torch.empty(n, dtype=whole.dtype, device=whole.device)
        collective(dist.reduce_scatter_tensor, part, whole)
        return part

    def close(self) -> None:
        if self.size > 1:
            dist.destroy_process_group()


def join(rank: int, size: int, store: Path, device: torch.device) -> Group:
    """Waits for the other ranks and connects to them. `store` is a file that none has written yet, the same for all."""
    backend = "gloo" if device.type == "cpu" else "cpu:gloo,cuda:nccl"
    meeting = dist.FileStore(str(store), size)
    collective(dist.init_process_group, backend, store=meeting, rank=rank, world_size=size, timeout=TIMEOUT)
    group = Group(rank, size)
    # NCCL connects at the first exchange.
    group.any(False)
    group.sum(torch.zeros(1, device=device))
    return group


def collective(operation: Callable[..., Any], *arguments: Any, **options: Any) -> None:
    """Raises GroupLost where another rank has gone, SmallerPass where NCCL, which takes memory of its own, finds none."""
    try:
        operation(*arguments, **options)
    except RuntimeError as error:
        if "out of memory" in str(error).lower():
            raise SmallerPass(str(error)) from None
        raise GroupLost(str(error)) from None
