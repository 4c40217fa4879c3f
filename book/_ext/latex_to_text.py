"""A formula as one would type it in a line of text: QKᵀ/√d_k."""

import re

GROUP = r"\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}"
# In this order; a pattern with a group is used until it finds nothing more.
RULES = [
    (r"\\(?:text|math\w+|operatorname\*?|boldsymbol|overline|hat|bar|tilde|vec)\s*" + GROUP, r"\1"),
    (r"\\[dt]?frac\s*" + GROUP + r"\s*" + GROUP, r"\1/\2"),
    (r"\\sqrt\s*" + GROUP, r"√\1"),
    (r"\s*\\(?:left|right|[bB]igg?[lr]?)\b\.?\s*", ""),
    (r"\\(?:begin|end)\{\w+\*?\}(?:\{[^}]*\})?|\\[,;:! ]|\\quad|\\\\|&", " "),
    (r"\s*\^\s*(?:\{\s*)?\\(?:top|intercal)(?:\s*\})?", "ᵀ"),
    (r"\\(?:cdot|times)\b", "·"),
    (r"\\(?:le|leq)\b", "≤"),
    (r"\\(?:ge|geq)\b", "≥"),
    (r"\\(?:to|rightarrow)\b", "→"),
    (r"\\infty\b", "∞"),
    (r"\\sum\b", "∑"),
    (r"\\(?:hat|bar|tilde|vec)\b\s*", ""),
    (r"\\(\w+)", r" \1 "),
    (r"([_^])\s*\{([^{}]*)\}", r"\1\2"),
    (r"[{}\\]", ""),
]


def latex_to_text(latex):
    """Return a formula as plain text."""
    for pattern, plain in RULES:
        while (changed := re.sub(pattern, plain, latex)) != latex:
            latex = changed
    return re.sub(r"\s+", " ", latex).strip()
