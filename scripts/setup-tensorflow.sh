#!/bin/sh
# Makes TensorFlow's engine usable on this machine, as a user would. Does nothing where it is already. Needs: npm ci.
set -eu
cd "$(dirname "$0")/.."
exec node bin/tune.js backend install
