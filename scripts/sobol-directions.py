"""Writes src/mixture/design/sobol-directions.ts: the direction numbers of Joe and Kuo, as SciPy ships them.

Run at the root: `pip install scipy numpy && python scripts/sobol-directions.py`.
"""
import os

import numpy as np
from scipy import stats

dimensions = 128
table = np.load(os.path.join(os.path.dirname(stats.__file__), "_sobol_direction_numbers.npz"))
rows = []
for d in range(dimensions):
    polynomial = int(table["poly"][d])
    degree = polynomial.bit_length() - 1
    rows.append([polynomial] + [int(v) for v in table["vinit"][d][:degree]])
with open("src/mixture/design/sobol-directions.ts", "w") as f:
    f.write("/** Direction numbers of the Sobol sequence: S. Joe and F. Y. Kuo, SIAM J. Sci. Comput. 30 (2008), 2635-2654. */\n\n")
    f.write("/**\n * For each dimension a primitive polynomial over GF(2), its coefficients as bits, and as many first numbers as its\n"
            " * degree. Written by scripts/sobol-directions.py.\n */\n")
    f.write("export const directionNumbers: readonly (readonly [number, ...number[]])[] = [\n")
    for row in rows:
        f.write("  [" + ", ".join(map(str, row)) + "],\n")
    f.write("];\n")
