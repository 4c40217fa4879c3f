"""Links of the book's text that work where a chapter is read away from the book."""

import posixpath
import re

from chapters import CHAPTER

LINK = re.compile(r"\[([^\]]*)\]\((?!\w+:|#)([^)#\s]+)(#[^)\s]*)?\)")


def carry(text, folder, address):
    """Return Markdown from a file in `folder` with links that work away from the book.

    Chapters link to each other, since they are taken along together. Other pages are where the book
    is published; without an `address` the words stay and the link goes.
    """

    def link(found):
        words, path, fragment = found[1], found[2], found[3] or ""
        page = posixpath.splitext(posixpath.normpath(posixpath.join(folder, path)))[0]
        if chapter := CHAPTER.fullmatch(page):
            return f"[{words}]({chapter[1]}.ipynb{fragment})"
        return f"[{words}]({address.rstrip('/')}/{page}.html{fragment})" if address else words

    return LINK.sub(link, text)
