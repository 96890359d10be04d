"""packages.debian with an apt and a dpkg that play a board's state."""

from pathlib import Path
from typing import Any

import pytest

from facts.packages import POLICY_FILE, POLICY_MARK
from operations import packages
from operations.apt import installation
from tests.operations.board import Board, Operation, PlayedHost, playing

# A package is a file of its name below $db: its content is the state. While apt removes one, its
# maintainer script asks policy-rc.d whether the service may stop.
_QUERY = """case "$*" in
*-W*Package*) cd "$db"; for p in *; do printf '%s amd64 %s ok 1\\n' "$p" "$(cat "$p")"; done ;;
*) for p; do :; done; cat "$db/${p%:*}" 2>/dev/null ;;
esac"""
_APT = """asks() {
  for action in stop start; do
    DPKG_MAINTSCRIPT_PACKAGE=$1 "$policy" "$1.service" $action && echo "$1 $action" >>"$seen"
  done
}
[ -e "$policy" ] && echo "policy $(cat "$policy" | tr '\\n' ' ')" >>"$seen"
install=0
for word; do
  case "$word" in
  check) if grep -q unpacked "$db"/*; then exit 100; fi ;;
  --fix-broken) sed -i s/unpacked/installed/ "$db"/* ;;
  --) install=1 ;;
  virtual | unknown) [ $install = 0 ] || { echo "E: trouble" >&2; [ "$word" = virtual ]; exit; } ;;
  kept-) ;;
  *-) name=${word%-}; [ $install = 0 ] || { asks "${name%:*}"; rm "$db/${name%:*}"; } ;;
  *) [ $install = 0 ] || { asks "$word"; echo installed >"$db/${word%=*}"; } ;;
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


def test_what_two_operations_need_is_announced_by_the_first(board: Board) -> None:
    host = PlayedHost(board.get_fact)
    with playing(host):
        looks = [_look(packages.debian, *names) for names in (["curl"], ["curl"], ["curl", "git"])]
        assert looks == [True, False, True]
        assert packages.not_coming(["curl", "git", "rsync"]) == ["rsync"]
    with playing(host, executing=True):
        # What was only announced may have failed: now the board is asked.
        assert packages.not_coming(["curl"]) == ["curl"]
        assert _look(packages.debian, "curl")


def _look(operation: Operation, *names: str) -> bool:
    """Whether it announces a change, as pyinfra finds out: by its first command alone."""
    return next(operation._inner(packages=list(names)), None) is not None


def test_lists_that_never_come_are_asked_for_once_more(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("operations.apt.UPDATE_SECONDS", (1, 30))
    variables = f"db={board.root}/db policy={board.root}{POLICY_FILE} seen={board.root}/seen"
    waits = f"""case "$*" in *update*)
  if [ ! -e {board.root}/waited ]; then touch {board.root}/waited; exec sleep 60; fi ;;
esac"""
    board.program("apt-get", f"{waits}\n{variables}\n{_APT}")
    board.apply(packages.debian, packages=["curl"])
    assert _apt(board) == ["update", "update", "install"]
    assert "not ended after 1 s" in (board.root / "var/log/picluster-apt.log").read_text()


def test_remove(board: Board) -> None:
    for name in ("docker.io", "runc", "other"):
        (board.root / "db" / name).write_text("installed\n")
    arguments = {"packages": ["bash", "docker-ce"], "absent": ["docker.io", "never", "runc"]}
    board.apply(packages.debian, **arguments)
    assert _apt(board) == ["update", "install"]
    said = next(c for c in board.calls() if "install" in c)
    assert said[-4:] == ["--", "docker-ce", "docker.io-", "runc-"]
    assert "APT::Get::Purge=false" in said
    assert "--allow-downgrades" not in said
    assert {path.name for path in (board.root / "db").iterdir()} == {"bash", "docker-ce", "other"}
    noop = board.apply(packages.debian, **arguments).noop
    assert noop == "2 packages are installed, 3 others are not"


def test_remove_alone_asks_no_archive(board: Board) -> None:
    (board.root / "db/runc").write_text("installed\n")
    board.apply(packages.debian, packages=[], absent=["runc"])
    assert _apt(board) == ["install"]
    assert board.apply(packages.debian, packages=[], absent=["runc"]).noop


def test_only_what_is_removed_stops(board: Board) -> None:
    (board.root / "db/runc").write_text("installed\n")
    wished = {"packages": ["docker-ce"], "absent": ["never", "runc:amd64"]}
    board.apply(packages.debian, **wished)
    seen = (board.root.parent / "seen").read_text().splitlines()
    assert [line for line in seen if not line.startswith("policy")] == ["runc stop"]


def test_remove_that_does_nothing_is_told(board: Board) -> None:
    (board.root / "db/kept").write_text("installed\n")
    call = board.call(packages.debian, packages=[], absent=["kept"])
    done = board.execute(call.commands[0])
    assert done.returncode == 1
    assert "apt-get left the package kept in place" in done.stderr


def test_what_is_mended_first_is_removed_in_the_same_run(board: Board) -> None:
    (board.root / "db/runc").write_text("unpacked\n")
    arguments = {"packages": ["bash"], "absent": ["runc", "never"]}
    board.apply(packages.debian, **arguments)
    assert _apt(board) == ["check", "update", "--fix-broken install", "install"]
    assert next(c for c in board.calls() if "--" in c)[-2:] == ["--", "runc-"]
    assert board.apply(packages.debian, **arguments).noop
    # Nothing comes back where nothing of these was there.
    (board.root / "db/libc6").write_text("unpacked\n")
    board.apply(packages.debian, **arguments)
    assert sum("--" in call for call in board.calls()) == 1


def test_wished_and_removed_at_once_is_refused(
    board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    assert board.call(packages.debian, packages=["curl", "vim"], absent=["vim"]).failed
    assert "take them out of one list: ['vim']" in caplog.text


def test_upgrade(board: Board) -> None:
    done = board.execute(installation([], [], False, ["bash", "docker-ce=5:29.*"]))
    assert done.returncode == 0, done
    assert _apt(board) == ["update", "install"]
    assert "--error-on=any" in next(c for c in board.calls() if "update" in c)
    said = next(c for c in board.calls() if "install" in c)
    assert said[-3:] == ["--", "bash", "docker-ce=5:29.*"]
    assert "--allow-downgrades" in said
    # The old version of an upgraded package asks to stop its service: it goes on.
    assert "stop" not in (board.root.parent / "seen").read_text()


def test_a_package_that_lost_its_files_comes_once_more(board: Board) -> None:
    assert board.execute(installation(["curl"], [], False, completing=["bash"])).returncode == 0
    assert _apt(board) == ["update", "install", "install"]
    (again,) = (call for call in board.calls() if "--reinstall" in call)
    assert again[-2:] == ["--", "bash"]
    assert not (board.root / POLICY_FILE[1:]).exists()
    board.program(
        "apt-get", "echo 'Reinstallation of bash is not possible, it cannot be downloaded.'"
    )
    done = board.execute(installation([], [], False, completing=["bash"]))
    assert done.returncode == 1
    assert "Reinstallation of bash is not possible" in done.stderr


def test_a_version_that_is_missing(board: Board) -> None:
    assert board.execute(installation(["docker-ce=5:29.*"], [], False)).returncode == 0
    assert (board.root / "db/docker-ce").read_text() == "installed\n"


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


@pytest.mark.parametrize(
    "arguments", [{"packages": ["sudo-"]}, {"packages": [], "absent": "sudo-"}]
)
def test_a_name_that_means_remove_is_refused(
    arguments: dict[str, Any], board: Board, caplog: pytest.LogCaptureFixture
) -> None:
    assert board.call(packages.debian, **arguments).failed
    assert "apt-get would remove it: ['sudo-']" in caplog.text


def test_an_unreadable_database_fails_the_host(board: Board) -> None:
    board.program("dpkg-query", "exit 2")
    assert board.call(packages.debian, packages=["curl"]).failed
    assert "dpkg-query knows no package" in board.refusal
