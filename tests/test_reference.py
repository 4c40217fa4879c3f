"""The reference pages: whole, sorted, and true to the library and the sources."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import order
import pytest
import the_book
from pybtex.database import parse_file

import qkvlib
from qkvlib import examples

BOOK = Path(__file__).parents[1] / "book"
FOLDER = BOOK / "reference"
PAGES = (
    "api",
    "api_checkers",
    "api_pictures",
    "at_a_glance",
    "bibliography",
    "conventions",
    "glossary",
    "interview",
    "onnx",
    "pytorch",
    "ways",
    "whiteboard",
)
ENTRIES = parse_file(BOOK / "references.bib").entries
TERM = re.compile(r"^(?! |```|:)(\S.*)$", re.M)
LINK = re.compile(r"\]\(([^)#]*)(?:#([^)]*))?\)")
CHAPTERS = sorted(BOOK.glob("[0-9][0-9]_*.ipynb"))


def page(name):
    return (FOLDER / f"{name}.md").read_text()


def text(chapter):
    cells = nbformat.read(chapter, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def title(chapter):
    """What a chapter is called."""
    return text(chapter)[2:].partition(":")[0]


def terms():
    _, _, glossary = page("glossary").partition("```{glossary}\n")
    return TERM.findall(glossary.partition("\n```")[0])


def anchor(term):
    return "term-" + re.sub(r"[^a-zA-Z0-9._]+", "-", term)


def test_all_pages_are_here_and_no_other():
    assert tuple(sorted(path.stem for path in FOLDER.glob("*.md"))) == PAGES
    assert all(page(name).count("\n# ") + page(name).startswith("# ") == 1 for name in PAGES)


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_pages_and_chapters(name):
    for target, _ in LINK.findall(page(name)):
        if not target.startswith("https://"):
            file = (FOLDER / target).resolve()
            chapter = re.fullmatch(r"(\d\d)_\w+\.ipynb", file.name)
            assert file.exists() or chapter, target


def test_every_public_name_is_in_the_api():
    listed = set(re.findall(r"\.\. auto(?:function|class):: (\w+)", page("api")))
    by_module = {"examples", "plots", "pronouns", *qkvlib.checks.__all__}
    for module in ("qkvlib.examples", "qkvlib.plots", "qkvlib.pronouns", "qkvlib.checks"):
        pages = "".join(map(page, ("api", "api_pictures", "api_checkers")))
        assert f".. automodule:: {module}\n" in pages
    assert listed == set(qkvlib.__all__) - by_module


def test_the_api_names_what_the_example_holds():
    named = re.findall(r"`([A-Z_]+)`", page("api"))
    assert named == ["TOKENS", "FEATURES", "ASKER", "X", "W_Q", "W_K", "W_V"]
    assert all(hasattr(examples, name) for name in named)


def test_terms_are_sorted_and_each_is_there_once():
    assert terms() == sorted(set(terms()), key=str.lower)
    for term in ("query", "key", "value", "token", "score", "softmax", "mask", "head", "KV cache"):
        assert term in terms()


def test_each_term_names_its_chapter():
    gone = order.cut(BOOK.parent).values()
    for definition in re.split(TERM, page("glossary").partition("{glossary}\n")[2])[2::2]:
        linked = re.findall(r"\]\(\.\./(\w+)\.ipynb\)", definition)
        assert linked or gone, definition  # a chapter that was cut takes its link along


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_chapters_link_to_terms_that_exist(path):
    anchors = set(map(anchor, terms()))
    for name in re.findall(r"\(reference/glossary\.md#([^)]*)\)", text(path)):
        assert name in anchors


def entries():
    """The words of the chapters that each term's entry names, by its anchor."""
    _, *parts = re.split(TERM, page("glossary").partition("{glossary}\n")[2].partition("\n```")[0])
    named = (re.findall(r"\]\(\.\./\d\d_(\w+)\.ipynb\)", said) for said in parts[1::2])
    return dict(zip(map(anchor, parts[::2]), named, strict=True))


def unlinked(said, word):
    """Terms that a chapter explains and does not link to, and those that it links to twice."""
    linked = re.findall(r"\(reference/glossary\.md#([^)]*)\)", said)
    never = [name for name, words in entries().items() if word in words and name not in linked]
    return never, sorted({name for name in linked if linked.count(name) > 1})


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_links_once_to_each_term_that_it_explains(path):
    assert unlinked(text(path), path.stem[3:]) == ([], [])


def test_a_term_that_is_not_linked_or_linked_twice_is_found():
    words = [path.stem[3:] for path in CHAPTERS]
    name, word = next((name, named[0]) for name, named in entries().items() if named)
    link = f"[a term](reference/glossary.md#{name})"
    assert word in words
    assert name in unlinked("", word)[0] and name not in unlinked(link, word)[0]
    assert unlinked(link, word)[1] == [] and unlinked(link * 2, word)[1] == [name]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_papers_that_a_chapter_links_are_in_the_bibliography(path):
    listed = {entry.fields.get("eprint") for entry in ENTRIES.values()}
    assert set(re.findall(r"arxiv\.org/abs/([\d.]+\d)", text(path))) <= listed


CONF = """
import sys
sys.path.insert(0, {ext!r})
extensions, root_doc, html_theme = ["myst_nb", "term_links"], "glossary", "basic"
nb_execution_mode = "off"
"""
GLOSSARY = """# Glossary

```{toctree}
chapter
```

```{glossary}
d_k
  A size.
```
"""


def test_link_from_a_notebook_to_a_term_is_checked(tmp_path):
    links = "[one](glossary.md#term-d_k), [none](glossary.md#term-d_q)"
    cell = nbformat.v4.new_markdown_cell(f"# A chapter\n\n{links}")
    (tmp_path / "conf.py").write_text(CONF.format(ext=str(BOOK / "_ext")))
    (tmp_path / "glossary.md").write_text(GLOSSARY)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "chapter.ipynb")
    command = [sys.executable, "-m", "sphinx", "-qW", "--keep-going", tmp_path, tmp_path / "out"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert re.findall(r"local id not found .*'(term-.*?)'", done.stderr) == ["term-d_q"]
    assert 'href="glossary.html#term-d_k"' in (tmp_path / "out/chapter.html").read_text()


def test_one_question_for_each_chapter_and_one_for_all():
    asked = re.findall(r"^## (.+)$", page("interview"), re.M)
    assert asked == ["All of it", *map(title, CHAPTERS)]
    sections = page("interview").split("\n## ")[1:]
    assert len(sections) == len(CHAPTERS) + 1
    for section in sections:
        assert len(re.findall(r"^\*\*.+[?.]\*\*$", section, re.M)) == 1
        answer, *follow_ups = re.findall(r"<details><summary>(.+)</summary>", section)
        assert answer == "Answer"
        assert follow_ups and all(asked.endswith("?") for asked in follow_ups)
        assert section.count("\n\n</details>") == 1 + len(follow_ups)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_question_that_closes_a_chapter_is_answered_with_a_link_to_it(path):
    section = page("interview").split(f"\n## {title(path)}\n")[1].split("\n## ")[0]
    (question,) = re.findall(r"\*\*In an interview:\*\* \*(.+?\?)\*", text(path))
    assert f"**{question}**" in section
    assert f"](../{path.name})" in section


@pytest.mark.parametrize("key", ENTRIES)
def test_each_entry_says_who_what_and_when(key):
    entry = ENTRIES[key]
    assert entry.persons["author"]
    assert entry.fields["title"]
    assert re.fullmatch(r"\d{4}|n\.d\.", entry.fields["year"])
    if entry.fields["year"] != "n.d.":
        assert key.endswith(entry.fields["year"])
    if "eprint" in entry.fields:
        assert entry.fields["archiveprefix"] == "arXiv"
        assert re.fullmatch(r"\d{4}\.\d{4,5}", entry.fields["eprint"])


def test_the_five_sources_are_among_the_entries():
    sources = [
        e.fields["title"] for e in ENTRIES.values() if "source" in e.fields.get("keywords", "")
    ]
    words = " ".join(sources)
    assert len(sources) == 5
    for title in (
        "Transformer Attention Mechanism: Query, Key, and Value",
        "The query-key-value framework",
        "Query, Key, and Value Matrices",
        "Query, Key, Value (QKV)",
        "What are Query, Key, and Value",
    ):
        assert title in words


def test_no_paper_is_listed_twice():
    for field in ("title", "eprint"):
        values = [e.fields[field] for e in ENTRIES.values() if field in e.fields]
        assert len(values) == len(set(values))


def test_numbers_of_the_interview_are_computed():
    for word in ("cost", "cache"):
        the_book.chapter(word)  # or they were cut, with what is asked about them
    sections = page("interview").split("\n## ")
    asked = [part for part in sections if part.startswith(("Cost\n", "Cache\n"))]
    section = " ".join(" ".join(asked).split())
    llama = qkvlib.known_models()["Llama 3.1 70B"]
    token = qkvlib.model_cache_bytes(llama, 1)
    long = qkvlib.model_cache_bytes(llama, 131072) / 1e9
    assert (llama.layers, llama.kv_heads, llama.d_head) == (80, 8, 128)
    for number in (f"{token:,}", f"{long:.1f} GB", f"{llama.weight_bytes / 1e9:.0f} GB"):
        assert number in section
    assert 3 * long < llama.weight_bytes / 1e9 < 4 * long, "less than four such texts"
    assert f"{6 * 4096:,} and {12 * 4096:,} tokens" in section
    width = {"d_model": 4096, "n": 6 * 4096}
    assert qkvlib.layer_flops(**width) == 24 * width["n"] * 4096**2
    assert qkvlib.attention_flops(width["n"], num_heads=32, d_head=128) == (
        qkvlib.layer_flops(**width)
    )
    needs = [gpu.flops / gpu.bandwidth for gpu in qkvlib.known_gpus().values()]
    assert "200 to 300" in section and 200 < min(needs) < max(needs) < 320


def whiteboard():
    """The code of the page, cell by cell."""
    return re.findall(r"^```{code-cell} ipython3\n(.*?)^```", page("whiteboard"), re.M | re.S)


def run(cells):
    names = {}
    for cell in cells:
        exec(compile(re.sub(r"^:tags:.*\n+", "", cell), "whiteboard.md", "exec"), names)


def test_answers_at_the_whiteboard_are_right():
    cells = whiteboard()
    assert len(cells) == 4 and page("whiteboard").count(":tags: [hide-cell]") == 3
    run(cells)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("np.sqrt(d_head)", "np.sqrt(d_model)"),
        ("reshape(n, num_heads, d_head).swapaxes(0, 1)", "reshape(num_heads, n, d_head)"),
        ("k=n, dtype", "k=0, dtype"),
        ("np.repeat(keys, group, axis=0)", "np.tile(keys, (group, 1, 1))"),
        ("turned[..., 1::2] = a * np.sin", "turned[..., 1::2] = -a * np.sin"),
        ("np.arange(0, d, 2) / d", "np.arange(0, d, 2) / 2"),
    ],
)
def test_a_slip_at_the_whiteboard_is_caught_by_its_last_lines(right, wrong):
    cells = whiteboard()
    assert sum(cell.count(right) for cell in cells) == 1
    with pytest.raises(AssertionError):
        run([cell.replace(right, wrong) for cell in cells])


def test_a_mask_of_ones_and_zeros_is_a_padding_mask():
    """As the page of conventions says of `transformers`."""
    lengths, n = np.array([2, 4, 3]), 4
    attention_mask = (np.arange(n) < lengths[:, None]).astype(int)
    with pytest.raises(TypeError, match="mask"):
        qkvlib.apply_mask(np.zeros((3, 1, n)), attention_mask[:, None, :])
    given = attention_mask.astype(bool)[:, None, :]
    np.testing.assert_array_equal(given, qkvlib.padding_mask(lengths, n))


def test_shown_code_fits_its_column():
    for file in FOLDER.glob("code/*.py"):
        assert f"code/{file.name}" in page("pytorch")
        assert max(map(len, file.read_text().splitlines())) <= 76
