"""Writes tests/simulate/fixtures/numpy.json: what numpy and scipy say about the random-feature simulation.

    pip install numpy scipy && python scripts/simulate-numpy.py > tests/simulate/fixtures/numpy.json

Everything is computed from the definitions (activations evaluated as Chebyshev series, integrals on the circle, weights
of the second layer), without the harmonic basis that the TypeScript code works in.
"""

import json
import sys

import numpy as np
import scipy
from numpy.polynomial.chebyshev import chebval
from scipy.integrate import quad

rng = np.random.default_rng(7)
activation = [0.5, 0.8, 0.7, 0.6]
training = {"tilt": 0.5, "direction": 0.9}
validation = {"tilt": 0.3, "direction": 4.0}
training_target = [0.3, -0.7, 0.2, 0.5, 0.1, -0.4, 0.25]
validation_target = [0.4, -0.9, 0.5, 0.6, -0.2, -0.3, 0.7]


def function(w, t):
    k = np.arange(1, 4)
    w = np.asarray(w)
    return w[0] + w[1::2] @ np.cos(k * t) + w[2::2] @ np.sin(k * t)


def density(d, t):
    return (1 + d["tilt"] * np.cos(t - d["direction"])) / (2 * np.pi)


def integral(f):
    return quad(f, 0, 2 * np.pi, epsabs=1e-13, epsrel=1e-13)[0]


def loss(w):
    return integral(
        lambda t: density(validation, t) * (function(w, t) - function(validation_target, t)) ** 2 / 2
    )


def symmetric(n):
    a = rng.normal(size=(n, n))
    matrix = (a + a.T) / 2
    return {"n": n, "matrix": matrix.ravel().tolist(), "values": np.linalg.eigvalsh(matrix).tolist()}


nodes = 240
t = 2 * np.pi * np.arange(nodes) / nodes
p = density(training, t) * 2 * np.pi / nodes


def spectrum(angles):
    """Nonzero eigenvalues of f -> E_x'[K(., x') f(x')] with K averaged over first-layer weights at these angles."""
    phi = chebval(np.cos(t[:, None] - np.asarray(angles)[None, :]), activation)
    kernel = phi @ phi.T / len(angles)
    values = np.linalg.eigvalsh(np.sqrt(p)[:, None] * kernel * np.sqrt(p)[None, :])
    return values[-7:].tolist()


def expected_loss(angles, rate, steps, batch):
    """E[L_val] over batches, from the recursion of E[z z^T], z = (theta, 1), for all m weights of the second layer."""
    m = len(angles)
    phi = chebval(np.cos(t[:, None] - np.asarray(angles)[None, :]), activation) / np.sqrt(m)
    y = np.array([function(training_target, s) for s in t])
    g = np.hstack([phi, np.zeros((nodes, 1))])
    h = np.hstack([phi, -y[:, None]])
    drift = np.einsum("q,qi,qj->ij", p, g, h)
    z = np.zeros((m + 1, m + 1))
    z[m, m] = 1
    for _ in range(steps):
        squares = np.einsum("q,qi,ij,qj->q", p, h, z, h)
        noise = np.einsum("q,qi,qj->ij", squares, g, g)
        z = (
            z
            - rate * (drift @ z + z @ drift.T)
            + rate**2 * (noise / batch + (1 - 1 / batch) * drift @ z @ drift.T)
        )
    v = np.hstack([phi, -np.array([[function(validation_target, s)] for s in t])])
    weight = density(validation, t) * 2 * np.pi / nodes
    return float(np.einsum("q,qi,ij,qj->", weight, v, z, v) / 2)


wide = rng.uniform(0, 2 * np.pi, 40).tolist()
narrow = rng.uniform(0, 2 * np.pi, 4).tolist()
runs = [
    (wide, 0.2, 30, 2),
    (wide, 0.9, 25, 1),
    (wide, 0.01, 200, 8),
    (narrow, 0.3, 60, 2),
    (narrow, 1.5, 12, 3),
]
json.dump(
    {
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "activation": activation,
        "training": {**training, "target": training_target},
        "validation": {**validation, "target": validation_target},
        "symmetric": [symmetric(n) for n in (1, 2, 5, 9)],
        "moments": [
            [i, j, integral(lambda s: density(training, s) * np.cos(i * s) * np.sin(j * s))]
            for i in range(4)
            for j in range(1, 4)
        ],
        "losses": [{"w": w, "loss": loss(w)} for w in (training_target, [0.0] * 7, rng.normal(size=7).tolist())],
        "infiniteWidthSpectrum": spectrum(2 * np.pi * np.arange(64) / 64),
        "spectrum": {"angles": wide, "values": spectrum(wide)},
        "expectedLosses": [
            {"angles": a, "learningRate": r, "steps": s, "batch": b, "loss": expected_loss(a, r, s, b)}
            for a, r, s, b in runs
        ],
    },
    sys.stdout,
    indent=1,
)
