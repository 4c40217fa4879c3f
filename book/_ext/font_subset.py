"""Cut a font down to the characters that a book uses."""

import io
import logging

from fontTools import subset
from fontTools.ttLib import TTFont

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it tells every table that it drops


def subset_font(path, characters, short=""):
    """Return (WOFF2 bytes, characters that the font lacks) for the font at `path`.

    The MATH table stays, with the taller glyphs that it names for brackets, roots and sums (except
    for those of the characters in `short`), and so do the names that carry the font's license. The
    same input always gives the same bytes.
    """
    options = subset.Options()
    options.flavor = "woff2"  # a sixth smaller than woff
    options.layout_features = ["ssty", "dtls", "flac"]  # what setting math asks a font for
    options.name_IDs = ["*"]
    options.notdef_outline = True
    options.hinting = False  # screens that need it are gone, and it is a fifth of the file
    options.recalc_timestamp = False
    font = TTFont(path, recalcTimestamp=False)
    for char in short:
        drop_taller(font, char)
    missing = {char for char in characters if ord(char) not in font.getBestCmap()}
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(char) for char in characters])
    subsetter.subset(font)
    out = io.BytesIO()
    subset.save_font(font, out, options)
    return out.getvalue(), missing


def drop_taller(font, char):
    """Leave `char` without the glyphs that it would grow into."""
    variants = font["MATH"].table.MathVariants
    place = variants.VertGlyphCoverage.glyphs.index(font.getBestCmap()[ord(char)])
    construction = variants.VertGlyphConstruction[place]
    del construction.MathGlyphVariantRecord[1:]
    construction.VariantCount = 1
    construction.GlyphAssembly = None
