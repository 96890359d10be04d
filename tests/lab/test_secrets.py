"""Join tokens and Portainer's secrets: in no output, no command line, no journal and no file that
others may read.
"""

import os
import re
import subprocess

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.facts.shell import shows
from tests.lab import accidents, deploying, portainer_seen, seen, spying, swarm_seen

JWT = re.compile(r"eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+")

# Files that somebody else than root can read, on the board's own disk and its engine's: found as
# such a user, so that a closed folder above counts.
READABLE = (
    "setpriv --reuid=65534 --regid=65534 --clear-groups "
    "find / /var/lib/docker /run /dev/shm -xdev -type f -readable -newer /run/before -print0 "
    "2>/dev/null | xargs -0 --no-run-if-empty grep -slF -f /root/tokens || true"
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


def test_secrets_show_nowhere(converged: LabUnderTest) -> None:
    tokens = _tokens(converged)
    secrets = [token.rpartition("-")[2] for token in tokens]  # what makes them secret
    given = portainer_secrets(converged)
    every = [*secrets, *given]
    accidents.left_by_hand(converged, "pi1a")
    without_portainer(converged)
    for board in converged.boards.values():
        seen.shell(board, "touch /run/before")

    dry = _output(converged, "--dry", "--json")
    with spying.command_lines() as lines:
        output = _output(converged, "-y", "--json", "--debug")
    assert "Join the Swarm" in dry
    assert "Join the Swarm" in output
    assert "Make the administrator" in output
    # The spy is awake: it saw the very process that sent the token.
    assert any("curl" in line and "/swarm/join" in line for line in lines)
    for secret in every:
        assert not shows(secret, dry)
        assert not shows(secret, output)
        assert not [line for line in lines if secret in line]
    # A session's token is made by the server, so it is known by its form only.
    assert JWT.search("eyJhbGciOiJIUzI1NiJ9.eyJpZCI6MX0.c2lnbmF0dXJl")
    assert not [text for text in (dry, output, *lines) if JWT.search(text)]
    for board in converged.boards.values():
        machine.run(
            board,
            "sh",
            "-c",
            f"umask 077; printf '%s\\n' {' '.join(every)} >/root/tokens",
        )
        try:
            assert seen.shell(board, READABLE).strip() == ""
            # The search is awake: it finds one that lies open.
            seen.shell(board, "install -m 644 /root/tokens /run/left-open")
            assert seen.shell(board, READABLE).strip() == "/run/left-open"
            journal = seen.shell(board, "journalctl --no-pager -o cat")
            assert not [secret for secret in every if secret in journal]
        finally:
            seen.shell(board, "rm -f /root/tokens /run/left-open /run/before")
    for path in deploying.ROOT.glob(".picluster/**/*"):
        if path.is_file():
            text = path.read_text(errors="replace")
            assert not [secret for secret in secrets if secret in text], path
    portainer_seen.is_healthy(converged)
    accidents.mended(converged, {"pi8", "pi2a", "pi1a"})


def portainer_secrets(under_test: LabUnderTest) -> list[str]:
    """All that is kept for Portainer, keys by their longest line."""
    folder = portainer_seen.folder(under_test)
    texts = [path.read_text() for path in folder.iterdir() if path.suffix != ".pem"]
    texts += [path.read_text() for path in folder.glob("*key*.pem")]
    found = [max(text.splitlines(), key=len) for text in texts if text.strip()]
    assert len(found) >= 5
    assert all(len(secret) >= 20 for secret in found)
    return found


def without_portainer(under_test: LabUnderTest) -> None:
    """So that the next run hands every secret over again."""
    manager = swarm_seen.manager(under_test.boards)
    board = under_test.boards[portainer_seen.BOARD]
    seen.shell(manager, "docker stack rm portainer portainer-agent")
    accidents.wait_for(
        lambda: not seen.shell(board, "docker ps -aq --filter name=portainer").strip(),
        "the stacks do not go",
    )
    seen.shell(board, "docker volume rm portainer_data")
