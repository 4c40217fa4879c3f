"""Read what was recorded once and ships in ``data/``. Internal to `qkvlib`."""

import json
from importlib import resources

DATA = resources.files(__package__) / "data"


def record_of(name):
    """Return what ``data/NAME.json`` says."""
    return json.loads((DATA / f"{name}.json").read_text("utf-8"))
