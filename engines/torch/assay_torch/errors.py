"""What this engine says when it cannot go on: one message that names the subject, the problem and what was expected."""

from __future__ import annotations


#: Exit codes between a rank and what launched it: another rank has gone, and memory ended in a pass.
LOST, SMALLER_PASS = 7, 8


class Refusal(Exception):
    """Ends the process; `exit_code` as in worker.py."""

    def __init__(
        self,
        subject: object,
        problem: str,
        *,
        expected: object = None,
        got: object = None,
        fix: str | None = None,
        exit_code: int = 4,
    ) -> None:
        message = f"{subject}: {problem}"
        if expected is not None:
            message += f", expected {expected}"
        if got is not None:
            message += f", got {got}"
        super().__init__(f"{message}. {fix}" if fix else message)
        self.exit_code = exit_code


class TooLarge(Exception):
    """Not even one window of one run goes through the graph beside what is on the GPU; the weights are as before."""


class Stopped(Exception):
    """SIGTERM came: checkpoints are to be written."""


class GroupLost(Exception):
    """Another rank has gone, so that this one cannot go on."""


class SmallerPass(Exception):
    """Memory ended on this rank in a pass, which the others cannot know of: all start again with fewer windows a pass."""
