"""SIGTERM and Ctrl-C: noted when they come, met where training may stop."""

from __future__ import annotations

import signal

from .errors import Stopped


class Stop:
    def __init__(self) -> None:
        self.asked = False

    def listen(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.note)

    def note(self, *_: object) -> None:
        self.asked = True

    def check(self) -> None:
        if self.asked:
            raise Stopped
