"""A Spark job from this computer to the head board, and its output back."""
