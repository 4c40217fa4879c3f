"""What the exercises call: each ``check_...`` takes a function and names the mistake in it."""

from . import by_count, by_hand
from .blocks import check_blocks
from .by_count import check_attention_work, check_cache_size, check_cross_sizes, check_masked_row
from .by_hand import (
    check_average_by_hand,
    check_output_by_hand,
    check_scaling_by_hand,
    check_score_by_hand,
    check_sharpened,
    check_slopes_by_hand,
    check_softmax_by_hand,
)
from .caching import check_absorbed_query, check_decode_chunk
from .changed_attention import check_changed_attention
from .cross_attention import check_cross_attention, check_cross_weights
from .decoder import check_decoder
from .decoding import check_causal_window, check_decode_step, check_grouped_query_attention
from .differences import check_numerical_gradient
from .evidence import check_fetched, check_hold_out
from .gradients import check_attention_gradients, check_softmax_gradient, check_weight_gradient
from .heads import check_merge_heads, check_split_heads
from .hunts import check_mended_gradients, check_mended_heads
from .induction import check_induction, check_induction_score
from .lookup import check_hard_lookup, check_sharpness, check_soft_lookup
from .masking import check_causal_weights, check_hide_future
from .model_heads import check_looks_back, check_model_head
from .multi_head import check_multi_head_attention
from .next_words import check_next_words
from .online import check_online_softmax_step
from .output import check_attention, check_shuffled_attention, check_weighted_sum
from .own_sentence import check_own_sentence
from .padding import check_batch_weights
from .projections import check_column_scores, check_project_token, check_views
from .rotary import check_distant_key, check_rotary, check_turn_pair
from .scaling import check_head_weights, check_scaled_scores, check_score_spread
from .scores import check_attention_scores, check_score, check_score_parts
from .smoothing import check_kernel_regression, check_smoothing_weights, check_weighted_average
from .softmax import check_attention_weights, check_softmax, check_softmax_jacobian
from .typed import Typed
from .who_finds_whom import check_finders
from .work import check_catch_up

# What is answered in numbers: the name of its checker, and the question.
QUESTIONS = {
    f"check_{one.name}": one
    for module in (by_hand, by_count)
    for one in vars(module).values()
    if isinstance(one, Typed)
}

__all__ = [
    "check_absorbed_query",
    "check_attention",
    "check_attention_gradients",
    "check_attention_scores",
    "check_attention_weights",
    "check_attention_work",
    "check_average_by_hand",
    "check_batch_weights",
    "check_blocks",
    "check_cache_size",
    "check_catch_up",
    "check_causal_weights",
    "check_causal_window",
    "check_changed_attention",
    "check_column_scores",
    "check_cross_attention",
    "check_cross_sizes",
    "check_cross_weights",
    "check_decode_chunk",
    "check_decode_step",
    "check_decoder",
    "check_distant_key",
    "check_fetched",
    "check_finders",
    "check_grouped_query_attention",
    "check_hard_lookup",
    "check_head_weights",
    "check_hide_future",
    "check_hold_out",
    "check_induction",
    "check_induction_score",
    "check_kernel_regression",
    "check_looks_back",
    "check_masked_row",
    "check_mended_gradients",
    "check_mended_heads",
    "check_merge_heads",
    "check_model_head",
    "check_multi_head_attention",
    "check_next_words",
    "check_numerical_gradient",
    "check_online_softmax_step",
    "check_output_by_hand",
    "check_own_sentence",
    "check_project_token",
    "check_rotary",
    "check_scaled_scores",
    "check_scaling_by_hand",
    "check_score",
    "check_score_by_hand",
    "check_score_parts",
    "check_score_spread",
    "check_sharpened",
    "check_sharpness",
    "check_shuffled_attention",
    "check_slopes_by_hand",
    "check_smoothing_weights",
    "check_soft_lookup",
    "check_softmax",
    "check_softmax_by_hand",
    "check_softmax_gradient",
    "check_softmax_jacobian",
    "check_split_heads",
    "check_turn_pair",
    "check_views",
    "check_weight_gradient",
    "check_weighted_average",
    "check_weighted_sum",
]
