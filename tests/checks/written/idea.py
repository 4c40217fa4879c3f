"""Right answers of the first two parts, written out in NumPy alone, to be changed bit by bit.

A function is named after its checker; what follows two underscores is the style.
"""

import numpy as np


def weighted_average(closeness, values):
    return (closeness * values).sum() / closeness.sum()


def weighted_average__loop(closeness, values):
    total = 0.0
    count = 0.0
    for i in range(len(values)):
        total += closeness[i] * values[i]
        count += closeness[i]
    return total / count


def smoothing_weights(positions, width):
    apart = positions[:, None] - positions[None, :]
    closeness = np.exp(-(apart**2) / (2 * width**2))
    return closeness / closeness.sum(axis=1, keepdims=True)


def smoothing_weights__loop(positions, width):
    weights = np.zeros((len(positions), len(positions)))
    for i in range(len(positions)):
        total = 0.0
        for j in range(len(positions)):
            weights[i, j] = np.exp(-((positions[i] - positions[j]) ** 2) / (2 * width**2))
            total += weights[i, j]
        for j in range(len(positions)):
            weights[i, j] /= total
    return weights


def kernel_regression(q, k, v, width):
    squares = ((q[:, None, :] - k[None, :, :]) ** 2).sum(axis=-1)
    closeness = np.exp(-squares / (2 * width**2))
    weights = closeness / closeness.sum(axis=1, keepdims=True)
    return weights @ v


def kernel_regression__loop(q, k, v, width):
    result = []
    for i in range(len(q)):
        total = 0.0
        output = np.zeros(v.shape[1])
        for j in range(len(k)):
            square = 0.0
            for d in range(q.shape[1]):
                square += (q[i, d] - k[j, d]) ** 2
            closeness = np.exp(-square / (2 * width**2))
            total += closeness
            output += closeness * v[j]
        result.append(output / total)
    return np.array(result)


def hard_lookup(q, k, v):
    scores = q @ k.T
    return v[scores.argmax(axis=1)]


def hard_lookup__loop(q, k, v):
    found = []
    for i in range(len(q)):
        best = 0
        for j in range(len(k)):
            if q[i] @ k[j] > q[i] @ k[best]:
                best = j
        found.append(v[best])
    return np.array(found)


def soft_lookup(q, k, v, sharpness):
    terms = np.exp(sharpness * (q @ k.T) / np.sqrt(q.shape[1]))
    weights = terms / terms.sum(axis=1, keepdims=True)
    return weights @ v


def soft_lookup__loop(q, k, v, sharpness):
    output = np.zeros((len(q), v.shape[1]))
    for i in range(len(q)):
        total = 0.0
        for j in range(len(k)):
            term = np.exp(sharpness * np.dot(q[i], k[j]) / q.shape[1] ** 0.5)
            total += term
            output[i] += term * v[j]
        output[i] /= total
    return output


def sharpness(scores, share):
    gap = scores[0] - scores[1]
    return np.log(share / (1 - share)) / gap


def project_token(x, w):
    return x @ w


def project_token__loop(x, w):
    result = []
    for j in range(w.shape[1]):
        total = 0.0
        for i in range(w.shape[0]):
            total += x[i] * w[i, j]
        result.append(total)
    return np.array(result)


def views(x, w_q, w_k, w_v):
    q = x @ w_q
    k = x @ w_k
    v = x @ w_v
    return q, k, v


def column_scores(x, w_q, w_k):
    q = w_q.T @ x
    k = w_k.T @ x
    return q.T @ k


def column_scores__loop(x, w_q, w_k):
    n = x.shape[1]
    scores = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            scores[i, j] = (x[:, i] @ w_q) @ (x[:, j] @ w_k)
    return scores


def score(q, k):
    return (q * k).sum()


def score__loop(q, k):
    total = 0.0
    for i in range(len(q)):
        total += q[i] * k[i]
    return total


def attention_scores(q, k):
    return q @ np.swapaxes(k, -1, -2)


def attention_scores__loop(q, k):
    scores = np.zeros((*q.shape[:-1], k.shape[-2]))
    for i in range(q.shape[-2]):
        for j in range(k.shape[-2]):
            scores[..., i, j] = (q[..., i, :] * k[..., j, :]).sum(axis=-1)
    return scores


def score_parts(q, k):
    length_q = np.sqrt((q**2).sum(axis=-1))
    length_k = np.sqrt((k**2).sum(axis=-1))
    lengths = length_q[:, None] * length_k[None, :]
    return lengths, q @ k.T / lengths


def scaled_scores(q, k):
    return q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])


def head_weights(q, k):
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return terms / terms.sum(axis=-1, keepdims=True)


def score_spread(s_q, s_k):
    return np.sqrt((s_q**2 * s_k**2).sum())


def score_spread__loop(s_q, s_k):
    variance = 0.0
    for i in range(len(s_q)):
        variance += s_q[i] ** 2 * s_k[i] ** 2
    return variance**0.5


def softmax(scores):
    terms = np.exp(scores - scores.max())
    return terms / terms.sum()


def softmax__loop(scores):
    terms = []
    total = 0.0
    for score in scores:
        term = np.exp(score - max(scores))
        total += term
        terms.append(term)
    return [term / total for term in terms]


def attention_weights(q, k):
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return terms / terms.sum(axis=-1, keepdims=True)


def softmax_jacobian(weights):
    return np.diag(weights) - np.outer(weights, weights)


def softmax_jacobian__loop(weights):
    slopes = np.zeros((len(weights), len(weights)))
    for j in range(len(weights)):
        for m in range(len(weights)):
            slopes[j, m] = -weights[j] * weights[m]
            if j == m:
                slopes[j, m] += weights[j]
    return slopes


def weighted_sum(weights, values):
    return (weights[:, None] * values).sum(axis=0)


def weighted_sum__loop(weights, values):
    output = np.zeros(values.shape[1])
    for i in range(len(weights)):
        for d in range(values.shape[1]):
            output[d] += weights[i] * values[i, d]
    return output


def attention(q, k, v):
    scores = q @ np.swapaxes(k, -1, -2) / np.sqrt(q.shape[-1])
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights = terms / terms.sum(axis=-1, keepdims=True)
    return weights @ v


def shuffled_attention(x, order):
    scores = x @ x.T / np.sqrt(x.shape[-1])
    terms = np.exp(scores - scores.max(axis=-1, keepdims=True))
    rows = terms / terms.sum(axis=-1, keepdims=True) @ x
    result = np.zeros(x.shape)
    result[order] = rows
    return result
