# Two commands: `make demo` and `make test`. Both set up everything they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test test-all audit lint bench clean

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or newer is needed"'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt torch numpy
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@$(BIN)/python -c 'import pyseccomp' 2>/dev/null || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && \
		{ apt-get update -qq; apt-get install -y -qq libseccomp2; } || echo "libseccomp2 is missing: the sandbox cannot filter system calls"; }
	@touch $(READY)

# A browser for the tests of the pages; without one they are skipped.
$(VENV)/.browser: $(READY)
	@command -v chromium >/dev/null || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && \
		{ apt-get update -qq; timeout 300 apt-get install -y -qq chromium >/dev/null; } || echo "no chromium: the browser tests are skipped"; }
	@touch $@

demo: $(READY)
	$(BIN)/grader grade examples/submissions -o demo-out

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check grader
	$(BIN)/mypy grader
	$(BIN)/lint-imports

test: lint $(VENV)/.browser
	$(BIN)/python -m pytest -q -n auto --dist loadfile -m "not slow"
	$(BIN)/grader audit

# A PostgreSQL for the slow tests of the gradebook; without one they are skipped.
$(VENV)/.postgres: $(READY)
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && \
		{ apt-get update -qq; timeout 300 apt-get install -y -qq postgresql >/dev/null; } || echo "no PostgreSQL: its tests are skipped"; }
	@touch $@

test-all: lint $(VENV)/.browser $(VENV)/.postgres
	$(BIN)/python -m pytest -q -n auto --dist loadfile
	$(BIN)/grader audit

audit: $(READY)
	$(BIN)/grader audit

bench: $(READY)
	$(BIN)/python -m benchmarks.throughput

clean:
	rm -rf $(VENV) demo-out .mypy_cache .ruff_cache .pytest_cache
