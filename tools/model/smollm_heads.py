"""What the heads of the language model do, each measured beside what it might be mistaken for.

Removing a head means that nothing of what it fetches is passed on. A loss is the mean surprise at
the token that came next, in nats.
"""

import numpy as np

from qkvlib import decode, next_word_logits, sliding_window_mask

from .smollm_texts import repeated

TEXTS, LENGTH = 8, 25  # random tokens, written twice
SEARCH, FRESH = 0, 1  # seeds: heads are chosen by the first set
SIX, DRAWS = 6, 20  # heads removed at once; random sets of them
WINDOWS = (4, 8, 16, 32, 64)
MOST = 10  # words: is the token itself among the likeliest that its value writes?


def maps_of(decoder, ids):
    """Return the weights of all heads, (texts, 30, 9, n, n)."""
    trace = []
    decode(decoder, ids, trace=trace)
    return np.stack([block["weights"] for block in trace], axis=1)


def run(decoder, tokenizer, texts):
    """Return the tokens, nothing and the maps of each text, as `trials.judge` asks for them."""
    ids = [tokenizer.ids(text) for text in texts]
    results = [None] * len(texts)
    for length in sorted(set(map(len, ids))):
        group = [i for i, own in enumerate(ids) if len(own) == length]
        maps = maps_of(decoder, [ids[i] for i in group])
        for i, own in zip(group, maps, strict=True):
            results[i] = [tokenizer.text([row]).strip() for row in ids[i]], None, own
    return results


def surprise(decoder, ids, **how):
    """Return how surprising each token but the first is, (..., n - 1)."""
    ids = np.asarray(ids)
    logits = next_word_logits(decoder, decode(decoder, ids, **how)[..., :-1, :])
    right = np.take_along_axis(logits, ids[..., 1:, None], -1)[..., 0]
    top = logits.max(axis=-1)
    return np.log(np.exp(logits - top[..., None]).sum(axis=-1)) + top - right


def looks_back(maps):
    """Return each head's mean weight on two places, (30, 9) each, for tokens written twice.

    What came after this token the last time, in the second half; and the token before, anywhere.
    """
    length = maps.shape[-1] // 2
    after = np.diagonal(maps, -(length - 1), -2, -1)[..., 1:]  # from place `length` on
    before = np.diagonal(maps, -1, -2, -1)
    return after.mean(axis=(0, -1)), before.mean(axis=(0, -1))


def best(scores, n=SIX):
    """Return the heads with the largest scores, (layer, head), the best first."""
    order = np.argsort(-scores, axis=None, kind="stable")[:n]
    return [divmod(int(head), scores.shape[-1]) for head in order]


def removals(after, before, draws=DRAWS):
    """Return the sets of heads to remove, by name, and the random ones in the order of a seed.

    No random set holds one of the best; some hold heads that look at the token before.
    """
    best_twelve, previous = best(after, 2 * SIX), best(before)
    rng = np.random.default_rng(SEARCH)
    others = [head for head in np.ndindex(after.shape) if head not in best_twelve[:SIX]]
    quiet = [head for head in others if head not in previous and head not in best_twelve]
    named = {"none": [], "best": best_twelve[:SIX], "next best": best_twelve[SIX:]}
    named["previous token"] = previous
    random, neither = (
        [[heads[i] for i in rng.choice(len(heads), SIX, replace=False)] for _ in range(draws)]
        for heads in (others, quiet)
    )
    return named, random, neither


def halves(decoder, ids, without):
    """Return the mean loss of each text's first half and of its second, (2, texts)."""
    losses, length = surprise(decoder, ids, without=without), ids.shape[-1] // 2
    return np.stack([losses[:, : length - 1].mean(axis=-1), losses[:, length:].mean(axis=-1)])


def induction(decoder, draws=DRAWS):
    """Return the scores of all heads on both sets, and what is lost without some of them."""
    n_words = len(decoder.embedding)
    sets = [repeated(n_words, TEXTS, LENGTH, seed) for seed in (SEARCH, FRESH)]
    scores = [looks_back(maps_of(decoder, ids)) for ids in sets]
    named, random, neither = removals(*scores[SEARCH], draws)
    cut = {name: halves(decoder, sets[FRESH], heads) for name, heads in named.items()}
    arrays = {
        "induction": np.stack([after for after, _ in scores]),
        "previous": np.stack([before for _, before in scores]),
        "loss_named": np.stack(list(cut.values())),
        "loss_random": np.stack([halves(decoder, sets[FRESH], heads) for heads in random]),
        "loss_neither": np.stack([halves(decoder, sets[FRESH], heads) for heads in neither]),
        "random_heads": np.array(random, np.int32),
        "neither_heads": np.array(neither, np.int32),
    }
    return arrays, {name: heads for name, heads in named.items()}


def sinks(decoder, tokenizer, texts):
    """Return how much all heads look at token 0, how long values are, and losses in windows.

    Each array has the texts as its first axis. A window holds the latest tokens; the second axis of
    ``loss_window`` says whether token 0 stays besides.
    """
    first, lengths, whole, windows = [], [], [], []
    for text in texts:
        ids, trace = tokenizer.ids(text), []
        decode(decoder, ids, trace=trace)
        maps = np.stack([block["weights"] for block in trace])
        first.append(maps[..., 1:, 0].mean(axis=-1))
        sizes = np.stack([np.linalg.norm(block["v"], axis=-1) for block in trace])
        lengths.append(np.stack([sizes[..., 0], sizes[..., 1:].mean(axis=-1)], axis=-1))
        whole.append(surprise(decoder, ids).mean())
        masks = (
            sliding_window_mask(len(ids), window=window, sink=sink)
            for sink in (0, 1)
            for window in WINDOWS
        )
        means = [surprise(decoder, ids, mask=mask).mean() for mask in masks]
        windows.append(np.reshape(means, (2, len(WINDOWS))))
    return {
        "first_token": np.array(first),
        "value_lengths": np.array(lengths),
        "loss_whole": np.array(whole),
        "loss_window": np.array(windows),
    }


def written(decoder, layer, head, values):
    """Return the logits that values add to, read directly: W_O, the last norm, the words' vectors.

    What later blocks make of it, and by how much the norm divides, is left out.
    """
    d_k = values.shape[-1]
    rows = decoder.blocks[layer]["w_o"][head * d_k : (head + 1) * d_k]
    return values @ rows * decoder.norm @ decoder.embedding.T


def copying(decoder, ids):
    """Return where a token stands among the words that its own value writes, (30, 9) each.

    How often it is among the likeliest ten, and the median of how many words are likelier.
    """
    trace = []
    decode(decoder, ids, trace=trace)
    shares, ranks = np.zeros((2, len(decoder.blocks), decoder.num_heads))
    group = decoder.num_heads // decoder.num_kv_heads
    for layer, head in np.ndindex(shares.shape):
        logits = written(decoder, layer, head, trace[layer]["v"][head // group])
        own = logits[np.arange(len(ids)), ids]
        likelier = (logits > own[:, None]).sum(axis=-1)
        shares[layer, head], ranks[layer, head] = (likelier < MOST).mean(), np.median(likelier)
    return shares, ranks
