"""Evaluates small graphs: JSON on stdin, JSON on stdout.

In: [{graph, direction, values: [{name: numbers} a member]}]. Out: [{alone: [{y, gradients: {name: numbers}} a member],
stacked: the same}], where the gradients are those of the sum of direction · y. `alone` evaluates one member after the other,
`stacked` all of them at once.
"""

import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[4] / "engines" / "torch"))

import torch  # noqa: E402
from assay_torch.graph import read_graph  # noqa: E402
from assay_torch.program import evaluate  # noqa: E402


def leaves_of(graph, values):
    """Tensors by node."""
    leaves = {}
    for op, dtype in (("parameter", torch.float32), ("input", torch.int32)):
        for name, i in graph.leaves(op).items():
            leaves[i] = torch.tensor(values[name], dtype=dtype).reshape(graph.nodes[i].shape)
    return leaves


def results(graph, lead, leaves, direction):
    given = {i: leaf.requires_grad_(leaf.is_floating_point()) for i, leaf in leaves.items()}
    y = evaluate(graph, lead, dict(given), [graph.outputs["y"]])[0]
    if y.requires_grad:
        (y.reshape(*y.shape[:lead], -1) * torch.tensor(direction)).sum().backward()
    names = {i: name for name, i in graph.leaves("parameter").items()}
    gradients = {names[i]: torch.zeros_like(leaf) if leaf.grad is None else leaf.grad for i, leaf in given.items() if i in names}
    return y.detach(), gradients


def numbers(y, gradients):
    return {"y": y.flatten().tolist(), "gradients": {name: g.flatten().tolist() for name, g in gradients.items()}}


def answer(case):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.json"
        path.write_text(json.dumps(case["graph"]))
        graph = read_graph(path)
    members = [leaves_of(graph, values) for values in case["values"]]
    stacked = {i: torch.stack([leaves[i] for leaves in members]) for i in members[0]}
    y, gradients = results(graph, 1, stacked, case["direction"])
    y = y.expand(len(members), *y.shape[1:])
    return {
        "alone": [numbers(*results(graph, 0, leaves, case["direction"])) for leaves in members],
        "stacked": [numbers(y[i], {name: g[i] for name, g in gradients.items()}) for i in range(len(members))],
    }


json.dump([answer(case) for case in json.load(sys.stdin)], sys.stdout)
