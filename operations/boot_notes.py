"""What differs in the boot partition's files, word by word and key by key."""

from collections import Counter
from collections.abc import Iterable

from operations.difference import note


def note_arguments(path: str, present: str, wished: str) -> None:
    """Notes each kernel argument that would be added or taken out.

    + path: of cmdline.txt
    + present: its text
    + wished: the text that it is to have
    """
    # The firmware reads the first line alone.
    old, new = present.split("\n", maxsplit=1)[0].split(), wished.split()
    for word in _more(new, old):
        note(f"kernel argument {word} in {path}", "missing", "there")
    for word in _more(old, new):
        note(f"kernel argument {word} in {path}", "there", "gone: it undoes what is wished")
    if Counter(old) == Counter(new):
        note(f"kernel arguments in {path}", " ".join(old), " ".join(new))


def note_settings(path: str, present: str, wished: str) -> None:
    """Notes each setting of the firmware that would be another one.

    + path: of config.txt
    + present: its text
    + wished: the text that it is to have
    """
    old, new = _in_force(present), _in_force(wished)
    for key in dict.fromkeys([*new, *old]):
        if old.get(key) != new.get(key):
            note(
                f"{key} in {path}",
                old.get(key, "not set"),
                new.get(key, "not set any more"),
            )
    if old == new:
        note(f"our settings in {path}", "in another place or order", "as planned")


def _more(these: Iterable[str], than: Iterable[str]) -> list[str]:
    """What these have, or have more often."""
    return list((Counter(these) - Counter(than)).elements())


def _in_force(text: str) -> dict[str, str]:
    """Each setting that counts on every board, as the firmware reads it: the last one wins."""
    settings, filtered = {}, False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            filtered = line.lower() != "[all]"
            continue
        key, equals, value = line.partition("=")
        if equals and not filtered and not line.startswith("#"):
            settings[key.strip()] = value.strip()
    return settings
