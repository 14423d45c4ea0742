#!/bin/sh
# Puts Debian's chromium at /usr/bin/chromium, for `npm run test:browser`. Does nothing where it is already there.
set -eu

[ -x /usr/bin/chromium ] && exit 0

as_root=""
[ "$(id -u)" -eq 0 ] || as_root="sudo"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core
