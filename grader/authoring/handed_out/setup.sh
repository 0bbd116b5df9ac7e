#!/usr/bin/env bash
# Made by gradbook VERSION. Gradescope runs this once, when it builds the image.
set -euo pipefail
root="${GRADESCOPE_ROOT:-/autograder}"
cd "$root/source"
export DEBIAN_FRONTEND=noninteractive

usable() { command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; }
choose() {
    for name in python3.13 python3.12 python3.11 python3; do
        if usable "$name"; then echo "$name"; return; fi
    done
}

apt-get update
apt-get install -y --no-install-recommends python3-venv
python="$(choose)"
if [ -z "$python" ]; then
    apt-get install -y --no-install-recommends python3.11 python3.11-venv || true
    python="$(choose)"
fi
if [ -z "$python" ]; then
    echo "This image has no Python 3.11 or newer. Choose a newer base image (Ubuntu 22.04 or later) in Gradescope." >&2
    exit 1
fi
"$python" -m venv "$root/venv"
# The package index gives PyTorch for x86-64 with CUDA (4.7 GB), which grading does not use. To do without, install the
# CPU build here first: the command is on PyTorch's start page; write "$root/venv/bin/python" -m pip in place of pip3.
"$root/venv/bin/python" -m pip install --quiet -c constraints.txt "./WHEEL[grade]" PACKAGES
"$root/venv/bin/python" -m grader doctor
