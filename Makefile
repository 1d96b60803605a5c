# Every target sets up what it needs. PYTHON names another interpreter (3.11 or newer).
PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
READY := $(VENV)/.ready
OUT := out

.PHONY: demo test lint bench soak docs notebooks clean setup browser

setup: $(READY)

$(READY): pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Python 3.11 or newer is needed; run: make PYTHON=/path/to/python3.11"; exit 1; }
	@echo "Setting up $(VENV) (once, a minute or two) …"
	@$(PYTHON) -m venv $(VENV)
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,suggest]'
	@touch $@

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

browser: $(READY)
	@PYTHON="$(CURDIR)/$(RUN)/python" bash scripts/install_browser.sh

test: lint browser
	@$(RUN)/python -m pytest -n 2 --dist loadfile

# The property tests again and again, each round with a seed of its own (ROUNDS=n for more) and five
# times the examples; once, every page on every screen in every theme, and more odd requests; then
# writers that are killed, and many curators of a server that is killed
# (SOAK_MINUTES=n).
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
	  tests/test_curate_sheets.py tests/test_api_fuzz.py
	@$(RUN)/python scripts/soak_workspace.py --rounds 500 --writers 4
	@$(RUN)/python scripts/soak_curation.py --minutes $(SOAK_MINUTES)

bench: $(READY)
	@$(RUN)/python -m benchmarks.engines
	@$(RUN)/python -m benchmarks.following
	@$(RUN)/python -m benchmarks.search
	@$(RUN)/python -m pip install --quiet --disable-pip-version-check --editable '.[bench]'
	@$(RUN)/python -m benchmarks.endpoint

docs: $(READY)
	@$(RUN)/python -m ldn_graph.reports.reference_pages

notebooks: $(READY)
	@$(RUN)/python scripts/run_notebooks.py

clean:
	@rm -rf $(VENV) $(OUT) build dist .mypy_cache .ruff_cache .pytest_cache
