"""Halton points by scipy, unscrambled.

python scripts/golden/halton.py > tests/golden/halton.json
"""

import json

import scipy
from scipy.stats import qmc

points = qmc.Halton(12, scramble=False).random(40)
print(json.dumps({"from": f"scipy {scipy.__version__}", "points": points.tolist()}))
