#!/usr/bin/env bash
# Makes @tensorflow/tfjs-node-gpu work where its own download is not to be had: TensorFlow's library out of the Python wheel,
# the package's binding compiled against it. Needs python3 with pip, g++ and Node's headers. Does nothing where it loads already.
set -euo pipefail
cd "$(dirname "$0")/.."
version=2.21.0
package=node_modules/@tensorflow/tfjs-node-gpu
loads() { node -e "const u = require('util'); u.isNullOrUndefined ??= x => x == null; u.isArray ??= Array.isArray; require('@tensorflow/tfjs-node-gpu')" > /dev/null 2>&1; }

[ -d "$package/binding" ] || { echo "$package is not installed: run npm ci" >&2; exit 1; }
loads && exit 0

headers=$(node -p 'require("path").join(process.execPath, "../../include/node")')
[ -f "$headers/node_api.h" ] || headers=/usr/include/node
[ -f "$headers/node_api.h" ] || { echo "Node's headers (node_api.h) are not at $headers: install them, on Debian with libnode-dev" >&2; exit 1; }

cache=${XDG_CACHE_HOME:-$HOME/.cache}/tune/tensorflow-$version
if [ ! -f "$cache/tensorflow/libtensorflow_cc.so.2" ]; then
  wheel=$(mktemp -d)
  trap 'rm -rf "$wheel"' EXIT
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --dest "$wheel" "tensorflow-cpu==$version"
  mkdir -p "$cache"
  python3 - "$wheel" "$cache" << 'PY'
import glob, sys, zipfile
wheel, cache = sys.argv[1:]
with zipfile.ZipFile(glob.glob(wheel + '/*.whl')[0]) as archive:
    for name in archive.namelist():
        if name.startswith('tensorflow/include/') or name in ('tensorflow/libtensorflow_framework.so.2', 'tensorflow/libtensorflow_cc.so.2'):
            archive.extract(name, cache)
PY
fi

mkdir -p "$package/deps/lib" "$package/lib/napi-v8"
for library in libtensorflow_cc.so.2 libtensorflow_framework.so.2; do ln -sf "$cache/tensorflow/$library" "$package/deps/lib/$library"; done
cd "$package"
g++ -std=c++17 -O2 -fPIC -shared -DNAPI_VERSION=8 -I"$headers" -I"$cache/tensorflow/include" -I. -Ibinding -I.. \
  binding/tfjs_backend.cc binding/tfjs_binding.cc -o lib/napi-v8/tfjs_binding.node \
  deps/lib/libtensorflow_cc.so.2 deps/lib/libtensorflow_framework.so.2 -Wl,-rpath,"$cache/tensorflow"
cd - > /dev/null
loads || { echo 'the binding was compiled and still does not load:' >&2; node -e "require('@tensorflow/tfjs-node-gpu')" >&2; exit 1; }
