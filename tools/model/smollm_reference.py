"""Record what ``transformers`` gives: write ``tests/data/smollm_reference.npz``.

Usage: ``PYTHONPATH=tools python -m model.smollm_reference``. Needs ``transformers``, ``torch`` and
the language model. Of each prompt, the 200 tokens that the model would rather write than others, by
how much it prefers them, and some logits of the prompt's last token.
"""

from pathlib import Path

import numpy as np

from qkvlib import load_decoder

FILE = Path(__file__).parents[2] / "tests" / "data" / "smollm_reference.npz"
PROMPTS = (
    "The puppy followed its",
    "Once upon a time, in a village by the sea,",
    "The capital of France is",
    "def mean(numbers):\n",
    "<|im_start|>user\nWhat is attention?<|im_end|>\n<|im_start|>assistant\n",
)
TOKENS = 200
EVERY = 97  # logits that are kept


def permuted_back(w, d_k):
    """Put the rows of W_Q or W_K in the order of `transformers`, which turns i and i + d_k / 2."""
    return w.reshape(-1, d_k // 2, 2, w.shape[-1]).swapaxes(1, 2).reshape(w.shape)


def by_transformers(decoder):
    """Return the model as ``transformers`` has it, with the same weights."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    first = decoder.blocks[0]
    d_k = first["w_q"].shape[-1] // decoder.num_heads
    n_words, d_model = decoder.embedding.shape
    config = LlamaConfig(
        vocab_size=n_words,
        hidden_size=d_model,
        intermediate_size=first["w_up"].shape[-1],
        num_hidden_layers=len(decoder.blocks),
        num_attention_heads=decoder.num_heads,
        num_key_value_heads=decoder.num_kv_heads,
        head_dim=d_k,
        max_position_embeddings=8192,
        rms_norm_eps=decoder.eps,
        rope_parameters={"rope_type": "default", "rope_theta": decoder.base},
        tie_word_embeddings=True,
        attn_implementation="sdpa",
    )
    state = {"model.embed_tokens.weight": decoder.embedding, "model.norm.weight": decoder.norm}
    state["lm_head.weight"] = decoder.embedding
    names = {"w_v": "self_attn.v_proj", "w_o": "self_attn.o_proj", "norm_1": "input_layernorm"}
    names |= {"norm_2": "post_attention_layernorm"}
    names |= {f"w_{part}": f"mlp.{part}_proj" for part in ("gate", "up", "down")}
    for layer, block in enumerate(decoder.blocks):
        prefix = f"model.layers.{layer}"
        for own, theirs in names.items():
            state[f"{prefix}.{theirs}.weight"] = block[own].T
        for part in "qk":
            rows = permuted_back(block[f"w_{part}"].T, d_k)
            state[f"{prefix}.self_attn.{part}_proj.weight"] = rows
    model = LlamaForCausalLM(config).eval()
    tensors = {name: torch.tensor(np.ascontiguousarray(array)) for name, array in state.items()}
    model.load_state_dict(tensors)
    return model


def logits_of(model, ids):
    """Return the logits of every place of a text, (n, n_words)."""
    import torch

    with torch.no_grad():
        return model(torch.tensor([[int(i) for i in ids]])).logits[0].numpy()


def greedy(model, ids, n=TOKENS):
    """Return the likeliest token again and again, and by how much its logit was the largest."""
    import torch

    given, past, words, margins = torch.tensor([[int(i) for i in ids]]), None, [], []
    for _ in range(n):
        with torch.no_grad():
            result = model(given, past_key_values=past, use_cache=True)
        best = result.logits[0, -1].topk(2)
        words.append(int(best.indices[0]))
        margins.append(float(best.values[0] - best.values[1]))
        given, past = best.indices[:1][None], result.past_key_values
    return words, margins


def main():
    """Write the file."""
    decoder, tokenizer = load_decoder()
    model = by_transformers(decoder)
    arrays = {}
    for place, prompt in enumerate(PROMPTS):
        ids = tokenizer.ids(prompt)
        words, margins = greedy(model, ids)
        arrays[f"ids_{place}"] = np.array(ids, np.uint16)
        arrays[f"words_{place}"] = np.array(words, np.uint16)
        arrays[f"margins_{place}"] = np.array(margins, np.float32)
        arrays[f"logits_{place}"] = logits_of(model, ids)[-1, ::EVERY]
    np.savez_compressed(FILE, **arrays)
    print(f"{FILE.name}: {FILE.stat().st_size / 1000:.1f} KB")


if __name__ == "__main__":
    main()
