"""What is to be run, checked here, so that nothing is sent for nothing."""

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from picluster.plan.errors import UserError

CHUNK = 1 << 18
"""Bytes that are read and sent at once."""

_NAME = re.compile(r"[\w@+=.][\w@+=. -]*")
"""Of files: nothing that Spark takes for a list, a pattern or a URL, and a shell for its own."""


class OrderError(UserError):
    """Raised for a job that cannot be sent."""


@dataclass(frozen=True, slots=True)
class Order:
    """A job and all that goes with it.

    + options: of spark-submit, without those that name files
    + arguments: the job's own; no shell reads them
    """

    job: Path
    arguments: Sequence[str] = ()
    options: Sequence[str] = ()
    python_files: Sequence[Path] = ()
    files: Sequence[Path] = ()
    cluster: bool = False
    verbose: bool = False

    @property
    def sent(self) -> list[Path]:
        """All files, each once, the job first."""
        return list(dict.fromkeys([self.job, *self.python_files, *self.files]))

    def check(self) -> None:
        """Raises OrderError for files that are not there, or cannot be told apart by name."""
        names: dict[str, Path] = {}
        for path in self.sent:
            _check_file(path)
            if self.cluster and " " in path.name:
                raise OrderError(
                    f"rename {str(path)!r}: in cluster mode Spark makes %20 of a space in the name "
                    "of a file, and does not find it"
                )
            other = names.setdefault(path.name, path)
            if other != path:
                raise OrderError(
                    f"{other} and {path} have one name, and lie in one folder when the job runs; "
                    "rename one"
                )
        if self.job.suffix != ".py":
            raise OrderError(f"{self.job} is no Python program: its name does not end in .py")
        for path in self.python_files:
            if path.suffix not in (".py", ".zip", ".egg"):
                raise OrderError(f"--py-files takes .py, .zip and .egg, not {path}")

    def sizes(self) -> dict[Path, int]:
        """Of all files, in the order in which they are sent. Raises OrderError.

        Taken once: what is announced has to be what is sent, however the files change meanwhile.
        """
        return {path: _status(path).st_size for path in self.sent}

    def header(self, manager: str, sizes: Mapping[Path, int]) -> bytes:
        """The line that the job-runner reads first.

        + manager: URL of the ResourceManager's page, as the head board reaches it
        """
        head: dict[str, Any] = {
            "job": self.job.name,
            "arguments": list(self.arguments),
            "options": list(self.options),
            "--py-files": [path.name for path in self.python_files],
            "--files": [path.name for path in self.files],
            "files": [[path.name, size] for path, size in sizes.items()],
            "cluster": self.cluster,
            "verbose": self.verbose,
            "manager": manager,
        }
        return json.dumps(head).encode() + b"\n"

    def content(self, sizes: Mapping[Path, int]) -> Iterator[bytes]:
        """What the files hold, in the order of the header. Raises OrderError.

        Of each exactly as many bytes as the header says: the job-runner takes what is beyond for
        wishes, and what is missing out of the next file.
        """
        for path, left in sizes.items():
            try:
                with path.open("rb") as file:
                    while left and (data := file.read(min(left, CHUNK))):
                        left -= len(data)
                        yield data
            except OSError as error:
                raise _unreadable(path, error) from None
            if left:
                raise OrderError(f"{path} was changed while it was sent; try again")


def _unreadable(path: Path, error: OSError) -> OrderError:
    return OrderError(f"{path} cannot be read: {error.strerror}")


def _status(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except (FileNotFoundError, NotADirectoryError):
        raise OrderError(f"there is no file {path}") from None
    except OSError as error:
        raise _unreadable(path, error) from None


def _check_file(path: Path) -> None:
    if not stat.S_ISREG(_status(path).st_mode):
        raise OrderError(f"{path} is no file; put what is in a folder into a .zip")
    if not _NAME.fullmatch(path.name):
        raise OrderError(
            f"rename {str(path)!r}: Spark takes letters, digits, spaces and the signs . _ - + = @ "
            "in the name of a file"
        )
    try:
        path.open("rb").close()
    except OSError as error:
        raise _unreadable(path, error) from None
