"""Tokens of a source where they lie, mapped into memory: one file, or several that count as joined."""

from __future__ import annotations

import mmap
import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .errors import Refusal
from .run_folder import field


def map_integers(path: Path, size: int) -> Tensor:
    """The file's integers of `size` bytes, as signed ones: [n]. Nothing may be written to it."""
    kind = {2: torch.int16, 4: torch.int32, 8: torch.int64}[size]
    try:
        with open(path, "rb") as file:
            length = file.seek(0, 2)
            if length < size:
                return torch.empty(0, dtype=kind)
            mapped = mmap.mmap(file.fileno(), length, access=mmap.ACCESS_READ)
    except OSError as error:
        raise Refusal(path, "cannot be read", got=error.strerror) from None
    with warnings.catch_warnings():
        # That the memory is not writable is what is wanted.
        warnings.simplefilter("ignore")
        return torch.frombuffer(mapped, dtype=kind, count=length // size)


class TokenFiles:
    def __init__(self, where: object, folder: Path, tokens: Any, token_bytes: Any) -> None:
        """`tokens` and `token_bytes` as a source of a plan has them."""
        if token_bytes not in (2, 4):
            raise Refusal(where, '"tokenBytes" is not valid', expected="2 or 4", got=token_bytes)
        self.token_bytes: int = token_bytes
        entries = [{"path": tokens}] if isinstance(tokens, str) else tokens
        if not isinstance(entries, list):
            raise Refusal(where, '"tokens" is not valid', expected="a path or a list of files")
        self.files: list[Tensor] = []
        self.starts = [0]
        for entry in entries:
            path = folder / field(where, entry, "path", str)
            found = map_integers(path, token_bytes)
            if "tokens" in entry and entry["tokens"] != len(found):
                raise Refusal(
                    path, "another length than the plan says", expected=f"{entry['tokens']} tokens", got=len(found)
                )
            self.files.append(found)
            self.starts.append(self.starts[-1] + len(found))

    def __len__(self) -> int:
        return self.starts[-1]

    def take(self, indices: Tensor) -> Tensor:
        """Tokens int32 at `indices` int64, of the same shape."""
        if len(self.files) == 1:
            return self.unsigned(self.files[0][indices])
        out = torch.empty_like(indices, dtype=torch.int32)
        for found, start, end in zip(self.files, self.starts, self.starts[1:]):
            inside = (indices >= start) & (indices < end)
            out[inside] = self.unsigned(found[indices[inside] - start])
        return out

    def unsigned(self, tokens: Tensor) -> Tensor:
        return tokens.int() & 0xFFFF if self.token_bytes == 2 else tokens
