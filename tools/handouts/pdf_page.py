"""Turn a finished page into one for paper: nothing moves or is folded, solutions come last."""

import re
from itertools import takewhile

from bs4 import BeautifulSoup, Tag

from .pages import is_option

# Pieces of code that have no color of their own: in a tagged PDF each costs 200 bytes.
PLAIN = ", ".join(f"pre span.{kind}" for kind in ("n", "nn", "nx", "p", "pm", "w")) + ", span.pre"


def put_on_paper(page: Tag) -> None:
    """Edit the page."""
    for explore in page.select(".explore"):
        freeze(explore)
    for typed in page.select(".typed"):
        rule(typed)
    if page.select_one("section#exercises"):
        move_solutions(page)
    for fold in page.select("details"):
        unfold(fold)
    for box in page.select("[tabindex]"):
        del box["tabindex"]  # what scrolls on a page is whole on paper
    for span in page.select(PLAIN):
        span.unwrap()


def freeze(explore: Tag) -> None:
    """Leave a picture in its first state, and say which one that is."""
    for part in explore.select("script, .explore-announce, .explore-numbers"):
        part.decompose()
    if panel := explore.select_one(".explore-controls"):
        settings = map(setting, panel.select("[data-control]"))
        panel.replace_with(parse(f'<p class="state">{", ".join(settings)}</p>'))


def rule(typed: Tag) -> None:
    """Leave lines to write on in place of fields; the answers go, and the code that judges them."""
    lines = (f"{label.get_text()} ________" for label in typed.select("label"))
    typed.form.replace_with(parse(f"<p>{' &emsp; '.join(lines)}</p>"))
    for part in typed.select("script, .typed-said"):
        part.decompose()
    if code := typed.find_parent(class_="cell"):
        code.select_one(".cell_input").decompose()


def setting(control: Tag) -> str:
    """A control's name and its first value."""
    name = control.select_one("legend, label[for]").get_text()
    match control["data-control"]:
        case "slider":
            value = control.output.get_text()
        case "switch":
            value = "on" if control.input.has_attr("checked") else "off"
        case _:
            value = control.select_one("option[selected], input[checked] + span").get_text()
    return f"{name} <b>{value}</b>"


def move_solutions(page: Tag) -> None:
    """Gather a chapter's hints, solutions and quiz answers in two sections at its end."""
    solved = parse('<section id="solutions"><h2>Solutions</h2></section>')
    answered = parse('<section id="answers"><h2>Answers to the quiz</h2></section>')
    for solution in page.select("section#exercises > .tag_hide-cell"):
        hint = solution.find_previous_sibling("details")
        solved.extend([title_of(solution), hint.extract(), solution.extract()])
    for first in page.select("section#quiz > p + details.quiz"):
        following = takewhile(is_option, first.find_next_siblings())
        options = [first, *following]
        answered.append(title_of(first))
        first.insert_before(listed(option.summary.extract() for option in options))
        answered.append(listed(option.extract() for option in options))
    page.extend([solved, answered])


def title_of(block: Tag) -> Tag:
    """The number and the name of the exercise or the question that a block belongs to."""
    task = block.find_previous_sibling(
        lambda tag: tag.name == "p" and re.match(r"\d+\. ", tag.get_text())
    )
    return parse(f'<p class="task">{task.strong}</p>')


def listed(blocks) -> Tag:
    """Blocks as a list, A, B, C."""
    items = "".join(f"<li>{block.decode_contents()}</li>" for block in blocks)
    return parse(f'<ol class="options">{items}</ol>')


def unfold(fold: Tag) -> None:
    """Show what a page folds away; the names of hints and answers stay."""
    if "hide" in fold.get("class", []):
        fold.summary.decompose()
    else:
        fold.summary.name = "strong"
        fold["class"] = "fold"
    fold.name = "div"


def parse(markup: str) -> Tag:
    """The element that a piece of HTML describes."""
    return BeautifulSoup(markup, "html.parser").contents[0].extract()
