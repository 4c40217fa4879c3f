"""What the exercises call: each ``check_...`` takes a function and names the mistake in it."""

from .scores import check_attention_scores, check_score, check_score_parts

__all__ = ["check_attention_scores", "check_score", "check_score_parts"]
