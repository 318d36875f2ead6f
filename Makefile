# make demo     a pretend Identity Center, a sign-in in your browser, credentials in boto3
# make test     every test, against the installed wheel
# make lint     what a commit must pass; make format mends most of it
#
# Everything is installed by .ci/install on first use, and again when its sources change.

PYTHON ?= python3
VENV ?= .venv
INSTALL = PYTHON=$(PYTHON) VENV=$(VENV) .ci/install
INSTALLED = $(VENV)/installed
CHECKED = credential_process tests docs bench

# Folders are listed too: they change when a file is deleted.
PACKAGE := setup.cfg pyproject.toml $(wildcard README.md LICENSE) \
	$(shell find credential_process -name __pycache__ -prune -o -print)

.PHONY: demo test lint format bench faults matrix aws_cli_matrix matrix-sdks pythons fuzz herd breaks

demo: $(INSTALLED)/package $(if $(DEMO_AUTO),$(INSTALLED)/browser)
	@$(VENV)/bin/python docs/demo.py

# Other people's clients, which the tests meet the service with.
CLIENTS = $(addprefix $(INSTALLED)/,javascript aws_cli go pyarrow moto)

# make test TESTS="tests/get -k code" runs some. They mostly wait for processes, so three run at once.
AT_ONCE ?= 3

test: $(INSTALLED)/package $(INSTALLED)/browser $(INSTALLED)/tools $(CLIENTS)
	@echo "==> running the tests"
	@$(VENV)/bin/pytest --numprocesses=$(AT_ONCE) --dist=loadfile $(TESTS)

lint: $(INSTALLED)/package
	@echo "==> checking style and types"
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@$(VENV)/bin/mypy $(CHECKED)

# make bench BENCH="warm populate" measures what has one of these words in its name, and leaves
# docs/performance.md as it is.
bench: $(INSTALLED)/package $(if $(BENCH),,$(INSTALLED)/peers)
	@echo "==> measuring; this takes a quarter of an hour, leave the machine alone meanwhile"
	@$(VENV)/bin/python -m bench $(BENCH)

# make faults FAULTS="--single register" runs some of them, and "--only home" the faults at home, in a minute;
# --help tells how to choose and to go on. Without root some of those at home cannot be made, which is said.
faults: $(INSTALLED)/package $(INSTALLED)/tools
	@echo "==> breaking homes, and answering wrongly in every way; this takes about twenty minutes"
	@$(VENV)/bin/python -m tests.faults $(FAULTS)

# make fuzz FUZZ=tokens tries one target; FUZZ="tokens --seed 1 --cases 1000" tries the same cases again.
fuzz: $(INSTALLED)/package
	@echo "==> giving it what no program writes; this takes hours, and a target minutes"
	@$(VENV)/bin/python -m tests.fuzz $(FUZZ)

# make herd HERD="--seconds 300 --seed 1" lets the same events happen in the same order again.
herd: $(INSTALLED)/package
	@echo "==> a hundred callers at a time, while processes are killed and users change; this takes five minutes"
	@$(VENV)/bin/python -m tests.herd $(HERD)

# make breaks BREAKS="host cookie" makes those with both words in what they say, and leaves docs/security.md as it is.
breaks: $(INSTALLED)/package $(INSTALLED)/browser $(INSTALLED)/tools
	@echo "==> taking out each protection, to see that a test notices; this takes some minutes"
	@$(VENV)/bin/python -m tests.breaks --page docs/security.md $(BREAKS)

# The AWS CLI's plugin with old and new versions of it, as a table.
aws_cli_matrix: $(INSTALLED)/package $(INSTALLED)/aws_cli_versions
	@echo "==> trying out the plugins"
	@$(VENV)/bin/python -m tests.plugins.matrix $(VENV)/aws_cli

# make matrix-sdks SDKS="java go" tries some of them, and leaves docs/sdks.md as it is.
matrix-sdks: $(INSTALLED)/package $(INSTALLED)/tools $(INSTALLED)/sdks
	@echo "==> building a client of each SDK and trying it out; this takes half an hour the first time"
	@$(VENV)/bin/python -m tests.matrix $(SDKS)

# A short run on each Python that is supported and is here.
pythons: $(INSTALLED)/package $(INSTALLED)/tools
	@$(VENV)/bin/python -m tests.matrix.pythons

matrix: aws_cli_matrix matrix-sdks pythons

format: $(INSTALLED)/package
	@$(VENV)/bin/ruff check --fix
	@$(VENV)/bin/ruff format

$(INSTALLED)/python:
	@$(INSTALL) python
	@mkdir -p $(INSTALLED) && touch $@

# One step of .ci/install each, done again when what it is made from changes.
$(INSTALLED)/package: $(PACKAGE)
$(INSTALLED)/javascript: tests/sdks/javascript/package-lock.json
$(INSTALLED)/aws_cli_versions: $(INSTALLED)/package
$(INSTALLED)/go: $(wildcard tests/sdks/go/* tests/matrix/programs/go_v1/*)

$(INSTALLED)/%: $(INSTALLED)/python
	@$(INSTALL) $*
	@touch $@
