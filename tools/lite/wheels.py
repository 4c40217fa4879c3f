"""Make the small wheels that the site needs beside the released ones, the same bytes each time."""

import base64
import hashlib
import json
import os
import subprocess
import tempfile
import zipfile
from pathlib import Path

DATE = (2020, 1, 1, 0, 0, 0)


def make_wheel(folder: Path, name: str, version: str, files: dict[str, bytes]) -> Path:
    """Write a pure wheel that holds `files` (path in site-packages to content)."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    tags = "Wheel-Version: 1.0\nGenerator: qkvlib\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {**files, f"{info}/METADATA": metadata.encode(), f"{info}/WHEEL": tags.encode()}
    record = "".join(f"{path},{digest(data)},{len(data)}\n" for path, data in files.items())
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    wheel = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, data in files.items():
            archive.writestr(zipfile.ZipInfo(path, DATE), data, zipfile.ZIP_DEFLATED)
    return wheel


def digest(data: bytes) -> str:
    """A hash as wheels write it."""
    sha256 = base64.urlsafe_b64encode(hashlib.sha256(data).digest())
    return f"sha256={sha256.rstrip(b'=').decode()}"


def font_list(python: Path) -> bytes:
    """The list that the Matplotlib of this Python makes of its own fonts when it first starts."""
    with tempfile.TemporaryDirectory() as cache:
        environment = {**os.environ, "MPLCONFIGDIR": cache, "PYTHONWARNINGS": "ignore"}
        command = [python, "-c", "import matplotlib.font_manager"]
        subprocess.run(command, env=environment, check=True, capture_output=True)
        (path,) = Path(cache).glob("fontlist-*.json")
        fonts = json.loads(path.read_text())
    for kind in ("afmlist", "ttflist"):
        own = [font for font in fonts[kind] if not font["fname"].startswith("/")]
        fonts[kind] = sorted(own, key=lambda font: font["fname"])
    return json.dumps(fonts).encode()
