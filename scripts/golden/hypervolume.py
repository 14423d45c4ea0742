"""Hypervolumes and Pareto fronts by Optuna.

python scripts/golden/hypervolume.py > tests/golden/hypervolume.json
"""

import json

import numpy as np
import optuna
from optuna._hypervolume.wfg import compute_hypervolume
from optuna.study._multi_objective import _is_pareto_front

rng = np.random.default_rng(11)
cases = []
for objectives, count, kind in [(1, 5, "cloud"), (2, 1, "cloud"), (2, 30, "cloud"), (2, 25, "front"), (3, 40, "cloud"), (3, 15, "front"), (4, 12, "front"), (5, 10, "front"), (3, 20, "grid")]:
    points = np.round(rng.uniform(0, 1.1, size=(count, objectives)), 6)
    if kind == "front":
        # Near a sphere's inner side most points dominate none.
        points = np.round(1 - points / np.linalg.norm(points, axis=1, keepdims=True), 6)
    if kind == "grid":
        points = rng.integers(0, 4, size=(count, objectives)) / 4
    reference = np.full(objectives, 1.0)
    below = points[(points < reference).all(axis=1)]
    cases.append({
        "objectives": objectives,
        "points": points.tolist(),
        "reference": reference.tolist(),
        "front": np.flatnonzero(_is_pareto_front(points, assume_unique_lexsorted=False)).tolist(),
        "volume": float(compute_hypervolume(below, reference)) if len(below) else 0.0,
    })
print(json.dumps({"from": f"optuna {optuna.__version__}", "cases": cases}))
