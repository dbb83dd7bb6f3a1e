# `make demo` and `make test` need nothing but Python 3.11 (or newer) and make:
# the virtual environment is made on first use, with the versions that are tested.

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
LOCK := requirements.lock
DEMO := outputs/demo
# Several test modules at once, in the order that tests/conftest.py gives them; each keeps its own
# fixtures together.
PYTEST_OPTIONS ?= -n 2 --dist loadfile --no-loadscope-reorder

# What Python compiles is kept, for the next command.
unexport PYTHONDONTWRITEBYTECODE
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export NO_MKDOCS_2_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help demo test lint types layers pytest format bench docs documents baseline lock clean

help:  ## say what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

$(READY): pyproject.toml $(LOCK) scripts/make_venv.sh
	@sh scripts/make_venv.sh $(VENV) $(LOCK)
	@touch $@

demo: $(READY)  ## compare IPS with traditional services; tables and report in outputs/demo/
	@$(BIN)/ips-sim compare scenarios/ips.yaml scenarios/traditional.yaml --out $(DEMO) --force
	@echo
	@echo "Tables are in $(DEMO)/, the report is $(DEMO)/report.html"

test: lint types layers pytest  ## run every check

lint: $(READY)  ## ruff: mistakes and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(READY)  ## mypy: package and tools strictly, tests, benchmarks and scripts loosely
	$(BIN)/mypy

layers: $(READY)  ## import-linter: data go one way
	$(BIN)/lint-imports

pytest: $(READY)  ## the tests alone; PYTEST_OPTIONS are passed on
	@sh scripts/install_chromium.sh
	$(BIN)/pytest $(PYTEST_OPTIONS)

format: $(READY)  ## let ruff put format and imports right
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: $(READY)  ## measure speed, as ratios
	$(BIN)/python benchmarks/run.py

docs: $(READY)  ## build the site into site/
	$(BIN)/mkdocs build --strict

documents: $(READY)  ## write all that is generated anew: README, pages, schemas, services
	@$(BIN)/python -m tools.pages

baseline: $(READY)  ## renew the stored numbers that tests compare with
	$(BIN)/pytest tests/test_baseline.py --renew-baseline

lock: $(READY)  ## write what is installed in .venv to requirements.lock
	$(BIN)/python scripts/write_lock.py > $(LOCK).new
	mv $(LOCK).new $(LOCK)

clean:  ## remove what was built; .venv and outputs/ stay
	rm -rf build dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache
	find src tools tests benchmarks scripts -name __pycache__ -type d -prune -exec rm -rf {} + \
		2>/dev/null || true
