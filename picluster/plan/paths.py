"""Paths in cluster.toml: storage on a board, the SSH key on the controller."""

import re
from pathlib import PurePosixPath
from typing import Annotated

from pydantic import AfterValidator

from picluster.plan.problems import quote

_SYSTEM = {"bin", "boot", "dev", "etc", "lib", "proc", "root", "run", "sbin", "sys", "tmp", "usr"}


def _check_storage(text: str) -> str:
    # Hadoop separates directories by commas, systemd by blanks: such names lead to trouble late.
    if not re.fullmatch(r"/[A-Za-z0-9._/-]*", text):
        raise ValueError(
            f"{quote(text)} is no storage path; write an absolute path of letters, digits, "
            'dots, hyphens and underscores, for example "/srv/ssd"'
        )
    path = PurePosixPath(re.sub("/+", "/", text))
    if len(path.parts) < 2 or ".." in path.parts or path.parts[1] in _SYSTEM:
        raise ValueError(
            f"{quote(text)} belongs to the system; write the mount point of the storage, "
            'for example "/srv/ssd"'
        )
    return str(path)


def _check_key(text: str) -> str:
    if not text.strip() or "\0" in text or text.endswith("/"):
        raise ValueError(
            f'{quote(text)} is no file; write the private key, for example "~/.ssh/id_ed25519"'
        )
    if text.endswith(".pub"):
        raise ValueError(
            f"{quote(text)} is the public half of a key; did you mean "
            f"{quote(text.removesuffix('.pub'))}?"
        )
    return text


def _check_password_file(text: str) -> str:
    if not text.strip() or "\0" in text or text.endswith("/"):
        raise ValueError(
            f"{quote(text)} is no file; write the file that holds the password, for example "
            '"~/portainer-password"'
        )
    return text


def _check_compose_file(text: str) -> str:
    if not text.strip() or "\0" in text or not text.endswith((".yml", ".yaml")):
        raise ValueError(
            f"{quote(text)} is no compose file; write a file that ends with .yml or .yaml, for "
            'example "stacks/hello.yml"'
        )
    return text


StoragePath = Annotated[str, AfterValidator(_check_storage)]
KeyPath = Annotated[str, AfterValidator(_check_key)]
PasswordPath = Annotated[str, AfterValidator(_check_password_file)]
ComposePath = Annotated[str, AfterValidator(_check_compose_file)]
