"""One of the processes that train a run together: its device, and the others."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import torch

from .errors import Refusal
from .group import join
from .settings import Settings


@contextmanager
def as_rank(arguments: argparse.Namespace, settings: Settings) -> Iterator[Settings]:
    """The settings of rank `arguments.rank`, which has joined the others. Raises Refusal when there is no GPU for it."""
    rank, size = arguments.rank, arguments.devices
    device = settings.device
    if device.type == "cuda":
        found = torch.cuda.device_count()
        if size > found:
            raise Refusal("--devices", "fewer GPUs than that", expected=f"{size} GPUs", got=found, exit_code=3)
        device = torch.device("cuda", rank)
        torch.cuda.set_device(device)
    group = join(rank, size, arguments.store, device)
    yield replace(settings, device=device, group=group, shard=arguments.shard, smaller=arguments.smaller)
    # After an error the others are ended from outside; to wait for them here might take for ever.
    group.close()
