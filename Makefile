# `make help` lists the targets. Each installs what it needs on first use (.ci/install), and again when its
# sources change.

PYTHON ?= python3
VENV ?= .venv
WINDOWS_PYTHON ?= 3.12.1
INSTALL = PYTHON=$(PYTHON) VENV=$(VENV) WINDOWS_PYTHON=$(WINDOWS_PYTHON) .ci/install
INSTALLED = $(VENV)/installed
BIN = $(VENV)/bin

# Folders are listed too: they change when a file is deleted.
PACKAGE := setup.cfg pyproject.toml $(wildcard README.md LICENSE docs/manual/*.1) .ci/locked/build.txt .ci/locked/product.txt \
	$(shell find credential_process -name __pycache__ -prune -o -print)

# Other people's clients, which the tests run against the sandbox.
CLIENTS = $(addprefix $(INSTALLED)/,javascript aws_cli go recipes pyarrow moto)
TESTED = $(INSTALLED)/package $(INSTALLED)/browser $(INSTALLED)/tools $(CLIENTS)

.DEFAULT_GOAL = help
.PHONY: help demo test coverage lint format develop bench bench-servers breaks clients faults fuzz herd kills \
	matrix matrix-aws-cli matrix-pythons matrix-sdks macos windows pictures manual release-check lock

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "  make %-15s %s\n", $$1, $$2 }'

# With DEMO_AUTO=1, headless Chromium clicks in your place.
demo: $(INSTALLED)/wheel $(if $(DEMO_AUTO),$(INSTALLED)/browser) ## sign in to the sandbox in your browser, and call it with boto3
	@$(if $(DEMO_AUTO),BROWSER='$(BIN)/python -I testing/chromium.py') $(BIN)/sso-credential-process sandbox --demo

# The tests mostly wait for processes, so more run at once than there are processors. By themselves, files with few tests
# would come last, and those with kills have few, and long ones.
AT_ONCE ?= 4
PYTEST = $(BIN)/pytest --numprocesses=$(AT_ONCE) --dist=loadfile --no-loadscope-reorder --durations=20 $(TESTS)

test: $(TESTED) ## run all tests against the installed wheel, or some: TESTS="tests/get -k code"
ifdef COVERAGE
	@echo "==> running the tests, and measuring what they run"
	@rm -rf .coverage && mkdir -m 1777 .coverage # the tests run processes of other users, too
	@$(BIN)/coverage run $(PYTEST)
	@$(BIN)/coverage combine --quiet
	@$(BIN)/coverage report
else
	@echo "==> running the tests"
	@$(PYTEST)
endif

coverage: ## the same, and measure the branches that they run, in brokers and other processes too
	@$(MAKE) --no-print-directory test COVERAGE=yes

# Needs root, or a kernel that lets users mount in a namespace of their own.
macos: $(INSTALLED)/package $(INSTALLED)/tools ## part of the tests in a world like macOS: doubles of its programs, no /proc
	@echo "==> running tests in a world like macOS; this takes two minutes"
	@$(BIN)/python -m tests.macos $(MACOS)

windows: $(INSTALLED)/windows-$(WINDOWS_PYTHON) ## run the tests of Windows under Wine: WINDOWS_PYTHON=3.10.8
	@VENV=$(VENV) WINDOWS_PYTHON=$(WINDOWS_PYTHON) .ci/windows $(WINDOWS)

lint: $(INSTALLED)/package ## check style and types, as for each commit
	@echo "==> checking style and types"
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy
	@$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin credential_process
	@$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32 credential_process

format: $(INSTALLED)/package ## fix what `make lint` finds, as far as ruff can
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

develop: $(TESTED) ## let .venv/bin/pytest test the files that you edit, until the next `make test`
	@$(INSTALL) checkout
	@rm -f $(INSTALLED)/package $(INSTALLED)/wheel

# BENCH=paths, peers or listings measures this part of the page alone; other words, some measurements: BENCH="warm ask".
# PEERS=FOLDER measures executables of other tools that were built elsewhere, in place of those that are built here.
USES_PEERS = $(if $(BENCH),$(filter peers listings populate,$(BENCH)),yes)
bench: $(INSTALLED)/package $(if $(USES_PEERS),$(INSTALLED)/peers) ## measure speed and memory beside other tools, or a part: BENCH=paths, PEERS=FOLDER
	@echo "==> measuring; everything takes ten minutes, leave the machine alone meanwhile"
	@$(BIN)/python -m bench $(if $(PEERS),--peers '$(PEERS)') $(BENCH)

bench-servers: $(INSTALLED)/package $(INSTALLED)/peers ## measure `serve` beside the servers of other tools, for docs/containers.md
	@$(BIN)/python -m bench.servers $(if $(PEERS),--peers '$(PEERS)')

breaks: $(INSTALLED)/package $(INSTALLED)/browser $(INSTALLED)/tools ## remove each protection, and expect a test to fail: BREAKS="host cookie"
	@echo "==> removing each protection, to see that a test notices; this takes 20 minutes"
	@$(BIN)/python -m campaigns.breaks --page docs/evidence/breaks.md $(BREAKS)

# FAULTS="--only home" runs the faults at home, in a minute; --help shows how to choose and to resume. Without root
# some of those at home cannot be made, which is reported.
faults: $(INSTALLED)/package $(INSTALLED)/tools ## break homes, and let the service answer wrongly in every way: FAULTS="--only home"
	@echo "==> breaking homes, and answering wrongly in every way; this takes about a quarter of an hour"
	@$(BIN)/python -m campaigns.faults $(or $(FAULTS),--page docs/evidence/faults.md)

# FUZZ="tokens --seed 1 --cases 1000" tries the same cases again.
fuzz: $(INSTALLED)/package ## give each reader 100,000 damaged inputs, or one of them: FUZZ=tokens
	@echo "==> reading damaged input; this takes hours, and one target minutes"
	@$(BIN)/python -m campaigns.fuzz $(FUZZ)

herd: $(INSTALLED)/package ## 100 callers at a time, with kills and changes of user: HERD="--seconds 300 --seed 1"
	@echo "==> a hundred callers at a time, while processes are killed and users change; this takes five minutes"
	@$(BIN)/python -m campaigns.herd $(HERD)

# `make test` kills at some of these. Of each sweep it prints a line for the table in docs/evidence/kills.md.
kills: export KILLS = all
kills: TESTS = tests/kills
kills: $(INSTALLED)/package $(INSTALLED)/browser $(INSTALLED)/tools ## kill a process at each of its system calls, or some: TESTS=tests/kills/test_killed_writer.py
	@echo "==> killing at every system call; this takes half an hour to an hour"
	@$(PYTEST) -rP

# `make test` starts ten.
PROGRAMS ?= 100
clients: $(TESTED) ## a hundred programs with five AWS SDKs ask `serve` at once while the broker is killed: PROGRAMS=20
	@echo "==> starting $(PROGRAMS) programs at once; this takes a minute or two"
	@PROGRAMS=$(PROGRAMS) $(BIN)/pytest -rP tests/serve/test_containers.py -k five_sdks

pictures: $(INSTALLED)/python ## draw the pictures of the README from the captures of terminals
	@$(BIN)/python -m docs.pictures

manual: $(INSTALLED)/package ## write the manual page from the help of the commands
	@$(BIN)/python -m docs.manual

release-check: $(INSTALLED)/package $(INSTALLED)/release ## build the sdist and the wheel, and use each as its users will: TAG=v1.2.3
	@VENV=$(VENV) PYTHON=$(PYTHON) TAG=$(TAG) .ci/release-check

lock: $(INSTALLED)/python ## renew the versions and hashes in .ci/locked/ that the tests and releases use
	@$(INSTALL) lock

matrix: matrix-aws-cli matrix-sdks matrix-pythons ## the three below; they write the tables of docs/evidence/sdks.md

matrix-aws-cli: $(INSTALLED)/package $(INSTALLED)/aws_cli_versions ## the plugin with old and new versions of the AWS CLI
	@echo "==> trying out the plugins"
	@$(BIN)/python -m campaigns.matrix.aws_cli $(VENV)/aws_cli

matrix-sdks: $(INSTALLED)/package $(INSTALLED)/tools $(INSTALLED)/sdks ## a client of each SDK in its own language, or some: SDKS="java go"
	@echo "==> building a client of each SDK and trying it out; this takes half an hour the first time"
	@$(BIN)/python -m campaigns.matrix $(SDKS)

matrix-pythons: $(INSTALLED)/package $(INSTALLED)/tools $(INSTALLED)/newest_python ## some tests on each supported Python, and with the lowest versions of libraries
	@$(BIN)/python -m campaigns.matrix.pythons

$(INSTALLED)/python:
	@$(INSTALL) python
	@mkdir -p $(INSTALLED) && touch $@

# One step of .ci/install each, done again when what it is made from changes.
$(INSTALLED)/wheel: $(PACKAGE)
$(INSTALLED)/package: $(INSTALLED)/wheel .ci/locked/test.txt
$(INSTALLED)/moto: .ci/locked/moto.txt
$(INSTALLED)/pyarrow: .ci/locked/pyarrow.txt
$(INSTALLED)/release: .ci/locked/build.txt .ci/locked/release.txt
$(INSTALLED)/javascript: tests/sdks/javascript/package-lock.json
$(INSTALLED)/aws_cli_versions: $(INSTALLED)/package
$(INSTALLED)/go: $(wildcard tests/sdks/go/* campaigns/matrix/programs/go_v1/*)

$(INSTALLED)/recipes: $(wildcard tests/tools/aws_sdk_go_base/*)

# One of each for each version of Python, so that going from one to another installs nothing again.
$(INSTALLED)/windows-python-$(WINDOWS_PYTHON): .ci/locked/portable.txt | $(INSTALLED)/package
	@$(INSTALL) windows_python
	@touch $@
$(INSTALLED)/windows-$(WINDOWS_PYTHON): $(INSTALLED)/windows-python-$(WINDOWS_PYTHON) $(INSTALLED)/package
	@$(INSTALL) windows
	@touch $@

$(INSTALLED)/%: $(INSTALLED)/python
	@$(INSTALL) $*
	@touch $@
