"""Normal distribution and expected improvement in the far tails, by mpmath with 60 digits.

python scripts/golden/normal.py > tests/golden/normal.json
"""

import json

import mpmath as mp

mp.mp.dps = 60


def row(z):
    z = mp.mpf(z)
    below = mp.erfc(-z / mp.sqrt(2)) / 2
    h = mp.npdf(z) + z * below
    return {
        "z": float(z),
        "cdf": float(below),
        "logCdf": float(mp.log(below)),
        "logH": float(mp.log(h)),
        "logHSlope": float(below / h),
        "logHDeviation": float(mp.npdf(z) / h),
    }


points = [-1000, -200, -40, -38, -20, -10, -6, -5, -4, -3, -2.5, -2.0001, -2, -1.9999, -1.5, -1, -0.5, -1e-9, 0, 1e-9, 0.5, 1, 2, 3, 5, 8, 40]
print(json.dumps({"from": f"mpmath {mp.__version__}", "rows": [row(z) for z in points]}))
