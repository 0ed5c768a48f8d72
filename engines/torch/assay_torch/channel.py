"""Requests on stdin and answers on stdout: a line of JSON, then as many bytes as its `bytes` says.

A thread reads, so that the process ends as soon as stdin does, even amid a long computation: whoever asked is gone.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import threading
from collections.abc import Mapping
from io import RawIOBase
from typing import Any, BinaryIO


class Channel:
    def __init__(self) -> None:
        # There is nothing to save: SIGTERM and Ctrl-C end the process as they come.
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        self.requests: queue.Queue[tuple[dict[str, Any], bytearray]] = queue.Queue()
        # What a library prints goes where warnings go.
        self.out: BinaryIO = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        # Unbuffered: at the end of a process Python would wait for the lock of a buffer that a thread reads from.
        source = os.fdopen(os.dup(0), "rb", buffering=0)
        threading.Thread(target=self.read, args=(source,), daemon=True).start()

    def read(self, source: RawIOBase) -> None:
        while True:
            line = source.readline()
            if not line.endswith(b"\n"):
                break
            request = json.loads(line)
            payload = bytearray(request.get("bytes", 0))
            left = memoryview(payload)
            while left and (count := source.readinto(left)):
                left = left[count:]
            if left:
                break
            self.requests.put((request, payload))
        os._exit(0)

    def receive(self) -> tuple[dict[str, Any], bytearray]:
        return self.requests.get()

    def answer(self, values: Mapping[str, Any], payload: bytes | bytearray = b"") -> None:
        line = json.dumps({**values, "bytes": len(payload)}, allow_nan=False)
        self.out.write(line.encode() + b"\n" + payload)
        self.out.flush()
