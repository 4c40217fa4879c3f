"""What may stand in a message: the type and the size of each field."""

from __future__ import annotations

from .packing import PACKED, is_size, is_text


def _is_error(value: object) -> bool:
    return type(value) is list and len(value) == 2 and all(map(is_text, value))


FORMS = {
    # of a learner's process
    "ready": {"ready": is_text},
    "check": {
        "check": is_text,
        "kind": is_text,
        "called": is_text,
        "works": bool,
        "numbers": [PACKED, 9],
    },
    "returned": {
        "returned": [PACKED, 16],
        "several": is_text,
        "arguments": [PACKED, 16],
        "printed": bool,
        "used": [is_text, 20],
    },
    "raised": {"raised": _is_error},
    "function": {"function": is_size, "of": PACKED},
    "done": {"done": is_text},
    "functions": {"functions": [[is_text, 9], 30]},
    # of the process that judges it
    "expects": {"expects": [is_size, 1000]},
    "begins": {"begins": bool},
    "said": {"said": is_size, "passed": bool, "message": is_text, "shown": is_text},
    "hint": {"hint": is_size, "text": is_text},
    "wrong": {"wrong": is_text},
    "ended": {"ended": is_text, "work": is_text},
}


def fits(value: object, form: object) -> bool:
    """Say whether a value has a form; an object has its keys, no more and no less.

    Examples
    --------
    >>> form = FORMS["raised"]
    >>> fits({"raised": ["ValueError", "no"]}, form), fits({"raised": [[]]}, form)
    (True, False)
    """
    match form:
        case None:
            return value is None
        case type():
            return type(value) is form
        case tuple():
            return any(fits(value, one) for one in form)
        case [one, most]:
            return type(value) is list and len(value) <= most and all(fits(v, one) for v in value)
        case dict():
            known = type(value) is dict and value.keys() == form.keys()
            return known and all(fits(value[key], form[key]) for key in form)
    return form(value)
