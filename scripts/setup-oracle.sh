#!/usr/bin/env bash
# Makes .venv-oracle: the Python that golden values come from and that exported models are checked with.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -x .venv-oracle/bin/python ] || python3 -m venv .venv-oracle
KERAS_BACKEND=torch .venv-oracle/bin/python -c 'import torch, transformers, peft, sklearn, scipy, optuna, cmaes, keras, pandas, pyarrow, datasets, duckdb, polars, fastparquet' 2>/dev/null && exit 0
.venv-oracle/bin/pip install --quiet --disable-pip-version-check torch transformers peft safetensors scikit-learn scipy optuna cmaes==0.13.1 keras==3.10.0 pandas pyarrow datasets duckdb polars fastparquet
