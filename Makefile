# Two commands do everything: make score, make test. Both make the environment first; neither needs more
# than Python 3.11 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: score test lint bench clean

score: $(VENV)/installed
	$(BIN)/bci score --format table

test: $(VENV)/tested
	$(BIN)/python -m pytest

lint: $(VENV)/linted
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: $(VENV)/installed
	$(BIN)/python benchmarks/bench.py
	$(BIN)/python benchmarks/bench_exact.py
	$(BIN)/python benchmarks/bench_draws.py

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/tested: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pytest>=8" "hypothesis>=6.100" "dask[distributed]>=2024.1"
	touch $@

$(VENV)/linted: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "ruff>=0.9" "mypy>=1.15" pandas-stubs scipy-stubs types-tabulate
	touch $@

clean:
	rm -rf $(VENV)
