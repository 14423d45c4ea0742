"""Sobol points by scipy, unscrambled.

python scripts/golden/sobol.py > tests/golden/sobol.json
"""

import json

import scipy
from scipy.stats import qmc

points = qmc.Sobol(64, scramble=False, bits=30).random(64)
print(json.dumps({"from": f"scipy {scipy.__version__}", "points": points.tolist()}))
