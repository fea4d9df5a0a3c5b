# make run    install, then walk the demo results          make test   install, then every test
# make check  style, types, direction of imports           make bench  the figures of docs/ measured, beside commit BEFORE
# make docs   the site of docs/ in site/, warnings are errors   make lock, make audit  what the image installs
# make bench-runs  storages, executors and faults (root)    make bench-parity  predictions beside SModelS
# make bench-service  the service: made-up requests, load   make bench-spectra  models of any kind beside SModelS, files, scans
# make paper      the published campaign again: about 40 minutes the first time; then make paper-search, paper-views,
#                 paper-default, newest, rules: the other parts of docs/reproduction.md
# make today      what today's data say (docs/today.md): today-seeds, -winner, -pvalue, -power, -timeline, -oracle
# make universes  the published global p-value and closure tests again: hours; universes-calibration: minutes
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PACKAGES := protomodels results predictor universes combiner critic scoring walker runs campaign plots database api cli

.PHONY: run test tutorials test-compose calibration browser check docs lock audit bench bench-parity bench-runs bench-service bench-spectra tables tables-check
.PHONY: demo-results clean
.PHONY: paper paper-search paper-views paper-default newest rules universes universes-calibration
.PHONY: today today-seeds today-winner today-pvalue today-power today-timeline today-oracle
run: $(VENV)/.installed
	$(BIN)/protomodels run --results demo --walkers 8 --steps 400 --seed 1

# two at a time: many tests wait for other processes; those of a file share what they set up
test: $(VENV)/.installed-dev browser
	$(BIN)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder

# Chromium, for the tests of the dashboard: Debian's package where we may install it, playwright's own elsewhere
browser: $(VENV)/.installed-dev
	@command -v chromium >/dev/null || { apt-get -qq update && apt-get -qqy install chromium; } >/dev/null 2>&1 \
	  || $(BIN)/playwright install chromium >/dev/null 2>&1 || echo "no Chromium: the tests of the dashboard are skipped"

check: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.installed-docs
	rm -f docs/notebooks/*.db* docs/notebooks/p-value.p*  # of notebooks that an earlier version ran
	$(BIN)/sphinx-build --fail-on-warning --keep-going --fresh-env -q docs site
	rm -rf jupyter_execute  # copies of the notebooks, which the site has

# what the image installs: the versions of constraints.txt, with hashes
lock: $(VENV)/.installed-dev
	$(BIN)/uv pip compile pyproject.toml --extra all -c constraints.txt --generate-hashes --universal --python-version 3.11 \
	  --no-annotate --no-header --quiet --output-file requirements.lock

# our own code (what is skipped ruff looks at, with a reason for each exception), and known weaknesses of others'
audit: $(VENV)/.installed-dev
	$(BIN)/bandit --quiet --skip B101,B404,B603 --recursive $(PACKAGES)
	$(BIN)/pip-audit --requirement requirements.lock --require-hashes --disable-pip

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)
	@# older ones take minutes to find that nothing is in conflict
	$(BIN)/python -m pip install --quiet --disable-pip-version-check 'pip>=25'

$(VENV)/.installed: $(BIN)/python pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	touch $@

$(VENV)/.installed-docs: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[docs]'
	touch $@

$(VENV)/.installed-dev: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

clean:
	rm -rf $(VENV) site

tables: $(VENV)/.installed-dev
	$(BIN)/python -m protomodels.xsec.make
	$(BIN)/python -m protomodels.partners.make

tables-check: $(VENV)/.installed-dev
	$(BIN)/python -m protomodels.xsec.make --check
	$(BIN)/python -m protomodels.partners.make --check

demo-results: $(VENV)/.installed-dev
	$(BIN)/python -m protomodels.results.demo.make

# before walks were compiled
BEFORE ?= 376d907
bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.opening
	$(BIN)/python -m benchmarks.speed.paired_step --before $(BEFORE)
	$(BIN)/python -m benchmarks.speed.step_profile
	$(BIN)/python -m benchmarks.speed.run_speed --before $(BEFORE)
	$(BIN)/python -m benchmarks.speed.growth --to docs/performance-growth.svg
	$(BIN)/python -m benchmarks.speed.walk_step
	$(BIN)/python -m benchmarks.published_hiscores
	$(MAKE) bench-spectra

bench-parity: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.parity
	$(BIN)/python -m benchmarks.json_accuracy

# what SModelS says is kept in the cache: the first time takes up to a minute a model
bench-spectra: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.spectra.reading
	$(BIN)/python -m benchmarks.spectra.scan_speed
	$(BIN)/python -m benchmarks.spectra.scan_speed --kind small --models 20000
	$(BIN)/python -m benchmarks.spectra.parity --random 300 --full 300
	$(BIN)/python -m benchmarks.spectra.coverage
	$(BIN)/python -m benchmarks.spectra.confidence

# README and tutorials, typed into a clean shell by a new user: installs the program, with all extras
tutorials: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m slow tests/install/test_tutorials.py

# docker-compose.yml on a real engine: image, a run, every service killed once; skipped where there is none
test-compose: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m slow tests/install/test_compose_engine.py

# the long part of the tests of the posterior's sampler
calibration: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m slow tests/walker/posterior

bench-runs: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.runs.driver
	$(BIN)/python -m benchmarks.runs.scaling
	$(BIN)/python -m benchmarks.runs.run_size
	$(BIN)/python -m benchmarks.runs.faults

bench-service: $(VENV)/.installed-dev browser
	$(BIN)/python -m benchmarks.service.fuzz --write docs/service/fuzz.md
	$(BIN)/python -m benchmarks.service.load --write docs/service/load.md

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
	$(BIN)/python -m benchmarks.universes.technical_closure
	$(BIN)/python -m benchmarks.universes.closure physics --search refined --steps 200
	$(BIN)/python -m benchmarks.universes.pvalue
	$(BIN)/python -m benchmarks.universes.pvalue --steps 200 --K 6.46

universes-calibration: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.universes.calibration
	$(BIN)/python -m benchmarks.universes.limits
	$(BIN)/python -m benchmarks.universes.uniformity
	$(BIN)/python -m benchmarks.universes.limit_recipes
	$(BIN)/python -m benchmarks.universes.limits_and_counts
	$(BIN)/python -m benchmarks.universes.tails
	$(BIN)/python -m benchmarks.candidates
	$(BIN)/python -m benchmarks.universes.json_draws

# in this order: the winner is one of the seeds, power looks at the universes of the p-value
today: today-seeds today-winner today-pvalue today-power today-timeline today-oracle

today-seeds today-winner today-pvalue today-power today-timeline today-oracle: today-%: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks.today.$*
