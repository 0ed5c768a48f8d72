"""Trains the runs of one or more run folders (docs/run-protocol.md) with PyTorch.

    python3 -I -B engines/torch/worker.py [--device auto|cpu|cuda] [--precision fp32|tf32|bf16]
        [--compile auto|always|never] [--threads N] [--checkpoint-seconds S] [--devices N [--shard]]
        [--activation-checkpointing] [--until STEP] FOLDER [FOLDER ...]

Several folders are runs of one shape that are trained at the same time in this process. With several devices one run is
trained by a process a device, which talk over the loopback interface. Needs Python 3.10 and PyTorch 2.4 or later and
nothing else. It opens no other port, unpickles nothing and evaluates no text: of a run folder it reads numbers, and
runs the operations that `assay_torch/ops.py` lists.

Exit codes: 0 when every run ended, or has a checkpoint at STEP or of when SIGTERM came, 2 for wrong arguments, 3 when
Python, PyTorch or a GPU is missing, 4 for a run folder that cannot be trained, 5 when memory is not enough, 7 when the
processes of a run lost each other, above 128 when one of them was ended by a signal; 1 is a defect, with a traceback, or weights
that drifted apart.
"""

import sys
from pathlib import Path

OLDEST_PYTHON = (3, 10)


def main() -> int:
    if sys.version_info < OLDEST_PYTHON:
        wanted, got = ".".join(map(str, OLDEST_PYTHON)), sys.version.split()[0]
        print(f"error: Python: too old, expected {wanted} or later, got {got}", file=sys.stderr)
        return 3
    # `python3 -I` leaves the folder of the script out of the path.
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from assay_torch.command import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
