# Two commands on a fresh machine with Python 3.11 or newer: `make demo` shows what facequery does, `make test` tests it.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test test-lengthy test-slow test-fault test-stores lint clean

demo: $(VENV)/.installed
	$(BIN)/facequery demo --out demo

test: lint
	$(BIN)/python -m pytest -n auto --dist loadfile

test-lengthy: $(VENV)/.tested ## what takes longest for what it shows, most of it in a browser
	$(BIN)/python -m pytest -n auto --dist loadfile -m "lengthy and not slow and not fault"

test-slow: $(VENV)/.tested ## on the real data of ../shared: minutes
	$(BIN)/python -m pytest -m slow --timeout 1800

test-fault: $(VENV)/.tested ## fault injection at full size
	$(BIN)/python -m pytest -m fault --timeout 3600

test-stores: $(VENV)/.tested ## every test of a library in every store
	FACEQUERY_STORES=all $(BIN)/python -m pytest -n 2 --dist loadfile --timeout 120 tests/retrieval

lint: $(VENV)/.tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

$(VENV)/.installed: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --disable-pip-version-check --editable .
	touch $@

$(VENV)/.tested: $(VENV)/.installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,teacher]'
	touch $@

clean:
	rm -rf $(VENV) build dist demo
