"""Record what ``transformers`` gives: write ``tests/data/minilm_reference.npz``.

Usage: ``PYTHONPATH=tools python -m model.reference``. Needs ``transformers``, ``torch`` and the
model. Two models: the real one, and one of the same shape with random weights, which the tests can
run where the real one is not.
"""

from pathlib import Path

import numpy as np

from qkvlib import load_vocabulary, load_weights, tokenize
from qkvlib.models.minilm_weights import D_MODEL, NUM_HEADS, NUM_LAYERS

from .minilm import SENTENCES

FILE = Path(__file__).parents[2] / "tests" / "data" / "minilm_reference.npz"
TEXTS = SENTENCES[0], SENTENCES[2]
EVERY = 16  # features of the hidden vectors that are kept
RANDOM_IDS = (3, 14, 15, 9, 26, 5, 35, 8, 9)
INNER = 4 * D_MODEL


def random_weights(rows=40, seed=0):
    """Return weights of the real model's names and shapes, but for a smaller vocabulary."""
    rng = np.random.default_rng(seed)

    def normal(*shape):
        return (0.05 * rng.standard_normal(shape)).astype(np.float32)

    weights = {
        "embeddings.word_embeddings.weight": normal(rows, D_MODEL),
        "embeddings.position_embeddings.weight": normal(512, D_MODEL),
        "embeddings.token_type_embeddings.weight": normal(2, D_MODEL),
    }
    norms = ["embeddings.LayerNorm"]
    for layer in range(NUM_LAYERS):
        prefix = f"encoder.layer.{layer}"
        dense = {
            f"{prefix}.attention.self.query": (D_MODEL, D_MODEL),
            f"{prefix}.attention.self.key": (D_MODEL, D_MODEL),
            f"{prefix}.attention.self.value": (D_MODEL, D_MODEL),
            f"{prefix}.attention.output.dense": (D_MODEL, D_MODEL),
            f"{prefix}.intermediate.dense": (INNER, D_MODEL),
            f"{prefix}.output.dense": (D_MODEL, INNER),
        }
        for name, shape in dense.items():
            weights[f"{name}.weight"], weights[f"{name}.bias"] = normal(*shape), normal(shape[0])
        norms += [f"{prefix}.attention.output.LayerNorm", f"{prefix}.output.LayerNorm"]
    for name in norms:
        weights[f"{name}.weight"], weights[f"{name}.bias"] = 1 + normal(D_MODEL), normal(D_MODEL)
    return weights


def by_transformers(weights, ids):
    """Return the hidden vectors and the maps of one sentence, as ``transformers`` computes them."""
    import torch
    from transformers import BertConfig, BertModel

    config = BertConfig(
        vocab_size=len(weights["embeddings.word_embeddings.weight"]),
        hidden_size=D_MODEL,
        num_hidden_layers=NUM_LAYERS,
        num_attention_heads=NUM_HEADS,
        intermediate_size=INNER,
        attn_implementation="eager",  # the one that returns its weights
    )
    model = BertModel(config, add_pooling_layer=False).eval()
    state = {name: torch.tensor(array) for name, array in weights.items() if "pooler" not in name}
    missing, unexpected = model.load_state_dict(state, strict=False)
    assert not unexpected and all("position_ids" in name for name in missing), (missing, unexpected)
    with torch.no_grad():
        result = model(torch.tensor([list(ids)]), output_attentions=True, output_hidden_states=True)
    hidden, maps = torch.stack(result.hidden_states), torch.stack(result.attentions)
    return hidden[:, 0].numpy(), maps[:, 0].numpy()


def main():
    """Write the file."""
    weights, vocabulary = load_weights(), load_vocabulary()
    runs = {"random": by_transformers(random_weights(), RANDOM_IDS)}
    for i, text in enumerate(TEXTS):
        ids = [vocabulary[piece] for piece in tokenize(text, vocabulary)]
        runs[f"real_{i}"] = by_transformers(weights, ids)
    arrays = {}
    for name, (hidden, maps) in runs.items():
        arrays |= {f"{name}_hidden": hidden[..., ::EVERY], f"{name}_maps": maps}
    FILE.parent.mkdir(exist_ok=True)
    np.savez_compressed(FILE, **arrays)
    print(f"{FILE.name}: {FILE.stat().st_size / 1000:.1f} KB")


if __name__ == "__main__":
    main()
