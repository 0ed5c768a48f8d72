"""torch.compile where it works: a function that cannot be compiled is run as it is, with a warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from torch.utils.checkpoint import CheckpointError

from .errors import Refusal, Stopped
from .passes import OutOfMemory
from .record import warn

# Tables of constants are kept by one, so that nothing goes wrong when the compiler looks behind it.
warnings.filterwarnings("ignore", message=".*functools.lru_cache")

#: Each shape that comes by is compiled: of training, validation, alignment, and of a stack that gets smaller.
MOST_SHAPES = 64


class Compiled:
    def __init__(self, name: str, function: Callable[..., Any], compile: bool, dynamic: bool = False) -> None:
        """`dynamic`: the lengths of its arguments differ from call to call."""
        self.name, self.function = name, function
        if compile:
            import torch._dynamo

            torch._dynamo.config.cache_size_limit = MOST_SHAPES
        self.compiled = torch.compile(function, dynamic=dynamic) if compile else None

    def __call__(self, *arguments: Any) -> Any:
        if self.compiled is None:
            return self.function(*arguments)
        try:
            return self.compiled(*arguments)
        except (OutOfMemory, Refusal, Stopped, CheckpointError):
            raise
        except Exception as error:  # the compiler's errors have no common class
            reason = str(error).strip().split("\n")[0]
            warn(self.name, f"cannot be compiled, so it is slower ({type(error).__name__}: {reason})")
            self.compiled = None
        return self.function(*arguments)
