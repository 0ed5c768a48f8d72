"""Answers requests about the derivatives at one checkpoint until stdin ends. The other side is src/rate/torch-derivatives.ts."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .channel import Channel
from .errors import Refusal, TooLarge
from .evaluation import WeightedWindows
from .graph import read_graph
from .passes import OutOfMemory
from .point import Point, State, inner_product
from .program import Program
from .record import PREFIXES
from .run_folder import Optimizer
from .safetensors import bytes_of, read_safetensors
from .settings import resolve_settings

Request = dict[str, Any]
#: The answer, and bytes behind it.
Answer = tuple[dict[str, Any], "bytes | bytearray"]


def measure(arguments: argparse.Namespace) -> None:
    """Raises Refusal when graph and checkpoint cannot be used, or memory ends."""
    channel = Channel()
    settings = resolve_settings(arguments)
    if settings.device.type == "cpu" and settings.threads is not None:
        torch.set_num_threads(settings.threads)
    program = Program(read_graph(arguments.graph), str(arguments.graph))
    state = read_state(arguments.checkpoint, program)
    measurement = Measurement(Point(program, state, settings.device, arguments.windows, arguments.vocabulary))
    channel.answer({"step": state.step, "moments": len(state.second) > 0})
    while True:
        request, payload = channel.receive()
        try:
            channel.answer(*measurement.handlers[request["do"]](request, payload))
        except (TooLarge, OutOfMemory) as error:
            fix = "Use a smaller model, a shorter context, or a GPU with more memory."
            got = str(error).split("\n")[0]
            raise Refusal("memory", "not enough to measure on one window", got=got, fix=fix, exit_code=5) from None


def read_state(path: Path, program: Program) -> State:
    tensors, metadata = read_safetensors(path)
    kinds: dict[str, dict[str, Tensor]] = {kind: {} for kind in PREFIXES}
    for kind, prefix in PREFIXES.items():
        for name, shape in program.shapes.items():
            tensor = tensors.get(prefix + name)
            if tensor is None and kind != "parameters":
                continue
            if tensor is None or tuple(tensor.shape) != tuple(shape):
                got = "none" if tensor is None else list(tensor.shape)
                raise Refusal(path, f'tensor "{prefix}{name}" does not fit the graph', expected=list(shape), got=got)
            kinds[kind][name] = tensor
    step = metadata.get("step", "")
    if not step.isdecimal():
        raise Refusal(path, 'no number of steps in the metadata ("step")', got=step)
    return State(int(step), **kinds)


class Measurement:
    """Vectors are known to the other side by numbers."""

    def __init__(self, point: Point) -> None:
        self.point = point
        self.vectors: dict[int, Tensor] = {}
        self.given = 0
        self.handlers: Mapping[str, Callable[[Request, bytearray], Answer]] = {
            "gradient": self.gradient,
            "hessianProduct": self.hessian_product,
            "exampleProducts": self.example_products,
            "adamMetric": self.adam_metric,
            "roundedAway": self.rounded_away,
            "write": self.write,
            "read": self.read,
            "innerProduct": self.inner_product,
            "weightedSum": self.weighted_sum,
            "scale": self.scale,
            "release": self.release,
        }

    def gradient(self, request: Request, payload: bytearray) -> Answer:
        nats, gradient = self.point.gradient(weighted(request, payload))
        return {"lossNats": known(nats), "vector": self.keep(gradient)}, b""

    def hessian_product(self, request: Request, payload: bytearray) -> Answer:
        loss = weighted(request, payload)
        product = self.point.hessian_product(loss, self.vectors[request["direction"]], self.metric(request))
        return {"vector": self.keep(product)}, b""

    def example_products(self, request: Request, payload: bytearray) -> Answer:
        windows = windows_of(request, payload)
        rows = self.point.example_products(windows, self.vectors[request["vector"]], self.metric(request))
        names = ("squares", "metricSquares", "along", "metricAlong")
        return {name: [known(value) for value in row] for name, row in zip(names, rows.tolist())}, b""

    def adam_metric(self, request: Request, payload: bytearray) -> Answer:
        gradient = self.vectors[request["gradient"]]
        return {"vector": self.keep(self.point.adam_metric(gradient, request["beta2"], request["epsilon"]))}, b""

    def rounded_away(self, request: Request, payload: bytearray) -> Answer:
        windows = windows_of(request, payload)
        optimizer = Optimizer(*request["optimizer"])
        return {"shares": self.point.rounded_away(windows, request["rates"], optimizer)}, b""

    def write(self, request: Request, payload: bytearray) -> Answer:
        """The values of all parameters, one after the other in the order of `names`."""
        values = torch.frombuffer(payload, dtype=torch.float32)
        row = torch.zeros(self.point.layout.size)
        views = self.views(row, request)
        for view, part in zip(views, values.split([view.numel() for view in views])):
            view.copy_(part.view(view.shape))
        return {"vector": self.keep(row)}, b""

    def read(self, request: Request, payload: bytearray) -> Answer:
        return {}, b"".join(bytes_of(view) for view in self.views(self.vectors[request["vector"]], request))

    def views(self, row: Tensor, request: Request) -> list[Tensor]:
        return [self.point.layout.places[name].of(row) for name in request["names"]]

    def inner_product(self, request: Request, payload: bytearray) -> Answer:
        a, b = self.vectors[request["a"]], self.vectors[request["b"]]
        return {"value": known(inner_product(a, b, self.metric(request)))}, b""

    def weighted_sum(self, request: Request, payload: bytearray) -> Answer:
        total = torch.zeros(self.point.layout.size)
        for factor, vector in request["terms"]:
            total.add_(self.vectors[vector], alpha=factor)
        return {"vector": self.keep(total)}, b""

    def scale(self, request: Request, payload: bytearray) -> Answer:
        self.vectors[request["vector"]] *= request["factor"]
        return {}, b""

    def release(self, request: Request, payload: bytearray) -> Answer:
        del self.vectors[request["vector"]]
        return {}, b""

    def keep(self, vector: Tensor) -> int:
        self.given += 1
        self.vectors[self.given] = vector
        return self.given

    def metric(self, request: Request) -> Tensor | None:
        return self.vectors[request["metric"]] if "metric" in request else None


def windows_of(request: Request, payload: bytearray) -> Tensor:
    """int32 [count, context + 1], with which the payload begins."""
    count, length = request["count"], request["context"] + 1
    return torch.frombuffer(payload, dtype=torch.int32, count=count * length).view(count, length)


def weighted(request: Request, payload: bytearray) -> WeightedWindows:
    """Windows, and float32 weights [count, context] behind them."""
    windows = windows_of(request, payload)
    weights = torch.frombuffer(payload, dtype=torch.float32, offset=4 * windows.numel())
    return WeightedWindows(windows, weights.view(len(windows), -1))


def known(value: float) -> float | None:
    """JSON has no number for infinity and NaN."""
    return value if math.isfinite(value) else None
