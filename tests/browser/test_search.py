"""Search knows what learners type: formulas in any writing, both spellings, slips."""

import pytest
from conftest import SITE
from the_book import chapter

# What is typed, and where the first thing found has to stand: the word of a chapter, or a page.
TERM = "glossary"
WANTED = {
    # The word that the book is about is no common word here.
    "its": "context lookup projections scores output index",
    "puppy": "index lookup projections scores output",
    "mom": "masking index lookup projections scores softmax output",
    # Formulas, as they look and as they are typed.
    "QKᵀ": "scores at_a_glance glossary",
    "QK^T": "scores at_a_glance glossary",
    "Q K^T": "scores at_a_glance glossary",
    "q @ k.T": "scores at_a_glance glossary",
    r"QK^\top": "scores at_a_glance glossary",
    "W_Q": "projections glossary at_a_glance",
    "Wq": "projections glossary at_a_glance",
    "w_k": "learning projections glossary at_a_glance",
    "W_O": "multi_head glossary",
    "√d": "scaling glossary",
    "√d_k": "scaling glossary",
    "sqrt(d_k)": "scaling glossary",
    r"\sqrt{d_k}": "scaling glossary",
    "sqrt dk": "scaling glossary",
    "d_k": "scaling projections glossary",
    "d_model": "projections glossary conventions",
    "softmax(QKᵀ/√d_k)V": "output at_a_glance interview",
    "softmax(QK^T/sqrt(d_k))V": "output at_a_glance interview",
    # Terms, in one word and in several.
    "query": TERM,
    "queries": "glossary projections lookup",
    "key": TERM,
    "value": TERM,
    "softmax": TERM,
    "mask": TERM,
    "masking": "masking",
    "causal mask": "glossary",
    "padding": "glossary masking",
    "padding mask": "glossary",
    "head": TERM,
    "heads": "glossary multi_head",
    "multi-head": "multi_head glossary",
    "grouped queries": "cache glossary",
    "KV cache": "glossary",
    "temperature": TERM,
    "sharpness": TERM,
    "rope": "position glossary",
    "rotary": "position glossary",
    "ALiBi": "position glossary",
    "residual": "glossary decoder",
    "RMSNorm": "glossary decoder",
    "LayerNorm": "glossary",
    "induction head": "glossary decoder",
    "prefill": "glossary cache",
    "decode": "glossary cache",
    "FlashAttention": "glossary cost",
    "online softmax": "glossary cost",
    "linear attention": "cost glossary",
    "gradient": "learning softmax glossary",
    "Jacobian": "softmax glossary",
    "cross-attention": "cross_attention glossary",
    "encoder": "glossary",
    "top-p": "decoder glossary",
    "sliding window": "glossary cost",
    "sink": "glossary real_model decoder",
    "bank deposit": "lookup real_model",
    "why divide": "scaling",
    # Names of functions.
    "causal_mask": "masking glossary api",
    "scaled_dot_product_attention": "output api",
    "multi_head_attention": "multi_head api glossary",
    # Both spellings, and slips of the finger.
    "normalise": "softmax multi_head glossary decoder masking",
    "colour": "conventions index accessibility ways learning",
    "quantisation": "glossary cache",
    "neighbours": "context",
    "sofmax": TERM,
    "atention": "glossary output multi_head",
    "embeding": "glossary",
    "projektion": "projections glossary",
    "maksing": "masking",
}
# A field of the page, what is typed there, and the names of pages that are found.
LINKS = """text => {
  const field = document.querySelector('.bd-search-container input');
  field.value = text;
  field.dispatchEvent(new Event('input'));
  const links = [...document.querySelectorAll('#search-results li > a')];
  return links.map(link => link.pathname.split('/').pop());
}"""


def page_of(word):
    """The name of the page that is called so in the table."""
    names = [path.name for path in SITE.glob("book/**/*.html") if path.stem == word]
    return names[0] if names else f"{chapter(word)}.html"


@pytest.fixture(scope="module")
def search(browser):
    """What is found for a text, page by page; searched from a disk."""
    page = browser.new_page()
    page.goto((SITE / "search.html").as_uri())
    yield lambda text: page.evaluate(LINKS, text)
    page.close()


@pytest.mark.parametrize("text", WANTED)
def test_what_is_wanted_comes_first(search, text):
    found = search(text)
    assert found and found[0] in map(page_of, WANTED[text].split()), found[:6]


def test_an_excerpt_begins_with_the_sentence_that_has_it(visit):
    page = visit("search.html?q=saturated").page
    for item in page.locator("#search-results li").all()[:5]:
        sentence = item.locator(".context").inner_text().split(". ")[0]
        assert "saturat" in (item.locator("a").inner_text() + sentence).lower()


def test_a_word_that_the_book_lacks_is_said_to_be_another(visit):
    page = visit("search.html?q=sofmax").page
    assert "Nothing has “sofmax”" in page.locator(".search-meant").inner_text()
    page.locator(".bd-search-container input").fill("xyzzyplugh")
    assert page.locator(".search-summary").inner_text().startswith("Nothing found.")
    assert page.locator("#search-results li").count() == 0


def test_what_is_typed_is_text_and_no_markup(visit):
    opened = visit("search.html")
    opened.page.locator(".bd-search-container input").fill("<img src=x onerror=alert(1)> sofmax")
    assert opened.page.locator("#search-results img").count() == 0 and not opened.flaws


def test_it_works_in_a_frame_that_may_keep_nothing(visit, site):
    opened = visit("404.html")
    opened.page.set_content(
        f'<iframe sandbox="allow-scripts" src="{site}/search.html?q=softmax" width=1200 height=800>'
    )
    frame = opened.page.frame_locator("iframe")
    assert frame.locator("#search-results a").first.inner_text() == "softmax"
    before = frame.locator("html").get_attribute("data-theme")
    for _ in range(3):  # automatic, dark, light
        frame.locator(".theme-switch-button:visible").click()
        if frame.locator("html").get_attribute("data-theme") != before:
            return
    raise AssertionError(f"the button for colors does nothing: {before}")
