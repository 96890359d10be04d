"""Why a board's Python does not fit the head's."""


def other_release(name: str, release: str, head: str, heads: str) -> str:
    """What to say of a board that runs another release of Debian than the head.

    + name: of the board, and + release: what it runs, such as bookworm
    + head: of the board on which jobs are submitted, and + heads: what that one runs
    """
    return (
        f"it runs {release}, and {head}, where Spark's jobs are submitted, runs {heads}: their "
        "Pythons differ, and a job in Python ends where two of them meet. Write an image with "
        f"{heads} to the card of {name} (or one with {release} to the head's), or write "
        "enabled = false in [spark]: HDFS and MapReduce run on both"
    )
