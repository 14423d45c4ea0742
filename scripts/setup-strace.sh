#!/bin/sh
# Puts strace at /usr/bin/strace, for scripts/check-offline.mjs. Does nothing where it is already there.
set -eu

command -v strace > /dev/null && exit 0

as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends strace
