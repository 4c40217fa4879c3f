"""What ships of the real model, and what tests compare it with."""
