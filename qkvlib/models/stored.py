"""What ships of a model: arrays that were stored narrow.

Of whole numbers with 16 bits each is a ten-thousandth: weights lie from 0 to 1, where that is
closer than a half float of the same size. Internal to `qkvlib`.
"""

import numpy as np

from .._records import DATA


def arrays_of(model, heads):
    """Return the arrays of a model by name, wide again and read-only; bits are one for each head.

    `heads` is the number of layers and of heads in each.
    """
    with (DATA / f"{model}.npz").open("rb") as file, np.load(file) as stored:
        arrays = {name: widened(stored[name], heads) for name in stored.files}
    for array in arrays.values():
        array.setflags(write=False)
    return arrays


def widened(array, heads):
    """Widen one array: half floats, ten-thousandths and bits."""
    if array.dtype == np.float16:
        return array.astype(np.float32)
    if array.dtype == np.uint8:
        layers, each = heads
        bits = np.unpackbits(array, axis=-1, count=layers * each)
        return bits.astype(bool).reshape(-1, layers, each)
    if array.dtype == np.uint16:
        return array.astype(np.float32) / 10_000
    return array
