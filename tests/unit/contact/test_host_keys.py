"""Host keys as OpenSSH shows them, known and shown ones compared."""

import base64
import hashlib
import subprocess
from pathlib import Path

import pytest

from picluster.contact.host_keys import HostKey, NoKeyError, known_keys, offered_keys
from picluster.contact.trust import Comparison, Target

OLD = HostKey("ssh-ed25519", base64.b64encode(b"old").decode())
NEW = HostKey("ssh-ed25519", base64.b64encode(b"new").decode())
RSA = HostKey("ssh-rsa", base64.b64encode(b"rsa").decode())


def test_fingerprint_is_openssh_s(tmp_path: Path) -> None:
    line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIILjpLnUaTkLhSmMxWcTuGQyMo+F3gp9TJhYCXiHdcCk pi\n"
    (tmp_path / "key.pub").write_text(line)
    shown = subprocess.run(
        ["ssh-keygen", "-lf", tmp_path / "key.pub"], capture_output=True, text=True, check=True
    )
    [key] = known_keys([f"192.168.1.11 {line}"])
    assert key.fingerprint == shown.stdout.split()[1]
    assert f"({key.kind})" == shown.stdout.split()[-1]


def test_fingerprint_has_no_padding() -> None:
    digest = base64.b64encode(hashlib.sha256(b"old").digest()).decode()
    assert f"SHA256:{digest}" == OLD.fingerprint + "="


def test_a_damaged_key_has_no_fingerprint() -> None:
    assert HostKey("ssh-rsa", "A").fingerprint == "(damaged)"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("ssh-ed25519", "ED25519"), ("ssh-rsa", "RSA"), ("ecdsa-sha2-nistp256", "ECDSA")],
)
def test_kinds(name: str, kind: str) -> None:
    assert HostKey(name, "").kind == kind


def test_lines_without_a_key_are_passed_over() -> None:
    assert known_keys(["", "192.168.1.11", "192.168.1.11 ssh-rsa AA== comment"]) == [
        HostKey("ssh-rsa", "AA==")
    ]


def test_no_server() -> None:
    with pytest.raises(NoKeyError, match=r"no SSH server .* 127\.0\.0\.1 port 1 .*refused"):
        offered_keys("127.0.0.1", 1)


@pytest.mark.parametrize(
    ("known", "offered", "unchanged"),
    [
        ([OLD], [OLD], True),
        ([OLD], [OLD, RSA], True),
        ([OLD], [NEW], False),
        ([OLD, RSA], [NEW, RSA], False),
        ([RSA], [NEW], False),
        ([], [NEW], False),
    ],
)
def test_unchanged(known: list[HostKey], offered: list[HostKey], unchanged: bool) -> None:
    assert Comparison(known, offered).unchanged is unchanged


def test_report_shows_both_and_where_to_compare() -> None:
    target = Target("pi8", "192.168.1.11", 22)
    text = "\n".join(Comparison([OLD], [NEW, RSA]).report(target.title))
    assert text.startswith("pi8 (192.168.1.11): the key has CHANGED\n")
    assert f"known  ED25519  {OLD.fingerprint}" in text
    assert f"new    ED25519  {NEW.fingerprint}" in text
    assert f"new    RSA      {RSA.fingerprint}" in text
    assert "ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub" in text
