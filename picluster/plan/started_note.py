"""What a unit notes when it starts: with what files it did, so that a deploy can compare."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence


def exec_start_pre(paths: Sequence[str]) -> str:
    """The line of a unit that writes "INVOCATION DIGEST" into /run/picluster/UNIT.started.

    + paths: all that the unit reads at its start, its own file among them, in a fixed order
    """
    # A minus: it has to start anyway. A plus: only root may write there.
    return (
        "ExecStartPre=-+/bin/sh -c 'mkdir -p /run/picluster && "
        f"cat {' '.join(paths)} | sha256sum | {{ read -r digest _; "
        'echo "$$INVOCATION_ID $$digest"; } >/run/picluster/%n.started\''
    )


def digest(paths: Iterable[str], content: Mapping[str, bytes]) -> str:
    """What that line notes where the files have this content; a path that has none is absent."""
    return hashlib.sha256(b"".join(content.get(path, b"") for path in paths)).hexdigest()
