#!/usr/bin/env bash
# pytest-xdist 3.8.0: a worker that `--tx popen//python=…` starts with another environment's Python
# imports from the main process's `sys.path`, and not from its own environment's. A distribution that
# only the worker's environment has cannot be imported there; `python -c` in that environment imports it.
#
# Seen with: pytest 9.2.0, pytest-xdist 3.8.0, execnet 2.1.2, CPython 3.11. Expected: that the worker
# has the environment of the interpreter that `python=` names.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for name in main other; do
  python3 -m venv "$work/$name"
  "$work/$name/bin/pip" install -q --disable-pip-version-check pytest==9.2.0 pytest-xdist==3.8.0 execnet==2.1.2
done
"$work/other/bin/pip" install -q --disable-pip-version-check six==1.17.0

cd "$work"
cat > test_six.py <<'PY'
import sys

def test_six():
    print(sys.executable)
    import six
PY

"$work/other/bin/python" -c 'import six; print("in its own environment: six", six.__version__)'
status=0
"$work/main/bin/pytest" -q -p no:cacheprovider --dist=load --tx "popen//python=$work/other/bin/python" test_six.py \
  > out.txt 2>&1 || status=$?
cat out.txt

if [ "$status" = 1 ] && grep -q "No module named 'six'" out.txt && grep -q "$work/other/bin/python" out.txt; then
  echo "still so: the worker runs by the other Python, and cannot import what only that one's environment has"
else
  echo "no longer so: pytest ended with status $status" >&2
  exit 1
fi
