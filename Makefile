# `make` lists what can be done here. Everything is installed into .venv, nothing outside it
# (but for a Chromium from the system's packages, when `make test` finds none).

PORT ?= 8000
PYTHON ?=
WORKERS ?= 2
ARGS ?=

BIN := .venv/bin
# A slow registry is asked again; pip's notice about its own version tells nobody here anything.
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --retries 10 --timeout 60
LOCKS := requirements.lock requirements-dev.lock
# Locks must hold on a stranger's machine: settings of this one (own indexes, wheel folders) are left out.
UV := env -u UV_INDEX -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS $(BIN)/uv pip compile --no-config --quiet --upgrade --universal \
	--python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --annotation-style line

SOURCES := app.py portal booking templates
TRANSLATIONS := portal/translations
LANGUAGES := fr es
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard $(TRANSLATIONS)/*/LC_MESSAGES/messages.po))

.PHONY: help run test lint format bench screenshots messages lock clean translations browser

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo "  Settings: PORT=8000 (run), ARGS='-k name' (test), WORKERS=2 (test), PYTHON=/path/to/python3 (the first time)"

run: .venv/.installed translations ## start the demo: database, demo world, web app and postman, on PORT
	@exec $(BIN)/flask --app app demo --port $(PORT)

test: .venv/.installed-dev translations browser ## everything: SQLite, PostgreSQL and a real Chromium; ARGS goes to pytest
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

bench: .venv/.installed-dev translations ## what we claim about speed, measured here
	$(BIN)/python -m bench $(ARGS)

lint: .venv/.installed-dev ## mistakes that can be seen without running anything
	$(BIN)/ruff check --quiet .
	$(BIN)/ruff format --check --quiet .

format: .venv/.installed-dev ## lay out all Python in the one way that `make lint` asks for
	$(BIN)/ruff format --quiet .

screenshots: .venv/.installed-dev translations browser ## pictures of every page, phone and desktop, light and dark
	$(BIN)/python -m e2e.screenshots $(ARGS)

messages: .venv/.installed ## collect new sentences for the translators, compile what is translated
	$(BIN)/pybabel --quiet extract --mapping-file $(TRANSLATIONS)/babel.cfg --keywords lazy_gettext --keywords lazy_ngettext:1,2 \
		--no-location --sort-output --no-wrap --ignore-dirs ".*" --project Porchlight --output $(TRANSLATIONS)/messages.pot $(SOURCES)
	@for language in $(LANGUAGES); do \
		verb=update; options="--no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date"; \
		test -f $(TRANSLATIONS)/$$language/LC_MESSAGES/messages.po || { verb=init; options=; }; \
		$(BIN)/pybabel --quiet $$verb --input-file $(TRANSLATIONS)/messages.pot --output-dir $(TRANSLATIONS) --locale $$language --no-wrap $$options || exit 1; \
	done
	@$(MAKE) --no-print-directory translations

lock: .venv/.installed-lock ## newest versions that work together, exact and with hashes, into the lock files
	$(UV) --extra postgres --output-file requirements.lock pyproject.toml
	$(UV) --all-extras --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml

clean: ## remove what was made here, except the database in instance/
	rm -rf .venv build htmlcov .coverage .hypothesis .pytest_cache .ruff_cache *.egg-info $(TRANSLATIONS)/messages.pot $(CATALOGUES)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

translations: $(CATALOGUES)

browser: .venv/.installed-dev
	@$(BIN)/python -m e2e.browser

# Stamps: pip is asked only when a lock is newer than the last installation, so a second start costs nothing.
.venv/bin/python:
	@python=$$(PYTHON="$(PYTHON)" sh dev/find_python.sh) && echo "Making .venv with $$python" && rm -rf .venv && "$$python" -m venv .venv

.venv/.installed: requirements.lock | .venv/bin/python
	@echo "Installing what Porchlight needs into .venv (once, about half a minute)"
	@$(PIP) --require-hashes --requirement requirements.lock
	@touch $@

.venv/.installed-dev: requirements-dev.lock requirements.lock | .venv/bin/python
	@echo "Installing what the tests need into .venv (once, about a minute)"
	@$(PIP) --require-hashes --requirement requirements-dev.lock
	@touch .venv/.installed $@

.venv/.installed-lock: | .venv/bin/python
	@$(PIP) uv
	@touch $@

%.mo: %.po .venv/.installed
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
