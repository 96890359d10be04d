"""Our settings in config.txt: a block of our own at its end, the owner's lines left alone."""

import re
from collections.abc import Mapping

BEGIN = "# BEGIN picluster: written by the deploy, edit group_data instead"
END = "# END picluster"

# From a BEGIN to the next END. Where the END was lost, nobody knows which lines are ours: all stay.
_FIRST, _LAST, _BLANKS = re.escape(BEGIN), re.escape(END), r"[ \t\r]*"
_BLOCK = re.compile(
    rf"^{_FIRST}{_BLANKS}\n(?:(?!{_FIRST}).*\n)*?{_LAST}{_BLANKS}(?:\n|\Z)", re.MULTILINE
)


def wrong_settings(settings: Mapping[str, str]) -> list[str]:
    """The settings that could not stand in config.txt as one line each."""
    return [
        f"{key}={value}"
        for key, value in settings.items()
        if not re.fullmatch(r"[A-Za-z0-9_:.-]+", key)
        or not value
        or not value.isprintable()
        or value != value.strip()
    ]


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
    return with_settings(text, settings).rstrip() == text.rstrip()


def with_settings(text: str, settings: Mapping[str, str]) -> str:
    """The file's new content: our block moved to the end and made to hold these settings."""
    rest = _BLOCK.sub("", text)
    if rest and settings and not rest.endswith("\n"):
        rest += "\n"
    return rest + block(settings)
