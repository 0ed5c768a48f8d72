"""The command line: what to train, on what, and how a failure is told."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from .errors import Refusal

OLDEST_TORCH = (2, 4)


def run(words: Sequence[str]) -> int:
    """Trains what the words ask for. Returns the exit code."""
    arguments = parse(words)
    try:
        require_torch()
        from .settings import resolve_settings
        from .train import train_folders

        settings = resolve_settings(arguments)
        train_folders([Path(folder) for folder in arguments.folders], settings)
    except Refusal as refusal:
        print(f"error: {refusal}", file=sys.stderr)
        return refusal.exit_code
    return 0


def parse(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="worker.py", description="Trains run folders with PyTorch.")
    parser.add_argument(
        "--device", choices=["auto", "cpu", "cuda"], default="auto", help="auto: cuda where there is one"
    )
    parser.add_argument("--precision", choices=["fp32", "tf32", "bf16"], default="fp32", help="of matrix products")
    parser.add_argument("--compile", choices=["auto", "always", "never"], default="auto", help="auto: on cuda only")
    parser.add_argument("--threads", type=positive, help="CPU threads; default: those of run.json")
    parser.add_argument("--checkpoint-seconds", type=float, default=60.0, help="least time between checkpoints")
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
