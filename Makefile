# make run    the demo: made-up sites, a real crawl, real hits
# make test   lint, types, import floors, tests
# make bench  speed and size, as ratios within one run; LISTENING_BENCH_HITS=1000000 for the stores
# make soak   the long forms of tests: 200,000 records moved, 20 kills, 1,000 claims, 200 sources for 10 minutes, 200,000 posts matched every way
# make mutate LISTENING_MUTANTS=400 LISTENING_SEED=1: what the tests of matching would not notice (docs/testing.md)
# make lock   writes requirements.lock anew from pyproject.toml (exact versions, no addresses)
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test lint servers bench soak mutate lock clean

run: $(VENV)/ready
	$(BIN)/listening demo

test: lint servers
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# Elasticsearch, OpenSearch, Isso and WordPress, once per machine and without root; what cannot be had (no Java and
# Maven, no apt-get) skips its tests, which say why
servers: $(VENV)/ready
	$(BIN)/python -m tests.servers.fetch
	$(BIN)/python -m tests.collect.real.fetch

bench: $(VENV)/ready
	$(BIN)/python -W ignore -m tests.benchmarks.hot_path
	$(BIN)/python -W ignore -m tests.benchmarks.stores $(LISTENING_BENCH_HITS)

soak: $(VENV)/ready servers
	CI=true LISTENING_SOAK_RECORDS=200000 LISTENING_KILLS=20 LISTENING_CLAIMS=1000 \
	$(BIN)/python -m pytest -v tests/store/test_moving.py tests/store/faults
	LISTENING_SOURCES=200 LISTENING_EVERY=300 LISTENING_SECONDS=600 \
	$(BIN)/python -m pytest -v tests/cli/test_many_sources.py
	LISTENING_DIFFERENTIAL=200000 LISTENING_FUZZ=4 \
	$(BIN)/python -m pytest -v -n 2 --dist worksteal tests/cli/test_matching.py tests/match/test_agreement.py

mutate: $(VENV)/ready
	$(BIN)/python -m tests.mutation.run

$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "make: Python %d.%d is too old - install Python 3.11 or later, or run make PYTHON=python3.12" % sys.version_info[:2])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

lock:
	$(PYTHON) -m venv $(VENV)-lock
	$(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check --upgrade 'setuptools>=80,<81' wheel
	$(VENV)-lock/bin/python -m pip install --quiet --disable-pip-version-check '.[dev]'
	$(VENV)-lock/bin/python -m pip freeze --all --exclude listening --exclude pip > requirements.lock
	rm -rf $(VENV)-lock build

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
