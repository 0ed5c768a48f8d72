"""Measures what the bound on a tiny learning rate is made of, at the checkpoint of a run, with PyTorch.

    python3 -I -B engines/torch/measure.py --vocabulary N [--device auto|cpu|cuda] [--precision fp32|tf32|bf16]
        [--threads N] [--windows N] GRAPH CHECKPOINT

Gradients of a weighted loss, exact products with its Hessian, products of the gradients of single windows, and steps of
AdamW that float32 rounds away. Assay asks on stdin and is answered on stdout (`assay_torch/channel.py`); vectors over
all parameters stay here and have numbers. When stdin ends, so does the process. It opens no port and unpickles nothing.

Exit codes are those of worker.py.
"""

import sys
from pathlib import Path


def main() -> int:
    # `python3 -I` leaves the folder of the script out of the path.
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    import argparse

    from assay_torch.command import positive, require_torch
    from assay_torch.errors import Refusal

    parser = argparse.ArgumentParser(prog="measure.py", description="Measures derivatives at a checkpoint.")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto")
    parser.add_argument("--precision", choices=["fp32", "tf32", "bf16"], default="fp32", help="bf16 measures as tf32")
    parser.add_argument("--threads", type=positive, help="CPU threads")
    parser.add_argument("--windows", type=positive, default=1, help="of a pass in training")
    parser.add_argument("--vocabulary", type=positive, required=True, help="entries; a token beyond is refused")
    parser.add_argument("graph", type=Path, metavar="GRAPH", help="graph.json of a run folder")
    parser.add_argument("checkpoint", type=Path, metavar="CHECKPOINT", help="its checkpoint.safetensors")
    # Compiled functions have no second derivative.
    parser.set_defaults(compile="never", checkpoint_seconds=0.0, until=None)
    try:
        arguments = parser.parse_args()
        require_torch()
        from assay_torch.measuring import measure

        measure(arguments)
    except Refusal as refusal:
        print(f"error: {refusal}", file=sys.stderr)
        return refusal.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
