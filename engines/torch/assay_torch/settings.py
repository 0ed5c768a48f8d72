"""Where and how exactly this process computes."""

from __future__ import annotations

import argparse
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import torch

from .errors import Refusal
from .group import Group


@dataclass(frozen=True)
class Settings:
    device: torch.device
    #: fp32: products as exact as float32 is. tf32: 10 bits of each factor, on tensor cores. bf16: training with
    #: autocast and float32 weights, validation as tf32.
    precision: str
    compile: bool
    #: None: as run.json says, on a CPU.
    threads: int | None
    #: Least time between checkpoints.
    checkpoint_seconds: float
    #: Runs stop at this step with a checkpoint, if they have not ended before.
    until: int | None
    #: The processes that train a run together, this one among them.
    group: Group = Group()
    #: Whether parameters, gradients and moments are divided over them.
    shard: bool = False
    #: Whether what lies inside of a part of the graph is computed again for its gradient, instead of kept.
    recompute: bool = False
    #: How often the windows of a pass are halved from the start.
    smaller: int = 0

    def autocast(self) -> AbstractContextManager[object]:
        """The context of a forward pass in training."""
        if self.precision != "bf16":
            return nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)


def resolve_settings(arguments: argparse.Namespace) -> Settings:
    """Raises Refusal when there is no GPU although one is asked for. Sets the precision of the process."""
    found = torch.cuda.is_available()
    if arguments.device == "cuda" and not found:
        got = "a build without CUDA" if torch.version.cuda is None else f"CUDA {torch.version.cuda}, but no usable GPU"
        fix = "Install a driver and a CUDA build of PyTorch, or train on the CPU."
        raise Refusal("--device cuda", "no GPU that PyTorch can use", got=got, fix=fix, exit_code=3)
    device = torch.device("cuda" if found and arguments.device != "cpu" else "cpu")
    torch.set_float32_matmul_precision("highest" if arguments.precision == "fp32" else "high")
    compiled = arguments.compile == "always" or (arguments.compile == "auto" and device.type == "cuda")
    threads, seconds, until = arguments.threads, arguments.checkpoint_seconds, arguments.until
    return Settings(device, arguments.precision, compiled, threads, seconds, until)
