# Everything a newcomer or CI needs; `make help` lists it.
SHELL := /bin/bash
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8080
WORKERS ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))
PACKAGES := bot files handlers papers petitions reminders storage telegramchat webchat

.PHONY: papers help setup system demo read check scripts test journeys faults ninety year fuzz bench clean lock sbom audit words

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(VENV)/.ready ## build the environment in .venv

$(VENV)/.ready: requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || command -v python3 >/dev/null || { echo "Python 3.11 is missing: apt-get install python3 python3-venv"; exit 1; }
	@test -x $(BIN)/python || $$(command -v $(PYTHON) || command -v python3) -m venv $(VENV) || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## the sample office in the browser, on http://127.0.0.1:8080 (PORT= changes it)
	$(BIN)/petition-bot demo --port $(PORT)

read: setup scripts ## format, lint, types (the page's scripts', too), import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: read ## the same, and the quick tests
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal -m "not browser and not postgres and not slow and not again"

test: read system ## every test, and once more on PostgreSQL where the database matters
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal --durations=15 -m "not again"
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal --postgres -m "not browser and not slow"
	@$(BIN)/python tests/not_run.py

journeys: setup ## the long journeys on the page once more, on SQLite (make test: on PostgreSQL)
	$(BIN)/pytest -q -n $(WORKERS) --dist worksteal -m again

scripts: ## type-check the page's scripts (tsc in .tsc; Node comes along where there is none)
	@PYTHON="$(PYTHON)" bash deploy/tsc.sh

system: ## what the browser's tests need of the system (Debian: Chromium)
	@bash tests/system.sh

faults: setup ## offices that break a thousand times while people file, and kill -9 at random moments: long
	PYTHONPATH=tests $(BIN)/python -m runs.fault_rounds 1000
	$(BIN)/pytest -q -s tests/test_killed.py tests/test_killed_reminders.py -k "kill" --rounds 200

ninety: setup ## ninety days of 1,000 cases, every alert against an oracle: long
	PYTHONPATH=tests $(BIN)/python -m runs.ninety_days 1000 90

year: setup ## a year of 2,000 cases: every question and every figure against an oracle: long
	PYTHONPATH=tests $(BIN)/python -m runs.a_year 2000 365

fuzz: setup ## raw updates, every parser, every route, every button, with many more examples: an hour
	HYPOTHESIS_PROFILE=hour $(BIN)/pytest -q --hypothesis-show-statistics tests/test_fuzz_*.py
	HYPOTHESIS_PROFILE=long $(BIN)/pytest -q tests/test_anything_pressed.py
	PYTHONPATH=tests $(BIN)/python -m runs.fuzz_parsers 600

bench: setup ## filing and delivery measured; docs/benchmarks.md names the command of every other table
	$(BIN)/python benchmarks/filing.py
	for part in tick jobs delivery meanwhile; do $(BIN)/python benchmarks/ledger.py $$part; done

sbom: setup ## what the program consists of, as CycloneDX, in sbom.json
	$(BIN)/python deploy/sbom.py > sbom.json
	@echo sbom.json

audit: ## ask pip-audit about every locked package (in an environment of its own)
	@test -x .venv-audit/bin/pip-audit || { $(PYTHON) -m venv .venv-audit && .venv-audit/bin/pip install --quiet --disable-pip-version-check pip-audit==2.10.1; } || { echo "pip-audit can't be installed from here: nothing was checked"; exit 3; }
	@.venv-audit/bin/pip-audit -r requirements.lock --require-hashes --disable-pip --progress-spinner off -f json 2>/dev/null | $(PYTHON) deploy/audit.py

words: ## flags and comments of the sentences, and the 繁體 ones (OpenCC, in an environment of its own)
	@test -x .venv-words/bin/python || { $(PYTHON) -m venv .venv-words && .venv-words/bin/pip install --quiet --disable-pip-version-check opencc==1.4.2; } || { echo "OpenCC can't be installed from here: nothing was changed"; rm -rf .venv-words; exit 3; }
	.venv-words/bin/python deploy/words.py

papers: setup ## print every kind of paper, and make the small pictures of docs/papers.md
	@test -x .venv-papers/bin/python || { $(PYTHON) -m venv .venv-papers && .venv-papers/bin/pip install --quiet --disable-pip-version-check pypdfium2==5.15.2 pillow==13.0.0; } || { echo "pypdfium2 can't be installed from here: nothing was changed"; rm -rf .venv-papers; exit 3; }
	$(BIN)/python deploy/specimens.py build/papers
	$(BIN)/python deploy/specimens.py build/papers/en en
	.venv-papers/bin/python deploy/pictures.py build/papers docs/papers
	.venv-papers/bin/python deploy/pictures.py build/papers/en docs/papers/en

lock: ## compile requirements.lock anew from pyproject.toml (needs uv)
	uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-emit-find-links --universal -p 3.11 -o requirements.lock

clean: ## drop the environment and caches (never data/)
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
