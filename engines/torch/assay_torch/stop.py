"""SIGTERM and Ctrl-C: noted when they come, met where training may stop, by all ranks at the same place."""

from __future__ import annotations

import signal

from .errors import Stopped
from .group import Group


class Stop:
    def __init__(self, group: Group) -> None:
        self.group = group
        self.asked = False

    def listen(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.note)

    def note(self, *_: object) -> None:
        self.asked = True

    def check(self) -> None:
        if self.group.any(self.asked):
            raise Stopped
