"""The command line: what to train, on what, and how a failure is told."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from .errors import LOST, SMALLER_PASS, GroupLost, Refusal, SmallerPass
from .launch import end_with_launcher, launch
from .stop import Stop

OLDEST_TORCH = (2, 4)


def run(words: Sequence[str]) -> int:
    """Trains what the words ask for. Returns the exit code."""
    arguments = parse(words)
    if arguments.rank is not None:
        end_with_launcher()
    elif arguments.devices > 1:
        return launch(words, arguments.devices)
    stop = Stop()
    try:
        train(arguments, stop)
        return 0
    except Refusal as refusal:
        said, code = f"error: {refusal}", refusal.exit_code
    except SmallerPass as reason:  # of these two the launcher tells
        said, code = f"memory: {reason}", SMALLER_PASS
    except GroupLost as reason:
        said, code = f"another rank has gone: {reason}", LOST
    except Exception:
        if arguments.rank is None:
            raise
        said, code = traceback.format_exc(), 1
    print(said, file=sys.stderr, flush=True)
    if arguments.rank is not None:
        os._exit(code)  # else libraries would wait for the other ranks
    return code


def train(arguments: argparse.Namespace, stop: Stop) -> None:
    require_torch()
    from .rank import as_rank
    from .settings import resolve_settings
    from .train import train_folders

    settings = replace(resolve_settings(arguments), recompute=arguments.activation_checkpointing)
    folders = [Path(folder) for folder in arguments.folders]
    if arguments.rank is None:
        train_folders(folders, settings, stop)
    else:
        with as_rank(arguments, settings) as own:
            train_folders(folders, own, stop)


def parse(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="worker.py", description="Trains run folders with PyTorch.")
    parser.add_argument(
        "--device", choices=["auto", "cpu", "cuda"], default="auto", help="auto: cuda where there is one"
    )
    parser.add_argument("--precision", choices=["fp32", "tf32", "bf16"], default="fp32", help="of matrix products")
    parser.add_argument("--compile", choices=["auto", "always", "never"], default="auto", help="auto: on cuda only")
    parser.add_argument("--threads", type=positive, help="CPU threads; default: those of run.json")
    parser.add_argument("--checkpoint-seconds", type=float, default=60.0, help="least time between checkpoints")
    parser.add_argument("--until", type=positive, help="step to stop at, with a checkpoint; default: the end")
    parser.add_argument("--devices", type=positive, default=1, help="that train one run together, a process each")
    parser.add_argument("--shard", action="store_true", help="divide parameters, gradients and moments over devices")
    parser.add_argument("--activation-checkpointing", action="store_true", help="compute activations again, not keep them")
    for name, kind in {"--rank": int, "--store": Path, "--smaller": int}.items():
        parser.add_argument(name, type=kind, help=argparse.SUPPRESS)  # for the processes of several devices
    parser.add_argument("folders", nargs="+", metavar="FOLDER")
    return parser.parse_args(words)


def positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError(f"expected a positive whole number, got {text}")
    return value


def require_torch() -> None:
    try:
        import torch
    except ImportError as error:
        fix = f"Install it for this Python: {sys.executable} -m pip install torch."
        raise Refusal("PyTorch", "cannot be imported", got=str(error), fix=fix, exit_code=3) from None
    version = tuple(int(part) for part in torch.__version__.split(".")[:2])
    if version < OLDEST_TORCH:
        wanted = ".".join(map(str, OLDEST_TORCH))
        raise Refusal("PyTorch", "too old", expected=f"{wanted} or later", got=torch.__version__, exit_code=3)
