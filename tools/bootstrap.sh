#!/bin/sh
# Make the virtual environment in .venv match the lock file; do nothing when it already does.
#
#   tools/bootstrap.sh core    what a running system needs
#   tools/bootstrap.sh dev     that, and what linting and testing need
#   tools/bootstrap.sh bench   that, and what only a benchmark compares with
#   tools/bootstrap.sh mutation   what linting and testing need, and the maker of mutants, in .venv-mutation
#
# Needs python3 (3.11 or newer) with its venv module. Uses uv when it is on PATH: faster, same result.
# Another interpreter:  PYTHON=/path/to/python tools/bootstrap.sh
set -eu
cd "$(dirname "$0")/.."

want=${1:-core}
case $want in
    core) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    bench) lock=requirements-bench.lock ;;
    mutation) lock=requirements-mutation.lock ;;
    *) echo "usage: tools/bootstrap.sh core|dev|bench|mutation" >&2; exit 2 ;;
esac

venv=.venv
[ "$want" = mutation ] && venv=.venv-mutation
# What the environment was made from. Each contains the one before it at the same versions, so it serves both.
fingerprint() { cat "$1" pyproject.toml tools/bootstrap.sh | cksum; }
done_for() { [ -x $venv/bin/python ] && [ -f "$venv/made-for-$1" ] && [ "$(cat "$venv/made-for-$1")" = "$(fingerprint "$2")" ]; }
ready() {
    [ "$want" = mutation ] && { done_for mutation requirements-mutation.lock; return; }
    done_for bench requirements-bench.lock ||
        { [ "$want" != bench ] && done_for dev requirements-dev.lock; } ||
        { [ "$want" = core ] && done_for core requirements.lock; }
}

ready && exit 0

# Two makes at once would write over each other.
if command -v flock >/dev/null 2>&1; then
    exec 9>.venv.lock
    flock 9
    ready && exit 0
fi

die() { printf '\n%s\n\n' "$*" >&2; exit 1; }

find_python() {
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    return 1
}

python=$(find_python) || die "Permitbot needs Python 3.11 or newer; python3 here is: $(python3 --version 2>/dev/null || echo 'not installed').
Debian 12, Ubuntu 24.04 or newer:  sudo apt-get install python3 python3-venv
Another interpreter:               PYTHON=/path/to/python3.12 make demo"

echo "Setting up $venv from $lock (once; until the lock changes) …"
rm -f $venv/made-for-*
if command -v uv >/dev/null 2>&1; then
    [ -x $venv/bin/python ] || uv venv --quiet --no-python-downloads --python "$python" --clear $venv
    uv pip sync --quiet --python $venv/bin/python --require-hashes $lock
    uv pip install --quiet --python $venv/bin/python --no-deps --no-build-isolation --editable .
else
    if ! $venv/bin/python -m pip --version >/dev/null 2>&1; then
        "$python" -m venv --clear $venv >/dev/null 2>&1 || {
            rm -rf $venv
            die "$python cannot make a virtual environment: its venv module is missing.
Debian or Ubuntu:  sudo apt-get install python3-venv
Or install uv, which needs no venv module, and run the same command again."
        }
    fi
    pip="$venv/bin/python -m pip install --quiet --disable-pip-version-check --no-input --no-warn-script-location"
    PIP_ROOT_USER_ACTION=ignore
    export PIP_ROOT_USER_ACTION
    $pip --require-hashes --requirement $lock
    $pip --no-deps --no-build-isolation --editable .
fi
fingerprint "$lock" >"$venv/made-for-$want"
