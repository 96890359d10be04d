"""What the Portainer operations announce for what they find, what they then do, and its end.

Boards, server and API are played by tests/operations/played_portainer.py.
"""

import logging
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from picluster.plan.errors import UserError
from picluster.plan.portainer import AGENT_SERVICE, SERVER_SERVICE
from picluster.portainer import (
    AlreadyPairedError,
    BannedError,
    Environment,
    PortainerError,
)
from tests.operations.played_portainer import CARRIER, Client, KilledError, PlayedPortainer
from tests.operations.portainer_runs import BOARDS, LABEL, MANAGERS, Runs

FIRST = {"pi8"}
EVERYBODY = set(BOARDS)
FROM_NOTHING = dict.fromkeys(["agent stack", "server stack", "administrator", "environment"], FIRST)


@pytest.fixture
def swarmed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Runs:
    """Four boards in a Swarm, and no Portainer."""
    played = PlayedPortainer(*BOARDS).install(monkeypatch)
    played.form(*MANAGERS)
    return Runs(played, tmp_path)


@pytest.fixture
def runs(swarmed: Runs) -> Runs:
    """The same after a plain run."""
    assert "failed" not in swarmed.deploy()
    swarmed.is_well()
    swarmed.played.sent.clear()
    swarmed.played.calls.clear()
    return swarmed


def test_a_first_run(swarmed: Runs) -> None:
    assert swarmed.deploy(executing=False) == FROM_NOTHING
    assert not swarmed.played.calls
    assert not swarmed.kept, "a dry run forgets what it made"
    assert swarmed.deploy() == FROM_NOTHING
    swarmed.is_well()
    (environment,) = swarmed.played.data[CARRIER].environments
    assert environment["name"] == LABEL
    assert not swarmed.backups


def test_blank_boards(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    played = PlayedPortainer(*BOARDS).install(monkeypatch)
    for board in played.boards.values():
        board.engine = "absent"
    assert Runs(played, tmp_path).deploy(executing=False) == FROM_NOTHING


def test_agents_that_miss_each_other_at_their_first_start(
    swarmed: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is mended within a step that was announced."""
    meet, starts = swarmed.played._meet, iter(range(100))
    monkeypatch.setattr(swarmed.played, "_meet", lambda: next(starts) and meet())
    announced = swarmed.deploy(executing=False)
    assert "agents" not in announced
    assert swarmed.deploy() == announced
    assert next(starts) == 2, "the agents were restarted once"
    swarmed.is_well()


def test_secrets_are_kept_before_a_board_gets_them(swarmed: Runs) -> None:
    def keeps() -> None:
        raise UserError("secrets cannot be kept: the disk is full")

    swarmed.keeps = keeps
    assert swarmed.deploy() == {"failed": EVERYBODY}
    assert not swarmed.played.calls


def test_a_run_that_is_killed_anywhere_is_finished_by_the_next(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for steps in range(1, 100):
        played = PlayedPortainer(*BOARDS).install(monkeypatch)
        played.form(*MANAGERS)
        runs = Runs(played, tmp_path)
        played.kill_after = steps
        try:
            runs.deploy()
        except KilledError:
            played.kill_after = None
            announced = runs.deploy(executing=False)
            assert announced.keys() <= FROM_NOTHING.keys()
            done = runs.deploy()
            assert "failed" not in done
            assert announced.items() <= done.items(), "what is announced is done"
            runs.is_well()
            continue
        break
    assert steps > 8, "every change was the last one of a run"


def _environments(runs: Runs) -> list[dict[str, Any]]:
    return runs.played.data[CARRIER].environments


def _no_service(runs: Runs, name: str) -> None:
    del runs.played.services[name]
    if name == SERVER_SERVICE:
        runs.played.stop()
    else:
        runs.played.known.clear()


DRIFTS: dict[str, tuple[Callable[[Runs], Any], set[str]]] = {
    "environment deleted": (lambda r: _environments(r).clear(), {"environment"}),
    "environment without TLS": (lambda r: _environments(r)[0].update(tls=False), {"environment"}),
    "certificates of agents checked": (
        lambda r: _environments(r)[0].update(tls_skip_verify=False), {"environment"},
    ),
    "environment led elsewhere": (
        lambda r: _environments(r)[0].update(url="tcp://192.0.2.1:9001"), {"environment"},
    ),
    "telemetry": (lambda r: setattr(r.played.data[CARRIER], "telemetry", True), {"administrator"}),
    "agents lost": (lambda r: r.played.known.clear(), {"agents"}),
    "one agent lost": (lambda r: r.played.known.remove("pi1a"), {"agents"}),
    "server's service removed": (lambda r: _no_service(r, SERVER_SERVICE), {"server stack"}),
    "agents' service removed": (lambda r: _no_service(r, AGENT_SERVICE), {"agent stack"}),
    "server's service changed": (
        lambda r: r.played.services[SERVER_SERVICE]["spec"].update(command=["--http-enabled"]),
        {"server stack"},
    ),
    "data lost": (
        lambda r: r.played.reflashed(),
        {"administrator", "environment"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("drift", DRIFTS)
def test_drift_is_announced_and_mended(runs: Runs, drift: str) -> None:
    cause, steps = DRIFTS[drift]
    cause(runs)
    runs.played.sleep(20)
    assert runs.deploy(executing=False) == dict.fromkeys(steps, FIRST)
    assert not runs.played.calls
    assert runs.deploy() == dict.fromkeys(steps, FIRST)
    runs.is_well()


def test_an_environment_keeps_its_name(runs: Runs) -> None:
    _environments(runs)[0]["name"] = "my Pis"
    runs.is_well()
    assert [e["name"] for e in _environments(runs)] == ["my Pis"]


def test_a_duplicate_stays(runs: Runs) -> None:
    (own,) = _environments(runs)
    _environments(runs).insert(0, own | {"id": 9, "name": "twin"})
    runs.is_well()
    assert [e["id"] for e in _environments(runs)] == [9, 1]


def test_a_name_that_another_environment_has(runs: Runs) -> None:
    _environments(runs)[0].update(type=1, url="unix:///var/run/docker.sock")
    assert runs.deploy() == {"environment": FIRST}
    runs.is_well()
    assert [e["name"] for e in _environments(runs)] == [LABEL, f"{LABEL}-2"]


def test_no_second_environment_where_the_first_was_not_seen(
    runs: Runs, caplog: pytest.LogCaptureFixture
) -> None:
    """A list that does not come is not an empty one."""
    _environments(runs).clear()
    runs.played.refuses["environments"] = PortainerError("the database is locked", 500)
    assert runs.deploy()["failed"] == FIRST
    assert not _environments(runs)
    assert "the database is locked" in caplog.text
    runs.played.refuses.clear()
    runs.deploy()
    runs.is_well()


def test_no_second_environment_where_the_list_fails_once(
    runs: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    _environments(runs)[0].update(name="my Pis", tls=False)
    lists = Client.environments
    asked = count()

    def fails_once(client: Client) -> list[Environment]:
        if next(asked) == 1:  # the first list has made the operation begin
            raise PortainerError("the database is locked", 500)
        return lists(client)

    monkeypatch.setattr(Client, "environments", fails_once)
    assert runs.alone("environment") == (FIRST, set())
    assert [e["name"] for e in _environments(runs)] == ["my Pis"]
    runs.is_well()


def test_nobody_made_an_administrator_in_time(
    swarmed: Runs, caplog: pytest.LogCaptureFixture
) -> None:
    """303: it refuses everything until it is restarted."""
    caplog.set_level(logging.INFO)
    for step in ("agent stack", "server stack"):
        assert swarmed.alone(step) == (FIRST, set())
    swarmed.played.sleep(400)
    steps = {"administrator": FIRST, "environment": FIRST}
    assert swarmed.deploy(executing=False) == steps
    assert swarmed.deploy() == steps
    assert "restarting Portainer" in caplog.text
    swarmed.is_well()


def test_a_restart_that_fails_is_told(swarmed: Runs, caplog: pytest.LogCaptureFixture) -> None:
    for step in ("agent stack", "server stack"):
        swarmed.alone(step)
    swarmed.played.sleep(400)
    for name in MANAGERS:
        swarmed.played.broken[name, "service update --detach --force"] = "no leader"
    assert swarmed.alone("administrator") == (set(), FIRST)
    assert (
        "its server was not restarted: pi2a: Error response from daemon: no leader" in caplog.text
    )


@pytest.mark.parametrize("executing", [False, True])
@pytest.mark.parametrize("step", ["backup", "administrator", "environment", "agents", "verify"])
def test_a_wrong_password(
    runs: Runs, step: str, executing: bool, caplog: pytest.LogCaptureFixture
) -> None:
    runs.password = "planted-another-one"  # noqa: S105
    _, failed = runs.alone(step, executing=executing)
    if step == "verify":
        assert failed == (FIRST if executing else set())
    else:
        assert failed == EVERYBODY
    if failed:
        assert "the password in /secrets/password is not that of its user admin" in caplog.text
    assert not runs.played.calls


def test_a_computer_that_was_shut_out(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    runs.played.refuses["login"] = BannedError("Access denied", 403)
    assert runs.deploy(executing=False)["failed"] == EVERYBODY
    assert f"sudo docker service update --force {SERVER_SERVICE}" in caplog.text


def test_an_authority_that_is_missing(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    runs.authority.unlink()
    assert runs.deploy() == {"failed": FIRST}
    assert "ca.pem is not there, by which it is known" in caplog.text


def test_agents_of_another_server(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    _environments(runs).clear()
    runs.played.refuses["create_environment"] = AlreadyPairedError("Agent already paired", 500)
    assert runs.deploy() == {"failed": FIRST}
    assert "Portainer was not shown the Swarm: Agent already paired" in caplog.text
    assert "the same AGENT_SECRET" in caplog.text


def test_a_proxy_without_agents_counts_as_none_seen(runs: Runs) -> None:
    """500: none of the agents that are left is on a manager."""
    runs.played.refuses["agents"] = PortainerError("Unable to find an agent on any manager", 500)
    assert runs.deploy(executing=False) == {"agents": FIRST}


def test_a_server_that_the_inventory_lacks(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    _, failed = runs.restore(runs.folder / "x", server="pi9")
    assert failed == EVERYBODY
    assert "server: the inventory has no host 'pi9'" in caplog.text


def test_a_server_that_is_not_reached(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    runs.played.firewall = True
    assert runs.deploy(executing=False) == {}
    assert runs.deploy() == {"failed": FIRST}
    assert "this computer does not reach it: nothing there takes a connection" in caplog.text
    assert not runs.played.calls
    runs.played.firewall = False
    runs.is_well()


def test_a_server_that_is_back_late(runs: Runs) -> None:
    """Its board has booted: no restart, no second of anything."""
    runs.played.started = runs.played.now + 40
    runs.is_well()
    assert not runs.played.calls


def test_agents_that_are_back_late(runs: Runs) -> None:
    runs.played.known.clear()
    runs.played._in(15, runs.played._meet)
    assert runs.deploy() == {}
    assert not runs.played.calls


def test_agents_that_never_meet(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    runs.played.known.remove("pi1a")
    runs.played.agents_heal = False
    assert runs.deploy() == {"failed": FIRST}
    assert "Portainer does not see pi1a, also after its agents were restarted" in caplog.text
    assert len(runs.played.calls) == 1


def test_a_board_that_is_down_is_not_missed(runs: Runs) -> None:
    runs.played.lose("pi1a")
    runs.played.known.remove("pi1a")
    runs.is_well()


def test_a_drained_board_is_not_missed(runs: Runs) -> None:
    runs.played.change("pi1a", availability="drain")
    runs.played.known.remove("pi1a")
    assert runs.deploy() == {}


def test_verify_tells_what_is_wrong(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    runs.played.known.remove("pi1a")
    assert runs.alone("verify", executing=False) == (set(), set())
    assert runs.alone("verify") == (set(), FIRST)
    assert "Portainer does not see pi1a: pyinfra inventory.py deploys.portainer.heal" in caplog.text
    caplog.clear()
    _environments(runs)[0]["status"] = 2
    runs.played._meet()
    assert runs.alone("verify") == (set(), set()), "it was looked at again"
    _environments(runs).clear()
    assert runs.alone("verify") == (set(), FIRST)
    assert "no environment of the Swarm" in caplog.text


def test_verify_without_managers(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody who could look is not all well."""
    for name in MANAGERS:
        runs.played.boards[name].engine = "stopped"
    assert runs.alone("verify") == (set(), EVERYBODY)
    assert "no board manages the Swarm" in caplog.text


# Versions.


def test_an_upgrade(runs: Runs) -> None:
    runs.version = "2.46.1"
    steps = dict.fromkeys(["backup", "agent stack", "server stack"], FIRST)
    assert runs.deploy(executing=False) == steps
    assert not runs.backups
    assert runs.deploy() == steps
    assert runs.played.calls[0] == "backup", "before anything else"
    (file,) = runs.backups
    assert file.name.startswith("portainer-2.45.0-")
    assert file.name.endswith(".tar.gz.encrypted")
    assert file.parent.stat().st_mode & 0o777 == 0o700
    runs.is_well()


def test_a_backup_that_fails_stops_the_upgrade(
    runs: Runs, caplog: pytest.LogCaptureFixture
) -> None:
    runs.version = "2.46.1"
    runs.played.refuses["backup"] = PortainerError("no space left", 500)
    assert runs.deploy() == {"failed": FIRST}
    assert "no backup of Portainer was made: no space left" in caplog.text
    assert runs.played.version == "2.45.0"
    assert not runs.played.calls


def test_a_folder_for_backups_that_cannot_be(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    (runs.folder / "backups").write_text("no folder")
    assert runs.alone("backup") == (set(), FIRST)
    assert "no backup of Portainer was made: " in caplog.text
    assert "Traceback" not in caplog.text


def test_an_upgrade_of_a_server_that_is_down(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    runs.version = "2.46.1"
    runs.played.firewall = True
    announced = runs.deploy(executing=False)
    assert "backup" not in announced
    assert "failed" not in announced
    assert runs.deploy() == {"failed": FIRST}
    assert "only after a backup" in caplog.text
    assert "portainer_backup=no" in caplog.text
    assert runs.played.version == "2.45.0"
    runs.played.firewall = False
    assert runs.deploy()["backup"] == FIRST
    runs.is_well()


def test_an_upgrade_without_a_backup(runs: Runs) -> None:
    runs.version = "2.46.1"
    steps = dict.fromkeys(["agent stack", "server stack"], FIRST)
    assert runs.deploy(without="backup") == steps
    assert not runs.backups
    runs.is_well()


def test_a_killed_upgrade_is_finished_by_the_next(runs: Runs) -> None:
    runs.version = "2.46.1"
    killed = 0
    for steps in range(1, 100):
        runs.played.calls.clear()
        runs.played.kill_after = steps
        try:
            runs.deploy()
        except KilledError:
            killed += 1
            runs.played.kill_after = None
            assert "failed" not in runs.deploy()
            runs.is_well()
            runs.version = f"2.{47 + steps}.0"
            continue
        break
    assert killed >= 4


def test_a_backup_by_hand(runs: Runs) -> None:
    assert runs.alone("backup", executing=False) == (FIRST, set())
    assert not runs.backups
    assert runs.alone("backup") == (FIRST, set())
    assert len(runs.backups) == 1


@pytest.mark.parametrize("executing", [False, True])
def test_a_backup_by_hand_of_a_server_that_is_down(runs: Runs, executing: bool) -> None:
    runs.played.firewall = True
    assert runs.alone("backup", executing=executing) == (set(), FIRST)


# Without the acting manager.


def test_a_run_without_the_first_manager(runs: Runs) -> None:
    _environments(runs).clear()
    only = ["pi2a", "pi1a"]
    assert runs.deploy(executing=False, only=only) == {"environment": {"pi2a"}}
    assert runs.deploy(only=only) == {"environment": {"pi2a"}}
    runs.is_well()


def test_a_run_without_managers(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    _environments(runs).clear()
    assert runs.deploy(only=["pi1a"]) == {}
    assert not runs.played.calls
    # What somebody asks for by hand is not passed over in silence.
    assert runs.alone("backup", only=["pi1a"]) == (set(), {"pi1a"})
    assert "none is part of this run: --limit pi8" in caplog.text


def test_the_first_manager_is_down(runs: Runs) -> None:
    runs.played.lose("pi8")
    runs.played.known.remove("pi8")
    _environments(runs).clear()
    assert runs.deploy() == {"environment": {"pi4"}}
    runs.is_well()


def test_managers_whose_engines_are_stopped(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    for name in MANAGERS:
        runs.played.boards[name].engine = "stopped"
    assert runs.deploy(executing=False) == {}, "they may be started before"
    assert runs.alone("backup") == (set(), EVERYBODY)
    assert "no board manages the Swarm" in caplog.text


def test_a_swarm_without_a_majority(runs: Runs) -> None:
    for name in ("pi8", "pi4"):
        runs.played.lose(name)
    for executing in (False, True):
        assert runs.deploy(executing=executing)["failed"] == {"pi2a", "pi1a"}
    assert not runs.played.calls


# Back to a backup.


def _backup(runs: Runs) -> Path:
    assert runs.alone("backup") == (FIRST, set())
    runs.played.calls.clear()
    return runs.backups[-1]


def test_restore(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    file = _backup(runs)
    _environments(runs)[0]["name"] = "spoilt"
    assert runs.restore(file, executing=False) == (FIRST, set())
    assert not runs.played.calls
    assert runs.restore(file) == (FIRST, set())
    assert [e["name"] for e in _environments(runs)] == [LABEL]
    assert [data.environments[0]["name"] for data in runs.played.aside] == ["spoilt"]
    assert "the data until now: /var/lib/docker/volumes/portainer_data/_data.before" in caplog.text
    runs.is_well()


def test_a_killed_restore_is_finished_by_the_next(runs: Runs) -> None:
    file = _backup(runs)
    killed = 0
    for steps in range(1, 100):
        runs.played.calls.clear()
        runs.played.kill_after = steps
        try:
            runs.restore(file)
        except KilledError:
            killed += 1
            runs.played.kill_after = None
            assert runs.restore(file) == (FIRST, set())
            runs.is_well()
            continue
        break
    assert killed >= 5


def test_restore_back_from_an_upgrade(runs: Runs) -> None:
    runs.version = "2.46.1"
    assert "failed" not in runs.deploy()
    (file,) = runs.backups
    runs.version = "2.45.0"
    assert runs.restore(file) == (FIRST, set())
    assert runs.played.version == "2.45.0"
    assert runs.deploy() == {"agent stack": FIRST}
    runs.is_well()


def test_restore_with_another_password(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    """A backup brings the password of its time back; what is then wrong is told."""
    file = _backup(runs)
    runs.password = runs.played.data[CARRIER].password = "planted-a-newer-one"  # noqa: S105
    assert runs.restore(file) == (FIRST, set())
    assert runs.alone("agents") == (set(), EVERYBODY)
    assert "is not that of its user admin" in caplog.text


def test_restore_where_the_password_is_lost(runs: Runs) -> None:
    file = _backup(runs)
    runs.played.data[CARRIER].password = "planted-by-somebody"  # noqa: S105
    assert runs.restore(file) == (FIRST, set())
    runs.is_well()


@pytest.mark.parametrize("executing", [False, True])
def test_restore_refuses_what_is_no_backup(
    runs: Runs, executing: bool, caplog: pytest.LogCaptureFixture
) -> None:
    other = runs.folder / "other"
    other.write_bytes(b"\x1f\x8b not encrypted")
    newer = runs.folder / "portainer-2.46.0-2026-01-02-030405.tar.gz.encrypted"
    newer.write_bytes(b"AES256-GCM")
    for file, why in (
        (runs.folder / "missing", "missing cannot be read: No such file"),
        (runs.folder, "cannot be read: Is a directory"),
        (other, "other is no encrypted backup of Portainer"),
        (newer, 'write version = "2.46.0" or a later one'),
    ):
        caplog.clear()
        assert runs.restore(file, executing=executing) == (set(), EVERYBODY)
        assert why in caplog.text
    assert not runs.played.calls


def test_restore_without_managers_in_the_run(runs: Runs) -> None:
    assert runs.restore(_backup(runs), only=["pi1a"]) == (set(), {"pi1a"})
    assert not runs.played.calls


def test_restore_of_a_backup_with_another_password_of_its_own(
    runs: Runs, caplog: pytest.LogCaptureFixture
) -> None:
    file = _backup(runs)
    file.write_bytes(file.read_bytes().replace(b"planted-backup-password", b"another"))
    assert runs.restore(file) == (set(), FIRST)
    assert "Failed to decrypt the archive" in caplog.text
    assert "The data until then is in" in caplog.text
    assert runs.played.aside[0].password == runs.password


def test_restore_takes_a_carrier_that_answers(runs: Runs, caplog: pytest.LogCaptureFixture) -> None:
    file = _backup(runs)
    runs.played.lose(CARRIER)
    assert runs.restore(file) == (set(), FIRST)
    assert f"{CARRIER}, which carries Portainer's server, does not answer" in caplog.text
    assert not runs.played.calls


def test_restore_of_a_compose_file_that_is_none(
    runs: Runs, caplog: pytest.LogCaptureFixture
) -> None:
    assert runs.restore(_backup(runs), files={}) == (set(), EVERYBODY)
    assert "cannot be read: no such file" in caplog.text
