"""Right answers of the other parts, written out in NumPy alone, to be changed bit by bit."""

import numpy as np


def hide_future(scores):
    may_attend = np.tri(scores.shape[-2], scores.shape[-1], dtype=bool)
    return np.where(may_attend, scores, -np.inf)


def hide_future__loop(scores):
    hidden = np.copy(scores)
    for i in range(scores.shape[-2]):
        for j in range(scores.shape[-1]):
            if j > i:
                hidden[..., i, j] = -np.inf
    return hidden


def causal_weights(q, k):
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    may_attend = np.tri(q.shape[-2], k.shape[-2], dtype=bool)
    scores = np.where(may_attend, scores, -np.inf)
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return terms / terms.sum(axis=-1, keepdims=True)


def batch_weights(scores, lengths):
    real = np.arange(scores.shape[-1]) < lengths[:, None, None]
    may_attend = np.tri(scores.shape[-2], scores.shape[-1], dtype=bool) & real
    scores = np.where(may_attend, scores, -np.inf)
    top = scores.max(axis=-1, keepdims=True)
    terms = np.exp(scores - np.where(np.isneginf(top), 0, top))
    total = terms.sum(axis=-1, keepdims=True)
    return terms / np.where(total == 0, 1, total)


def batch_weights__loop(scores, lengths):
    weights = np.zeros(scores.shape)
    for b in range(len(lengths)):
        for i in range(scores.shape[1]):
            seen = min(i + 1, lengths[b])
            if seen > 0:
                row = scores[b, i, :seen]
                terms = np.exp(row - row.max())
                weights[b, i, :seen] = terms / terms.sum()
    return weights


def turn_pair(x, angle):
    a = x[..., 0]
    b = x[..., 1]
    first = a * np.cos(angle) - b * np.sin(angle)
    second = a * np.sin(angle) + b * np.cos(angle)
    return np.stack([first, second], axis=-1)


def turn_pair__matrix(x, angle):
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return x @ turn.T


def rotary(x, places, frequencies):
    angles = places[:, None] * frequencies
    a = x[..., 0::2]
    b = x[..., 1::2]
    turned = np.zeros(x.shape)
    turned[..., 0::2] = a * np.cos(angles) - b * np.sin(angles)
    turned[..., 1::2] = a * np.sin(angles) + b * np.cos(angles)
    return turned


def rotary__loop(x, places, frequencies):
    turned = np.zeros(x.shape)
    for n in range(len(places)):
        for i in range(len(frequencies)):
            angle = places[n] * frequencies[i]
            a = x[..., n, 2 * i]
            b = x[..., n, 2 * i + 1]
            turned[..., n, 2 * i] = a * np.cos(angle) - b * np.sin(angle)
            turned[..., n, 2 * i + 1] = a * np.sin(angle) + b * np.cos(angle)
    return turned


def distant_key(q, back, frequencies):
    angles = back * frequencies
    k = np.zeros(q.shape)
    k[0::2] = q[0::2] * np.cos(angles) - q[1::2] * np.sin(angles)
    k[1::2] = q[0::2] * np.sin(angles) + q[1::2] * np.cos(angles)
    return k


def split_heads(x, num_heads):
    *batch, n, d_model = x.shape
    pieces = x.reshape(*batch, n, num_heads, d_model // num_heads)
    return np.swapaxes(pieces, -3, -2)


def split_heads__slices(x, num_heads):
    d_head = x.shape[-1] // num_heads
    heads = []
    for h in range(num_heads):
        heads.append(x[..., h * d_head : (h + 1) * d_head])
    return np.stack(heads, axis=-3)


def merge_heads(heads):
    *batch, num_heads, n, d_head = heads.shape
    rows = np.swapaxes(heads, -3, -2)
    return rows.reshape(*batch, n, num_heads * d_head)


def multi_head_attention(x, w_q, w_k, w_v, w_o, num_heads):
    d_head = x.shape[-1] // num_heads
    outputs = []
    for h in range(num_heads):
        own = slice(h * d_head, (h + 1) * d_head)
        q = x @ w_q[:, own]
        k = x @ w_k[:, own]
        v = x @ w_v[:, own]
        scores = q @ k.T / np.sqrt(d_head)
        terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
        outputs.append(terms / terms.sum(axis=-1, keepdims=True) @ v)
    return np.concatenate(outputs, axis=-1) @ w_o


def cross_attention(x, context, w_q, w_k, w_v):
    q = x @ w_q
    k = context @ w_k
    v = context @ w_v
    scores = q @ k.T / np.sqrt(q.shape[-1])
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return terms / terms.sum(axis=-1, keepdims=True) @ v


def cross_weights(q, k, lengths):
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    mask = np.arange(k.shape[-2]) < lengths[:, None, None]
    scores = np.where(mask, scores, -np.inf)
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return terms / terms.sum(axis=-1, keepdims=True)


def decoder(y, memory, w_self, w_cross, length):
    q, k, v = y @ w_self[0], y @ w_self[1], y @ w_self[2]
    scores = q @ k.T / np.sqrt(q.shape[-1])
    scores = np.where(np.tri(len(y), dtype=bool), scores, -np.inf)
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    states = terms / terms.sum(axis=-1, keepdims=True) @ v
    q, k, v = states @ w_cross[0], memory @ w_cross[1], memory @ w_cross[2]
    scores = q @ k.T / np.sqrt(q.shape[-1])
    scores = np.where(np.arange(len(memory)) < length, scores, -np.inf)
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return terms / terms.sum(axis=-1, keepdims=True) @ v


def causal_window(scores, window):
    i = np.arange(scores.shape[0])[:, None]
    j = np.arange(scores.shape[1])[None, :]
    return np.where((j <= i) & (j > i - window), scores, -np.inf)


def causal_window__loop(scores, window):
    hidden = np.full(scores.shape, -np.inf)
    for i in range(scores.shape[0]):
        for j in range(scores.shape[1]):
            if j <= i and i - j < window:
                hidden[i, j] = scores[i, j]
    return hidden


def grouped_query_attention(q, k, v):
    group = len(q) // len(k)
    outputs = []
    for h in range(len(q)):
        scores = q[h] @ k[h // group].T / np.sqrt(q.shape[-1])
        terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
        outputs.append(terms / terms.sum(axis=-1, keepdims=True) @ v[h // group])
    return np.array(outputs)


def decode_step(q, k, v, keys, values):
    keys = np.concatenate([keys, k])
    values = np.concatenate([values, v])
    scores = q @ keys.T / np.sqrt(q.shape[-1])
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    output = terms / terms.sum(axis=-1, keepdims=True) @ values
    return output, keys, values


def decode_chunk(q, k, v, keys, values):
    start = len(keys)
    keys = np.concatenate([keys, k])
    values = np.concatenate([values, v])
    scores = q @ keys.T / np.sqrt(q.shape[-1])
    scores = np.where(np.tri(len(q), len(keys), start, dtype=bool), scores, -np.inf)
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    output = terms / terms.sum(axis=-1, keepdims=True) @ values
    return output, keys, values


def decode_chunk__loop(q, k, v, keys, values):
    outputs = []
    for i in range(len(q)):
        keys = np.concatenate([keys, k[i : i + 1]])
        values = np.concatenate([values, v[i : i + 1]])
        scores = keys @ q[i] / np.sqrt(q.shape[-1])
        terms = np.exp(scores - scores.max())
        outputs.append(terms / terms.sum() @ values)
    return np.array(outputs), keys, values


def absorbed_query(q, w_k):
    return q @ np.swapaxes(w_k, -1, -2)


def absorbed_query__loop(q, w_k):
    turned = []
    for h in range(len(q)):
        turned.append(q[h] @ w_k[h].T)
    return np.array(turned)


def catch_up(d_model, d_ff, causal):
    n = 2 * d_model + d_ff
    return 2 * n if causal else n


def online_softmax_step(top, total, output, scores, v):
    new_top = max(top, scores.max())
    keep = np.exp(top - new_top)
    terms = np.exp(scores - new_top)
    return new_top, keep * total + terms.sum(), keep * output + terms @ v


def numerical_gradient(f, array, eps):
    gradient = np.zeros(array.shape)
    for index in np.ndindex(array.shape):
        ahead = array.copy()
        behind = array.copy()
        ahead[index] += eps
        behind[index] -= eps
        gradient[index] = (f(ahead) - f(behind)) / (2 * eps)
    return gradient


def softmax_gradient(weights, grad_weights):
    mean = (weights * grad_weights).sum(axis=-1, keepdims=True)
    return weights * (grad_weights - mean)


def attention_gradients(q, k, v, grad_output):
    scores = q @ k.T / np.sqrt(q.shape[-1])
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = terms / terms.sum(axis=-1, keepdims=True)
    grad_weights = grad_output @ v.T
    mean = (weights * grad_weights).sum(axis=-1, keepdims=True)
    grad_scores = weights * (grad_weights - mean) / np.sqrt(q.shape[-1])
    return grad_scores @ k, grad_scores.T @ q, weights.T @ grad_output


def weight_gradient(x, grad):
    x = x.reshape(-1, x.shape[-1])
    return x.T @ grad.reshape(-1, grad.shape[-1])


def weight_gradient__loop(x, grad):
    x = x.reshape(-1, x.shape[-1])
    grad = grad.reshape(-1, grad.shape[-1])
    total = np.zeros((x.shape[1], grad.shape[1]))
    for i in range(len(x)):
        total += np.outer(x[i], grad[i])
    return total


def model_head(x, w_q, w_k, b_q, num_heads, head):
    d_k = w_q.shape[1] // num_heads
    own = slice(head * d_k, (head + 1) * d_k)
    q = x @ w_q[:, own] + b_q[own]
    k = x @ w_k[:, own]
    scores = q @ k.T / np.sqrt(d_k)
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return terms / terms.sum(axis=-1, keepdims=True)


def looks_back(maps):
    return np.diagonal(maps, -1, -2, -1).mean(axis=-1)


def looks_back__loop(maps):
    total = 0.0
    for i in range(1, maps.shape[-1]):
        total += maps[..., i, i - 1]
    return total / (maps.shape[-1] - 1)


def fetched(weights, v):
    parts = weights * np.sqrt((v**2).sum(axis=-1))
    return parts / parts.sum(axis=-1, keepdims=True)


def hold_out(right, fresh):
    shares = right.mean(axis=0)
    layer, head = np.unravel_index(shares.argmax(), shares.shape)
    return layer, head, fresh[:, layer, head].mean()


def blocks(scores, block):
    hidden = np.full(scores.shape, -np.inf)
    for i in range(len(scores)):
        hidden[i, 0] = scores[i, 0]
        start = i // block * block
        hidden[i, start : i + 1] = scores[i, start : i + 1]
    return hidden


def blocks__mask(scores, block):
    place = np.arange(len(scores))
    own = place[:, None] // block == place[None, :] // block
    seen = (own | (place[None, :] == 0)) & (place[:, None] >= place[None, :])
    return np.where(seen, scores, -np.inf)


def mended_heads(x, w_q, w_k, w_v, w_o, num_heads):
    n, d_model = x.shape
    d_head = d_model // num_heads
    q = (x @ w_q).reshape(n, num_heads, d_head).transpose(1, 0, 2)
    k = (x @ w_k).reshape(n, num_heads, d_head).transpose(1, 0, 2)
    v = (x @ w_v).reshape(n, num_heads, d_head).transpose(1, 0, 2)
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(d_head)
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = terms / terms.sum(axis=-1, keepdims=True)
    return (weights @ v).transpose(1, 0, 2).reshape(n, d_model) @ w_o


def mended_gradients(q, k, v, grad_output):
    scores = q @ k.T / np.sqrt(q.shape[-1])
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = terms / terms.sum(axis=-1, keepdims=True)
    grad_v = weights.T @ grad_output
    grad_weights = grad_output @ v.T
    mean = (weights * grad_weights).sum(axis=-1, keepdims=True)
    grad_scores = weights * (grad_weights - mean)
    grad_scores = grad_scores / np.sqrt(q.shape[-1])
    return grad_scores @ k, grad_scores.T @ q, grad_v
