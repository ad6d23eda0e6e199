# Everything a developer or CI does. Needs Python 3.11 or later and make; no root.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq
# uv is needed only by `make lock`.
UV ?= uv
RESOLVE = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header
LOCK = $(RESOLVE) pyproject.toml --group build
ARGS ?=

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test prove bench docs assets tour lint lock clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

demo: .venv/.demo ## run the demonstration (ARGS=--no-serve: all but the serving)
	@$(BIN)/xenia demo $(ARGS)

test: .venv/.dev ## run the tests; ends with a list of what was skipped and why
	@echo "Testing"
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

prove: .venv/.dev .venv/.spark ## run the long proofs (those of Spark need Java 17)
	@echo "Proving (this takes a while)"
	@XENIA_PROFILE=prove $(BIN)/python -m pytest -n 2 -m prove $(ARGS)

bench: .venv/.dev ## print the measures as ratios, each against its floor (ARGS=--quick: a look)
	@$(BIN)/python benchmarks/step.py
	@$(BIN)/python -m benchmarks.service $(ARGS)
	@$(BIN)/python -m benchmarks.hot_account $(ARGS)
	@$(BIN)/python -m benchmarks.parts $(ARGS)
	@$(BIN)/python -m benchmarks.rules $(ARGS)
	@$(BIN)/python -m benchmarks.quote $(ARGS)
	@$(BIN)/python -m benchmarks.pages $(ARGS)
	@$(BIN)/python -m benchmarks.backtest --purchases 1000000 $(ARGS)
	@$(BIN)/python -m benchmarks.sweep $(ARGS)

docs: .venv/.dev ## write docs/reference, the examples and the client from the code
	@echo "Asking for the examples of the interface"
	@$(BIN)/python -m tests.api.examples
	@echo "Writing docs/reference and src/xenia/client"
	@$(BIN)/python -m xenia.cli.reference docs/reference
	@$(BIN)/ruff format --quiet src/xenia/client

assets: ## build what the pages load (needs Node and npm; what is built is committed)
	@echo "Building src/xenia/pages/assets"
	@cd src/xenia/pages/sources && npm install --no-save --silent && node build.mjs

tour: .venv/.dev ## take the pictures of every page again, and write docs/tour.md (needs Chromium)
	@echo "Taking the pictures of docs/tour.md"
	@$(BIN)/python -m tests.tour

# The folders that hold Python, as far as they exist.
CHECKED = $(wildcard src tests benchmarks)

lint: .venv/.dev ## check style, types and which room imports which
	@echo "Checking style"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@echo "Checking types"
	@$(BIN)/mypy $(CHECKED)
	@echo "Checking imports"
	@$(BIN)/lint-imports --no-logo

lock: ## resolve the dependencies again into requirements/*.lock (needs uv; ARGS=--upgrade)
	@mkdir -p requirements
	@echo "Locking requirements/dev.lock"
	@$(LOCK) $(ARGS) --extra test --extra lint --output-file requirements/dev.lock
	@echo "Locking requirements/demo.lock"
	@$(LOCK) --constraint requirements/dev.lock --no-annotate --extra demo --output-file requirements/demo.lock
	@echo "Locking requirements/spark.lock"
	@$(RESOLVE) $(ARGS) --group spark --output-file requirements/spark.lock
	@! grep -inE 'https?:|file:|index-url|find-links' requirements/*.lock

clean: ## remove .venv and everything generated
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# --- the environment ---------------------------------------------------------
# A stamp says which lock file .venv was filled from. What .dev holds includes
# what .demo needs. --no-build-isolation: the build backend comes from the lock.

define install
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing $(1) into .venv"
	@$(PIP) install --require-hashes --requirement $(1)
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@
endef

.venv/.dev: requirements/dev.lock pyproject.toml
	$(call install,requirements/dev.lock)

# Spark itself (450 MB) for its proofs, beside the packages of .venv: those who use it put it first.
.venv/.spark: requirements/spark.lock .venv/.dev
	@echo "Installing Spark into .venv/spark"
	@$(PIP) install --require-hashes --no-deps --upgrade --target .venv/spark --requirement $<
	@touch $@

ifneq ($(wildcard .venv/.dev),)
.venv/.demo: .venv/.dev
	@touch $@
else
.venv/.demo: requirements/demo.lock pyproject.toml
	$(call install,requirements/demo.lock)
endif
