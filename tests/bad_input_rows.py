"""What each argument of each public function is, in a table."""

import functools

import numpy as np
from bad_arguments import (
    SIZES,
    choice,
    flag,
    floats,
    function,
    integers,
    items,
    mask,
    number,
    optional,
    path,
    scores,
    seed,
    size,
    sums,
    text,
)
from model import reference
from tiny_decoder import TOKENIZER, tiny

import qkvlib as qkv

QKV = {"q": floats("n_q d_k"), "k": floats("n_k d_k"), "v": floats("n_k d_v")}
CAUSAL = {"is_causal": flag(), "q_start": size(1, 0)}
HOW = {"mask": mask("n_q n_k"), "scale": optional(number(0.5))} | CAUSAL
PLACES = {"n_q": size(4, 0), "n_k": optional(size(4, 0)), "q_start": size(1, 0)}
WEIGHTS = {
    name: floats("d_model d_v" if name == "w_v" else "d_model d_k")
    for name in ("w_q", "w_k", "w_v")
}
MODEL = WEIGHTS | {"x": floats("n n_tokens d_model"), "asked": size(2, low=-SIZES["n_tokens"])}
HEADS = {"num_heads": size(8), "d_head": size(16)}
WORDS = {"[CLS]": 0, "[SEP]": 1, "[UNK]": 2, "its": 3}

DRAW = {
    "temperature": number(1.0, low=0),
    "k": optional(size(2)),
    "p": optional(number(0.8, low=0, refused=(0, 1.5))),
}


def on_model(call):
    """Give the three matrices as the dict that the functions take."""

    def with_dict(w_q, w_k, w_v, **arguments):
        return call({"w_q": w_q, "w_k": w_k, "w_v": w_v}, **arguments)

    return with_dict


def two_steps(lr, beta_1, beta_2, eps, weights, gradients):
    adam = qkv.Adam(lr, beta_1=beta_1, beta_2=beta_2, eps=eps)
    return adam.step(adam.step({"w": weights}, {"w": gradients}), {"w": gradients})


def run(draw, steps, lr, learn, keep):
    start = qkv.initial_weights(2, 2, 2, seed=0)
    return qkv.train(start, draw, steps=steps, lr=lr, asked=0, learn=learn, keep=keep)


def encoded(ids, mask, without):
    return qkv.encode(random_weights(), ids, mask=mask, without=without)


def dequantized(x, bits, axis):
    return qkv.dequantize(qkv.quantize(x, bits=bits, axis=axis))


def cached(k, v, window, sink):
    return qkv.KVCache(window=window, sink=sink).append(k, v)


LLAMA = qkv.known_models()["Llama 3.1 8B"]
random_weights = functools.cache(reference.random_weights)
ROWS = {
    "Adam": (
        two_steps,
        {"lr": number(0.1, low=0, refused=(0,)), "eps": number(1e-8, low=0)}
        | {name: number(0.9, low=0, refused=(1, 1.5)) for name in ("beta_1", "beta_2")}
        | {"weights": floats("d_model d_k"), "gradients": floats("d_model d_k")},
    ),
    "KVCache": (
        cached,
        {"k": floats("n_new d_k"), "v": floats("n_new d_v")}
        | {"window": optional(size(2)), "sink": size(1, 0)},
    ),
    "alibi_bias": (qkv.alibi_bias, {"num_heads": size(6)} | PLACES),
    "apply_mask": (qkv.apply_mask, {"scores": scores("n_k"), "mask": mask("n_k")}),
    "attention_flops": (qkv.attention_flops, {"n_q": size(4), "n_k": optional(size(4))} | HEADS),
    "attention_gradients": (
        qkv.attention_gradients,
        QKV | {"grad_output": floats("n_q d_v")} | HOW,
    ),
    "attention_scores": (qkv.attention_scores, {"q": QKV["q"], "k": QKV["k"]}),
    "attention_weights": (qkv.attention_weights, {"q": QKV["q"], "k": QKV["k"]} | HOW),
    "causal_mask": (qkv.causal_mask, PLACES),
    "cross_entropy": (
        qkv.cross_entropy,
        {"logits": floats("n d_v"), "answers": integers("n", below=SIZES["d_v"])},
    ),
    "decode": (
        lambda ids, mask, without: qkv.decode(tiny(), ids, mask=mask, without=without),
        {
            "ids": integers("n_tokens", below=40),
            "mask": optional(mask("n_tokens n_tokens")),
            "without": items([(0, 1)], [3], [(0,)], [(3, 0)], [(0, 6)], "01", tried=[()]),
        },
    ),
    "dequantize": (
        qkv.dequantize,
        {"quantized": items(qkv.quantize([[0.0, 1.0]], bits=4), (1, 2))},
    ),
    "encode": (
        encoded,
        {
            "ids": integers("n_tokens", below=40),
            "mask": mask("n_tokens n_tokens"),
            "without": items(
                [(0, 1)], [3], [(0,)], [(1, 0)], [(0, 12)], [(0.0, 1)], "01", tried=[()]
            ),
        },
    ),
    "go_on": (
        lambda **how: list(qkv.go_on(tiny(261), TOKENIZER, **how)),
        {"text": text("its"), "n": size(2, 0), "seed": seed()} | DRAW,
    ),
    "grouped_query_attention": (
        qkv.grouped_query_attention,
        {
            "q": floats("num_heads n_q d_k"),
            "k": floats("kv_heads n_k d_k"),
            "v": floats("kv_heads n_k d_v"),
            "return_weights": flag(),
        }
        | HOW,
    ),
    "hard_lookup": (qkv.hard_lookup, QKV | {"return_weights": flag()}),
    "initial_weights": (
        qkv.initial_weights,
        {"d_model": size(4), "d_k": size(2), "d_v": size(3), "seed": seed()}
        | {"spread": number(0.02, low=0, refused=(0,))},
    ),
    "kernel_weights": (
        qkv.kernel_weights,
        {"q": QKV["q"], "k": QKV["k"], "width": number(1.0, low=0, refused=(0,))},
    ),
    "kv_cache_bytes": (
        qkv.kv_cache_bytes,
        {"n": size(4), "num_layers": size(2), "num_kv_heads": size(2), "d_head": size(8)}
        | {"itemsize": size(2)},
    ),
    "latent_attention": (
        qkv.latent_attention,
        {
            "q": floats("num_heads n_q d_k"),
            "latent": floats("n_k d_latent"),
            "w_k": floats("num_heads d_latent d_k"),
            "w_v": floats("num_heads d_latent d_v"),
            "return_weights": flag(),
        }
        | HOW,
    ),
    "layer_flops": (qkv.layer_flops, {"n": size(4), "d_model": size(4), "d_ff": optional(size(8))}),
    "linear_attention": (qkv.linear_attention, QKV | CAUSAL | {"return_weights": flag()}),
    "linear_attention_step": (
        qkv.linear_attention_step,
        QKV | {"state": floats("d_k d_v"), "total": floats("d_k")},
    ),
    "load_decoder": (qkv.load_decoder, {"path": path()}),
    "load_vocabulary": (qkv.load_vocabulary, {"path": path()}),
    "load_weights": (qkv.load_weights, {"path": path()}),
    "loss_and_gradients": (
        on_model(qkv.loss_and_gradients),
        MODEL | {"answers": integers("n", below=SIZES["d_v"])},
    ),
    "measure": (qkv.measure, {"function": function(list), "repeats": size(1)}),
    "measure_growth": (
        qkv.measure_growth,
        {"sizes": items([2], [0], [1.5], "2"), "num_heads": size(1), "d_head": size(2)}
        | {"repeats": size(1)},
    ),
    "measure_rows": (
        qkv.measure_rows,
        {
            "rows": items([2], [0], [1.5], "2"),
            "d_in": size(4),
            "d_out": size(4),
            "repeats": size(1),
        },
    ),
    "merge_heads": (qkv.merge_heads, {"x": floats("num_heads n d_head")}),
    "model_cache_bytes": (
        qkv.model_cache_bytes,
        {"model": items(LLAMA, "Llama", (1, 2)), "n": size(4), "bits": size(4)},
    ),
    "multi_head_attention": (
        qkv.multi_head_attention,
        {
            "x": floats("n_q d_model"),
            "context": optional(floats("n_k d_context")),
            "w_q": floats("d_model d_qk"),
            "w_k": floats("d_context d_qk"),
            "w_v": floats("d_context d_vo"),
            "w_o": floats("d_vo d_out"),
            "num_heads": size(2),
            "mask": mask("n_q n_k"),
            "is_causal": flag(),
            "q_start": size(1, 0),
            "scale": optional(number(0.5)),
            "return_weights": flag(),
            "b_q": optional(floats("d_qk")),
            "b_k": optional(floats("d_qk")),
            "b_v": optional(floats("d_vo")),
            "b_o": optional(floats("d_out")),
        },
    ),
    "next_word": (qkv.next_word, {"logits": scores("d_v"), "seed": seed()} | DRAW),
    "next_word_logits": (lambda x: qkv.next_word_logits(tiny(), x), {"x": floats("d_model")}),
    "numerical_gradient": (
        qkv.numerical_gradient,
        {"function": function(np.sum), "array": floats("n"), "eps": number(1e-5, 0, refused=(0,))},
    ),
    "online_softmax_step": (
        qkv.online_softmax_step,
        {
            "top": scores("n_q"),
            "total": sums("n_q"),
            "output": floats("n_q d_v"),
            "scores": scores("n_q n_k"),
            "v": floats("n_k d_v"),
        },
    ),
    "packing_mask": (
        qkv.packing_mask,
        {"q_parts": integers("n_q"), "k_parts": optional(integers("n_k")), "heads_axis": flag()},
    ),
    "padding_mask": (
        qkv.padding_mask,
        {"lengths": integers("batch", below=6), "n_k": size(5, 0)}
        | {"side": choice("right", "left"), "heads_axis": flag()},
    ),
    "predict": (on_model(qkv.predict), MODEL),
    "prefix_mask": (
        qkv.prefix_mask,
        PLACES
        | {"n_k": optional(size(5, 0)), "prefix": integers("batch", below=6), "heads_axis": flag()},
    ),
    "project": (qkv.project, {"x": floats("n d_model"), "w": floats("d_model d_k")}),
    "project_gradients": (
        qkv.project_gradients,
        {"x": floats("n d_model"), "w": floats("d_model d_k"), "grad": floats("n d_k")},
    ),
    "quantize": (dequantized, {"x": floats("n d_k"), "bits": size(4), "axis": size(-1, low=-2)}),
    "read_sentence": (qkv.read_sentence, {"text": text("The puppy followed its mom")}),
    "read_text": (qkv.read_text, {"text": text("The puppy followed its")}),
    "relative_error": (qkv.relative_error, {"a": floats("n"), "b": floats("n")}),
    "rotary_embedding": (
        qkv.rotary_embedding,
        {"x": floats("n d_k"), "positions": floats("n")}
        | {"frequencies": optional(floats("pairs")), "interleaved": flag()},
    ),
    "rotary_frequencies": (
        qkv.rotary_frequencies,
        {"d_k": size(4, low=2)}
        | {name: number(9.0, low=0, refused=(0,)) for name in ("base", "factor")}
        | {"trained_length": optional(number(9.0, low=0, refused=(0,)))}
        | {"turns": items((1, 4), (4, 1), (1,), (0, 1), "ab", tried=[(1, 32)])},
    ),
    "scaled_dot_product_attention": (
        qkv.scaled_dot_product_attention,
        QKV | HOW | {"return_weights": flag()},
    ),
    "score_bytes": (
        qkv.score_bytes,
        {"n_q": size(4), "n_k": optional(size(4)), "num_heads": size(8), "itemsize": size(4)},
    ),
    "sentence_vector": (qkv.sentence_vector, {"hidden": floats("n_tokens d_model")}),
    "sinusoidal_embedding": (
        qkv.sinusoidal_embedding,
        {"positions": floats("n"), "d_model": size(4, low=2)}
        | {"base": number(9.0, low=0, refused=(0,))},
    ),
    "sliding_window_mask": (
        qkv.sliding_window_mask,
        PLACES | {"window": size(2), "sink": size(1, 0)},
    ),
    "smoothing_weights": (
        qkv.smoothing_weights,
        {"n": size(4), "width": number(1.0, low=0, refused=(0,))},
    ),
    "soft_lookup": (
        qkv.soft_lookup,
        QKV | {"sharpness": number(1.0, low=0), "return_weights": flag()},
    ),
    "softmax": (qkv.softmax, {"scores": scores("n_k"), "axis": size(0, low=-1)}),
    "softmax_gradient": (
        qkv.softmax_gradient,
        {"weights": floats("n_k"), "grad_weights": floats("n_k"), "axis": size(0, low=-1)},
    ),
    "split_heads": (qkv.split_heads, {"x": floats("n d_model"), "num_heads": size(2)}),
    "tiled_attention": (
        qkv.tiled_attention,
        QKV
        | HOW
        | {"window": optional(size(2)), "block_size": size(2), "threads": optional(size(2))},
    ),
    "tokenize": (qkv.tokenize, {"text": text("its"), "vocabulary": items(WORDS, [3], "its")}),
    "top_k": (qkv.top_k, {"logits": scores("d_v"), "k": size(2)}),
    "top_p": (qkv.top_p, {"logits": scores("d_v"), "p": number(0.8, low=0, refused=(0, 1.5))}),
    "train": (
        run,
        {
            "draw": function(lambda step: (np.eye(2)[:, None], [0, 1])),
            "steps": items(range(2)),
            "lr": number(0.1, low=0, refused=(0,)),
            "learn": items(["w_v"], ["w_o"], tried=[(), "w_q"]),
            "keep": items([1], tried=[(), {1}]),
        },
    ),
    "write_text": (
        lambda **how: list(qkv.write_text(**how)),
        {"text": text("The puppy followed its"), "n": size(2, 0)},
    ),
}
WITHOUT_ROW = (
    {"load_slice": "takes nothing", "load_decoder_slice": "takes nothing"}
    | dict.fromkeys(("recorded_growth", "recorded_rows"), "takes nothing")
    | dict.fromkeys(("known_models", "known_gpus"), "takes nothing")
    | {"token_text": "tests/test_smollm_slice.py"}
    | {"Decoder": "holds what a file held", "BytePairs": "tests/test_byte_pairs.py"}
    | dict.fromkeys(
        ("Control", "Picture", "explore", "progress"), "shows, does not compute: tests/explorer"
    )
    | dict.fromkeys(
        qkv.checks.__all__, "takes any function: tests/checks/test_all_wrong_answers.py"
    )
)
HIDES = {"apply_mask", "online_softmax_step", "top_k", "top_p"}  # -inf is a result of theirs
# What these make of their arguments; an overflow further on names that.
MAKES = {
    "loss_and_gradients": (*"qkv", "logits"),
    "multi_head_attention": (*"qkv",),
    "predict": (*"qkv",),
    "soft_lookup": ("scale",),
    "train": (*"qkv", "logits"),
}
