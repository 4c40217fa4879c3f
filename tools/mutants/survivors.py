"""Say which mutants survived, and compare them with the list of those that may."""

import re
from collections import Counter
from pathlib import Path

from .make import Mutant

ACCEPTED = Path(__file__).with_name("accepted.txt")
LEAST = 0.98  # of the mutants of each module, how many the tests must kill


def report(fates, reasons):
    """What to print, and whether all is well."""
    tried = Counter(mutant.module for mutant in fates)
    left = [mutant for mutant, dies in fates.items() if not dies]
    missed = Counter(mutant.module for mutant in left)
    lines = ["| Module | Mutants | Killed | Survived | Killed, of all |", "|---|---|---|---|---|"]
    for module, count in tried.items():
        killed = count - missed[module]
        lines.append(f"| {module} | {count} | {killed} | {missed[module]} | {killed / count:.1%} |")
    new, stale = [m for m in left if m not in reasons], [m for m in reasons if m not in left]
    for what, listed in (("No test notices", new), ("On the list, but killed or gone", stale)):
        for mutant in listed:
            lines += ["", f"{what}: {mutant.module} {mutant.function}"]
            lines += [f"- {mutant.old}", f"+ {mutant.new}"]
    enough = all(count - missed[module] >= LEAST * count for module, count in tried.items())
    return "\n".join(lines), enough and not new and not stale


def accepted(text):
    """Read the list: a module and function, a line that goes, one that comes, and the reason."""
    paragraphs = text.strip().split("\n\n") if text.strip() else []
    found = {}
    for paragraph in paragraphs:
        parts = re.fullmatch(r"(\S+) (\S+)\n- (.+)\n\+ (.+)\n(\w[\s\S]+)", paragraph)
        if not parts:
            raise ValueError(f"{paragraph!r}; expected a function, the change and a reason")
        *mutant, found_reason = parts.groups()
        found[Mutant(*mutant)] = found_reason
    return found
