"""What the exercises call: each ``check_...`` takes a function and names the mistake in it."""

from .scores import check_attention_scores, check_score, check_score_parts
from .verdict import Verdict

__all__ = ["Verdict", "check_attention_scores", "check_score", "check_score_parts"]
