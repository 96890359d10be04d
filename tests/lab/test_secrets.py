"""Join tokens: in no output, no command line, no journal and no file that others may read."""

import os
import subprocess

import pytest

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.facts.shell import shows
from tests.lab import accidents, deploying, seen, spying, swarm_seen

# Files that somebody else than root may read, on the board's own disk and its engine's.
READABLE = (
    "find / /var/lib/docker /run /dev/shm -xdev -type f -perm /o=r -newer /root/before "
    "-exec grep -slF -f /root/tokens {} + || true"
)


def _tokens(under_test: LabUnderTest) -> list[str]:
    board = swarm_seen.manager(under_test.boards)
    found = [
        seen.shell(board, f"docker swarm join-token -q {role}").strip()
        for role in ("worker", "manager")
    ]
    assert all(token.startswith("SWMTKN-1-") and len(token) > 80 for token in found)
    return found


def _output(under_test: LabUnderTest, *options: str) -> str:
    """All that a run prints, on either of its channels."""
    done = subprocess.run(
        [deploying.PYINFRA, "inventory.py", "deploys/all.py", "-vvv", "--diff", *options],
        cwd=deploying.ROOT,
        env=os.environ | under_test.environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout + done.stderr


@pytest.mark.parametrize("options", [("-y",), ("-y", "--json", "--debug")], ids=" ".join)
def test_join_tokens_show_nowhere(converged: LabUnderTest, options: tuple[str, ...]) -> None:
    tokens = _tokens(converged)
    secrets = [token.rpartition("-")[2] for token in tokens]  # what makes them secret
    accidents.left_by_hand(converged, "pi1a")
    for board in converged.boards.values():
        seen.shell(board, "touch /root/before")

    dry = _output(converged, "--dry", "--json")
    with spying.command_lines() as lines:
        output = _output(converged, *options)
    assert "Join the Swarm" in dry
    assert "Join the Swarm" in output
    # The spy is awake: it saw the very process that sent the token.
    assert any("curl" in line and "/swarm/join" in line for line in lines)
    for secret in secrets:
        assert not shows(secret, dry)
        assert not shows(secret, output)
        assert not [line for line in lines if secret in line]
    for board in converged.boards.values():
        machine.run(
            board, "sh", "-c", f"umask 077; printf '%s\\n' {' '.join(secrets)} >/root/tokens"
        )
        try:
            assert seen.shell(board, READABLE).strip() == ""
            journal = seen.shell(board, "journalctl --no-pager -o cat")
            assert not [secret for secret in secrets if secret in journal]
        finally:
            seen.shell(board, "rm /root/tokens")
    for path in deploying.ROOT.glob(".picluster/**/*"):
        if path.is_file():
            text = path.read_text(errors="replace")
            assert not [secret for secret in secrets if secret in text], path
    accidents.mended(converged, {"pi8", "pi2a", "pi1a"})
