"""One run on several devices of this host: a process for each, a rank, started and ended together.

Ranks meet through a file in a folder that only this user may enter, and talk over the loopback interface. torchrun
would listen on every interface and unpickle what it reads there. This process imports no PyTorch.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from .errors import LOST, SMALLER_PASS
from .stop import Stop

#: How long the others may take to say their last words when a rank ends with an error.
LAST_WORDS_SECONDS = 5.0
POLL_SECONDS = 0.05
PREFIX = "assay-ranks-"
OLD_SECONDS = 60.0


def launch(words: Sequence[str], devices: int) -> int:
    """Runs this program with `words` on every rank, again with smaller passes where memory ends. Returns an exit code."""
    stop = Stop()
    remove_left()
    for smaller in range(64):
        folder = Path(tempfile.mkdtemp(prefix=PREFIX))
        held = lock(folder, required=False)
        ranks = Ranks(folder, words, smaller)
        try:
            ranks.start(devices)
            code = ranks.wait(stop)
        finally:
            ranks.kill()
            shutil.rmtree(folder, ignore_errors=True)
            os.close(held)
        if code != SMALLER_PASS or stop.asked:
            return code
        print("warning: memory: not enough on one device; going on with half the windows in a pass", file=sys.stderr)
    return 1


def lock(folder: Path, required: bool = True) -> int:
    """A file descriptor that holds `folder` until it is closed, or this process ends.

    Raises OSError when another process holds it or, if a lock is `required`, when the file system has none.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if required:
            os.close(descriptor)
            raise
    return descriptor


def remove_left() -> None:
    """Removes the folders of processes like this one that SIGKILL ended."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            # A younger one may be about to be locked.
            if time.time() - folder.lstat().st_mtime < OLD_SECONDS:
                continue
            held = lock(folder)
        except OSError:  # another's, or in use
            continue
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


class Ranks:
    def __init__(self, folder: Path, words: Sequence[str], smaller: int) -> None:
        self.folder = folder
        self.told = False
        self.words = [*words, "--store", str(folder / "store"), "--smaller", str(smaller)]
        self.processes: list[subprocess.Popen[bytes]] = []

    def start(self, devices: int) -> None:
        for rank in range(devices):
            self.processes.append(self.process(rank))

    def process(self, rank: int) -> subprocess.Popen[bytes]:
        """The first rank says what there is to say; what the others say is kept until it explains an end."""
        with open(self.log(rank), "wb") as log:
            return subprocess.Popen(
                [sys.executable, "-I", "-B", sys.argv[0], "--rank", str(rank), *self.words],
                env={**inherited(), **loopback_only()},
                stdin=subprocess.PIPE,  # its end is how a rank knows that this process has ended
                stdout=subprocess.DEVNULL,  # Gloo prints there
                stderr=None if rank == 0 else log,
            )

    def log(self, rank: int) -> Path:
        return self.folder / f"rank-{rank}.log"

    def wait(self, stop: Stop) -> int:
        """Until all have ended well, or one has not, which ends the others.

        SIGTERM and Ctrl-C go on to the ranks: each notes it, and all stop at the same step. A rank that was only just
        being started ends by it.
        """
        deadline = None
        while True:
            if stop.asked and not self.told:
                self.told = True
                for process in self.processes:
                    process.send_signal(signal.SIGTERM)
            codes = [process.poll() for process in self.processes]
            failed = [code for code in codes if code]
            if None not in codes and not failed:
                return 0
            if failed:
                deadline = deadline or time.monotonic() + LAST_WORDS_SECONDS
                at_once = any(code < 0 or code == SMALLER_PASS for code in failed)
                if at_once or None not in codes or time.monotonic() > deadline:
                    return 0 if stop.asked and is_early_stop(failed) else self.tell(codes)
            time.sleep(POLL_SECONDS)

    def tell(self, codes: Sequence[int | None]) -> int:
        """Says why the group ends, where the first rank has not. Returns the exit code."""
        failed = {rank: code for rank, code in enumerate(codes) if code}
        killed = {rank: code for rank, code in failed.items() if code < 0}
        # A rank that lost another one says nothing about why.
        causes = killed or {rank: code for rank, code in failed.items() if code != LOST} or failed
        rank, code = next(iter(causes.items()))
        if code < 0:
            print(f"error: rank {rank}: its process was ended by {signal.Signals(-code).name}", file=sys.stderr)
            return 128 - code
        if rank > 0 and code != SMALLER_PASS:
            sys.stderr.write(self.log(rank).read_text(errors="replace"))
        return code

    def kill(self) -> None:
        for process in self.processes:
            process.kill()
        for process in self.processes:
            process.wait()


def is_early_stop(failed: Sequence[int]) -> bool:
    """Whether ranks ended so because they were stopped while they were being started, or memory ended meanwhile."""
    stopped = {-signal.SIGTERM, -signal.SIGINT, SMALLER_PASS}
    return not stopped.isdisjoint(failed) and stopped | {LOST} >= set(failed)


def loopback_only() -> dict[str, str]:
    """Variables that keep Gloo and NCCL off every interface but loopback."""
    names = [name for _, name in socket.if_nameindex()]
    interface = next((name for name in ("lo", "lo0") if name in names), "lo")
    return {
        "GLOO_SOCKET_IFNAME": interface,
        "NCCL_SOCKET_IFNAME": f"={interface}",
        # No InfiniBand, no plug-in for another network, no port for its diagnostics.
        **{"NCCL_IB_DISABLE": "1", "NCCL_NET": "Socket", "NCCL_NET_PLUGIN": "none", "NCCL_RAS_ENABLE": "0"},
    }


def inherited() -> dict[str, str]:
    """The user's variables, without the one that names NCCL an address to listen on."""
    return {name: value for name, value in os.environ.items() if name != "NCCL_COMM_ID"}


def end_with_launcher() -> None:
    """Ends this process, which is a rank, when the one that started it has ended in whatever way."""

    def wait() -> None:
        os.read(0, 1)
        os._exit(LOST)

    threading.Thread(target=wait, daemon=True).start()
