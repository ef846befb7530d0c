# Two commands do everything: make score, make test. Both make the environment first; neither needs more
# than Python 3.11 and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: score test lint bench clean

score: $(VENV)/installed
	$(BIN)/bci score --format table

test: $(VENV)/tested
	$(BIN)/python -m pytest --numprocesses auto

lint: $(VENV)/linted
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: $(VENV)/installed
	$(BIN)/python benchmarks/bench.py
	$(BIN)/python benchmarks/bench_exact.py
	$(BIN)/python benchmarks/bench_draws.py
	$(BIN)/python benchmarks/bench_files.py
	$(BIN)/python benchmarks/bench_votes.py
	$(BIN)/python benchmarks/bench_baci.py

# Groups of dependencies are read by pip from 25.1 on.
$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade "pip>=25.1"

$(VENV)/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/tested: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group test
	touch $@

$(VENV)/linted: $(VENV)/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group lint
	touch $@

clean:
	rm -rf $(VENV)
