"""Query, key and value attention in plain NumPy: the library behind the course.

Arrays in, arrays out, one module for each concept; pictures come from ``plots``, controls from
``explore``, and the exercises ask ``check_...``. The notebooks import from here only.
"""

import importlib

from . import checks, examples, pronouns
from .attention import (
    attention_scores,
    attention_weights,
    project,
    scaled_dot_product_attention,
    softmax,
)
from .batches import packing_mask, padding_mask
from .bits import dequantize, quantize
from .cache import KVCache
from .checks import *  # noqa: F403  (every check_..., listed in checks/__init__.py)
from .cost import attention_flops, kv_cache_bytes, layer_flops, score_bytes
from .differences import numerical_gradient, relative_error
from .efficient import online_softmax_step, tiled_attention
from .explorer import Control, Picture, explore
from .explorer.progress import progress
from .gradients import attention_gradients, project_gradients, softmax_gradient
from .heads import merge_heads, multi_head_attention, split_heads
from .linear import linear_attention, linear_attention_step
from .lookup import hard_lookup, kernel_weights, smoothing_weights, soft_lookup
from .masks import apply_mask, causal_mask, prefix_mask, sliding_window_mask
from .measuring import measure, measure_growth, recorded_growth
from .model import cross_entropy, initial_weights, loss_and_gradients, predict
from .models.byte_pairs import BytePairs
from .models.decoder import Decoder, decode, next_word_logits
from .models.encoder import encode, sentence_vector
from .models.minilm_slice import load_slice, read_sentence
from .models.minilm_weights import load_vocabulary, load_weights
from .models.sampling import go_on, next_word, top_k, top_p
from .models.smollm_slice import load_decoder_slice, read_text, token_text
from .models.smollm_weights import load_decoder
from .models.wordpiece import tokenize
from .models.writing import write_text
from .positions import alibi_bias, sinusoidal_embedding
from .reading import measure_rows, recorded_rows
from .rotary import rotary_embedding, rotary_frequencies
from .sharing import grouped_query_attention, latent_attention
from .sizes import known_gpus, known_models, model_cache_bytes
from .training import Adam, train

__version__ = "0.1.0"
__all__ = [
    "Adam",
    "BytePairs",
    "Control",
    "Decoder",
    "KVCache",
    "Picture",
    "alibi_bias",
    "apply_mask",
    "attention_flops",
    "attention_gradients",
    "attention_scores",
    "attention_weights",
    "causal_mask",
    "cross_entropy",
    "decode",
    "dequantize",
    "encode",
    "examples",
    "explore",
    "go_on",
    "grouped_query_attention",
    "hard_lookup",
    "initial_weights",
    "kernel_weights",
    "known_gpus",
    "known_models",
    "kv_cache_bytes",
    "latent_attention",
    "layer_flops",
    "linear_attention",
    "linear_attention_step",
    "load_decoder",
    "load_decoder_slice",
    "load_slice",
    "load_vocabulary",
    "load_weights",
    "loss_and_gradients",
    "measure",
    "measure_growth",
    "measure_rows",
    "merge_heads",
    "model_cache_bytes",
    "multi_head_attention",
    "next_word",
    "next_word_logits",
    "numerical_gradient",
    "online_softmax_step",
    "packing_mask",
    "padding_mask",
    "plots",  # noqa: F405  (by __getattr__, below)
    "predict",
    "prefix_mask",
    "progress",
    "project",
    "project_gradients",
    "pronouns",
    "quantize",
    "read_sentence",
    "read_text",
    "recorded_growth",
    "recorded_rows",
    "relative_error",
    "rotary_embedding",
    "rotary_frequencies",
    "scaled_dot_product_attention",
    "score_bytes",
    "sentence_vector",
    "sinusoidal_embedding",
    "sliding_window_mask",
    "smoothing_weights",
    "soft_lookup",
    "softmax",
    "softmax_gradient",
    "split_heads",
    "tiled_attention",
    "token_text",
    "tokenize",
    "top_k",
    "top_p",
    "train",
    "write_text",
    *checks.__all__,
]


def __getattr__(name):
    """Import ``plots`` when it is first asked for: Matplotlib takes longer than all the rest."""
    if name == "plots":
        return importlib.import_module(".plots", __name__)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
