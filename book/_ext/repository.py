"""Sphinx extension: the buttons of a clone's pages lead to where it was cloned from.

An address in `_config.yml`, which `make adopt` writes, goes before. Only then is there a button for
Colab: its notebooks must say where `qkvlib` is. Where neither address leads to GitHub, as in a copy
of a folder, there are no buttons.
"""

import sys
from pathlib import Path

import yaml

sys.path.append(str(Path(__file__).parents[2] / "tools"))

import adopt


def add_buttons(app, config):
    """Give the theme the address of the remote `origin`, as `_config.yml` would."""
    root, options = Path(app.srcdir), config.html_theme_options
    address = adopt.on_github(adopt.origin(root))
    if address and not adopt.adopted(root):
        settings = yaml.safe_load(adopt.CONFIG.format(address=address))
        options["repository_url"] = settings["repository"]["url"]
        options["repository_branch"] = settings["repository"]["branch"]
        settings["launch_buttons"].pop("colab_url")
        options["launch_buttons"] = settings["launch_buttons"]
        options.update(dict.fromkeys(adopt.BUTTONS, True))


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", add_buttons)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
