# The commands of this project. The work is done by the small scripts in tools/.

SHELL := /bin/bash
VENV := .venv/bin
SCRIPTS := $(wildcard tools/*.sh) .ci/run
export PYTHON ?= python3

.DEFAULT_GOAL := help
.NOTPARALLEL: # system packages come before the environment that is compiled with them
.PHONY: help demo unit test conformance simulate chaos check format clean packages-demo packages-unit packages-test packages-check

help: ## Say what there is
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' $(MAKEFILE_LIST) | expand -t 14

demo: packages-demo .venv/stamp ## Show the main job on a private libvirt with a real disk
	@$(VENV)/python -m examples.demo

unit: packages-unit .venv/stamp ## Run the tests that start no libvirtd: at most a minute
	$(VENV)/pytest -n 2 -m 'not lab' --ignore=tests/fuzz

test: packages-test .venv/stamp ## Run all tests; as root on three releases of libvirt
	@if [ "$$(id -u)" = 0 ]; then $(VENV)/python -m tests.lab build; fi
	$(VENV)/pytest -n 2

conformance: packages-test .venv/stamp ## Compare rules and plans with libvirt on random domains and hosts, for 10 minutes
	@if [ "$$(id -u)" = 0 ]; then $(VENV)/python -m tests.lab build; fi
	$(VENV)/python -m tests.conformance --seconds 300 $(ARGS)
	$(VENV)/python -m tests.conformance --hosts --seconds 300 $(ARGS)

simulate: packages-test .venv/stamp ## Let an apply go wrong at every point, on a model of libvirt, for 10 minutes
	$(VENV)/python -m tests.simulation $(ARGS)

chaos: packages-test .venv/stamp ## Hit applies for real, for 10 minutes: kills, full disks, cuts, somebody else
	@if [ "$$(id -u)" = 0 ]; then $(VENV)/python -m tests.lab build; fi
	$(VENV)/python -m tests.chaos $(ARGS)

fuzz: packages-test .venv/stamp ## Bend files of each format by the thousand: one told error, nothing else
	for form in plan journal manifest hosts dump host; do \
		$(VENV)/python -m tests.fuzz --format $$form $(ARGS) || exit 1; done

check: packages-check .venv/stamp ## Lint, format, types and layers
	$(VENV)/ruff check
	$(VENV)/ruff format --check
	$(VENV)/mypy -p reconcile -p tests -p benchmarks -p examples.demo
	$(VENV)/lint-imports
	shellcheck $(SCRIPTS)

format: packages-check .venv/stamp ## Rewrite the code as `make check` wants it
	$(VENV)/ruff check --fix
	$(VENV)/ruff format

clean: ## Remove the environment and all caches of this checkout
	rm -rf .venv .cache dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# What apt has to add, if anything: nothing is said or done when all is there.
packages-demo packages-unit packages-test packages-check:
	@tools/packages.sh $(@:packages-%=%)

# Made anew only when its inputs have changed.
.venv/stamp: pyproject.toml requirements-dev.txt tools/venv.sh
	@tools/venv.sh
