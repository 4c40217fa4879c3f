"""Sentences that ask the heads of the real model a question, and how each head answers.

A trial is a sentence, the word that looks, the word it should look at, and the words it should not.
A head is right if the first gets more of its weight than each of the others. Roles, orders and
pronouns are balanced, so that a head which looks at the first noun or the nearest is right in half.
"""

from dataclasses import dataclass

import numpy as np

from qkvlib import encode, tokenize

ANIMALS = (
    "deer dog cat kitten horse cow sheep goat lion tiger bear wolf "
    "fox rabbit mouse elephant monkey bird duck eagle snake frog whale shark"
).split()
PEOPLE = "mom girl woman king boy man father queen mother brother sister uncle".split()
ONE_ANIMAL = (
    "The {a} followed its mom",
    "The {a} lost its toy in a park",
    "A {a} returned to its home",
    "Yesterday the {a} finished its meal",
)
TWO_NOUNS = ("The {a} followed its {b}", "The {a} bit its {b}", "Today the {a} lost its {b}")
COUPLES = (
    "king queen, man woman, boy girl, father mother, brother sister, husband wife, uncle aunt, "
    "son daughter, prince princess, actor actress"
)
HE_OR_SHE = (
    "The {a} thanked the {b} because {p} was kind",
    "The {a} met the {b} when {p} came home",
    "The {a} called the {b} after {p} woke up",
    "The {a} saw the {b} while {p} was waiting",
)
# Neither the nouns nor the templates above.
FRESH_COUPLES = (
    "lord lady, monk nun, grandfather grandmother, nephew niece, hero heroine, duke duchess, "
    "groom bride, emperor empress"
)
FRESH_HE_OR_SHE = (
    "The {a} wrote to the {b} before {p} left",
    "Yesterday the {a} visited the {b} since {p} was ill",
    "In the garden the {a} told the {b} that {p} was tired",
)


@dataclass(frozen=True)
class Trial:
    """``looks`` should look at ``at`` rather than at any of ``not_at``; no word stands twice."""

    text: str
    looks: str
    at: str
    not_at: tuple[str, ...]


def all_trials() -> dict[str, list[Trial]]:
    """Return every set of trials by its name."""
    mixed = list(zip(ANIMALS, PEOPLE, strict=False))
    return {
        "one_animal": [_one_animal(animal, t) for animal in ANIMALS for t in ONE_ANIMAL],
        "kind": [
            Trial(t.format(a=a, b=b), "its", animal, (person,))
            for animal, person in mixed
            for a, b, t in _both_orders([(animal, person)])
        ],
        "role": _who_acts(mixed),
        "two_animals": _who_acts(zip(ANIMALS[::2], ANIMALS[1::2], strict=True)),
        "gender": _he_or_she(COUPLES, HE_OR_SHE),
        "gender_fresh": _he_or_she(FRESH_COUPLES, FRESH_HE_OR_SHE),
    }


def run(weights, vocabulary, texts, **options) -> list[tuple[list[str], np.ndarray, np.ndarray]]:
    """Return the pieces, the hidden vectors and the maps of each text; equal lengths together."""
    pieces = [tokenize(text, vocabulary) for text in texts]
    results = [None] * len(texts)
    for length in sorted(set(map(len, pieces))):
        group = [i for i, own in enumerate(pieces) if len(own) == length]
        ids = [[vocabulary[piece] for piece in pieces[i]] for i in group]
        hidden, maps = encode(weights, ids, **options)
        for place, i in enumerate(group):
            results[i] = pieces[i], hidden[:, place], maps[:, place]
    return results


def judge(trials, maps_of) -> tuple[np.ndarray, np.ndarray]:
    """Return whether each head is right, and its weight on the right word: (trials, 6, 12) each.

    ``maps_of`` holds the pieces and the maps of each trial, as ``run`` returns them.
    """
    right, weight = [], []
    for trial, (pieces, _, maps) in zip(trials, maps_of, strict=True):
        rows = maps[:, :, pieces.index(trial.looks)]
        at = rows[..., pieces.index(trial.at)]
        others = rows[..., [pieces.index(word) for word in trial.not_at]]
        right.append(at > others.max(axis=-1))
        weight.append(at)
    return np.array(right), np.array(weight)


def _one_animal(animal, template):
    text = template.format(a=animal)
    others = tuple({*text.lower().split()} - {animal})
    return Trial(text, "its", animal, others)


def _both_orders(pairs):
    for one, other in pairs:
        for a, b in ((one, other), (other, one)):
            for template in TWO_NOUNS:
                yield a, b, template


def _who_acts(pairs):
    return [Trial(t.format(a=a, b=b), "its", a, (b,)) for a, b, t in _both_orders(pairs)]


def _he_or_she(couples, templates):
    trials = []
    for he, she in (couple.split() for couple in couples.split(", ")):
        for template in templates:
            for a, b in ((he, she), (she, he)):
                for pronoun, at, other in (("he", he, she), ("she", she, he)):
                    trials.append(
                        Trial(template.format(a=a, b=b, p=pronoun), pronoun, at, (other,))
                    )
    return trials
