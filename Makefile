# The one list of verbs. `make help` shows them.
#
# Everything is made below this folder, with nothing global and no root: Python environments with uv
# (.venv, and one each for the embedded AWS and the cluster provider, whose requirements contradict
# the others'), the CDK CLI in node_modules, the functions' packages in build/.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
ENVIRONMENT ?= local
PORT ?= 4700
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo 0.0.0)

VENV := .venv
EMULATOR_VENV := .venv-embedded-aws
PROVIDER_VENV := .venv-cluster-provider
RUN := $(VENV)/bin/python
UV := $(VENV)/bin/uv
CDK := node_modules/.bin/cdk

ENVIRONMENTS := $(VENV)/.made $(EMULATOR_VENV)/.made $(PROVIDER_VENV)/.made
FUNCTIONS := build/functions-local/.made build/functions-aws/.made
API_SOURCES := $(shell find lambdas/cluster_api/src -name '*.py')

.PHONY: help demo up down bench test test-app test-provider check synth openapi lock environments \
  functions machine clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | column -t -s '|'

demo: environments functions ## From nothing to a cluster and back to nothing, on an AWS on this machine
	@$(RUN) -m embedded_aws demo --version $(VERSION)

up: environments functions ## The application on an AWS on this machine, left running
	@$(RUN) -m embedded_aws up --port $(PORT) --version $(VERSION)

down: $(VENV)/.made ## Stop it; its state is gone
	@$(RUN) -m embedded_aws down

bench: environments functions ## Count and time requests, on an AWS on this machine
	@PYTHONPATH=lambdas/cluster_api/src $(RUN) -m benchmarks --version $(VERSION)

test: test-app test-provider ## Every test

test-app: environments functions ## The tests of everything but the provider's adapter
	$(RUN) -m pytest

test-provider: environments build/configurations/.made ## The provider with the real ParallelCluster library
	$(PROVIDER_VENV)/bin/python -m pytest -c lambdas/cluster_provider/pytest.ini \
	  --rootdir lambdas/cluster_provider lambdas/cluster_provider/tests

check: environments functions ## Format, lint, types, layers, templates, docs/reachability.md
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/shellcheck constructs/src/hpc_constructs/node_scripts/*.sh .ci/run
	$(VENV)/bin/mypy
	PYTHONPATH=lambdas/cluster_api/src:lambdas/cluster_provider/src $(VENV)/bin/lint-imports
	PYTHONPATH=lambdas/cluster_api/src $(RUN) -m tools.openapi --check
	$(RUN) -m tools.reachability --check docs/reachability.md
	$(RUN) -m tools.synthesise_all build/checked
	$(VENV)/bin/cfn-lint --config-file .cfnlintrc.yaml

synth: environments functions ## Synthesise the stacks of ENVIRONMENT
	$(CDK) synth --quiet -c environment=$(ENVIRONMENT) -c version=$(VERSION)

openapi: $(VENV)/.made ## Write docs/openapi.json, which make check compares
	PYTHONPATH=lambdas/cluster_api/src $(RUN) -m tools.openapi

lock: $(VENV)/.made ## Compile every requirements file anew
	$(RUN) -m tools.lock

environments: machine $(ENVIRONMENTS) node_modules/.made

functions: $(FUNCTIONS)

clean: ## Remove all that make made
	rm -rf .venv* node_modules build .embedded

machine:
	@$(PYTHON) tools/machine.py

$(VENV)/bin/uv: requirements-uv.txt
	@$(PYTHON) tools/machine.py
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes \
	  -r requirements-uv.txt
	@touch $@

$(VENV)/.made: requirements-dev.txt constructs/pyproject.toml | $(VENV)/bin/uv
	$(UV) pip sync --quiet --python $(VENV) --require-hashes requirements-dev.txt requirements-uv.txt
	$(UV) pip install --quiet --python $(VENV) --no-deps --editable constructs
	@touch $@

$(EMULATOR_VENV)/.made: embedded_aws/requirements.txt | $(VENV)/bin/uv
	$(UV) venv --quiet --allow-existing --python $(VENV)/bin/python $(EMULATOR_VENV)
	$(UV) pip sync --quiet --python $(EMULATOR_VENV) --require-hashes $<
	@touch $@

PROVIDER := lambdas/cluster_provider
$(PROVIDER_VENV)/.made: $(PROVIDER)/requirements.txt $(PROVIDER)/requirements-dev.txt | $(VENV)/bin/uv
	$(UV) venv --quiet --allow-existing --python $(VENV)/bin/python $(PROVIDER_VENV)
	$(UV) pip sync --quiet --python $(PROVIDER_VENV) --require-hashes $^
	@touch $@

node_modules/.made: package-lock.json
	npm ci --silent --no-fund --no-audit
	@touch $@

# The functions' packages differ: AWS runs them on arm64 with Python 3.13, the embedded AWS in its
# own interpreter.
API := lambdas/cluster_api
build/functions-local/.made: $(API)/requirements.txt $(API_SOURCES) | $(VENV)/.made
	rm -rf $(@D) && mkdir -p $(@D)/cluster_api
	$(UV) pip install --quiet --python $(VENV) --require-hashes --target $(@D)/cluster_api -r $<
	cp -r $(API)/src/cluster_api $(@D)/cluster_api/
	find $(@D) -name __pycache__ -prune -exec rm -rf {} +
	@touch $@

build/functions-aws/.made: $(API)/requirements.txt $(API_SOURCES) | $(VENV)/.made
	rm -rf $(@D) && mkdir -p $(@D)/cluster_api
	$(UV) pip install --quiet --python-platform aarch64-manylinux2014 --python-version 3.13 \
	  --only-binary :all: --require-hashes --target $(@D)/cluster_api -r $<
	cp -r $(API)/src/cluster_api $(@D)/cluster_api/
	find $(@D) -name __pycache__ -prune -exec rm -rf {} +
	@touch $@

# What ParallelCluster is asked about: the configuration in each published template.
build/configurations/.made: $(FUNCTIONS) $(wildcard config/*.yaml) $(wildcard cdk_app/*.py) \
  $(wildcard constructs/src/hpc_constructs/*.py)
	$(RUN) -m tools.render_configurations $(@D)
	@touch $@
