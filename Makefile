# Everything runs in a virtual environment of its own, .venv, made on first use.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test page quick lowest coverage lint format backtest docs bench packages licences audit clean

demo: .venv/ready  ## Run the main job on the embedded network.
	$(BIN)/supplyline run scenarios/castello-2014-12.toml --out results/castello-2014-12

backtest: .venv/ready  ## Hold two years, and three years, of Aleppo against what is documented.
	for years in 2014-2015 2014-2016; do \
	  $(BIN)/supplyline backtest scenarios/aleppo-$$years.toml \
	    --truth data/backtest/aleppo-truth.csv --out results/backtest-$$years || exit 1; \
	done

test: .venv/ready-dev page  ## Run all tests.
	@scripts/get_browser
	$(BIN)/python -m pytest -n 2 --dist loadgroup -p no:benchmark tests

page: node_modules/.ready  ## Check and test the scripts of the page.
	npm run --silent lint
	npm test --silent

node_modules/.ready: package.json
	@scripts/get_node
	npm install --silent --no-package-lock --no-audit --no-fund
	touch $@

quick: .venv/ready-dev  ## Run the quick tests, in under a minute.
	$(BIN)/python -m pytest -n 2 --dist loadgroup -p no:benchmark -m "not slow" tests

lowest: .venv/ready-dev  ## Run all tests on the lowest versions that pyproject.toml allows.
	$(BIN)/uv venv --quiet --clear --python $(BIN)/python .venv/lowest
	$(BIN)/uv pip install --quiet --python .venv/lowest/bin/python --resolution lowest-direct \
	  --only-binary :all: --no-binary supplyline --editable '.[dev,docs,cluster,fast,layers]'
	@# old libraries warn of one another; what the engine itself causes, the pinned versions tell
	.venv/lowest/bin/python -m pytest -n 2 --dist loadgroup -p no:benchmark -o filterwarnings=default tests

coverage: .venv/ready-dev  ## Hold that the tests of each room reach at least 95 % of its branches.
	@for room in control analysis connectivity probability; do \
	  folders=tests/$$room; \
	  case $$room in control|analysis) folders="$$folders tests/meaning";; esac; \
	  $(BIN)/python -m pytest -n 2 --dist loadgroup -p no:benchmark --cov=engine.$$room --cov-branch --cov-report=term-missing:skip-covered \
	    --cov-fail-under=95 $$folders || exit 1; \
	done

lint: .venv/ready-dev  ## Check style and types.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: .venv/ready-dev  ## Build the documentation into site/.
	$(BIN)/sphinx-build -q -W --keep-going docs site

bench: .venv/ready-bench  ## Measure, beside other libraries.
	$(BIN)/python -m pytest benchmarks

packages: .venv/ready-dev  ## Build sdist and wheel, and try each in a fresh environment outside of the checkout.
	scripts/check_packages

licences: .venv/ready-dev  ## Hold that all that is pinned may be used and passed on freely.
	$(BIN)/python scripts/check_licences.py

audit: .venv/ready-dev  ## Ask PyPI for known vulnerabilities of all that is pinned.
	$(BIN)/uv tool run --quiet pip-audit --requirement constraints.txt --no-deps --disable-pip --strict

format: .venv/ready-dev node_modules/.ready
	npm run --silent format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

.venv/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "supplyline needs Python 3.11 or newer; say which with: make PYTHON=...")'
	$(PYTHON) -m venv .venv
	touch $@

.venv/ready: .venv/python pyproject.toml constraints.txt
	$(PIP) --editable .
	touch $@

.venv/ready-dev: .venv/python pyproject.toml constraints.txt
	$(PIP) --editable '.[dev,docs]'
	touch $@ .venv/ready

.venv/ready-bench: .venv/ready-dev
	$(PIP) --editable '.[dev,docs,bench]'
	touch $@

clean:
	rm -rf .venv node_modules results site build
