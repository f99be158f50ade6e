# Everything starts here: `make demo` shows the tool at work, `make test` passes its tests; both set themselves up.
# Needed: Python 3.11 or later (as python3, or PYTHON=/path/to/it), git, make. Everything else comes by locked, hashed wheels.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := UV_COMPILE_BYTECODE=1 VIRTUAL_ENV=$(CURDIR)/$(VENV) $(BIN)/uv --quiet
WORKERS ?= 2
# A file of tests stays with one worker: the servers and worlds that its tests share are made once.
BY_FILE := --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.PHONY: help setup demo test check format lint types imports docs docs-check lock long clean

help: ## say what can be made
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

$(VENV)/bootstrap: requirements/bootstrap.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else f"Python 3.11 or later is needed, this is {sys.version.split()[0]}: make PYTHON=/path/to/python3.11")'
	@echo "setting up $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip --quiet --disable-pip-version-check install --require-hashes -r requirements/bootstrap.txt
	@touch $@

KERNEL := hatch_build.py $(wildcard rules/privacy/_kernel/*.[ch])

# Without a C compiler (cc), the one that comes as a wheel: 411 MB that only this step needs.
$(VENV)/run: $(VENV)/bootstrap requirements/run.txt requirements/compiler.txt pyproject.toml $(KERNEL)
	@command -v cc >/dev/null || $(UV) pip install --require-hashes -r requirements/compiler.txt
	@$(UV) pip install --require-hashes -r requirements/run.txt
	@$(UV) pip install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev: $(VENV)/run requirements/dev.txt
	@$(UV) pip install --require-hashes -r requirements/dev.txt
	@touch $@

setup: $(VENV)/run ## install lineage and what it needs into .venv

demo: $(VENV)/run ## build a small lying world and audit it
	@$(BIN)/python -m examples.demo

test: $(VENV)/dev ## pass all tests
	@$(BIN)/python -m pytest -n $(WORKERS) $(BY_FILE) $(TESTS)

long: $(VENV)/dev ## pass the slow tests too
	@$(BIN)/python -m pytest -n $(WORKERS) $(BY_FILE) -m "slow or not slow" $(TESTS)

worlds: $(VENV)/dev ## compare reach with reading in 10,000 random worlds of PostgreSQL and 2,000 of MariaDB
	@$(BIN)/python -m benchmarks.access.worlds
	@$(BIN)/python -m benchmarks.access.worlds --mariadb

check: lint types imports docs-check test ## what CI checks

format: $(VENV)/dev ## format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

lint: $(VENV)/dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: $(VENV)/dev
	@$(BIN)/mypy

imports: $(VENV)/dev
	@$(BIN)/lint-imports --no-cache

docs: $(VENV)/dev ## write the reference pages anew
	@$(BIN)/python -m docs.reference

docs-check: $(VENV)/dev
	@$(BIN)/python -m docs.reference --check

lock: $(VENV)/bootstrap ## write the lock files anew from pyproject.toml
	@$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header requirements/bootstrap.in -o requirements/bootstrap.txt
	@$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header requirements/compiler.in -o requirements/compiler.txt
	@$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --all-extras --group dev pyproject.toml -o requirements/dev.txt
	@$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header --extra all -c requirements/dev.txt pyproject.toml -o requirements/run.txt

clean: ## remove what was set up and built
	@rm -rf $(VENV) rules/privacy/_kernel/kernel.so build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis demo
