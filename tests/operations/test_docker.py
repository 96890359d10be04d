"""Docker's operations on a played board: what they start, stop, install, and what they leave."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyinfra.api import FunctionCommand, StringCommand
from pyinfra.connectors.util import CommandOutput, OutputLine

from facts.docker import RECORD
from facts.packages import POLICY_FILE
from operations import docker, verify
from picluster.plan.tree import file
from tests.operations.board import Board, Outcome, call
from tests.operations.hostile import GROUP, USER

JSON = "/etc/docker/daemon.json"
WISH = {
    "packages": ["docker-ce", "docker-ce-cli"],
    "conflicting": ["docker.io", "runc"],
    "versions": {"docker-ce": "5:29.*", "docker-ce-cli": "5:29.*"},
}
ROLL = WISH | {"digest": "wished", "managers": ["pi1"]}

# The engine's state is the file `engine`; its start fails while there is a file `broken`.
SYSTEMCTL = """case "$*" in
*show*ActiveState*)
  [ $state = active ] && pid=7 || pid=0
  printf 'MainPID=%s\\nActiveState=%s\\nSubState=x\\nUnitFileState=%s\\nNeedDaemonReload=no\\n' \\
    $pid $state "$(cat "$root/enabled" 2>/dev/null)"
  printf 'InvocationID=%s\\n\\nMainPID=0\\n' "$(cat "$root/invocation")" ;;
*is-active*) [ $state = active ] ;;
*'enable docker.service') echo enabled >"$root/enabled" ;;
*'stop docker.service') echo inactive >"$root/engine" ;;
*'start docker.service') [ ! -e "$root/broken" ] || exit 1
  echo active >"$root/engine"; echo "$(cat "$root/invocation")x" >"$root/invocation"
  echo "$(cat "$root/invocation") $(cat "$root{json}")" >"$root{record}" ;;
esac"""
# A package is a file of its name below db; its content is the version.
DPKG = """case "$*" in
*-W*Package*) cd "$root/db" && for p in *; do echo "$p amd64 installed ok $(cat "$p")"; done ;;
*) for p; do :; done; [ -e "$root/db/$p" ] && echo installed ;;
esac"""
APT = """case "$*" in *' install '*) ;; *) exit ;; esac
for word; do
  case "$word" in
  --) words=1 ;;
  *-) [ -z "$words" ] || rm "$root/db/${word%-}" ;;
  *) [ -z "$words" ] || echo 5:29.1.3-1 >"$root/db/${word%%=*}" ;;
  esac
done"""


class DockerBoard(Board):
    """A board whose Docker is played by files."""

    def __init__(self, folder: Path) -> None:
        files: dict[str, str | bytes] = {
            "/run/systemd/system/x": "", "/run/picluster/x": "", "/etc/alternatives/x": "",
            "/engine": "inactive\n", "/invocation": "x\n", JSON: "wished\n",
            "/db/bash": "5.2\n", "/var/log/x": "", POLICY_FILE.replace("policy", "x"): "",
        }  # fmt: skip
        super().__init__(folder, files)
        played = {"systemctl": SYSTEMCTL, "dpkg-query": DPKG, "apt-get": APT}
        variables = f'root={self.root}; state=$(cat "$root/engine"); words='
        for name, script in played.items():
            script = script.replace("{json}", JSON).replace("{record}", RECORD)
            self.program(name, f"{variables}\n{script}")
        for name in ("docker", "dockerd", "journalctl", "update-alternatives"):
            self.program(name)
        for name in ("iptables", "ip6tables"):
            self.program(f"{name}-legacy-save", f"cat {self.root}/rules")
            self.program(f"{name}-legacy-restore", f"cat >{self.root}/restored")

    def put(self, **files: str) -> None:
        """Writes files below the root, by their names."""
        for name, text in files.items():
            (self.root / name).write_text(f"{text}\n")

    def installed(self, **versions: str) -> None:
        """Has these packages installed; underscores stand for hyphens."""
        for name, version in versions.items():
            (self.root / "db" / name.replace("_", "-")).write_text(f"{version}\n")

    def runs(self, digest: str = "wished") -> None:
        """Has an engine run that was started with these settings, and starts at boot."""
        self.put(engine="active", enabled="enabled", **{RECORD.lstrip("/"): f"x {digest}"})

    def said(self, program: str) -> list[str]:
        """The words of each call of a program."""
        return [" ".join(call[1:]) for call in self.calls() if call[0] == program]

    @property
    def packages(self) -> set[str]:
        return {path.name for path in (self.root / "db").iterdir()} - {"bash"}


@pytest.fixture
def board(tmp_path: Path) -> DockerBoard:
    return DockerBoard(tmp_path)


# --- settings


def test_settings(board: DockerBoard) -> None:
    drop_in = "/etc/systemd/system/docker.service.d/picluster.conf"
    wish = {"entries": [file(f"{board.root}{drop_in}", "[Unit]\n", user=USER, group=GROUP)]}
    board.apply(docker.settings, **wish)
    assert board.read(drop_in) == "[Unit]\n"
    assert board.said("systemctl")[-1] == "daemon-reload"
    assert board.apply(docker.settings, **wish).noop
    assert board.said("systemctl").count("daemon-reload") == 1


# --- start


def test_start(board: DockerBoard) -> None:
    board.apply(docker.start)
    assert board.read("/engine") == "active\n"
    assert ["version"] in [call[1:] for call in board.calls() if call[0] == "docker"]
    assert board.apply(docker.start).noop == "Docker runs, and starts at boot"


def test_an_engine_that_runs_is_only_told_to_start_at_boot(board: DockerBoard) -> None:
    board.runs("other")
    board.put(enabled="disabled")
    board.apply(docker.start)
    assert board.read("/enabled") == "enabled\n"
    assert not [words for words in board.said("systemctl") if "start docker" in words]
    assert board.apply(docker.start).noop


def test_an_engine_that_does_not_start_is_told_with_its_log(board: DockerBoard) -> None:
    board.put(broken="")
    board.program("journalctl", "echo 'failed to load listeners'")
    done = board.execute(board.call(docker.start).commands[0])
    assert done.returncode == 1
    assert "Docker did not start; the end of its log:" in done.stderr
    assert "failed to load listeners" in done.stderr


def test_an_engine_that_does_not_answer_is_told(board: DockerBoard) -> None:
    board.program("docker", "exit 1")
    done = board.execute(board.call(docker.start).commands[0])
    assert done.returncode == 1
    assert "Docker started and does not answer" in done.stderr


def test_an_engine_that_refuses_its_settings_is_not_started(board: DockerBoard) -> None:
    refuses = 'case "$1" in --help) echo --validate ;; *) echo "no option x" >&2; exit 1 ;; esac'
    board.program("dockerd", refuses)
    done = board.execute(board.call(docker.start).commands[0])
    assert done.returncode == 1
    assert f"Docker refuses {board.root}{JSON} and was left as it is: no option x" in done.stderr
    assert board.read("/engine") == "inactive\n"


def test_what_would_delete_all_data_is_taken_away(board: DockerBoard) -> None:
    script = board.root / "var/lib/docker/nuke-graph-directory.sh"
    script.parent.mkdir(parents=True)
    script.touch()
    board.apply(docker.start)
    assert not script.exists()
    assert script.parent.exists()


# --- install


def test_install_on_a_blank_board(board: DockerBoard) -> None:
    board.apply(docker.install, **WISH)
    assert board.packages == {"docker-ce", "docker-ce-cli"}
    said = board.said("apt-get")[-1]
    assert said.endswith("-- docker-ce=5:29.* docker-ce-cli=5:29.*")
    assert board.read("/engine") == "inactive\n"
    assert board.apply(docker.install, **WISH).noop == "2 packages are installed"


def test_a_stopped_engine_of_another_source_is_replaced(board: DockerBoard) -> None:
    board.installed(**{"docker.io": "20.10", "runc": "1.1"})
    board.apply(docker.install, **WISH)
    assert board.packages == {"docker-ce", "docker-ce-cli"}
    assert board.said("apt-get")[-1].endswith("docker.io- runc-")
    assert board.call(docker.roll, **ROLL).noop == "Docker does not run"


def test_a_stopped_engine_of_another_version_is_upgraded(board: DockerBoard) -> None:
    board.installed(docker_ce="5:28.5.1-1", docker_ce_cli="5:28.5.1-1")
    board.apply(docker.install, **WISH)
    assert "--allow-downgrades" in board.said("apt-get")[-1]
    assert board.apply(docker.install, **WISH).noop


def test_what_an_engine_can_spare_is_installed_while_it_runs(board: DockerBoard) -> None:
    board.installed(docker_ce="5:29.1.3-1")
    board.runs()
    board.apply(docker.install, **WISH)
    assert board.packages == {"docker-ce", "docker-ce-cli"}
    assert board.call(docker.roll, **ROLL).noop == "Docker runs as wished"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"packages": ["sudo-"]}, "apt-get would remove it: ['sudo-']"),
        ({"conflicting": ["docker-ce"]}, "take them out of one list: ['docker-ce']"),
        ({"versions": {"runc": "1"}}, "packages that are not wished: ['runc']"),
        ({"versions": {"docker-ce": "5:29 *"}}, "such as 5:29.*: ['5:29 *']"),
        ({"versions": {"docker-ce": ""}}, "such as 5:29.*: ['']"),
        ({"versions": ["5:29.*"]}, "versions takes a table"),
        ({"packages": 7}, "packages takes a list of texts"),
    ],
)
@pytest.mark.parametrize("operation", [docker.install, docker.roll])
def test_arguments_that_make_no_sense(
    operation: Any, changes: Any, words: str, board: DockerBoard, caplog: pytest.LogCaptureFixture
) -> None:
    assert board.call(operation, **(WISH | changes)).failed
    assert words in caplog.text


# --- roll


@pytest.fixture
def turn(board: DockerBoard, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Each board gets its turn at once; the managers that were named for it."""
    turns: list[list[str]] = []

    def step(
        state: Any, host: Any, managers: list[str], what: str, action: Callable[[], bool]
    ) -> bool:
        turns.append(managers)
        return action()

    def run(host: Any, command: StringCommand, **more: Any) -> tuple[bool, CommandOutput]:
        done = board.execute(command)
        lines = [OutputLine("stderr", line) for line in done.stderr.splitlines()]
        return done.returncode == 0, CommandOutput(lines)

    monkeypatch.setattr("operations.rolling.step", step)
    monkeypatch.setattr("operations.peers.run", run)
    return turns


def _roll(board: DockerBoard) -> Outcome:
    """What the operation does here; all of it is one function."""
    outcome = board.apply(docker.roll, **ROLL)
    assert all(isinstance(command, FunctionCommand) for command in outcome.commands)
    return outcome


def test_an_engine_that_was_started_with_other_settings(
    board: DockerBoard, turn: list[list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    board.installed(docker_ce="5:29.1.3-1", docker_ce_cli="5:29.1.3-1")
    board.runs("other")
    caplog.set_level("INFO")
    _roll(board)
    assert "because it was started with other settings than wished" in caplog.text
    assert turn == [["pi1"]]
    words = board.said("systemctl")
    assert words.index("daemon-reload") < words.index("stop docker.service")
    assert words.index("stop docker.service") < words.index("start docker.service")
    assert "restart containerd.service" not in words
    assert board.said("apt-get") == []
    assert _roll(board).noop == "Docker runs as wished"


def test_another_version(board: DockerBoard, turn: list[list[str]]) -> None:
    board.installed(docker_ce="5:28.5.1-1", docker_ce_cli="5:28.5.1-1")
    board.runs()
    assert board.call(docker.install, **WISH).noop
    _roll(board)
    assert (board.root / "db/docker-ce").read_text() == "5:29.1.3-1\n"
    assert "restart containerd.service" in board.said("systemctl")
    assert _roll(board).noop


def test_another_source(board: DockerBoard, turn: list[list[str]]) -> None:
    board.installed(**{"docker.io": "20.10", "runc": "1.1"})
    board.runs()
    _roll(board)
    assert board.packages == {"docker-ce", "docker-ce-cli"}
    assert board.read("/engine") == "active\n"
    assert _roll(board).noop


def test_an_upgrade_that_fails_leaves_the_engine_alone(
    board: DockerBoard, turn: list[list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    board.installed(docker_ce="5:28.5.1-1", docker_ce_cli="5:28.5.1-1")
    board.runs()
    board.program("apt-get", "echo 'E: no such version' >&2; exit 100")
    (command,) = board.call(docker.roll, **ROLL).commands
    assert board.execute(command).returncode == 1
    assert "E: no such version" in caplog.text
    assert "stop docker.service" not in board.said("systemctl")


def test_settings_that_are_refused_leave_the_engine_alone(
    board: DockerBoard, turn: list[list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    board.installed(docker_ce="5:29.1.3-1", docker_ce_cli="5:29.1.3-1")
    board.runs("other")
    board.program("dockerd", 'case "$1" in --help) echo --validate ;; *) exit 1 ;; esac')
    (command,) = board.call(docker.roll, **ROLL).commands
    assert board.execute(command).returncode == 1
    assert "and was left as it is" in caplog.text
    assert board.read("/engine") == "active\n"


RULES = """*filter
:INPUT ACCEPT [0:0]
:FORWARD DROP [0:0]
:DOCKER-USER - [0:0]
-A INPUT -i lo -j ACCEPT
-A FORWARD -o docker0 -j DOCKER
COMMIT"""


def test_legacy_iptables(board: DockerBoard, turn: list[list[str]]) -> None:
    board.installed(docker_ce="5:29.1.3-1", docker_ce_cli="5:29.1.3-1")
    board.runs()
    board.put(rules=RULES)
    for name in ("iptables", "ip6tables"):
        (board.root / "etc/alternatives" / name).symlink_to(f"/usr/sbin/{name}-legacy")
    nft = board.root / "usr/sbin/iptables-nft"
    nft.touch(0o755)
    _roll(board)
    # ip6tables has no other one here.
    assert board.said("update-alternatives") == [f"--quiet --set iptables {nft}"]
    assert board.read("/restored").splitlines() == [
        "*filter",
        ":INPUT ACCEPT [0:0]",
        ":FORWARD ACCEPT [0:0]",
        "-A INPUT -i lo -j ACCEPT",
        "COMMIT",
    ]
    words = [" ".join(call) for call in board.calls()]
    changed = words.index(f"update-alternatives --quiet --set iptables {nft}")
    assert words.index("systemctl stop docker.service") < changed
    assert changed < words.index("systemctl start docker.service")


# --- verify


@pytest.mark.parametrize(
    ("found", "failed"),
    [({"complaint": None}, False), ({"complaint": "no limit holds"}, True), (None, True)],
)
def test_verify(found: Any, failed: bool, caplog: pytest.LogCaptureFixture) -> None:
    outcome = call(verify.docker, lambda fact, **arguments: found, executing=True)
    assert outcome.failed is failed
    assert ("no limit holds" in caplog.text) is bool(found and found["complaint"])
