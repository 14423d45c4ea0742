"""Distributions of the cmaes package after given generations: python scripts/golden/cma_es.py > tests/golden/cma-es.json"""

import json
from importlib.metadata import version

import numpy as np
from cmaes import CMA

cases = []
for n, population, generations in ((1, None, 4), (2, None, 6), (3, 5, 5), (5, None, 6), (8, 20, 4)):
    cma = CMA(mean=np.full(n, 0.5), sigma=0.3, seed=n, population_size=population)
    scale = 10 ** np.linspace(0, 2, n)
    target = np.linspace(0.2, 0.7, n)
    told = []
    for _ in range(generations):
        points = [cma.ask() for _ in range(cma.population_size)]
        losses = [float(np.sum(scale * (x - target) ** 2)) for x in points]
        cma.tell([(x, loss) for x, loss in zip(points, losses)])
        told.append({
            "points": [x.tolist() for x in points],
            "losses": losses,
            "mean": cma._mean.tolist(),
            "step": float(cma._sigma),
            "covariance": cma._C.tolist(),
            "stepPath": cma._p_sigma.tolist(),
            "path": cma._pc.tolist(),
        })
    cases.append({"n": n, "population": cma.population_size, "weights": cma._weights.tolist(), "generations": told})
print(json.dumps({"from": f"cmaes {version('cmaes')}", "cases": cases}))
