"""What every exercise's tests ask of it: right answers pass, wrong ones are told apart."""

import numpy as np

RIGHT, WRONG = [], []  # (exercise, name, answer) of every answer that a test has tried
MARGIN = 1e-3  # how far a wrong answer must be from the right one on the checker's own inputs


def softmax(scores, axis=-1):
    """As learners write it."""
    terms = np.exp(scores - scores.max(axis, keepdims=True))
    return terms / terms.sum(axis, keepdims=True)


def right_answers_pass(exercise, answers):
    assert len(answers) >= 3, "write it in three styles"
    RIGHT.extend((exercise, "a right answer", answer) for answer in answers)
    for answer in answers:
        assert exercise.check(answer), exercise.check(answer)


def wrong_answers_are_named(exercise, answers):
    """``answers`` maps a part of the expected message to a wrong function.

    On some case of the checker, each known mistake must fail or be clearly elsewhere.
    """
    assert len(answers) >= 5
    WRONG.extend((exercise, says, answer) for says, answer in answers.items())
    messages = set()
    for says, answer in answers.items():
        verdict = exercise.check(answer)
        assert not verdict, f"accepted: {says}"
        assert says in verdict.message, f"expected {says!r}, got {verdict}"
        messages.add(verdict.message.partition("): ")[2])
    assert len(messages) == len(answers), "each mistake has its own message"
    named = {m for m in exercise.mistakes if any(m == got for got in messages)}
    assert named == set(exercise.mistakes), "each known mistake is shown by an answer"
    for message, mistake in exercise.mistakes.items():
        assert any(_apart(mistake, exercise.answer, case) for case in exercise.cases), message


def _apart(mistake, answer, case):
    try:
        with np.errstate(all="ignore"):
            got = mistake(*(np.copy(value)[()] for value in case.values()))
    except (ValueError, IndexError, OverflowError):
        return True
    got, right = (r if isinstance(r, tuple) else (r,) for r in (got, answer(*case.values())))
    return any(
        np.shape(a) != np.shape(b) or not np.allclose(a, b, rtol=0, atol=MARGIN)
        for a, b in zip(got, right, strict=True)
    )
