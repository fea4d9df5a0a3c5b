# make run    install, then walk the demo results          make test   install, then every test
# make check  style, types, direction of imports           make bench  the figures of docs/ measured
# make bench-runs  storages, executors and faults (root)    make bench-parity  predictions beside SModelS
# make paper      the published campaign again: about 40 minutes the first time; then make paper-search, paper-views,
#                 paper-default, newest, rules: the other parts of docs/reproduction.md
# make universes  the published global p-value and closure tests again: hours; universes-calibration: minutes
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: run test check bench bench-parity bench-runs tables tables-check demo-results clean
.PHONY: paper paper-search paper-views paper-default newest rules universes universes-calibration
run: $(VENV)/.installed
	$(BIN)/protomodels run --results demo --walkers 4 --steps 400 --seed 1

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev,xsec]'
	touch $@

clean:
	rm -rf $(VENV)

tables: $(VENV)/.installed-dev
	$(BIN)/python -m protomodels.xsec.make

tables-check: $(VENV)/.installed-dev
	$(BIN)/python -m protomodels.xsec.make --check

demo-results: $(VENV)/.installed-dev
	$(BIN)/python -m predictor.demo.make

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.opening
	$(BIN)/python -m benchmarks.walk_step
	$(BIN)/python -m benchmarks.step_profile
	$(BIN)/python -m benchmarks.published_hiscores

bench-parity: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.parity
	$(BIN)/python -m benchmarks.json_accuracy

bench-runs: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.driver
	$(BIN)/python -m benchmarks.scaling
	$(BIN)/python -m benchmarks.run_size
	$(BIN)/python -m benchmarks.faults

paper: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.paper.runs paper
	$(BIN)/python -m benchmarks.paper.report paper
	$(BIN)/python -m benchmarks.paper.check paper

paper-search: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.paper.runs refined --steps 200
	$(BIN)/python -m benchmarks.paper.search --short 200
	$(BIN)/python -m benchmarks.paper.report refined --steps 200
	$(BIN)/python -m benchmarks.paper.check refined --steps 200

paper-views: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.paper.views published
	$(BIN)/python -m benchmarks.paper.views refined --steps 200

paper-default: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.paper.report default --steps 200
	$(BIN)/python -m benchmarks.paper.check default --steps 200

newest: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.paper.report newest --steps 200
	$(BIN)/python -m benchmarks.paper.check newest --steps 200
	$(BIN)/python -m benchmarks.paper.views newest --steps 200
	$(BIN)/python -m benchmarks.paper.report newest-rules --steps 200 --runs 3

rules: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.paper.rules

universes: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.universes.closure technical
	$(BIN)/python -m benchmarks.universes.closure physics --search refined --steps 200
	$(BIN)/python -m benchmarks.universes.pvalue

universes-calibration: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.universes.calibration
	$(BIN)/python -m benchmarks.universes.json_draws
