"""Several command lines of the worker in one process, separated by `,`: importing PyTorch takes seconds.

Prints the exit code of each, a line each. A command line that begins with `--limit N` has memory for N windows of all runs
of a pass together, as on a GPU that is too small for more.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "engines" / "torch"))

from assay_torch.command import run  # noqa: E402
from assay_torch.passes import OutOfMemory  # noqa: E402
from assay_torch.stack import Stack  # noqa: E402

most = sys.maxsize
one_pass = Stack.one_pass


def limited(self, leaves, windows, weights):
    losses = one_pass(self, leaves, windows, weights)
    if windows.shape[0] * windows.shape[1] > most:
        raise OutOfMemory(f"more than {most} windows")  # as late as can be: gradients are there already
    return losses


Stack.one_pass = limited

words = sys.argv[1:]
while words:
    end = words.index(",") if "," in words else len(words)
    line, words = words[:end], words[end + 1 :]
    most = sys.maxsize
    if line[0] == "--limit":
        most = int(line[1])
        line = line[2:]
    print(run(line), flush=True)
