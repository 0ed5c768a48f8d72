"""SIGTERM and Ctrl-C: noted when they come, met where training may stop, by all ranks at the same place."""

from __future__ import annotations

import signal

from typing import TYPE_CHECKING

from .errors import Stopped

if TYPE_CHECKING:
    from .group import Group  # PyTorch, which takes seconds to import: a signal may come before


class Stop:
    """Listens from when it is made."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.note)

    def note(self, *_: object) -> None:
        self.asked = True

    def check(self, group: Group) -> None:
        """Raises Stopped on all ranks of `group` when one of them was asked."""
        if group.any(self.asked):
            raise Stopped
