# Every target sets up what it needs, in the versions that requirements/ locks.
# PYTHON names another interpreter (3.11 or newer), VENV another folder for the environment.
PYTHON ?= python3
VENV ?= .venv
RUN = $(VENV)/bin
READY := $(VENV)/.ready
OUT := out
PIP = $(RUN)/python -m pip --disable-pip-version-check --quiet
# --no-deps: a lock names all that is needed; `pip check` then says if it didn't
INSTALL = $(PIP) install --no-deps --require-hashes

.PHONY: demo test lint bench soak docs notebooks clean release setup install browser lock update test-newest test-pythons audit wheel

setup: $(READY)

$(READY): pyproject.toml requirements/dev.txt requirements/suggest.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; run: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up $(VENV) (once, a minute or two) …"
	@$(PYTHON) -m venv --clear $(VENV)
	@$(INSTALL) -r requirements/dev.txt -r requirements/suggest.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@$(RUN)/python -m pip check --quiet
	@touch $@

# The command alone, in an environment at DIR; WITH names the lock: base, serve,
# suggest, figures or notebook.
DIR ?= $(HOME)/ldn-graph
WITH ?= base
install: RUN := $(DIR)/bin
install:
	@$(PYTHON) -m venv $(DIR)
	@$(INSTALL) -r requirements/$(WITH).txt -r requirements/build.txt
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir $(DIR)/wheel .
	@$(PIP) install --no-deps --force-reinstall $(DIR)/wheel/*.whl && rm -r $(DIR)/wheel
	@echo "$(DIR)/bin/ldn-graph --help"

# What a server without a checkout is installed from: the wheel, and the lock of what it needs.
wheel: $(READY)
	@rm -rf dist
	@$(RUN)/python -m build --wheel --no-isolation --outdir dist > /dev/null
	@cp requirements/serve.txt dist/
	@ls dist

# The locks: what `dev` holds sets the versions, and the others follow it. What is heavy is locked by
# itself, so that it can't hold anything else back.
LOCKS := dev base serve suggest figures notebook bench build
lock-dev := pyproject.toml --extra serve --group dev
lock-base := pyproject.toml
lock-serve := pyproject.toml --extra serve
lock-suggest := pyproject.toml --extra suggest
lock-figures := pyproject.toml --extra figures
lock-notebook := pyproject.toml --extra notebook
lock-bench := --group bench
lock-build := --group build
COMPILE = $(RUN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --prerelease disallow \
  --custom-compile-command "make lock (after a change of pyproject.toml) or make update (to renew)"

# Adds to the locks what pyproject.toml asks for and they lack; what they hold stays as it is.
lock:
	@test -x $(RUN)/uv || { $(PYTHON) -m venv $(VENV) && $(INSTALL) -r requirements/dev.txt; }
	@for name in $(LOCKS); do echo "requirements/$$name.txt"; done
	@$(foreach name,$(LOCKS),$(COMPILE) $(UPGRADE) $(if $(filter dev,$(name)),,-c requirements/dev.txt) \
	  $(lock-$(name)) -o requirements/$(name).txt &&) true

# Renews every version in the locks.
update: UPGRADE := --upgrade
update: lock
	@git --no-pager diff --stat -- requirements

demo: $(READY)
	@mkdir -p $(OUT)
	@echo "── 1. Building the graph from data/"
	@$(RUN)/ldn-graph build $(OUT)/store
	@echo; echo "── 2. What does the article claim about Crohn’s disease, and how strongly?"
	@$(RUN)/ldn-graph query claims-for-condition -p condition=crohns-disease --store $(OUT)/store -f table
	@echo; echo "── 3. What is only being investigated?"
	@$(RUN)/ldn-graph query only-investigated --store $(OUT)/store -f table
	@echo; echo "── 4. How is LDN said to reach Crohn’s disease, and which link is weakest?"
	@$(RUN)/ldn-graph paths low-dose-naltrexone crohns-disease -f table
	@echo; echo "── 5. Drawing it"
	@$(RUN)/ldn-graph draw -o $(OUT)/ldn-graph.html
	@$(RUN)/ldn-graph draw --paths low-dose-naltrexone crohns-disease -o $(OUT)/ldn-to-crohns.html
	@echo
	@echo "Open $(OUT)/ldn-to-crohns.html or $(OUT)/ldn-graph.html in a browser; then type: $(RUN)/ldn-graph queries   (not medical advice)"

lint: $(READY)
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@$(RUN)/mypy
	@$(RUN)/deptry --no-ansi ldn_graph
	@$(RUN)/deptry --no-ansi --ignore DEP002,DEP004 tests scripts benchmarks
	@NODE_BIN="$(abspath $(RUN))" bash scripts/javascript/check.sh

browser: $(READY)
	@PYTHON="$(CURDIR)/$(RUN)/python" bash scripts/install_browser.sh

test: lint browser
	@$(RUN)/python -m pytest -n 2 --dist loadfile

# The tests on the newest of everything that pyproject.toml allows, in an environment of its own;
# first, what moved since the locks were made. A failure tells what to mend before `make update`.
NEWEST := .venv-newest
test-newest: lint browser
	@mkdir -p $(OUT)
	@$(RUN)/uv venv --quiet --clear --python $(RUN)/python $(NEWEST)
	@$(RUN)/uv pip install --quiet --python $(NEWEST) --editable '.[suggest]' --group dev
	@for name in $(VENV) $(NEWEST); do \
	  $(RUN)/uv pip freeze --quiet --python $$name --exclude-editable > $(OUT)/$${name#.}.txt; done
	@echo "What moved, from - to +:"; \
	  diff --unified=0 $(OUT)/$(VENV:.%=%).txt $(OUT)/$(NEWEST:.%=%).txt | grep '^[-+][a-zA-Z]' | grep -v '^.pip==' || echo "nothing"
	@$(NEWEST)/bin/python -m pytest -n 2 --dist loadfile

# The tests on every Python that is found, each in an environment of its own. pyenv has them all
# only where PYENV_VERSION names them.
PYTHONS ?= 3.11 3.12 3.13 3.14
test-pythons:
	@export PYENV_VERSION="$$(pyenv versions --bare 2>/dev/null | paste -sd: -)"; \
	for version in $(PYTHONS); do \
	  if python=$$(python$$version -c 'import sys; print(sys.executable)' 2>/dev/null); then \
	    echo "── Python $$version: $$python"; \
	    env -u PYENV_VERSION $(MAKE) test PYTHON=$$python VENV=.venv-$$version || exit 1; \
	  else echo "── Python $$version is not here"; fi; done

# The property tests again and again, each round with a seed of its own (ROUNDS=n for more) and five
# times the examples; once, every page on every screen in every theme, and more odd requests; then
# the W3C's tests of SPARQL over HTTP, where SUITE names them (sparql/sparql11 of w3c/rdf-tests),
# writers that are killed, and many curators of a server that is killed (SOAK_MINUTES=n).
ROUNDS ?= 5
SOAK_MINUTES ?= 10
soak: $(READY)
	@for seed in $$(seq 1 $(ROUNDS)); do echo "── round $$seed of $(ROUNDS)"; \
	  LDN_GRAPH_EFFORT=5 $(RUN)/python -m pytest -q --hypothesis-seed=$$seed tests/test_strength.py \
	    tests/test_paths.py tests/test_chain.py tests/test_rdf_reader.py tests/test_curation.py \
	    tests/test_doses.py tests/test_queries_engine.py tests/test_delta.py tests/test_corpus.py \
	    tests/test_workflow.py tests/test_graph_page.py::test_a_large_corpus_opens || exit 1; done
	@LDN_GRAPH_EFFORT=5 $(RUN)/python -m pytest -q tests/test_site_browser.py tests/test_access.py \
	  tests/test_lesson_pages.py tests/test_curate_browser.py tests/test_curate_sources.py \
	  tests/test_curate_sheets.py tests/test_api_fuzz.py tests/test_attacks.py
	@test -z "$(SUITE)" || $(RUN)/python scripts/w3c_sparql.py "$(SUITE)" --least 486
	@$(RUN)/python scripts/soak_workspace.py --rounds 500 --writers 4
	@$(RUN)/python scripts/soak_curation.py --minutes $(SOAK_MINUTES)

bench: $(READY)
	@$(RUN)/python -m benchmarks.engines
	@$(RUN)/python -m benchmarks.following
	@$(RUN)/python -m benchmarks.search
	@$(INSTALL) -r requirements/bench.txt
	@$(RUN)/python -m benchmarks.endpoint

# What is locked, compared with advisories in the OSV format that were loaded before: an archive, a
# folder or a JSON file.
audit: $(READY)
	@test -n "$(ADVISORIES)" || { echo "name what was loaded: make audit ADVISORIES=FILE (CONTRIBUTING.md says from where)"; exit 2; }
	@$(RUN)/python scripts/audit.py "$(ADVISORIES)"

docs: $(READY)
	@$(RUN)/python -m ldn_graph.reports.reference_pages
	@$(RUN)/python -m ldn_graph.exchange.schemas

notebooks: $(READY)
	@$(RUN)/python scripts/run_notebooks.py

# Writes VERSION and today's date wherever they stand; commit and tag are yours.
release: $(READY)
	@$(RUN)/python scripts/release.py $(VERSION)
	@$(RUN)/python -m pytest -q tests/test_versions.py

clean:
	@rm -rf $(VENV) .venv-* $(OUT) build dist .mypy_cache .ruff_cache .pytest_cache
