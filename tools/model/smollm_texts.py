"""What the language model is asked: texts of our own, sentences with a pronoun, repeated tokens.

Heads are chosen by one set and judged by another: what is called fresh shares no noun and no
template with it.
"""

import numpy as np

from .trials import Trial

PROMPTS = (
    "The puppy followed its",
    "The puppy followed its mom. The puppy followed its",
    "The puppy did not follow its mom because it",
    "The capital of France is",
)
# Nobody has ever gone on with these words.
NEW_WORDS = "The wug blicked its dax. The wug blicked its"
# To measure losses by: written for this book.
TEXTS = (
    "On Monday the baker found that his oven was cold. He called his sister, who had repaired it "
    "twice before, and asked her to come. She brought a lamp and a box of tools. After an hour the "
    "oven was warm again, but the bread was late, so the children of the village had to wait. The "
    "baker gave each of them a small cake, and his sister took the largest one home.",
    "A library keeps books, and a good one keeps order too. Every book has a number on its back, "
    "and the number says on which shelf it stands. If you put a book on the wrong shelf, nobody "
    "will find it again, although it is still in the house. That is why readers are asked to leave "
    "books on the table: the people who work there know where each number belongs.",
    "Rain falls on the mountain and runs down in small streams. The streams meet and become a "
    "river, and the river goes to the sea. The sun warms the sea, and some of its water rises into "
    "the air. High above, the air is cold, so the water forms clouds. The wind carries the clouds "
    "back to the mountain, and then the rain falls again. No drop of water is ever lost.",
    "To cook rice, wash it first until the water stays clear. Put one cup of rice and two cups of "
    "water into a pot, add a little salt, and wait until it boils. Then turn the heat down, put "
    "the lid on the pot, and do not lift it for fifteen minutes. When the time is over, take the "
    "pot from the stove and let the rice rest. At the end, loosen it with a fork.",
)
ANIMALS = "puppy dog cat horse cow sheep lion tiger bear wolf fox rabbit".split()
PEOPLE = "mom girl woman king boy man father queen mother brother sister uncle".split()
FRESH_ANIMALS = "kitten goat mouse elephant monkey bird duck eagle snake whale shark frog".split()
FRESH_PEOPLE = (
    "doctor teacher farmer nurse baker soldier lawyer driver singer judge chef poet".split()
)
# "its" belongs to the animal, "his" and "her" to the person: both orders.
ITS = ("The {a} met the {b} and lost its", "Today the {a} saw the {b} and forgot its")
FRESH_ITS = (
    "In the garden the {a} called the {b} and dropped its",
    "One {a} and one {b} ran for its",
)
# "it" is the animal too.
IT = ("The {a} left the {b} because it", "The {a} met the {b} when it")
FRESH_IT = (
    "Yesterday the {a} found the {b} before it",
    "In the park the {a} thanked the {b} since it",
)
COUPLES = "king queen, man woman, boy girl, father mother, brother sister, husband wife, uncle aunt"
FRESH_COUPLES = "lord lady, prince princess, actor actress, son daughter, grandfather grandmother"
HE_OR_SHE = (
    "The {a} thanked the {b} because {p}",
    "The {a} met the {b} when {p}",
    "The {a} saw the {b} while {p}",
)
FRESH_HE_OR_SHE = (
    "The {a} wrote to the {b} before {p}",
    "Yesterday the {a} visited the {b} since {p}",
    "In the garden the {a} told the {b} that {p}",
)


def all_trials() -> dict[str, list[Trial]]:
    """Return every set of trials by its name; orders are balanced in all of them."""
    first, fresh = zip(ANIMALS, PEOPLE, strict=True), zip(FRESH_ANIMALS, FRESH_PEOPLE, strict=True)
    first, fresh = list(first), list(fresh)
    return {
        "its": _animal(first, ITS, "its"),
        "its_fresh": _animal(fresh, FRESH_ITS, "its"),
        "it": _animal(first, IT, "it"),
        "it_fresh": _animal(fresh, FRESH_IT, "it"),
        "gender": _he_or_she(COUPLES, HE_OR_SHE),
        "gender_fresh": _he_or_she(FRESH_COUPLES, FRESH_HE_OR_SHE),
    }


def repeated(n_words, texts, length, seed):
    """Return random tokens, each row written twice: (texts, 2 * length); no word stands twice."""
    rng = np.random.default_rng(seed)
    rows = [rng.choice(np.arange(1000, n_words), length, replace=False) for _ in range(texts)]
    return np.tile(rows, 2)


def _animal(pairs, templates, pronoun):
    return [
        Trial(template.format(a=a, b=b), pronoun, animal, (person,))
        for animal, person in pairs
        for template in templates
        for a, b in ((animal, person), (person, animal))
    ]


def _he_or_she(couples, templates):
    return [
        Trial(template.format(a=a, b=b, p=p), p, at, (other,))
        for he, she in (couple.split() for couple in couples.split(", "))
        for template in templates
        for a, b in ((he, she), (she, he))
        for p, at, other in (("he", he, she), ("she", she, he))
    ]
