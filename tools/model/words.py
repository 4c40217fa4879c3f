"""Write ``qkvlib/data/words.npz``: the real word vectors that *Learning* needs, and no others.

Usage: ``PYTHONPATH=tools python -m model.words [MODEL_FOLDER]``, once the model is there
(`load_weights` says how to get it and checks that it is the right one). The vectors are rows
of the table of word embeddings of sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), rounded to
float16.
"""

import sys
from pathlib import Path

import numpy as np

from qkvlib import load_vocabulary, load_weights
from qkvlib.pronouns import WORDS

TARGET = Path(__file__).parents[2] / "qkvlib" / "data" / "words.npz"


def word_slice(folder: Path | None = None) -> dict[str, np.ndarray]:
    """Return the words of the task and their vectors, (48,) and (48, 384)."""
    model, vocabulary = (folder and folder / n for n in ("model.safetensors", "vocab.txt"))
    rows, table = load_vocabulary(vocabulary), load_weights(model)
    vectors = table["embeddings.word_embeddings.weight"][[rows[word] for word in WORDS]]
    return {"words": np.array(WORDS), "vectors": vectors.astype(np.float16)}


if __name__ == "__main__":
    np.savez_compressed(TARGET, **word_slice(*map(Path, sys.argv[1:])))
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes")
