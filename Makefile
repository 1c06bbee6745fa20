# Two commands matter: `make demo` shows the product, `make test` shows that it holds.
.DEFAULT_GOAL := help
.PHONY: help demo practice run test test-deep test-shaken record-answers mutate coverage bench bench-deps lint format lock test-deps clean core dev
MAKEFLAGS += --no-print-directory
SHELL := /bin/sh

PY := .venv/bin/python
ROOMS := workflow storage cards handlers hardware_bridge bot sandbox
WORKERS ?= 2
ARGS ?=
SAMPLE ?= 300
SEED ?= 1
CAMERA ?=
UV ?= uv

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z][a-z-]*:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

demo: $(if $(CAMERA),dev,core)  ## Start the whole system against local twins, with phones to tap on a web page (PORT=8765, CAMERA=1)
	@$(PY) -m bot.cli demo $(if $(PORT),--port $(PORT)) $(ARGS)

practice: core  ## Guide a new worker through his first five minutes, in a plant for practice (PORT=8765)
	@$(PY) -m bot.cli demo --practice $(if $(PORT),--port $(PORT)) $(ARGS)

run: core  ## Start the real thing with the settings of .env
	@$(PY) -m bot.cli run $(ARGS)

test: dev  ## Run every test but the deep ones
	@$(PY) -m pytest -q -n $(WORKERS) --dist worksteal $(ARGS)

test-deep: dev  ## Run the long random and exhaustive tests (ONLY="not browser" narrows them by marker)
	@PERMITBOT_TEST_PROFILE=deep $(PY) -m pytest -q --timeout 3600 $(ARGS) -m "deep$(if $(ONLY), and ($(ONLY)))" || \
	  { code=$$?; [ $$code = 5 ] && echo "There are no deep tests yet." || exit $$code; }

test-shaken: dev  ## Run the tests of the edges in event loops that behave as on a bad machine (SEED=1)
	@PERMITBOT_SHAKEN=$(SEED) $(PY) -m pytest -q -n $(WORKERS) --dist worksteal tests/bot tests/sandbox tests/scenarios tests/storage $(ARGS)

record-answers: dev  ## Write down anew every answer the law gives in the tests of the core; read the diff before you commit it
	@PERMITBOT_RECORD_ANSWERS=1 $(PY) -m pytest -q tests/workflow $(ARGS)

mutate:  ## Change the core in SAMPLE=300 places drawn by SEED=1, one at a time, and see which changes the tests miss
	@tools/bootstrap.sh mutation
	@.venv-mutation/bin/python -m tools.mutation --sample $(SAMPLE) --seed $(SEED) $(ARGS)

coverage: dev  ## Measure branch coverage of the core; 100 % or it fails
	@$(PY) -m pytest -q -n $(WORKERS) --cov=workflow --cov-branch --cov-report=term-missing --cov-fail-under=100 $(ARGS)

bench: dev  ## Run every benchmark; one JSON line per figure, nothing is asserted
	@for one in benchmarks/g[0-9]*.py benchmarks/conflicts.py benchmarks/guards.py benchmarks/radar.py benchmarks/stall.py benchmarks/tail.py; do $(PY) "$$one" $(ARGS) || exit 1; done

bench-deps:  ## Add what only a benchmark compares with (NoneBot2, aiomqtt)
	@tools/bootstrap.sh bench

lint: dev  ## Format, style, types, room walls, lock: all must be clean (every check runs, also after a failure)
	@failed=; \
	$(PY) -m ruff format --check . || failed="$$failed format"; \
	$(PY) -m ruff check . || failed="$$failed ruff"; \
	$(PY) -m mypy $(ROOMS) tests tools verifier $(wildcard benchmarks) || failed="$$failed mypy"; \
	.venv/bin/lint-imports --no-logo || failed="$$failed import-linter"; \
	$(PY) tools/check_lock.py || failed="$$failed lock"; \
	if [ -n "$$failed" ]; then echo "lint failed:$$failed"; exit 1; fi

format: dev  ## Put the code into house format
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

lock:  ## Compile the lock files anew from pyproject.toml (needs uv; LOCK_ARGS=--upgrade takes newer versions)
	@command -v $(UV) >/dev/null || { echo 'make lock needs uv on PATH (or UV=/path/to/uv)'; exit 1; }
	$(UV) pip compile pyproject.toml --group build --extra broker $(LOCK_FLAGS) $(LOCK_ARGS) --output-file requirements.lock
	$(UV) pip compile pyproject.toml --group build --group dev --extra broker --extra media --extra pg --constraints requirements.lock \
	  $(LOCK_FLAGS) $(LOCK_ARGS) --output-file requirements-dev.lock
	$(UV) pip compile pyproject.toml --group build --group dev --group bench --extra broker --extra media --extra pg \
	  --constraints requirements-dev.lock $(LOCK_FLAGS) $(LOCK_ARGS) --output-file requirements-bench.lock
	$(UV) pip compile pyproject.toml --group build --group dev --group mutation --extra broker --extra media --extra pg \
	  --constraints requirements-dev.lock $(LOCK_FLAGS) $(LOCK_ARGS) --output-file requirements-mutation.lock
	@$(MAKE) dev && $(PY) tools/check_lock.py

LOCK_FLAGS := --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate \
  --universal --python-version 3.11

test-deps:  ## Install the programs some tests need: Chromium, fonts, PostgreSQL, Mosquitto (Debian, as root)
	DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
	  chromium fonts-noto-cjk postgresql mosquitto </dev/null

clean:  ## Remove the environment, caches and the demo's data
	rm -rf .venv .venv-mutation .venv.lock build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache \
	  .coverage .coverage.* htmlcov var
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

core:
	@tools/bootstrap.sh core

dev:
	@tools/bootstrap.sh dev
