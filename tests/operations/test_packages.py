"""packages.debian with an apt and a dpkg that play a board's state."""

from pathlib import Path

import pytest

from facts.packages import POLICY_FILE, POLICY_MARK
from operations import packages
from tests.operations.board import Board

# A package is a file of its name below $db: its content is the state.
_QUERY = """case "$*" in
*-W*Package*) cd "$db"; for p in *; do printf '%s amd64 %s ok 1\\n' "$p" "$(cat "$p")"; done ;;
*) for p; do :; done; cat "$db/$p" 2>/dev/null ;;
esac"""
_APT = """[ -e "$policy" ] && echo "policy $(cat "$policy" | tr '\\n' ' ')" >>"$seen"
install=0
for word; do
  case "$word" in
  check) if grep -q unpacked "$db"/*; then exit 100; fi ;;
  --fix-broken) sed -i s/unpacked/installed/ "$db"/* ;;
  --) install=1 ;;
  virtual | unknown) [ $install = 0 ] || { echo "E: trouble" >&2; [ "$word" = virtual ]; exit; } ;;
  *) [ $install = 0 ] || echo installed >"$db/$word" ;;
  esac
done"""


@pytest.fixture
def board(tmp_path: Path) -> Board:
    played = Board(tmp_path, {"/usr/sbin/x": "", "/var/log/x": "", "/db/bash": "installed\n"})
    variables = f"db={played.root}/db policy={played.root}{POLICY_FILE} seen={tmp_path}/seen"
    played.program("dpkg-query", f"{variables}\n{_QUERY}")
    played.program("apt-get", f"{variables}\n{_APT}")
    played.program("dpkg", "exit 1")  # as it does while a dependency is missing
    return played


def _apt(board: Board) -> list[str]:
    """What apt was asked to do."""
    words = {"check", "update", "install", "--fix-broken"}
    return [
        " ".join(w for w in call if w in words) for call in board.calls() if call[0] == "apt-get"
    ]


def test_install(board: Board) -> None:
    wished = ["bash", "curl", "libstdc++6"]
    board.apply(packages.debian, packages=wished)
    assert _apt(board) == ["update", "install"]
    assert next(c for c in board.calls() if "install" in c)[-3:] == ["--", "curl", "libstdc++6"]
    assert not (board.root / POLICY_FILE[1:]).exists()
    # The lists may be of last year: nothing is missing, so nothing is asked.
    assert board.apply(packages.debian, packages=wished).noop == "3 packages are installed"


def test_nothing_starts_meanwhile(board: Board) -> None:
    board.apply(packages.debian, packages=["curl"])
    seen = (board.root.parent / "seen").read_text()
    assert seen.count("exit 101") == 2


def test_a_policy_of_the_owners_comes_back(board: Board) -> None:
    path = board.root / POLICY_FILE[1:]
    path.write_text("#!/bin/sh\nexit 0 # owner\n")
    board.apply(packages.debian, packages=["curl"])
    assert path.read_text() == "#!/bin/sh\nexit 0 # owner\n"
    assert "owner" not in (board.root.parent / "seen").read_text()


@pytest.mark.parametrize("kept", ["", "#!/bin/sh\nexit 0 # owner\n"])
def test_a_policy_left_over_is_taken_away(kept: str, board: Board) -> None:
    path = board.root / POLICY_FILE[1:]
    path.write_text(f"#!/bin/sh\n{POLICY_MARK}\nexit 101\n")
    beside = path.with_name(f"{path.name}.picluster-kept")
    if kept:
        beside.write_text(kept)
    board.apply(packages.debian, packages=["bash"])
    assert (path.read_text() if path.exists() else "") == kept
    assert not beside.exists()
    assert _apt(board) == []
    assert board.apply(packages.debian, packages=["bash"]).noop


def test_an_interrupted_dpkg_is_mended(board: Board) -> None:
    (board.root / "db/libc6").write_text("unpacked\n")
    outcome = board.apply(packages.debian, packages=["bash", "curl"])
    assert _apt(board) == ["check", "update", "--fix-broken install", "update", "install"]
    assert "dpkg" in [call[0] for call in board.calls()]
    assert outcome.commands
    assert board.apply(packages.debian, packages=["bash", "curl"]).noop


def test_an_interrupted_dpkg_is_mended_though_nothing_is_missing(board: Board) -> None:
    (board.root / "db/libc6").write_text("unpacked\n")
    board.apply(packages.debian, packages=["bash"])
    assert _apt(board) == ["check", "update", "--fix-broken install"]
    assert board.apply(packages.debian, packages=["bash"]).noop


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("unknown", "E: trouble"),
        ("virtual", "apt-get installed no package virtual; where others provide it, name one"),
    ],
)
def test_failure_says_why(name: str, said: str, board: Board) -> None:
    done = board.execute(board.call(packages.debian, packages=[name]).commands[0])
    assert done.returncode == 1
    assert said in done.stderr
    assert not (board.root / POLICY_FILE[1:]).exists()


def test_a_name_that_means_remove_is_refused(
    board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    assert board.call(packages.debian, packages=["sudo-"]).failed
    assert "apt-get would remove it: ['sudo-']" in caplog.text


def test_an_unreadable_database_fails_the_host(board: Board) -> None:
    board.program("dpkg-query", "exit 2")
    assert board.call(packages.debian, packages=["curl"]).failed
    assert "dpkg-query knows no package" in board.refusal
