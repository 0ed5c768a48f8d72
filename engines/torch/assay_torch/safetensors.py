"""The safetensors format, float32 only: an 8-byte header length, a JSON header, then the tensors' bytes.

Format: https://github.com/huggingface/safetensors#format. Read without trust: lengths, offsets, types and shapes are
checked before a tensor is made. Equal tensors give equal bytes: names are sorted and the header is padded with spaces.
"""

from __future__ import annotations

import json
import math
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .errors import Refusal

MOST_HEADER_BYTES = 100_000_000


def read_safetensors(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Returns the tensors by name, on the CPU, and the metadata."""
    require_little_endian(path)
    try:
        data = bytearray(path.read_bytes())
    except OSError as error:
        raise Refusal(path, "cannot be read", got=error.strerror) from None

    def malformed(problem: str) -> Refusal:
        return Refusal(path, f"not a safetensors file ({problem})")

    length = int.from_bytes(data[:8], "little")
    if len(data) < 10 or length > min(MOST_HEADER_BYTES, len(data) - 8):
        raise malformed("impossible header length")
    try:
        header = json.loads(bytes(data[8 : 8 + length]))
    except ValueError:
        raise malformed("unreadable header") from None
    if not isinstance(header, dict) or not isinstance(metadata := header.pop("__metadata__", {}), dict):
        raise malformed("unreadable header")
    start = 8 + length
    tensors: dict[str, Tensor] = {}
    end = 0
    for name, entry in sorted(header.items(), key=lambda item: offsets_of(item[1])):
        shape = entry.get("shape") if isinstance(entry, dict) else None
        begin, next_end = offsets_of(entry)
        if not is_sizes(shape) or entry.get("dtype") != "F32":
            raise malformed(f'tensor "{name}": expected type F32 and a shape')
        count = math.prod(shape)
        if begin != end or next_end - begin != 4 * count or start + next_end > len(data):
            raise malformed(f'tensor "{name}": wrong place or length')
        # An empty tensor has no bytes to share.
        values = (
            torch.frombuffer(data, dtype=torch.float32, count=count, offset=start + begin) if count else torch.empty(0)
        )
        tensors[name] = values.view(shape)
        end = next_end
    if start + end != len(data):
        raise malformed("wrong size")
    return tensors, {key: value for key, value in metadata.items() if isinstance(value, str)}


def write_safetensors(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Replaces `path` as a whole, and only when the bytes are on the disk."""
    require_little_endian(path)
    header: dict[str, Any] = {"__metadata__": dict(sorted({"format": "pt", **metadata}.items()))}
    names = sorted(tensors)
    end = 0
    for name in names:
        begin, end = end, end + 4 * tensors[name].numel()
        header[name] = {"dtype": "F32", "shape": list(tensors[name].shape), "data_offsets": [begin, end]}
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    temporary = path.with_name(path.name + ".tmp")
    with open(temporary, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for name in names:
            file.write(bytes_of(tensors[name]))
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def bytes_of(tensor: Tensor) -> bytearray:
    data = bytearray(4 * tensor.numel())
    if data:
        torch.frombuffer(data, dtype=torch.float32).copy_(tensor.detach().reshape(-1))
    return data


def offsets_of(entry: Any) -> tuple[int, int]:
    offsets = entry.get("data_offsets") if isinstance(entry, dict) else None
    return (offsets[0], offsets[1]) if is_sizes(offsets) and len(offsets) == 2 else (-1, -1)


def is_sizes(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(size, int) and not isinstance(size, bool) and size >= 0 for size in value
    )


def require_little_endian(path: Path) -> None:
    if sys.byteorder != "little":
        raise Refusal(path, "this machine is big endian", expected="little endian", exit_code=3)
