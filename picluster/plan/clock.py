"""A board's clock against this computer's."""


def skew(board: float, sent: float, received: float) -> float:
    """Seconds that a board's time is off at least: positive when ahead, 0.0 when it may be right.

    It was read between `sent` and `received`; all are seconds since 1970.
    """
    return max(0.0, board - received) + min(0.0, board - sent)
