# Two commands do all set-up: make run, make test. The others are for those who change Kateder.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONPATH := src
# Bytecode is kept, whatever the machine says: without it every command compiles all of Kateder before it begins.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: run test check build develop bench format lock messages clean

run: build
	@$(BIN)/python -m kateder serve --demo

# A process per core of what it is meant for; more make it quicker, and the ports and patience of tests scarcer.
test: develop
	@$(BIN)/python -m pytest -n $${TEST_PROCESSES:-2} $(ARGS)

check: develop
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/python tools/messages.py check
	@$(BIN)/python tools/migrations.py
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/mypy -p kateder

bench: build
	@$(BIN)/python -m kateder bench import --pupils 10000 --json
	@$(BIN)/python -m kateder bench deliver --pupils 10000 --latency-ms 20 --json
	@KATEDER_TEST_KILLS=50 $(BIN)/python -m pytest tests/faults -n 2

format:
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

# What is installed, to the hash; run after a change of the dependencies in pyproject.toml.
lock:
	@uv pip compile --quiet --generate-hashes --no-header --universal --python-version 3.11 pyproject.toml -o requirements.lock
	@uv pip compile --quiet --generate-hashes --no-header --universal --python-version 3.11 pyproject.toml --extra develop -c requirements.lock -o requirements-dev.lock

messages: develop
	@$(BIN)/python tools/messages.py extract

# What the machine must have is said in one sentence before anything is fetched.
$(VENV)/ready: requirements.lock tools/preflight.py
	@$(PYTHON) tools/preflight.py
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/ready-to-develop: $(VENV)/ready requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

node_modules/.ready: package-lock.json
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

src/kateder/portal/static/built/.ready: node_modules/.ready $(wildcard frontend/* frontend/*/*)
	@npm run --silent build
	@touch $@

build: $(VENV)/ready src/kateder/portal/static/built/.ready
	@$(BIN)/python tools/messages.py compile

develop: $(VENV)/ready-to-develop build

clean:
	rm -rf $(VENV) node_modules src/kateder/portal/static/built .mypy_cache .ruff_cache
