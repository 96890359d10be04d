# The entrance. Every target makes what it needs: `make lab` and `make test` work on a fresh clone.

.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
BIN := .venv/bin
# Tests bring up a lab of their own, apart from the one that `make lab` shows.
TEST_LAB := test-$(shell pwd | sha256sum | cut -c 1-8)
SHARD ?=
# What of the system a target needs; targets that bring up boards need more.
NEEDS := python
lab benchmark: NEEDS := python lab hadoop
test test-all: NEEDS := python lab hadoop browser

.PHONY: help
help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

.PHONY: setup
setup: .venv/installed ## The Python environment in .venv, and nothing else

.PHONY: lab
lab: export PICLUSTER_CONFIG = .picluster/lab/cluster.toml
lab: export PICLUSTER_LAB = lab
lab: .venv/installed ## Seven simulated boards, configured by pyinfra: the main job, without hardware
	$(BIN)/picluster lab up
	$(BIN)/pyinfra inventory.py deploys/all.py -y
	$(BIN)/picluster check
	$(BIN)/picluster lab status

.PHONY: lab-down
lab-down: .venv/installed ## Take the simulated boards away
	PICLUSTER_LAB=lab $(BIN)/picluster lab down

.PHONY: lint
lint: .venv/installed ## Style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

.PHONY: test-fast
test-fast: lint ## Lint, types and the tests that need neither a lab nor played servers
	$(MAKE) --no-print-directory -j2 -O $(FAST)

# In several processes, two at once. (pytest-xdist and gevent, which pyinfra patches in, do not go together.)
# The client of Portainer has a process of its own: its tests load TLS before pyinfra has patched it.
FAST := fast-plan-and-facts fast-operations-and-deploys fast-order fast-portainer-client
# The stand-in for Portainer against Portainer's contract, `picluster submit` with a head board that
# is played, and what deploys refuse on hosts that are, with a pyinfra of its own for each test, which
# needs two seconds of a processor: many processes and waits, so not for every edit.
PLAYED := contract submitting refusing
REFUSING := $(addprefix tests/deploys/test_,heat_and_power.py shutdown.py silent_boards.py)
ORDER := tests/deploys/test_order.py
# What a lab has to wait for on a new computer: meanwhile the others are tested.
AHEAD := archives images
.PHONY: $(FAST) $(PLAYED) $(AHEAD)
fast-plan-and-facts:
	$(BIN)/pytest -q -m "not lab" --basetemp=/tmp/$(TEST_LAB)-plan tests/unit tests/facts \
	    --ignore=tests/unit/portainer --ignore=tests/unit/submitting \
	    --ignore=tests/unit/test_cli_submit.py
fast-operations-and-deploys:
	$(BIN)/pytest -q -m "not lab" --basetemp=/tmp/$(TEST_LAB)-ops tests/operations tests/deploys \
	    $(patsubst %,--ignore=%,$(REFUSING) $(ORDER))
fast-order:
	$(BIN)/pytest -q --basetemp=/tmp/$(TEST_LAB)-order $(ORDER)
fast-portainer-client:
	$(BIN)/pytest -q --basetemp=/tmp/$(TEST_LAB)-client tests/unit/portainer
contract: ## The stand-in, or with PORTAINER_URL= a real Portainer, against its HTTP contract
	$(BIN)/pytest -q --basetemp=/tmp/$(TEST_LAB)-contract tests/contract
submitting:
	$(BIN)/pytest -q --basetemp=/tmp/$(TEST_LAB)-submitting tests/unit/submitting \
	    tests/unit/test_cli_submit.py
refusing:
	$(BIN)/pytest -q --basetemp=/tmp/$(TEST_LAB)-refusing $(REFUSING)
archives:
	$(BIN)/picluster fetch
images:
	$(BIN)/picluster lab up --boards 3

.PHONY: test
test: export PICLUSTER_LAB = $(TEST_LAB)
test: lint ## All of the above and whole deploys on a lab of three boards: what CI runs
	$(MAKE) --no-print-directory -j4 -O $(AHEAD) $(FAST) $(PLAYED)
	@# By folders: what other tests import patches TLS too late for those that speak to Portainer.
	$(BIN)/pytest --durations=15 tests/container tests/lab
	@echo "Left out (make test-all, SHARD=NAME for one): $$(scripts/shards)"

.PHONY: test-all
test-all: export PICLUSTER_LAB = $(TEST_LAB)
test-all: lint ## The long suites on seven boards, or one of them: make test-all SHARD=stuttering
	failed=; for shard in $${SHARD:-$$(scripts/shards)}; do \
	    $(BIN)/pytest tests/shards/test_$$shard.py --junit-xml .picluster/shard-$$shard.xml || \
	        failed="$$failed $$shard"; \
	    $(BIN)/python scripts/record-shard.py $$shard .picluster/shard-$$shard.xml; \
	done; \
	if [ -n "$$failed" ]; then echo "Failed:$$failed"; exit 1; fi

.PHONY: benchmark
benchmark: .venv/installed ## Measure seconds and remote commands on the lab: docs/performance.md
	$(BIN)/python -m benchmarks.plan
	PICLUSTER_LAB=$(TEST_LAB) $(BIN)/python -m benchmarks.deploy
	PICLUSTER_LAB=$(TEST_LAB) $(BIN)/python -m benchmarks.hadoop
	PICLUSTER_LAB=$(TEST_LAB) $(BIN)/python -m benchmarks.spark
	PICLUSTER_LAB=$(TEST_LAB) $(BIN)/python -m benchmarks.standalone

.PHONY: docs
docs: .venv/installed ## The site of docs/, in docs/_build; a warning is an error
	$(BIN)/python -m sphinx -q -W --keep-going -c docs -b html . docs/_build/html
	@echo "Open docs/_build/html/docs/index.html"

.PHONY: links
links: .venv/installed ## Ask every link that leads out of the documentation; needs the Internet
	$(BIN)/python -m sphinx -q -c docs -b linkcheck . docs/_build/links

.PHONY: reference
reference: .venv/installed ## Write docs/reference/ anew, from the code
	$(BIN)/python -m scripts.reference

.PHONY: lock
lock: .venv/installed ## Write the exact versions of all dependencies anew
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	    --group dev pyproject.toml -o requirements.lock

# The check costs nothing where all is there, and has to run where .venv is and Docker is gone.
.PHONY: system
system:
	@scripts/system-packages $(NEEDS)

lab test test-all benchmark: system

.venv/installed: requirements.lock pyproject.toml
	@scripts/system-packages $(NEEDS)
	test -x $(BIN)/python || python3 -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
