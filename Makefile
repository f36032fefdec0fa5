# Everything a newcomer needs: `make run` and `make test`. `make help` lists the rest.
PYTHON ?= python3
HOUSEHOLDS ?= 10000
VENV := .venv
BIN := $(VENV)/bin
export DO_NOT_TRACK := 1
.DEFAULT_GOAL := help

.PHONY: help
help: ## Say what each target does
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: $(VENV)/.ready ## Make the virtual environment from the lock (idempotent; the others run it)

# The locks name everything, so nothing is resolved (--no-deps); pip check says if that were untrue.
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet --quiet

$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "earlyhelp needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 run")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo 'Installing what the lock names, once …'
	@$(PIP) install --require-hashes --no-deps -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(PIP) check
	@$(BIN)/earlyhelp prepare
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock $(VENV)/.ready
	@echo 'Installing what working on it needs, once …'
	@$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	@$(PIP) check
	@touch $@

.PHONY: run
run: setup ## Run a night over the demo city and serve the key worker's pages (HOUSEHOLDS=10000)
	@$(BIN)/earlyhelp demo --households $(HOUSEHOLDS)

.PHONY: night
night: setup ## Run a night over the demo city and exit 0 when it is complete
	@$(BIN)/earlyhelp demo --households $(HOUSEHOLDS) --no-serve

.PHONY: check
check: $(VENV)/.ready-dev ## Format, lint, strict types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: test
test: check ## Everything in `check`, then every test
	$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile

.PHONY: bench
bench: $(VENV)/.ready-dev ## Measure: detection against naive rules, speed as the city grows, landing beside other tools
	$(BIN)/python -m benchmarks

.PHONY: lock
lock: $(VENV)/.ready-dev ## Make the hash-checked locks anew
	$(BIN)/uv pip compile pyproject.toml --extra setup --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra setup --extra dev -c requirements.lock --universal --python-version 3.11 --generate-hashes --no-header -q -o requirements-dev.lock
