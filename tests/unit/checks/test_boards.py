"""Checks of the boards: what they answered, and what is said of it."""

import errno
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from paramiko import AuthenticationException, PasswordRequiredException

from picluster.checks import clocks, disks, memory, names, power, reaching
from picluster.checks.clocks import Reading
from picluster.checks.disks import Disk
from picluster.checks.verdict import Problem, Verdict
from picluster.contact.ssh import Login, LoginError
from picluster.plan.errors import UserError
from picluster.plan.sections import Ssh
from picluster.plan.thermal_section import Thermal
from tests.unit.checks.clusters import cluster, said, silence

NODES = cluster().nodes
NAMES = """Welcome to pi8
own pi8
forward pi8 10.0.0.1 STREAM pi8.home.arpa 10.0.0.1 DGRAM 10.0.0.1 RAW
forward pi8.home.arpa 10.0.0.1
forward pi4 10.0.0.2
forward pi4.home.arpa 10.0.0.2
forward pi1a 10.0.0.3
forward pi1a.home.arpa 10.0.0.3
back 10.0.0.1 10.0.0.1 pi8.home.arpa pi8
back 10.0.0.2 10.0.0.2 pi4.home.arpa pi4
back 10.0.0.3 10.0.0.3 pi1a.home.arpa pi1a
"""


def reasons(problems: object) -> list[str]:
    """All that is said to be wrong; each has a remedy."""
    assert isinstance(problems, list)
    assert all(isinstance(one, Problem) and one.remedy for one in problems)
    return [one.reason for one in problems]


def told(found: list[str], wanted: str | None) -> bool:
    """Whether this and nothing else is said."""
    return len(found) == (wanted is not None) and all(str(wanted) in reason for reason in found)


class Logins:
    """What becomes of a connection and of a login; by default a server that lets everybody in."""

    def __init__(self, greeting: bytes | OSError = b"SSH-", login: UserError | None = None) -> None:
        self._greeting = greeting
        self._login = login

    def connection(self, *_: object) -> Any:
        """In place of socket.create_connection."""
        if isinstance(self._greeting, OSError):
            raise self._greeting
        made = MagicMock()
        made.__enter__.return_value.recv.return_value = self._greeting
        return made

    def login(self, *_: object) -> Any:
        """In place of Login."""
        if self._login:
            raise self._login
        return MagicMock()


def logged_in(monkeypatch: pytest.MonkeyPatch, played: Logins, **ssh: Any) -> Verdict:
    """What the check says of boards that are all the same."""
    monkeypatch.setattr("picluster.checks.reaching.socket.create_connection", played.connection)
    monkeypatch.setattr(reaching, "Login", played.login)
    return reaching.ask(cluster({}, ssh={"user": "pi", **ssh}))


@pytest.mark.parametrize("error", [TimeoutError(), OSError(errno.EHOSTUNREACH, "No route to host")])
def test_a_dead_board_wants_power(monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    verdict = logged_in(monkeypatch, Logins(error))
    assert (verdict.state, verdict.found) == ("failed", "0 of 3 boards")
    reason = error.strerror or "no answer"
    assert verdict.problems[1] == Problem(
        f"pi4 (10.0.0.2): it does not answer at port 22 ({reason})",
        "see to its power and its network cable, then: ssh pi@10.0.0.2",
    )


@pytest.mark.parametrize(
    ("greeting", "wanted"),
    [
        (OSError(errno.ECONNREFUSED, "Connection refused"), "sudo systemctl start ssh"),
        (b"HTTP", "port under [ssh] in cluster.toml"),
        (b"", "port under [ssh] in cluster.toml"),
    ],
)
def test_a_board_without_an_ssh_server_has_power(
    monkeypatch: pytest.MonkeyPatch, greeting: bytes | OSError, wanted: str
) -> None:
    problem = logged_in(monkeypatch, Logins(greeting)).problems[1]
    assert wanted in problem.remedy
    assert "cable" not in problem.remedy
    assert problem.remedy.endswith("then: ssh pi@10.0.0.2")


def test_a_board_that_refuses_has_power(monkeypatch: pytest.MonkeyPatch) -> None:
    reason = "this is not the SSH key that it had before. …: picluster trust pi4"
    verdict = logged_in(monkeypatch, Logins(login=LoginError(reason)))
    assert verdict.problems[1] == Problem(
        f"pi4 (10.0.0.2): {reason}", "do what is said there, then: picluster check --quick"
    )


def test_boards_that_let_us_in_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert logged_in(monkeypatch, Logins()).state == "passed"


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, "ssh pi@10.0.0.1"),
        ({"port": 2222}, "ssh -p 2222 pi@10.0.0.1"),
        ({"key": "/keys/pi", "user": "anna"}, "ssh -i /keys/pi anna@10.0.0.1"),
        ({"key": "/my keys/pi"}, "ssh -i '/my keys/pi' pi@10.0.0.1"),
    ],
)
def test_what_a_person_types(changes: dict[str, Any], wanted: str) -> None:
    ssh = Ssh.model_validate({"user": "pi", **changes})
    assert reaching.command(NODES[0], ssh) == wanted


@pytest.mark.parametrize(
    ("error", "ssh", "wanted"),
    [
        (AuthenticationException(), {"port": 2222}, "ssh-copy-id -p 2222 pi@10.0.0.1"),
        (AuthenticationException(), {}, "ssh-copy-id pi@10.0.0.1"),
        (PasswordRequiredException(), {}, "ssh-add"),
        (PasswordRequiredException(), {"key": "~/.ssh/pi"}, "ssh-add ~/.ssh/pi"),
    ],
)
def test_advice_uses_the_port_and_key_of_cluster_toml(
    monkeypatch: pytest.MonkeyPatch, error: Exception, ssh: dict[str, Any], wanted: str
) -> None:
    client = MagicMock()
    client.connect.side_effect = error
    monkeypatch.setattr("picluster.contact.ssh.paramiko.SSHClient", lambda: client)
    monkeypatch.setattr("picluster.contact.ssh.checked_key", lambda path: path)
    with pytest.raises(LoginError) as raised:
        Login(NODES[0], Ssh.model_validate({"user": "pi", **ssh}), Path("/nowhere"))
    assert str(raised.value).endswith(f": {wanted}")


def test_all_boards_answer() -> None:
    assert reaching.judge(NODES, {}).state == "passed"


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("own pi8", "own raspberrypi", "it calls itself raspberrypi, not pi8"),
        ("own pi8", "own", "it calls itself nothing, not pi8"),
        ("forward pi4 10.0.0.2", "forward pi4 10.9.9.9", "pi4 leads to 10.9.9.9, not to 10.0.0.2"),
        ("forward pi4 10.0.0.2", "forward pi4", "pi4 leads to nothing, not to 10.0.0.2"),
        ("forward pi4 10.0.0.2\n", "", "pi4 leads to nothing, not to 10.0.0.2"),
        (
            "forward pi8 10.0.0.1 STREAM",
            "forward pi8 10.0.0.1 STREAM 127.0.1.1",
            "pi8 leads to 10.0.0.1, 127.0.1.1, not to 10.0.0.1",
        ),
        (
            "back 10.0.0.3 10.0.0.3 pi1a.home.arpa pi1a",
            "back 10.0.0.3",
            "10.0.0.3 is called nothing, not pi1a.home.arpa and pi1a",
        ),
        (
            "pi1a.home.arpa pi1a",
            "old.home.arpa old",
            "10.0.0.3 is called old.home.arpa, old, not pi1a.home.arpa and pi1a",
        ),
    ],
)
def test_a_wrong_name(before: str, after: str, wanted: str) -> None:
    assert before in NAMES
    found = {"pi8": names.parse(NAMES.replace(before, after))}
    assert reasons(list(names.judge(NODES, "home.arpa", found))) == [f"on pi8: {wanted}"]


def test_right_names() -> None:
    assert list(names.judge(NODES, "home.arpa", {"pi8": names.parse(NAMES)})) == []


def test_boards_that_are_wrong_alike_are_one_problem() -> None:
    text = NAMES.replace("forward pi4 10.0.0.2", "forward pi4")
    found = {"pi8": names.parse(text), "pi4": names.parse(text.replace("own pi8", "own pi4"))}
    (problem,) = names.judge(NODES, "home.arpa", found)
    assert problem.reason == "on pi8, pi4: pi4 leads to nothing, not to 10.0.0.2"


def test_two_wrong_names_of_a_board_are_one_problem() -> None:
    text = NAMES.replace("forward pi4 10.0.0.2", "forward pi4").replace("own pi8", "own x")
    (problem,) = names.judge(NODES, "home.arpa", {"pi8": names.parse(text)})
    assert "calls itself x" in problem.reason
    assert "pi4 leads to nothing" in problem.reason


@pytest.mark.parametrize(
    ("reading", "wrong"),
    [
        (Reading(100.0, 100.05, 100.1), False),
        (Reading(100.0, 102.0, 100.1), False),  # 1.95 ± 0.05
        (Reading(100.0, 102.2, 100.1), True),
        (Reading(100.0, 97.8, 100.1), True),
        (Reading(100.0, 106.0, 110.0), False),  # a slow answer proves nothing
        (Reading(100.0, 113.0, 110.0), True),
    ],
)
def test_a_clock(reading: Reading, wrong: bool) -> None:
    found = list(clocks.judge({"pi4": reading}))
    assert bool(found) is wrong


def test_a_clock_that_is_an_hour_behind() -> None:
    (problem,) = clocks.judge({"pi4": Reading(5000.0, 1400.05, 5000.1)})
    assert problem.reason.startswith("the clock of pi4 is 3600.0 s behind this computer's")
    assert "at most 2 s" in problem.reason


def test_the_shortest_way_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 4.0, 10.0, 10.2, 20.0, 21.0])
    monkeypatch.setattr("picluster.checks.clocks.time.time", lambda: next(times))
    told = iter(["banner\n9.0\n", "10.1\n", "20.5\n"])
    verdict = clocks.ask(cluster({"pi8": lambda _: said(next(told))}))
    assert (verdict.state, verdict.found) == (
        "passed",
        "at most 0.00 ± 0.10 s off; limit 2 s",
    )


def test_a_board_without_a_time_and_one_that_breaks_off() -> None:
    verdict = clocks.ask(cluster({"pi8": lambda _: said("no date here"), "pi4": silence}))
    found = sorted(reasons(list(verdict.problems)))
    assert "pi4: the connection broke" in found[0]
    assert "pi8: it does not tell its time" in found[1]


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        ("code=137\n", None),
        ("Running scope as unit\nKilled\ncode=137\n", None),
        ("1+0 records\ncode=0\n", "took 64 MB although its limit was 16 MB"),
        ("sudo: a password is required\ncode=1\n", "did not run: sudo: a password is required"),
        ("code=124\n", "did not run"),
        ("", "did not run: no answer"),
    ],
)
def test_memory_limits(output: str, wanted: str | None) -> None:
    found = reasons(list(memory.judge({"pi8": output})))
    assert told(found, wanted), found


@pytest.mark.parametrize(
    ("output", "wanted"),
    [
        ("throttled=0x0\ntemp=48.3'C\n", None),
        ("throttled=0x50000\ntemp=48.3'C\n", None),
        ("throttled=0x50005\ntemp=48.3'C\n", "pi8: undervoltage, throttled at this moment"),
        ("throttled=0x8\ntemp=61.0'C\n", None),
        ("throttled=0x6\ntemp=84.0'C\n", "pi8: clock capped, throttled at this moment"),
        ("throttled=0x8\ntemp=76.0'C\n", "pi8: hot from 75 °C at this moment"),
        ("throttled=0x0\ntemp=74.9'C\n", None),
        ("sudo: vcgencmd: command not found\n", "its firmware does not tell (sudo: vcgencmd"),
        ("", "its firmware does not tell (no answer)"),
    ],
)
def test_power_and_heat(output: str, wanted: str | None) -> None:
    found = reasons(list(power.judge(NODES, {"pi8": power.parse(output)}, Thermal())))
    assert told(found, wanted), found


@pytest.mark.parametrize(
    ("section", "celsius", "wanted"),
    [
        ({"hot": {"from_c": 70}}, 70.5, "pi8: hot from 70 °C at this moment"),
        ({"hot": {"from_c": 70}}, 69.5, None),
        ({"enabled": False}, 79.5, None),
        ({"enabled": False}, 80.0, "pi8: throttling begins at 80 °C at this moment"),
    ],
)
def test_heat_is_judged_by_the_clusters_own_bands(
    section: dict[str, Any], celsius: float, wanted: str | None
) -> None:
    sensors = power.parse(f"throttled=0x0\ntemp={celsius}'C\n")
    found = power.judge(NODES, {"pi8": sensors}, Thermal.model_validate(section))
    assert told(reasons(list(found)), wanted)


def test_undervoltage_wants_a_power_supply_and_heat_a_fan() -> None:
    sensors = {
        "pi8": power.parse("throttled=0x1\ntemp=48.3'C\n"),
        "pi1a": power.parse("throttled=0x4\ntemp=66.0'C\n"),
    }
    supply, fan = power.judge(NODES, sensors, Thermal())
    assert "15.3 W" in supply.remedy
    assert "heat sink" in fan.remedy


def test_a_soft_limit_is_told_and_does_not_fail() -> None:
    sensors = {"pi1a": power.parse("throttled=0x8\ntemp=61.0'C\n")}
    assert list(power.judge(NODES, sensors, Thermal())) == []
    assert power.summary(sensors) == (
        "hottest: pi1a, 61 °C; at their soft limit, and a bit slower: pi1a"
    )


def test_flags_of_the_past_are_told_and_do_not_fail() -> None:
    sensors = {"pi8": power.parse("throttled=0x50000\ntemp=48.3'C\n")}
    assert power.summary(sensors) == (
        "hottest: pi8, 48.3 °C; since the boot, now over: pi8: undervoltage, throttled"
    )


DF = """   1K-blocks     Avail IUse% Mounted on
    30358152  20358152    7% /
"""


def test_df_is_read() -> None:
    assert disks.parse(DF) == [Disk("/", 30358152, 20358152, 7)]
    assert disks.parse("100 50 - /srv/my disk\n") == [Disk("/srv/my disk", 100, 50, 0)]
    assert disks.parse("df: /srv/ssd: No such file or directory\n") == []
    failed = "read-only /sys/fs/cgroup\nread-only /\n"
    assert disks.parse(DF + failed) == [Disk("/", 30358152, 20358152, 7, read_only=True)]


@pytest.mark.parametrize(
    ("disk", "wanted"),
    [
        (Disk("/", 30_000_000, 20_000_000, 7), None),
        (Disk("/", 30_000_000, 2_000_000, 7), "/ is 94 % full, 1953 MB are left"),
        (Disk("/", 300_000_000, 12_000_000, 7), "/ is 96 % full, 11718 MB are left"),
        (Disk("/", 30_000_000, 20_000_000, 99), "/ has used 99 % of its inodes"),
        (Disk("/srv", 30_000_000, 20_000_000, 7), "no disk is mounted at /"),
        (Disk("/", 30_000_000, 20_000_000, 7, read_only=True), "/ cannot be written to"),
    ],
)
def test_disks(disk: Disk, wanted: str | None) -> None:
    found = reasons(list(disks.judge(NODES, {"pi8": [disk]})))
    assert told(found, wanted), found


def test_a_silent_board_is_not_judged() -> None:
    assert list(disks.judge(NODES, {})) == []
    assert list(power.judge(NODES, {}, Thermal())) == []
