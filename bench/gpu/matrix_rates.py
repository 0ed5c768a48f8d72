"""Prints as JSON the rate of square matrix products, FLOP/s by precision:  python3 matrix_rates.py DEVICE SIZE"""

import json
import sys
import time

import torch

device, size = sys.argv[1], int(sys.argv[2])
repeats = 10


def wait():
    if device == "cuda":
        torch.cuda.synchronize()


def rate(precision):
    torch.set_float32_matmul_precision("high" if precision == "tf32" else "highest")
    dtype = torch.bfloat16 if precision == "bf16" else torch.float32
    # Random: products of constants draw less power, and would run faster than any a model has.
    left, right = (torch.randn(size, size, device=device, dtype=dtype) for _ in range(2))
    best = float("inf")
    for _ in range(6):  # the first also warms up
        wait()
        begun = time.perf_counter()
        for _ in range(repeats):
            left @ right
        wait()
        best = min(best, time.perf_counter() - begun)
    return 2 * size**3 * repeats / best


print(json.dumps({precision: rate(precision) for precision in ("fp32", "tf32", "bf16")}))
