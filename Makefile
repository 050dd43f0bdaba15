# What people type. `make help` lists it; everything happens in .venv, nothing outside this folder is changed.

PORT ?= 8000
PYTHON ?= python3
UV ?= uv
VENV := .venv
BIN := $(VENV)/bin/python

# The settings of a developer's machine, whatever the shell says; DATABASE_URL passes, so `make run` can use PostgreSQL.
export ENTENTE_ENVIRONMENT := development
export DJANGO_SETTINGS_MODULE := config.settings
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export MAKE
unexport PYTHONHOME

# Checks touch no database file, and read production settings that no server uses.
NO_DATABASE := DATABASE_URL=sqlite:///:memory:
PRODUCTION := env -u SECRET_KEY_FILE -u DATABASE_URL_FILE -u DEBUG ENTENTE_ENVIRONMENT=production \
	SECRET_KEY=made-up-for-this-check-0123456789-abcdefghijklmnopqrstuvwxyz \
	ALLOWED_HOSTS=entente.example DATABASE_URL=postgres://entente@localhost/entente EMAIL_URL=smtp://localhost:25
TEMPLATES = find . -name '.?*' -prune -o -path '*/templates/*.html' -print
OWN_FILES := --ignore '.*' --ignore tests --ignore bench --ignore static-collected --ignore media

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test test-all check check-lint check-format check-types check-templates check-migrations check-deploy \
	format messages screenshots lock clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

# --- Running -------------------------------------------------------------------------------------------------------

run: $(VENV)/.installed-run ## Entente with example data on http://127.0.0.1:8000 (PORT=… for another port)
	@$(BIN) manage.py migrate --verbosity 0
	@$(BIN) manage.py load_example
	@$(BIN) manage.py runserver 127.0.0.1:$(PORT)

$(BIN):
	@command -v $(PYTHON) >/dev/null || { echo "Entente needs Python 3.11 or newer; $(PYTHON) was not found." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Entente needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1). Name another: make PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "Entente needs Python's venv and pip; on Debian: apt install python3-venv" >&2; exit 1; }
	@echo "Making $(VENV) …"
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.installed-run: requirements.txt | $(BIN)
	@echo "Installing the locked dependencies …"
	@$(BIN) -m pip install --quiet --no-input --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt | $(BIN)
	@echo "Installing the locked dependencies for development …"
	@$(BIN) -m pip install --quiet --no-input --require-hashes -r requirements-dev.txt
	@touch $@

# --- Testing -------------------------------------------------------------------------------------------------------

test: $(VENV)/.installed-dev ## Checks, then tests on SQLite, PostgreSQL and in a browser; says what it could not run
	@$(BIN) -m tests.run

test-all: $(VENV)/.installed-dev ## The same with the long tests, browser tests on both databases, and nothing skipped
	@$(BIN) -m tests.run --all

check: check-lint check-format check-types check-templates check-migrations check-deploy ## Lint, layout, types, templates, migrations, production settings

check-lint: $(VENV)/.installed-dev
	@echo "== ruff check"
	@$(BIN) -m ruff check --quiet .

check-format: $(VENV)/.installed-dev
	@echo "== ruff format"
	@$(BIN) -m ruff format --quiet --check . || { echo "Run: make format" >&2; exit 1; }

check-types: $(VENV)/.installed-dev
	@echo "== mypy, strict"
	@$(NO_DATABASE) $(BIN) -m mypy --no-error-summary .

check-templates: $(VENV)/.installed-dev
	@echo "== djade"
	@$(TEMPLATES) | xargs -r $(VENV)/bin/djade --check --target-version 5.2

check-migrations: $(VENV)/.installed-dev
	@echo "== makemigrations --check"
	@$(NO_DATABASE) $(BIN) manage.py makemigrations --check --dry-run

check-deploy: $(VENV)/.installed-dev
	@echo "== check --deploy, production settings"
	@$(PRODUCTION) $(BIN) manage.py check --deploy --fail-level WARNING

# --- Working on it -------------------------------------------------------------------------------------------------

format: $(VENV)/.installed-dev ## Lay out Python and templates
	@$(BIN) -m ruff check --quiet --fix .; $(BIN) -m ruff format --quiet .
	@$(TEMPLATES) | xargs -r $(VENV)/bin/djade --target-version 5.2

# File names without line numbers, one line per text and no creation date keep the differences small.
# The compiled catalogues are committed: `make run` works without gettext.
messages: $(VENV)/.installed-dev ## Collect the texts to translate and compile the catalogues (needs gettext)
	@command -v msgfmt >/dev/null || { echo "make messages needs gettext; on Debian: apt install gettext" >&2; exit 1; }
	@$(NO_DATABASE) $(BIN) manage.py makemessages --locale nl --locale fr \
		--add-location file --no-wrap --no-obsolete $(OWN_FILES)
	@for file in locale/*/LC_MESSAGES/*.po; do sed -i.old '/^"POT-Creation-Date:/d' "$$file" && rm "$$file.old"; done
	@$(NO_DATABASE) $(BIN) manage.py compilemessages $(OWN_FILES)

screenshots: $(VENV)/.installed-dev ## Take the pictures of docs/pictures anew, of the example as it looks now (needs Chromium)
	@$(BIN) -m docs.take_pictures

COMPILE := $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links $(if $(UPGRADE),--upgrade) pyproject.toml

lock: ## Write requirements*.txt from pyproject.toml (needs uv; UPGRADE=1 takes newer versions)
	@command -v $(UV) >/dev/null || { echo "make lock needs uv: $(PYTHON) -m pip install uv" >&2; exit 1; }
	$(COMPILE) --output-file requirements.txt
	$(COMPILE) --group dev --output-file requirements-dev.txt

clean: ## Remove .venv, caches and test results; the database and the files stay
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage test-results static-collected
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
