# Two commands: `make demo` and `make test`. Both set up everything they need: an environment outside this folder, and in
# it the packages as instructors install them, from wheels. It is made again when requirements change, and the wheels
# when sources do.
PYTHON ?= python3
CACHE := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)
ENVIRONMENT ?= $(CACHE)/gradbook/$(notdir $(CURDIR))-$(firstword $(shell echo "$(CURDIR)" | cksum))
BIN := $(ENVIRONMENT)/bin
READY := $(ENVIRONMENT)/.ready
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
# What to install as PyTorch, for instance a file, or `torch --index-url` and the address of its CPU builds.
TORCH ?= torch
# `make CUDA=1` takes a build with CUDA if there is no other.
CONSTRAINTS := -c constraints.txt $(if $(CUDA),,-c packaging/no-cuda.txt)
SOURCES = find grader exercises solutions packaging README.md LICENSE -type f -not -path '*/__pycache__/*' \
	-not -path '*/.ipynb_checkpoints/*' | LC_ALL=C sort

.PHONY: demo test test-all prove audit lint bench wheels clean changed

$(ENVIRONMENT)/.python: pyproject.toml packaging/course/pyproject.toml packaging/no-cuda.txt constraints.txt
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 or newer is needed; name it: make PYTHON=…")'
	@echo "setting up $(ENVIRONMENT)"
	@$(PYTHON) -m venv --clear $(ENVIRONMENT)
	@$(PIP) install $(CONSTRAINTS) $(TORCH) numpy || { echo "PyTorch without CUDA could not be installed from here. See the \
	command for its CPU build on its own start page, and say what follows \"install\" there: make TORCH='torch …'. Or take 5 GB \
	of CUDA: make CUDA=1" >&2; exit 1; }
	@$(PIP) install $(CONSTRAINTS) hatchling
	@touch $@

# The list of sources, new only if it has changed: a file that was removed is to be missed in the wheel too.
$(ENVIRONMENT)/.sources: $(ENVIRONMENT)/.python changed
	@$(SOURCES) | cmp -s - $@ || $(SOURCES) > $@

$(READY): $(ENVIRONMENT)/.sources $(shell $(SOURCES))
	@rm -rf $(ENVIRONMENT)/wheels
	@$(PIP) wheel --no-deps --no-build-isolation --wheel-dir $(ENVIRONMENT)/wheels . packaging/course
	@$(PIP) --quiet uninstall --yes gradbook gradbook-course
	@$(PIP) install $(CONSTRAINTS) "$$(ls $(ENVIRONMENT)/wheels/gradbook-*.whl)[dev]" $(ENVIRONMENT)/wheels/gradbook_course-*.whl
	@test -d .venv -a ! -L .venv || ln -sfn $(ENVIRONMENT) .venv
	@touch $@

# A browser for the tests of the pages; without one they are skipped.
$(ENVIRONMENT)/.browser: $(READY)
	@command -v chromium >/dev/null || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && \
		{ apt-get update -qq; timeout 300 apt-get install -y -qq chromium >/dev/null; } || echo "no chromium: the browser tests are skipped"; }
	@touch $@

demo: $(READY)
	$(BIN)/grader grade examples/submissions -o demo-out

# These three look at the checkout.
lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check grader
	$(BIN)/mypy grader
	$(BIN)/lint-imports

# The tests run against the installed wheels: no process takes `grader` from its working folder.
INSTALLED := GRADER_INSTALLED=1 PYTHONSAFEPATH=1 COVERAGE_FILE=$(CURDIR)/.coverage
# Many tests wait: three processes to two cores. Each takes whole files, in the order that tests/conftest.py gives them.
TESTERS ?= $(shell echo $$((($$(nproc) * 3 + 1) / 2)))
PYTEST := $(BIN)/pytest -q -n $(TESTERS) --dist loadfile --no-loadscope-reorder
test: lint $(ENVIRONMENT)/.browser
	$(INSTALLED) $(PYTEST) -m "not slow" --cov --cov-fail-under=90
	$(BIN)/grader audit

# A PostgreSQL for the slow tests of the gradebook; without one they are skipped.
$(ENVIRONMENT)/.postgres: $(READY)
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && \
		{ apt-get update -qq; timeout 300 apt-get install -y -qq postgresql >/dev/null; } || echo "no PostgreSQL: its tests are skipped"; }
	@touch $@

test-all: lint $(ENVIRONMENT)/.browser $(ENVIRONMENT)/.postgres
	$(INSTALLED) $(PYTEST)
	$(BIN)/grader audit

# Hours, and worth it: stop it at any time, and it goes on from there the next time.
prove: $(READY)
	nice $(BIN)/python scripts/prove.py

audit: $(READY)
	$(BIN)/grader audit

bench: $(READY)
	$(BIN)/python -m benchmarks.throughput

# What a release uploads: both packages, each as a source distribution and a wheel.
wheels: $(READY)
	$(BIN)/python -m build --no-isolation --outdir dist .
	$(BIN)/python -m build --no-isolation --outdir dist packaging/course

clean:
	rm -rf $(ENVIRONMENT) demo-out dist .mypy_cache .ruff_cache .pytest_cache
	@test ! -L .venv || rm .venv
