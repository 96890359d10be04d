"""The data folder as an archive, and back."""

import gzip
import io
import json
import tarfile
import time
import zlib
from pathlib import Path, PurePosixPath

from . import data as names
from .data import Data
from .files import write
from .payload import form_of, json_fields, text_field
from .refusal import RefusedError, invalid
from .sealing import WrongPasswordError, is_sealed, seal, unseal
from .web import Reply, Request

MEMBERS = (
    names.DATABASE,
    names.PRIVATE_KEY,
    names.PUBLIC_KEY,
    names.CERTIFICATE,
    names.CERTIFICATE_KEY,
    names.TUNNEL_KEY,
)


def backup(data: Data, request: Request) -> Reply:
    """POST /backup"""
    password = text_field(json_fields(request), "password")
    archive = _archive(data)
    name = time.strftime("portainer-backup_%Y-%m-%d_%H-%M-%S.tar.gz")
    kind = "application/gzip"
    if password:
        archive, name, kind = (
            seal(archive, password),
            f"{name}.encrypted",
            "application/octet-stream",
        )
    disposition = ("Content-Disposition", f"attachment; filename={name}")
    return Reply(200, archive, kind, [disposition])


def _archive(data: Data) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        contents = {name: (data.folder / name).read_bytes() for name in MEMBERS}
        contents[f"export-{int(time.time())}.json"] = json.dumps(data.content).encode()
        for name, content in contents.items():
            member = tarfile.TarInfo(f"/{name}")
            member.size, member.mode, member.mtime = len(content), 0o600, int(time.time())
            archive.addfile(member, io.BytesIO(content))
    return packed.getvalue()


def restore(data: Data, request: Request) -> None:
    """POST /restore: the folder is then as it was; the process has to read it anew."""
    form = form_of(request)
    if "file" not in form.files:
        raise invalid("Invalid backup file. Ensure that the file is uploaded correctly")
    content, password = form.files["file"], form.texts.get("password", "")
    if password:
        try:
            content = unseal(content, password) if is_sealed(content) else content
        except WrongPasswordError:
            raise RefusedError(
                500,
                "Failed to restore the backup",
                "Failed to decrypt the archive. Please ensure the password is correct and "
                "try again: cipher: message authentication failed",
            ) from None
    for name, member in _members(content).items():
        write(data.folder / name, member)


def _members(content: bytes) -> dict[Path, bytes]:
    found: dict[Path, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(gzip.decompress(content))) as archive:
            for member in archive:
                name = str(PurePosixPath(member.name)).lstrip("/")
                file = archive.extractfile(member)
                if name in MEMBERS and file is not None:
                    found[Path(name)] = file.read()
    except (OSError, EOFError, zlib.error, tarfile.TarError):
        details = "Unable to extract the archive: gzip: invalid header"
        raise RefusedError(500, "Failed to restore the backup", details) from None
    if Path(names.DATABASE) not in found:
        details = f"Cannot restore the backup: {names.DATABASE} is missing"
        raise RefusedError(500, "Failed to restore the backup", details)
    return found
