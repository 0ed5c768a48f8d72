"""Prints as JSON how long a batched product of K pairs of matrices takes, for K = 1, 2, 4, ... 64:

    python3 -I -B saturation.py DEVICE PRECISION ROWS INNER COLUMNS

A pair is [ROWS, INNER] times [INNER, COLUMNS], as the widest product of a model is for a pass. While the device is not
full, K products take as long as one. Ends early where memory does.
"""

import json
import sys
import time

import torch

REPEATS = 20


def main() -> None:
    device, precision = sys.argv[1:3]
    rows, inner, columns = map(int, sys.argv[3:])
    torch.set_float32_matmul_precision("high" if precision == "tf32" else "highest")
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32

    def wait() -> None:
        if device == "cuda":
            torch.cuda.synchronize()

    seconds = {}
    try:
        for members in (1, 2, 4, 8, 16, 32, 64):
            left = torch.ones(members, rows, inner, device=device, dtype=dtype)
            right = torch.ones(members, inner, columns, device=device, dtype=dtype)
            best = float("inf")
            for _ in range(3):
                wait()
                begun = time.perf_counter()
                for _ in range(REPEATS):
                    left @ right
                wait()
                best = min(best, time.perf_counter() - begun)
            seconds[members] = best / REPEATS
    except torch.cuda.OutOfMemoryError:
        pass
    print(json.dumps(seconds))


main()
