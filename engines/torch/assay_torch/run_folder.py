"""The inputs of a run that are JSON, and the names of its files (docs/run-protocol.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .errors import Refusal

METRICS = "metrics.jsonl"
DOCUMENTS = "documents.jsonl"
CHECKPOINT = "checkpoint.safetensors"
DONE = "done.json"
INITIAL = "init.safetensors"
GRAPH = "graph.json"
PLAN = "plan"
EVALUATION = "evaluation"


@dataclass(frozen=True)
class Schedule:
    """WSD: linear warm-up to the peak, stable, linear decay to 0."""

    peak: float
    warmup_steps: int
    stable_steps: int
    decay_steps: int

    def rate(self, step: int) -> float:
        """Of optimizer step `step`, counted from 0."""
        if step < self.warmup_steps:
            return self.peak * ((step + 1) / self.warmup_steps)
        if step < self.warmup_steps + self.stable_steps:
            return self.peak
        left = self.warmup_steps + self.stable_steps + self.decay_steps - step
        return self.peak * (left / self.decay_steps) if left > 0 else 0.0

    def sum_of_rates(self, begin: int, end: int) -> float:
        """Of steps `begin` to `end`, the last not included."""
        return sum(self.rate(step) for step in range(begin, end))


@dataclass(frozen=True)
class Optimizer:
    beta1: float
    beta2: float
    epsilon: float
    weight_decay: float
    gradient_clip: float


@dataclass(frozen=True)
class RunSpec:
    """What of run.json a trainer needs."""

    id: str
    hash: str
    vocabulary_size: int
    #: Tokens predicted per window, windows per step, and windows per pass.
    context: int
    batch: int
    micro_batch: int
    threads: int
    steps: int
    evaluate_every: int
    #: None: gradient alignment is not measured.
    alignment_every: int | None
    schedule: Schedule
    optimizer: Optimizer
    keep_optimizer: bool
    plan_hash: str
    evaluation_hash: str


def read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise Refusal(path, "cannot be read", got=error.strerror) from None
    except ValueError as error:
        raise Refusal(path, "not valid JSON", got=str(error)) from None


def field(where: object, record: Any, name: str, kind: type) -> Any:
    """`record[name]`, checked: a whole number, a finite number, text, true or false, a list or an object."""
    value = record.get(name) if isinstance(record, dict) else None
    fits = isinstance(value, (int, float) if kind is float else kind) and (kind is bool or not isinstance(value, bool))
    if fits:
        return float(value) if kind is float else value
    got = "nothing" if value is None else json.dumps(value)[:60]
    raise Refusal(where, f'"{name}" is not valid', expected=kind.__name__, got=got)


def read_run_spec(folder: Path) -> RunSpec:
    path = folder / "run.json"
    record = read_json(path)
    if not isinstance(record, dict) or record.get("formatVersion") != 1:
        raise Refusal(path, "another format of runs", expected='"formatVersion": 1')

    def whole(name: str, least: int = 1, inside: Mapping[str, Any] = record) -> int:
        value = field(path, inside, name, int)
        if value >= least:
            return value
        raise Refusal(path, f'"{name}" is not valid', expected=f"at least {least}", got=value)

    schedule = field(path, record, "schedule", dict)
    optimizer = field(path, record, "optimizer", dict)
    spec = RunSpec(
        id=field(path, record, "id", str),
        hash=field(path, record, "hash", str),
        vocabulary_size=whole("vocabularySize"),
        context=whole("context"),
        batch=whole("batch"),
        micro_batch=whole("microBatch"),
        threads=whole("threads"),
        steps=whole("steps"),
        evaluate_every=whole("evaluateEvery"),
        alignment_every=whole("alignmentEvery") if "alignmentEvery" in record else None,
        schedule=Schedule(
            field(path, schedule, "learningRate", float),
            *(whole(name, 0, schedule) for name in ("warmupSteps", "stableSteps", "decaySteps")),
        ),
        optimizer=Optimizer(
            *(
                field(path, optimizer, name, float)
                for name in ("beta1", "beta2", "epsilon", "weightDecay", "gradientClip")
            )
        ),
        keep_optimizer=field(path, record, "keepOptimizer", bool),
        plan_hash=field(path, record, "planHash", str),
        evaluation_hash=field(path, record, "evaluationHash", str),
    )
    if spec.batch % spec.micro_batch != 0:
        raise Refusal(
            path, '"microBatch" does not divide "batch"', expected=f"a divisor of {spec.batch}", got=spec.micro_batch
        )
    return spec
