"""Write cards in Markdown as a deck that Anki imports.

A card is known by what it asks, so a newer deck changes answers and keeps what was learned.
"""

import itertools
import sqlite3
import zipfile
from dataclasses import dataclass
from pathlib import Path

import genanki

from .markdown import with_tex as html

STYLE = """\
.card { max-width: 34em; margin: 0 auto; padding: 0 1em; font: 18px/1.5 sans-serif; }
.about { color: #6b6b6b; font-size: 14px; }
.nightMode .about { color: #a8a8a8; }
"""
# Any two numbers, but always the same: Anki knows a deck and a type of card by them.
DECK, MODEL = 1746309127, 1402758836
TITLE = "Query, Key, Value"


@dataclass(frozen=True)
class Card:
    """A card: its sides in Markdown, and the chapter it belongs to, such as ``04_scores``."""

    kind: str
    asks: str
    answer: str
    chapter: str = ""
    options: str = ""


def write(cards: list[Card], path: Path, now: float) -> None:
    """Write a deck that Anki imports; the same bytes for the same cards and time."""
    side = '<p class="about">{{About}}</p>{{Front}}'
    template = {"name": "Card", "qfmt": side, "afmt": "{{FrontSide}}<hr id=answer>{{Back}}"}
    fields = [{"name": name} for name in ("Front", "Back", "About")]
    model = genanki.Model(MODEL, TITLE, fields, [template], css=STYLE)
    deck = genanki.Deck(DECK, TITLE)
    for place, card in enumerate(cards):
        about = f"{card.kind}, chapter {int(card.chapter[:2])}" if card.chapter else card.kind
        tags = [tag for tag in (card.kind.lower(), card.chapter) if tag]
        sides = [html(f"{card.asks}\n\n{card.options}"), html(card.answer), about]
        guid = genanki.guid_for(TITLE, card.kind, card.asks)
        deck.add_note(genanki.Note(model, sides, tags=tags, guid=guid, due=place))
    database = sqlite3.connect(":memory:")
    ids = itertools.count(int(now * 1000))
    genanki.Package(deck).write_to_db(database.cursor(), now, ids)
    database.commit()
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in (("collection.anki2", database.serialize()), ("media", b"{}")):
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    database.close()
