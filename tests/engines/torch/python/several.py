"""Several command lines of the worker in one process, separated by `,`: importing PyTorch takes seconds.

Prints the exit code of each, a line each. A command line that begins with `--windows N` has memory for N windows of all runs
of a pass together, one that begins with `--runs N` for the weights of N runs, as on a GPU that is too small for more; with
`--drift RANK` the weights of a rank drift away from those of the others, as on a GPU that computes wrongly.
Processes of several devices start here too, with one command line. Whatever unpickles, fails.
"""

import json
import os
import pickle
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "engines" / "torch"))

from assay_torch.command import run  # noqa: E402
from assay_torch.passes import OutOfMemory  # noqa: E402
from assay_torch.stack import Stack  # noqa: E402



def refuse(*_, **__):
    raise AssertionError("something was unpickled")


pickle.load = pickle.loads = pickle.Unpickler = refuse
#: Ranks inherit them.
LIMITS = "ASSAY_TEST_LIMITS"
limits = json.loads(os.environ.get(LIMITS, "{}"))
one_pass, create, step = Stack.one_pass, Stack.__init__, Stack.step


def require(what, count):
    if count > limits.get(what, count):
        raise OutOfMemory(f"more than {limits[what]} {what}")


def limited_pass(self, leaves, windows, weights):
    losses = one_pass(self, leaves, windows, weights)
    require("windows", windows.shape[0] * windows.shape[1])  # as late as can be: gradients are there already
    return losses


def limited_create(self, program, settings, stop, runs, batch):
    require("runs", runs)
    create(self, program, settings, stop, runs, batch)


def drifting_step(self, *given):
    result = step(self, *given)
    if self.group.rank == limits.get("drift"):
        self.values.parameters += 1e-6
    return result


Stack.one_pass, Stack.__init__, Stack.step = limited_pass, limited_create, drifting_step

words = sys.argv[1:]
while words:
    end = words.index(",") if "," in words else len(words)
    line, words = words[:end], words[end + 1 :]
    if "--rank" not in line:
        limits.clear()
    if line[0] in ("--windows", "--runs", "--drift"):
        limits[line[0][2:]] = int(line[1])
        line = line[2:]
    os.environ[LIMITS] = json.dumps(limits)
    print(run(line), flush=True)
