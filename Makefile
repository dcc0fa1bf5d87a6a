.PHONY: setup demo test check bench crash mutants screenshots clean

PYTHON ?= python3
BIN := .venv/bin
# Tests start many processes; each would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE
STAMP := .venv/.ready
N ?= 2000

setup: $(STAMP)

$(STAMP): requirements.lock requirements-data.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("Sapa needs Python 3.11 or newer; name one: make setup PYTHON=python3.12" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-data.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(STAMP)

demo: setup
	$(BIN)/sapa demo

# Everything but what needs Chromium where there is none; it then says so.
test: setup
	$(BIN)/python -m pytest -n 3 --dist loadgroup

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m locales.extract --check
	$(BIN)/python -m pytest -n 3 --dist loadgroup -m "not slow and not browser"

bench: setup
	$(BIN)/python -m bench all

# Kills N processes at named places and at random, and compares what they left with the truth of the wire.
crash: setup
	$(BIN)/python -m tests.crash --kills $(N)

# Takes one promise after the other out of a copy of the source, and sees that a fault test notices.
mutants: setup
	$(BIN)/python -m tests.mutants

# Every page in English and Arabic, on a phone and on a desk, into screenshots/.
screenshots: setup
	$(BIN)/python -m tests.screenshots

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
