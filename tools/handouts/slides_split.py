"""Split a section of a page into slides: what leads to a cell, and the cell.

A picture has a slide with its question and its answer, which is folded. Heights are estimates, in
lines of text. The deck's script shrinks the text of a slide where one was too low.
"""

from math import ceil

from bs4 import Tag

from .pages import is_option

LINES = 14  # that a slide holds
FEW = 3.6  # lines that are too few for a slide of their own
WIDE, NARROW = 80, 38  # characters in a line: alone, and beside a picture
CODE = 0.75  # lines that a line of code takes
DRAWN = LINES  # that a picture made of text takes


def split(blocks: list[Tag]) -> list[list[Tag]]:
    """Group blocks: a cell ends a slide, and so does lack of space; none has only a line or two."""
    slides: list[list[Tag]] = [[]]
    for block in blocks:
        slide = slides[-1]
        is_open = bool(slide) and not is_answer(block) and not ends(slide, block)
        if answers(slide, block) or (is_open and fits([*slide, block])):
            slide.append(block)
        elif len(slide) > 2 and answers(slide[-2:], block):
            slides.append([*slide[-2:], block])
            del slide[-2:]
        elif is_open and is_cell(block) and len(slide) > 1 and fits([slide[-1], block]):
            slides.append([slide.pop(), block])
        else:
            slides.append([block])
    return joined([slide for slide in slides if slide and not is_silent(slide)])


def is_silent(slide: list[Tag]) -> bool:
    """Whether a slide would be a short cell that prints nothing: it is for who runs it."""
    return is_few(slide) and is_cell(slide[0]) and not slide[0].select(".cell_output")


def joined(slides: list[list[Tag]]) -> list[list[Tag]]:
    """The slides, of which one with too few lines goes to the next, or to the one before."""
    found: list[list[Tag]] = []
    for slide in slides:
        if found and (is_few(found[-1]) or is_few(slide)) and can_join(found[-1], slide):
            found[-1] = [*found[-1], *slide]
        else:
            found.append(slide)
    return found


def is_few(slide: list[Tag]) -> bool:
    """Whether a slide has too little on it; a picture is enough."""
    return lines(slide) < FEW and not any(map(has_picture, slide))


def can_join(slide: list[Tag], after: list[Tag]) -> bool:
    """Whether two slides fit on one: no second cell beside a picture, nothing with a quiz."""
    both = [*slide, *after]
    crowded = any(map(has_picture, both)) and sum(map(is_cell, both)) > 1
    return not (crowded or any(map(is_option, both))) and lines(both) <= LINES + FEW


def answers(slide: list[Tag], block: Tag) -> bool:
    """Whether a block is the answer to the question of the slide's picture, and fits below it."""
    asked = bool(slide) and has_picture(slide[-1]) and slide[-1].svg is not None
    return asked and is_answer(block) and fits([*slide, block])


def ends(slide: list[Tag], block: Tag) -> bool:
    """Whether a slide is done, seeing which `block` comes next."""
    last = slide[-1]
    answered = is_answer(last) and any(map(has_picture, slide))
    return is_cell(last) or answered or (is_option(last) and not is_option(block))


def is_cell(block: Tag) -> bool:
    """Whether it is code with its output."""
    return "cell" in block.get("class", [])


def is_answer(block: Tag) -> bool:
    """Whether it is the folded answer to a question in the text."""
    return block.name == "details" and not is_option(block)


def has_picture(block: Tag) -> bool:
    """Whether it is a cell that shows a picture, with or without controls."""
    return is_cell(block) and block.select_one(".explore") is not None


def fits(slide: list[Tag]) -> bool:
    """Whether blocks fit on one slide."""
    return lines(slide) <= LINES


def lines(slide: list[Tag]) -> float:
    """How many lines of text its blocks take."""
    width = NARROW if any(block.svg for block in slide) else WIDE
    return sum(height(block, width) for block in slide)


def height(block: Tag, width: int) -> float:
    """How many lines of text, `width` characters wide, a block takes."""
    if is_option(block):
        return 1.7
    if is_answer(block) and block.select_one(".cell"):  # the code of its proof is folded
        said = [part for part in block.find_all(recursive=False) if not is_cell(part)]
        shown = block.select(".cell_output pre")
        rows = sum(len(pre.get_text().rstrip().splitlines()) for pre in shown)
        return sum(height(part, width) for part in said) + 1 + CODE * rows
    if has_picture(block):
        return 1.7 if block.svg else DRAWN
    if rows := block.select("tr"):
        return 1.3 * len(rows)
    if is_cell(block):
        return 1 + CODE * sum(
            len(pre.get_text().rstrip().splitlines()) for pre in block.select("pre")
        )
    if "math" in block.get("class", []):
        return 3.0
    lines = block.select("li") or [block]
    return 0.5 + sum(ceil(len(" ".join(line.get_text().split())) / width) for line in lines)
