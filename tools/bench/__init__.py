"""How much the pages weigh and how fast their controls and attention are, beside peers."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
SITE = ROOT / "_build" / "html"
VIEWPORT = {"width": 1280, "height": 900}
PATIENCE = 180_000  # milliseconds that a page may take to load on a busy machine
NONE = "–"  # in the table: there is nothing to compare with
Row = tuple[str, str, str, str]
