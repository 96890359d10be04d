"""Our settings in config.txt: a block of our own at its end, the owner's lines left alone."""

from collections.abc import Mapping

BEGIN = "# BEGIN picluster: written by the deploy, edit group_data instead"
END = "# END picluster"


def block(settings: Mapping[str, str]) -> str:
    """The block for these settings; empty when there are none.

    It starts with [all], because a filter above it such as [cm4] stays in force until the next.
    """
    if not settings:
        return ""
    lines = [BEGIN, "[all]", *(f"{key}={value}" for key, value in settings.items()), END]
    return "".join(f"{line}\n" for line in lines)


def has_settings(text: str, settings: Mapping[str, str]) -> bool:
    """Whether a config.txt holds exactly these settings in our block, as its last word."""
    return with_settings(text, settings) == text


def with_settings(text: str, settings: Mapping[str, str]) -> str:
    """The file's new content: our block moved to the end and made to hold these settings."""
    kept: list[str] = []
    ours = False
    for line in text.splitlines(keepends=True):
        if line.rstrip() == BEGIN:
            ours = True
        if not ours:
            kept.append(line)
        if line.rstrip() == END:
            ours = False
    rest = "".join(kept)
    if rest and not rest.endswith("\n"):
        rest += "\n"
    return rest + block(settings)
