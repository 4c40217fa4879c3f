"""Many inputs for each exercise, all that its text allows: they say what is wrong.

Sizes from 1 up, batch axes, numbers of either sign, zeros, whole numbers, one row far louder than
the others. A checker has a few cases and must find what these find.
"""

import numpy as np

COUNT = 24


def inputs(name):
    """Return the inputs of an exercise, by the name of its checker."""
    made = []
    for seed in range(COUNT):
        made.append(CASES[name](_Maker(seed)))
    return made


class _Maker:
    """Random arrays; all of one seed are of one kind."""

    def __init__(self, seed):
        self.rng = np.random.default_rng([seed, 7])
        self.kind = seed % 6
        self.batch = [(), (2,), (3, 2)][seed % 3]
        self.sizes = iter(
            self.rng.permutation([1, 2, 3, 4, 5, 6, 7] if seed % 4 else [3, 5, 6, 2, 4, 7])
        )

    def size(self, least=1):
        return max(least, int(next(self.sizes)))

    def normal(self, *shape):
        if self.kind == 0:
            return np.round(self.rng.normal(0, 1.5, shape))
        return self.rng.normal(0.2, [0, 0.6, 1.0, 2.0, 0.3, 0.6][self.kind], shape)

    def loud(self, array):
        """Make a row far louder, of one kind of inputs."""
        if self.kind == 5:
            array = np.array(array)
            array[..., self.rng.integers(array.shape[-2]), :] *= 3000
        return array

    def shares(self, *shape):
        terms = np.exp(self.rng.normal(0, 1.2, shape))
        return terms / terms.sum(-1, keepdims=True)

    def qkv(self, batch=(), loud=True):
        n_q, n_k, d_k, d_v = (self.size() for _ in range(4))
        k = self.normal(*batch, n_k, d_k)
        return {
            "q": self.normal(*batch, n_q, d_k),
            "k": self.loud(k) if loud else k,
            "v": self.normal(*batch, n_k, d_v),
        }


def _qk(m, batch=True, loud=True):
    case = m.qkv(m.batch if batch else (), loud)
    return {"q": case["q"], "k": case["k"]}


def _smoothing(m):
    return {"positions": np.cumsum(0.3 + m.rng.random(m.size(2))), "width": 0.4 + m.rng.random()}


def _lookup(m, **more):
    return m.qkv(loud=False) | more


def _sharpness(m):
    low, gap = m.rng.normal(), 0.2 + m.rng.random()
    return {"scores": np.array([low + gap, low]), "share": 0.55 + 0.4 * m.rng.random()}


def _blocks(m):
    n = m.size()
    return {"scores": m.normal(n, n), "block": m.size()}


def _token(m):
    d, d_k = m.size(), m.size()
    return {"x": m.normal(d), "w": m.normal(d, d_k)}


def _views(m):
    n, d, d_k, d_v = (m.size() for _ in range(4))
    ws = {"w_q": m.normal(d, d_k), "w_k": m.normal(d, d_k), "w_v": m.normal(d, d_v)}
    return {"x": m.normal(*m.batch, n, d)} | ws


def _columns(m):
    n, d, d_k = (m.size() for _ in range(3))
    return {"x": m.normal(d, n), "w_q": m.normal(d, d_k), "w_k": m.normal(d, d_k)}


def _one_score(m):
    d = m.size(2)
    return {"q": m.normal(d), "k": m.normal(d)}


def _parts(m):
    case = _qk(m, batch=False, loud=False)
    return {name: value + 0.05 for name, value in case.items()}


def _heads(m):
    h, n_q, n_k, d = (m.size() for _ in range(4))
    return {"q": m.normal(h, n_q, d), "k": m.normal(h, n_k, d)}


def _spread(m):
    d = m.size(2)
    return {"s_q": 0.2 + m.rng.random(d), "s_k": 0.2 + 2 * m.rng.random(d)}


def _softmax(m):
    row = m.normal(m.size(2))
    return {"scores": row * 2000 if m.kind == 5 else row + 1000 * (m.kind - 2)}


def _sum(m):
    n, d = m.size(), m.size()
    return {"weights": m.shares(n), "values": m.normal(n, d)}


def _shuffled(m):
    n, d = m.size(2), m.size()
    return {"x": m.normal(n, d), "order": m.rng.permutation(n)}


def _square(m):
    n = m.size(2)
    return {"scores": m.normal(*m.batch, n, n)}


def _causal(m):
    n, d = m.size(2), m.size()
    return {"q": m.normal(*m.batch, n, d), "k": m.loud(m.normal(*m.batch, n, d))}


def _padded(m):
    b, n = m.size(2), m.size(2)
    scores = m.normal(b, n, n) * (500 if m.kind == 5 else 1)
    return {"scores": scores, "lengths": m.rng.integers(0, n + 1, b)}


def _split(m):
    n, h, d = (m.size() for _ in range(3))
    return {"x": m.normal(*m.batch, n, h * d), "num_heads": h}


def _merge(m):
    return {"heads": m.normal(*m.batch, *(m.size() for _ in range(3)))}


def _multi(m):
    n, h, d = (m.size() for _ in range(3))
    ws = {name: m.normal(h * d, h * d) for name in ("w_q", "w_k", "w_v", "w_o")}
    return {"x": m.loud(m.normal(n, h * d))} | ws | {"num_heads": h}


def _cross(m):
    n_q, n_k, d, d_c, d_k, d_v = (m.size() for _ in range(6))
    ws = {"w_q": m.normal(d, d_k), "w_k": m.normal(d_c, d_k), "w_v": m.normal(d_c, d_v)}
    return {"x": m.normal(n_q, d), "context": m.loud(m.normal(n_k, d_c))} | ws


def _cross_weights(m):
    b, n_q, n_k, d = (m.size() for _ in range(4))
    case = {"q": m.normal(b, n_q, d), "k": m.loud(m.normal(b, n_k, d))}
    return case | {"lengths": m.rng.integers(1, n_k + 1, b)}


def _decoder(m):
    n_q, n_k, d = (m.size() for _ in range(3))
    case = {"y": m.normal(n_q, d), "memory": m.loud(m.normal(n_k, d))}
    ws = {"w_self": m.normal(3, d, d), "w_cross": m.normal(3, d, d)}
    return case | ws | {"length": int(m.rng.integers(1, n_k + 1))}


def _window(m):
    n = m.size(2)
    return {"scores": m.normal(n, n), "window": int(m.rng.integers(1, n + 1))}


def _grouped(m):
    h, group, n_q, n_k, d_k, d_v = (m.size() for _ in range(6))
    case = {"q": m.normal(h * group, n_q, d_k), "k": m.loud(m.normal(h, n_k, d_k))}
    return case | {"v": m.normal(h, n_k, d_v)}


def _step(m):
    n, d_k, d_v = (m.size() for _ in range(3))
    new = {"q": m.normal(1, d_k), "k": m.normal(1, d_k), "v": m.normal(1, d_v)}
    return new | {"keys": m.loud(m.normal(n, d_k)), "values": m.normal(n, d_v)}


def _several(m):
    n, new, d_k, d_v = (m.size() for _ in range(4))
    cache = {"keys": m.loud(m.normal(n, d_k)), "values": m.normal(n, d_v)}
    return {"q": m.normal(new, d_k), "k": m.normal(new, d_k), "v": m.normal(new, d_v)} | cache


def _absorbed(m):
    h, n_q, d_k, d_latent = (m.size() for _ in range(4))
    return {"q": m.loud(m.normal(h, n_q, d_k)), "w_k": m.normal(h, d_latent, d_k)}


def _layer(m):
    sizes = {"d_model": int(m.rng.integers(1, 600)), "d_ff": int(m.rng.integers(1, 2000))}
    return sizes | {"causal": bool(m.kind % 2)}


def _online(m):
    n, d = m.size(), m.size()
    shift = [0, 0, 1000, -1000, 0, 0][m.kind]
    return {
        "top": float(m.rng.normal()) + shift,
        "total": 1 + float(m.rng.random()),
        "output": m.normal(d),
        "scores": m.normal(n) * (900 if m.kind == 5 else 1) + shift,
        "v": m.normal(n, d),
    }


def _slopes(m):
    def cubes(array):
        return (array**3).sum()

    def product(array):
        return np.exp(0.3 * array.flat[0] * array.flat[-1])

    shape = (m.size(2),) if m.kind % 2 else (m.size(2), m.size(2))
    return {"f": [cubes, product][m.kind % 2], "array": m.normal(*shape), "eps": 0.1}


def _back(m):
    n, d = m.size(), m.size(2)
    return {"weights": m.shares(*m.batch, n, d), "grad_weights": m.normal(*m.batch, n, d)}


def _gradients(m):
    case = m.qkv(loud=False)
    return case | {"grad_output": m.normal(len(case["q"]), case["v"].shape[1])}


def _matrix(m):
    n, d, d_k = (m.size() for _ in range(3))
    return {"x": m.normal(*m.batch, n, d), "grad": m.normal(*m.batch, n, d_k)}


def _model_head(m):
    n, d, h, d_k = (m.size() for _ in range(4))
    ws = {"w_q": m.normal(d, h * d_k), "w_k": m.normal(d, h * d_k), "b_q": m.normal(h * d_k)}
    head = {"num_heads": h, "head": int(m.rng.integers(h))}
    return {"x": m.loud(m.normal(n, d))} | ws | head


def _maps(m):
    n = m.size(2)
    return {"maps": m.shares(*m.batch, n, n)}


def _fetched(m):
    n_q, n_k, d = (m.size() for _ in range(3))
    return {"weights": m.shares(n_q, n_k), "v": m.normal(n_k, d) + 0.05}


def _trials(m):
    layers, heads, trials = m.size(), m.size(), 301
    seen = m.rng.random((layers, heads))
    new = m.rng.random((layers, heads))
    shape = (trials, layers, heads)
    return {"right": m.rng.random(shape) < seen, "fresh": m.rng.random(shape) < new}


def _pair(m):
    return {"x": m.normal(*m.batch, 2), "angle": float(m.rng.normal(0, 3))}


def _clocks(m, pairs):
    return m.rng.uniform(0.05, 1.2) ** np.arange(pairs) * m.rng.uniform(0.3, 1.0)


def _rotary(m):
    n, pairs = m.size(), m.size()
    x, places = m.loud(m.normal(*m.batch, n, 2 * pairs)), m.rng.integers(0, 60, n)
    return {"x": x, "places": places, "frequencies": _clocks(m, pairs)}


def _distant(m):
    pairs = m.size()
    q, back = m.normal(2 * pairs), int(m.rng.integers(6))
    return {"q": q, "back": back, "frequencies": _clocks(m, pairs)}


def _next(m):
    logits = m.rng.permutation(m.size(2)) + 0.9 * m.rng.random()  # no two are equal
    logits = logits * m.rng.uniform(0.3, 1.2) + [0, 1000, -900, 2, -3, 0][m.kind]
    how = {"temperature": 0.3 + m.rng.random(), "k": int(m.rng.integers(1, len(logits) + 1))}
    return {"logits": logits} | how


def _twice(m):
    n = 2 * m.size(2)
    return {"maps": m.shares(*m.batch, n, n)}


CASES = {
    "weighted_average": lambda m: dict(
        zip(("closeness", "values"), (m.rng.random(n := m.size(2)), m.normal(n)), strict=True)
    ),
    "smoothing_weights": _smoothing,
    "kernel_regression": lambda m: _lookup(m, width=0.4 + m.rng.random()),
    "hard_lookup": lambda m: {
        name: a + 0.01 * m.rng.random(a.shape) for name, a in _lookup(m).items()
    },
    "soft_lookup": lambda m: _lookup(m, sharpness=0.3 + 2 * m.rng.random()),
    "sharpness": _sharpness,
    "project_token": _token,
    "views": _views,
    "column_scores": _columns,
    "score": _one_score,
    "attention_scores": _qk,
    "score_parts": _parts,
    "scaled_scores": lambda m: _qk(m, loud=False),
    "head_weights": _heads,
    "score_spread": _spread,
    "softmax": _softmax,
    "attention_weights": _qk,
    "softmax_jacobian": lambda m: {"weights": m.shares(m.size(2))},
    "weighted_sum": _sum,
    "attention": lambda m: m.qkv(m.batch),
    "shuffled_attention": _shuffled,
    "hide_future": _square,
    "causal_weights": _causal,
    "batch_weights": _padded,
    "turn_pair": _pair,
    "rotary": _rotary,
    "distant_key": _distant,
    "split_heads": _split,
    "merge_heads": _merge,
    "multi_head_attention": _multi,
    "mended_heads": _multi,
    "blocks": _blocks,
    "cross_attention": _cross,
    "cross_weights": _cross_weights,
    "decoder": _decoder,
    "causal_window": _window,
    "grouped_query_attention": _grouped,
    "catch_up": _layer,
    "decode_step": _step,
    "decode_chunk": _several,
    "absorbed_query": _absorbed,
    "online_softmax_step": _online,
    "next_words": _next,
    "induction_score": _twice,
    "induction": lambda m: {"x": m.normal(m.size(2), m.size()), "sharpness": 0.3 + m.rng.random()},
    "numerical_gradient": _slopes,
    "softmax_gradient": _back,
    "attention_gradients": _gradients,
    "mended_gradients": _gradients,
    "weight_gradient": _matrix,
    "model_head": _model_head,
    "looks_back": _maps,
    "fetched": _fetched,
    "hold_out": _trials,
}
