"""PyTorch's step as a process: `python step.py FOLDER eager|compiled`; protocol.ts says what it reads and prints.

Before it is ready it times its own settings, AdamW fused or foreach, and (where the shape leaves it free) windows of a
pass, and keeps the fastest. Compiling happens then, and is not measured.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from models import build

folder, mode = Path(sys.argv[1]), sys.argv[2]
task = json.loads((folder / "task.json").read_text())
torch.set_num_threads(task["threads"])
batch, context, spec = task["batch"], task["context"], task["optimizer"]
windows = torch.from_numpy(np.fromfile(folder / "windows.i32", dtype=np.int32)).long().view(batch, context + 1)


def read_safetensors(path):
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    return {
        name: torch.frombuffer(
            bytearray(data[8 + length + entry["data_offsets"][0] : 8 + length + entry["data_offsets"][1]]),
            dtype=torch.float32,
        ).view(entry["shape"])
        for name, entry in header.items()
    }


model = build(task["config"], task["vocabularySize"], context, read_safetensors(folder / "init.safetensors"))
initial = {name: value.clone() for name, value in model.state_dict().items()}


def loss_of(tokens):  # [micro-batch, context + 1]
    logits = model(tokens[:, :-1])
    return F.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())


# With dynamic shapes, a second number of windows would be compiled for any number, which is slower.
measured_loss = torch.compile(loss_of, dynamic=False) if mode == "compiled" else loss_of


def gradients(micro_batch):
    """Leaves the gradient of the batch in the parameters, and gives its loss."""
    total = 0.0
    for part in windows.split(micro_batch):
        loss = measured_loss(part) * (micro_batch / batch)
        loss.backward()
        total += loss.detach()
    return total


def new_optimizer(kind):
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    return torch.optim.AdamW(
        [{"params": matrices, "weight_decay": spec["weightDecay"]}, {"params": vectors, "weight_decay": 0.0}],
        lr=task["learningRate"],
        betas=(spec["beta1"], spec["beta2"]),
        eps=spec["epsilon"],
        **{kind: True},
    )


def update(optimizer):
    torch.nn.utils.clip_grad_norm_(model.parameters(), spec["gradientClip"], foreach=True)
    optimizer.step()


def best_seconds(work, count):
    best = float("inf")
    for _ in range(count):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def fastest(choices, work_of):
    """The choice whose work takes the least time: the best of two, after one unmeasured call."""
    timed = {}
    for choice in choices:
        work = work_of(choice)
        work()
        timed[choice] = best_seconds(work, 2)
    return min(timed, key=timed.get)


def update_of(kind):
    optimizer = new_optimizer(kind)
    return lambda: update(optimizer)


def gradients_of(micro_batch):
    def work():
        gradients(micro_batch)
        model.zero_grad(set_to_none=True)

    return work


own = [task["microBatch"]]
sizes = own if task["fixedMicroBatch"] else sorted({*own, *(batch // parts for parts in (1, 2, 4, 8))})
micro_batch = fastest(sizes, gradients_of) if len(sizes) > 1 else sizes[0]
for parameter in model.parameters():
    parameter.grad = torch.full_like(parameter, 1e-3)
kind = fastest(["fused", "foreach"], update_of)
model.zero_grad(set_to_none=True)
model.load_state_dict(initial)
del initial
optimizer = new_optimizer(kind)


def step():
    loss = gradients(micro_batch)
    update(optimizer)
    optimizer.zero_grad(set_to_none=True)
    return loss.item()


losses = [step() for _ in range(task["comparedSteps"])]
settings = {"torch": torch.__version__, "microBatch": micro_batch, "adamw": kind}
print(json.dumps({"losses": losses, "settings": settings}), flush=True)
for line in sys.stdin:
    print(json.dumps({"seconds": best_seconds(step, int(line))}), flush=True)
