# Two commands: `make demo` and `make test`. Both make .venv and install from the hashed locks first.
PYTHON ?= python3
BIN    := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help demo test coverage lock clean

help:  ## what can be made
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 10

demo: .venv/installed  ## a sample site, a real sync, feeds in build/demo/
	@$(BIN)/tweeklank demo --output build/demo

test: .venv/tested  ## linters, types, room contracts, all tests
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

coverage: .venv/tested  ## the tests once more, and which lines and branches they reach; takes three times as long
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or later is needed: make PYTHON=python3.12 …'; exit 1; }
	@$(PYTHON) -m venv .venv || { echo 'On Debian and Ubuntu: apt-get install python3-venv'; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.venv/tested: .venv/installed requirements-test.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-test.lock
	@touch $@

lock:  ## renew both locks (needs uv)
	./lock.sh

clean:  ## remove everything that was made
	rm -rf .venv build .coverage*
