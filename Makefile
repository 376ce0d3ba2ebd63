# Everything a developer or an office needs; `make` alone lists it.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SOURCE ?=
RUNNER ?=
SUITE ?=
LOCKED ?=
HOST ?= 127.0.0.1
PORT ?= 8000

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## make .venv with the project and its development dependencies (LOCKED=1: those of requirements.lock, by their hashes)

# uv installs several times faster; where it cannot be had, pip does the same. Where the scripts cannot be built
# (no node and no way to it, npm's registry out of reach) the rest is installed and the last line says what is missing.
INSTALL = if $(BIN)/uv --version >/dev/null 2>&1; \
	then $(BIN)/uv pip install --quiet --python $(BIN)/python -e ".[dev]"; \
	else $(BIN)/python -m pip install --quiet --disable-pip-version-check -e ".[dev]"; fi
# What CI and a container install: exactly the files of requirements.lock; nothing is built with anything else.
PIP = $(BIN)/python -m pip install --quiet --disable-pip-version-check
INSTALL_LOCKED = $(PIP) --no-deps --no-build-isolation -e .
FRONTEND := ohai_kg/web/frontend
$(STAMP): pyproject.toml $(if $(LOCKED),requirements.lock) $(filter-out %/testing,$(wildcard $(FRONTEND)/*.* $(FRONTEND)/src/*))
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
ifdef LOCKED
	@$(PIP) --require-hashes -r requirements.lock
	@$(INSTALL_LOCKED) || { export OHAI_KG_NO_FRONTEND=1; $(INSTALL_LOCKED); }
else
	@$(PIP) uv || true
	@$(INSTALL) || { export OHAI_KG_NO_FRONTEND=1; $(INSTALL); }
endif
	@touch $(STAMP)
	@test -f ohai_kg/web/static/vendor/.stamp || echo "The editor and the charts are left out: their scripts were not built. \`make frontend\` tries again and says why."

lock: setup ## write requirements.lock anew: the newest of everything that pyproject.toml allows
	$(BIN)/uv pip compile pyproject.toml --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--extra dev --extra browser --extra build --no-emit-index-url --no-emit-find-links \
		--custom-compile-command "make lock" --output-file requirements.lock

frontend: setup ## build the scripts of the editor and the charts anew
	$(BIN)/python $(FRONTEND)/hatch_build.py

data: setup ## build a release from the tables
	$(BIN)/ohai-kg build

serve: setup ## build where needed and serve the site and the endpoint
	$(BIN)/ohai-kg serve --host $(HOST) --port $(PORT)

# The tests of faults and of attacks kill processes and watch clocks: they run by themselves, after the others.
test: setup ## run the tests (warnings are errors)
	$(BIN)/python -m pytest -n auto --dist loadfile --ignore tests/faults --ignore tests/attack
	$(BIN)/python -m pytest tests/faults tests/attack

check: setup ## format, lint, types, tests: before every commit
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/python tools/csvw_format.py --check
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy
	$(MAKE) test

format: setup ## rewrite the code in the house format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .
	$(BIN)/python tools/csvw_format.py

docs: setup ## regenerate what is generated (settings and errors, shapes README, reference)
	$(BIN)/python -m tools.settings_table docs/settings.md
	$(BIN)/python -m tools.errors_table docs/errors.md
	$(BIN)/python -m tools.shapes_reference shapes
	$(BIN)/python -m tools.reference docs/reference

examples: setup ## write down again what is found in the examples of the rules, for review
	$(BIN)/python -m tests.validation.examples

fidelity: setup ## compare the committed row hashes with the document's text: make fidelity SOURCE=path/to/text
	@test -n "$(SOURCE)" || { echo "give the text: make fidelity SOURCE=path/to/text"; exit 2; }
	$(BIN)/python -m tests.fidelity.document "$(SOURCE)"

bench: setup ## measure the service and the validation against their rivals, as ratios
	$(BIN)/uv pip install --quiet --python $(BIN)/python -e ".[bench]" || $(BIN)/python -m pip install --quiet -e ".[bench]"
	$(BIN)/python benchmarks/serving.py
	$(BIN)/python benchmarks/shacl.py
	$(BIN)/python benchmarks/export.py
	$(BIN)/python benchmarks/search.py
	$(BIN)/python benchmarks/workbook.py
	$(BIN)/python benchmarks/questions.py

attack: setup ## the long form of what strangers may try, beside an honest client (Debian: faketime)
	OHAI_KG_LONG_TESTS=1 $(BIN)/python -m pytest -s tests/attack tests/protocol/test_federation.py

soak: setup ## the long forms of the fault and differential tests
	OHAI_KG_SOAK=1 $(BIN)/python -m pytest tests/faults
	OHAI_KG_LONG_TESTS=1 $(BIN)/python -m pytest tests/validation/test_differential.py tests/export/forms/test_round_trip.py

PLAYWRIGHT = $(BIN)/python -c "import playwright" 2>/dev/null || $(BIN)/uv pip install --quiet --python $(BIN)/python -e ".[browser]" || $(PIP) -e ".[browser]"
browser: setup ## the tests in a real browser (needs Chromium and a font with Han)
	@$(PLAYWRIGHT)
	$(BIN)/python -m pytest -m browser tests/browser

screenshots: setup ## pictures of every page type, on a desk, on a phone, on paper, in both languages, into screenshots/
	@$(PLAYWRIGHT)
	$(BIN)/python -m tests.browser.screenshots screenshots

fuzz: setup ## send the server what its interface description allows and forbids: no answer may be a 500
	$(BIN)/uv pip install --quiet --python $(BIN)/python -e ".[fuzz]" || $(BIN)/python -m pip install --quiet -e ".[fuzz]"
	$(BIN)/python -m tests.protocol.outside fuzz

conformance: setup ## the W3C SPARQL tests: make conformance RUNNER=path/to/runner.py SUITE=path/to/tests
	@test -n "$(RUNNER)" -a -n "$(SUITE)" || { echo "give RUNNER and SUITE"; exit 2; }
	$(BIN)/python -m tests.protocol.outside conformance "$(RUNNER)" "$(SUITE)" -v

clean: ## remove the environment, releases and caches
	rm -rf $(VENV) ohai_kg/web/static/vendor $(FRONTEND)/testing .ohai-kg .mypy_cache .ruff_cache .pytest_cache .hypothesis

.PHONY: help setup lock frontend data serve test check format docs examples fidelity bench attack soak browser screenshots fuzz conformance clean
