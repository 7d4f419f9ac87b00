# Anbudspriset. `make help` lists what there is; every target keeps its environment in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PO := $(wildcard app/translations/*/LC_MESSAGES/*.po)
MO := $(PO:.po=.mo)

.DEFAULT_GOAL := help
.PHONY: help demo run test test-all test-full check messages lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: $(VENV)/ready $(MO) ## plays one award year, leaves the next open for voting, and serves both (ONLY=1: plays and stops)
	@$(BIN)/python -m app.rehearsal.demo $(if $(ONLY),--only)

run: $(VENV)/ready $(MO) ## the service without sample data: web, worker and a local inbox
	@$(BIN)/python -m app.processes

test: $(VENV)/dev-ready $(MO) ## the tests; what needs something this machine lacks is skipped and says so
	@$(BIN)/python -m pytest -m "not slow and not long" -n auto --dist loadfile

test-all: $(VENV)/dev-ready $(MO) ## the tests and the slow ones
	@$(BIN)/python -m pytest -m "not long" -n auto --dist loadfile

test-full: $(VENV)/dev-ready $(MO) ## every test, also the journeys and drills that take minutes each
	@$(BIN)/python -m pytest -n auto --dist loadfile

check: $(VENV)/dev-ready $(MO) ## style, types, import contracts, translations
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python tests/translations.py

messages: $(VENV)/dev-ready ## collects the texts of the code and templates into the catalogues
	@$(BIN)/pybabel -q extract -F babel.cfg -k lazy_gettext -k _l --no-location --sort-output --omit-header -o $(VENV)/messages.pot app
	@for language in sv; do \
	  catalogue=app/translations/$$language/LC_MESSAGES/messages.po; \
	  $(BIN)/pybabel -q update --no-fuzzy-matching --ignore-obsolete --omit-header --width=110 -i $(VENV)/messages.pot -d app/translations -l $$language; \
	  cat app/translations/$$language/header.po $$catalogue > $$catalogue.new && mv $$catalogue.new $$catalogue; \
	done

lock: $(VENV)/dev-ready ## resolves requirements*.in anew, with hashes
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --universal requirements.in -o requirements.txt
	@$(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.11 --universal requirements-dev.in -o requirements-dev.txt

clean: ## removes the environment and what was made from the sources (never instance/)
	@rm -rf $(VENV) $(MO) .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name it with: make PYTHON=python3.12 …"; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { echo "This Python cannot make environments; on Debian: apt install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/ready: requirements.txt | $(VENV)/bin/python
	@echo "Installing what the service stands on …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev-ready: requirements-dev.txt $(VENV)/ready
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

%.mo: %.po | $(VENV)/ready
	@$(BIN)/pybabel -q compile -i $< -o $@
