"""Requests on stdin and answers on stdout: a line of JSON, then as many bytes as its `bytes` says.

A thread reads, so that the process ends as soon as stdin does, even amid a long computation: whoever asked is gone.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
import traceback
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
        code = 1
        try:
            while request := next_request(source):
                self.requests.put(request)
            code = 0
        except BaseException:  # memory may end here; else nobody would watch stdin any more
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)

    def receive(self) -> tuple[dict[str, Any], bytearray]:
        return self.requests.get()

    def answer(self, values: Mapping[str, Any], payload: bytes | bytearray = b"") -> None:
        line = json.dumps({**values, "bytes": len(payload)}, allow_nan=False)
        self.out.write(line.encode() + b"\n" + payload)
        self.out.flush()


def next_request(source: RawIOBase) -> tuple[dict[str, Any], bytearray] | None:
    """The next one; None at the end of stdin, amid a request too."""
    line = source.readline()
    if not line.endswith(b"\n"):
        return None
    request = json.loads(line)
    payload = bytearray(request.get("bytes", 0))
    left = memoryview(payload)
    while left and (count := source.readinto(left)):
        left = left[count:]
    return None if left else (request, payload)
