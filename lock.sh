#!/bin/sh
# Renews requirements.lock and requirements-test.lock: exact versions with hashes, no addresses.
# argostranslate is pinned without what it declares: see the note in pyproject.toml.
set -eu
compile="uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url"
run=$(mktemp)
trap 'rm -f "$run"' EXIT
{ $compile pyproject.toml; echo 'argostranslate>=1.11' | $compile --no-deps -; echo 'hatchling>=1.25
editables' | $compile -; } > "$run"
{ echo '# Made by lock.sh. Install with: pip install --require-hashes --no-deps -r requirements.lock'; awk '/^[a-z]/ { keep = !seen[$1]++ } keep' "$run"; } > requirements.lock
sed '/^#/d' requirements.lock | sed -n 's/^\([a-z0-9._-]*==[^ ]*\).*/\1/p' > "$run.c"
sed 's/==.*//' "$run.c" | sort -u > "$run.names"
{ echo '# Made by lock.sh. What the tests need besides requirements.lock.'; $compile pyproject.toml --all-extras --group test --group lint -c requirements.lock | awk -v names="$run.names" 'BEGIN { while ((getline name < names) > 0) have[name] = 1 } /^[a-z]/ { split($1, part, "=="); keep = !have[part[1]] } keep'; } > requirements-test.lock
rm -f "$run.c" "$run.names"
