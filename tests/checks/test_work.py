"""The exercise of *Cost* that asks for a length."""

from exercises import right_answers_pass, wrong_answers_are_named

from qkvlib import attention_flops, layer_flops
from qkvlib.checks.work import CATCH_UP


def counted(d_model, d_ff, causal):
    """Attention grows with n², the rest with n: count both at n = 1."""
    attention = attention_flops(1, num_heads=1, d_head=d_model) / (2 if causal else 1)
    return layer_flops(1, d_model=d_model, d_ff=d_ff) / attention


def test_catch_up():
    right_answers_pass(
        CATCH_UP,
        [
            counted,
            lambda d, d_ff, causal: (1 + causal) * (2 * d + d_ff),
            lambda d, d_ff, causal: (8 * d**2 + 4 * d * d_ff) / (2 * d if causal else 4 * d),
        ],
    )
    wrong_answers_are_named(
        CATCH_UP,
        {
            "network is left out": lambda d, d_ff, causal: 2 * d * (1 + causal),
            "projections are left out": lambda d, d_ff, causal: d_ff * (1 + causal),
            "You count one.": lambda d, d_ff, causal: (2 * d + d_ff / 2) * (1 + causal),
            "You count three": lambda d, d_ff, causal: (1.5 * d + d_ff) * (1 + causal),
            "two products": lambda d, d_ff, causal: 2 * (2 * d + d_ff) * (1 + causal),
            "catches up later": lambda d, d_ff, causal: (2 * d + d_ff) / (1 + causal),
            "half of the tiles": lambda d, d_ff, causal: 2 * d + d_ff,
            "4 · d_model alone": lambda d, d_ff, causal: 6 * d * (1 + causal),
            "on both sides": lambda d, d_ff, causal: (d + d_ff / 2) * (1 + causal),
        },
    )
