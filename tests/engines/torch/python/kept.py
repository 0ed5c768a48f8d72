"""How a graph is cut, and the bytes that a forward pass keeps for its gradient, whole and in parts that are computed again.

Reads from stdin the path of a graph.json as JSON.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "engines" / "torch"))

import torch  # noqa: E402
from torch.multiprocessing.reductions import StorageWeakRef  # noqa: E402
from torch.utils._python_dispatch import TorchDispatchMode  # noqa: E402

from assay_torch.graph import read_graph  # noqa: E402
from assay_torch.program import Program  # noqa: E402
from assay_torch.segments import Segments  # noqa: E402
from assay_torch.vocabulary_loss import chunk_gradient  # noqa: E402


class Made(TorchDispatchMode):
    """Remembers what operations make, without keeping it."""

    def __init__(self):
        super().__init__()
        self.storages = {}

    def __torch_dispatch__(self, function, types, arguments=(), options=None):
        made = function(*arguments, **(options or {}))
        for x in made if isinstance(made, (tuple, list)) else [made]:
            if isinstance(x, torch.Tensor):
                storage = x.untyped_storage()
                self.storages[storage.data_ptr()] = (StorageWeakRef(storage), storage.nbytes())
        return made

    def kept(self):
        return sum(size for storage, size in self.storages.values() if not storage.expired())


program = Program(read_graph(Path(json.load(sys.stdin))), "graph")
torch.manual_seed(0)
shapes = program.shapes.values()
leaves = [(0.1 * torch.randn(shape)).requires_grad_() for shape in shapes]
nodes = program.graph.nodes
windows = torch.randint(0, 250, nodes[program.windows].shape, dtype=torch.int32)
weights = torch.full(nodes[program.weights].shape, 0.01)


def train(trunk):
    for leaf in leaves:
        leaf.grad = None
    with Made() as made:
        loss = program.loss(trunk, chunk_gradient, 0, leaves, windows, weights)
    kept = made.kept()
    loss.backward()
    return kept, loss.item(), [leaf.grad for leaf in leaves]


parts = Segments(program, compile=False, recompute=True)
whole, loss, gradients = train(program.evaluate)
again, same_loss, same_gradients = train(parts)
print(
    json.dumps(
        {
            "passed": [[nodes[i].shape for i in segment.results] for segment in parts.segments],
            "programs": len({id(segment.part) for segment in parts.segments}),
            "kept": {"whole": whole, "parts": again},
            "losses": [loss, same_loss],
            "gradientDifference": max((a - b).abs().max().item() for a, b in zip(gradients, same_gradients)),
        }
    )
)
