# `make demo` and `make test` need Python 3.11+, venv, pip and make, nothing else. PYTHON chooses the interpreter.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN := $(BIN)/policylint

.PHONY: demo test gate-agreement lint types layers wheel-check bench fuzz conformance clean

# Installed again only when what is installed has changed.
$(VENV)/.runtime: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.development: $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group dev
	touch $@

# The example has planted violations, so the check must end with 1: anything else fails the demo.
demo: $(VENV)/.runtime
	$(RUN) check examples/storefront; test $$? -eq 1

test: $(VENV)/.development
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal

# All real plans, and twenty times 250 generated repositories and commands, run by bash, dash and make: half an hour.
gate-agreement: $(VENV)/.development
	GATE_EXAMPLES=250 $(BIN)/python -m pytest -q tests/test_plan_reference.py
	for seed in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do \
	  GATE_EXAMPLES=250 GATE_SEED=$$seed $(BIN)/python -m pytest -q tests/shell/test_repository_agreement.py \
	    tests/shell/test_bash_agreement.py || exit 1; \
	done

lint: $(VENV)/.development
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.development
	$(BIN)/mypy

layers: $(VENV)/.development
	$(BIN)/lint-imports

wheel-check: $(VENV)/.development
	$(BIN)/python tests/packaging/check_wheel.py

bench: $(VENV)/.development
	$(BIN)/python benchmarks/start.py
	$(BIN)/python benchmarks/libraries.py
	$(BIN)/python benchmarks/entries.py
	$(BIN)/python benchmarks/plans.py
	$(BIN)/python benchmarks/scale.py

# Coverage-guided: FUZZ_SECONDS for each target. atheris is installed for this target alone, where it has a wheel.
FUZZ_SECONDS ?= 30
FUZZ_TARGETS ?= yaml toml json markdown identifiers shell evidence renderers files
fuzz: $(VENV)/.development
	@if ! $(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: "atheris>=3"; then \
	  echo "fuzz: SKIPPED, atheris has no wheel for this Python and platform"; \
	else set -e; for target in $(FUZZ_TARGETS); do \
	  echo "fuzz: $$target"; \
	  $(BIN)/python fuzz/fuzz.py $$target -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -timeout=5 -verbosity=0; \
	done; fi

# PATH_TO is a folder with checkouts of github.com/yaml/yaml-test-suite and github.com/toml-lang/toml-test.
conformance: $(VENV)/.development
	@test -n "$(PATH_TO)" || { echo "conformance: say where the suites are: make conformance PATH_TO=folder"; exit 2; }
	$(BIN)/python benchmarks/conformance.py "$(PATH_TO)"

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
