"""The files of the Docker deploy, and the program that runs before each start of the engine."""

import os
from pathlib import Path
from typing import Any

import pytest

from deploys.docker import settings
from facts.docker import RECORD
from picluster.plan.config import ClusterConfig
from picluster.plan.tree import Entry
from tests.facts import apart
from tests.facts.shell import on_root, tool, write
from tests.unit.plan.clusters import cluster

DROP_IN = "/etc/systemd/system/docker.service.d/picluster.conf"


def _files(config: ClusterConfig, number: int = 0) -> dict[str, Entry]:
    return {entry.path: entry for entry in settings.engine_files(config, config.nodes[number])}


def test_each_node_has_its_data_on_its_own_storage() -> None:
    config = cluster({"storage": "/srv/ssd"}, {})
    with_disk, without = (_files(config, n)[DROP_IN].content.decode() for n in (0, 1))
    assert "RequiresMountsFor=/srv/ssd/docker\nAssertPathIsMountPoint=/srv/ssd\n" in with_disk
    assert "srv" not in without
    for text in (with_disk, without):
        assert "After=time-sync.target systemd-timesyncd.service\n" in text
        assert "ExecStartPre=-/usr/local/lib/picluster/before-docker\n" in text


def test_the_digest_is_of_every_file() -> None:
    wishes: list[dict[str, Any]] = [
        {},
        {"storage": "/srv/ssd"},
        {"storage": "/srv/hdd"},
    ]
    digests = {settings.digest(list(_files(cluster(wish)).values())) for wish in wishes}
    digests.add(settings.digest(list(_files(cluster({}, docker={"log_max_files": 4})).values())))
    assert len(digests) == 4


def _archive(**docker: Any) -> dict[str, str]:
    config = cluster({}, docker={"source": "docker-ce", **docker})
    url = "https://download.docker.com/linux/debian"
    entries = settings.archive_files(config, b"the key", url, "trixie", "arm64")
    return {entry.path: entry.content.decode() for entry in entries}


def test_the_archive() -> None:
    files = _archive()
    assert files[settings.KEY] == "the key"
    assert files[settings.SOURCE].splitlines()[1:] == [
        "Types: deb",
        "URIs: https://download.docker.com/linux/debian",
        "Suites: trixie",
        "Components: stable",
        "Architectures: arm64",
        "Signed-By: /etc/apt/keyrings/docker.asc",
    ]


@pytest.mark.parametrize(("version", "pin"), [("29", "5:29.*"), ("29.1.3", "5:29.1.3-*")])
def test_the_pin(version: str, pin: str) -> None:
    lines = _archive(version=version)[settings.PIN].splitlines()
    assert f"Pin: version {pin}" in lines
    assert "Pin-Priority: 1001" in lines


def test_what_the_other_source_has_left_goes() -> None:
    written = set(_archive())
    assert written <= set(settings.unwanted(cluster({}, docker={"source": "debian"})))
    assert not written & set(settings.unwanted(cluster({}, docker={"source": "docker-ce"})))


# --- before-docker


class Starting:
    """A board whose Docker is about to start; no second passes while it sleeps."""

    def __init__(self, folder: Path, files: dict[str, Entry], uptime: str) -> None:
        self.root = write(folder, {path: entry.content for path, entry in files.items()})
        write(folder, {"/proc/uptime": f"{uptime} 1.0\n", "/run/x": ""})
        self.tools = tool(folder / "bin", "systemctl", f"[ -e {folder}/timesyncd ]")
        tool(
            self.tools,
            "sleep",
            f"echo x >>{folder}/slept\n[ ! -e {folder}/then ] || . {folder}/then",
        )
        tool(self.tools, "ip", f'echo "$*" >>{folder}/ip')
        self._script = on_root(files[settings.BEFORE].content.decode(), folder)

    def start(self) -> list[str]:
        """Runs it; the words of the record."""
        (self.root / "script").write_text(self._script)
        environment = os.environ | {
            "PATH": f"{self.tools}:{os.environ['PATH']}",
            "INVOCATION_ID": "abc",
        }
        apart.run(["sh", self.root / "script"], env=environment, check=True, timeout=60)
        return (self.root / RECORD.lstrip("/")).read_text().split()

    @property
    def seconds(self) -> int:
        slept = self.root / "slept"
        return len(slept.read_text().split()) if slept.exists() else 0


@pytest.fixture
def files() -> dict[str, Entry]:
    return _files(cluster({}))


def test_it_notes_what_the_engine_reads(files: dict[str, Entry], tmp_path: Path) -> None:
    board = Starting(tmp_path, files, "900.12")
    assert board.start() == ["abc", settings.digest(list(files.values()))]


@pytest.mark.parametrize("path", ["/etc/docker/daemon.json", DROP_IN, settings.BEFORE])
def test_it_notes_what_was_changed_by_hand(
    path: str, files: dict[str, Entry], tmp_path: Path
) -> None:
    board = Starting(tmp_path, files, "900.12")
    with (tmp_path / path.lstrip("/")).open("a") as changed:
        changed.write("# mine\n")
    assert board.start()[1] != settings.digest(list(files.values()))


def test_it_notes_that_a_file_is_missing(files: dict[str, Entry], tmp_path: Path) -> None:
    board = Starting(tmp_path, files, "900.12")
    (tmp_path / DROP_IN.lstrip("/")).unlink()
    assert board.start()[1] != settings.digest(list(files.values()))


@pytest.mark.parametrize(
    ("uptime", "timesyncd", "synchronized", "seconds"),
    [
        ("20.5", True, False, 60),  # a cluster without Internet starts too
        ("20.5", True, True, 0),
        ("20.5", False, False, 0),  # another program looks after the time
        ("900.1", True, False, 0),  # a restart long after the boot
    ],
)
def test_it_waits_for_the_time_while_the_board_boots(
    uptime: str,
    timesyncd: bool,
    synchronized: bool,
    seconds: int,
    files: dict[str, Entry],
    tmp_path: Path,
) -> None:
    board = Starting(tmp_path, files, uptime)
    if timesyncd:
        (tmp_path / "timesyncd").touch()
    if synchronized:
        write(tmp_path, {"/run/systemd/timesync/synchronized": ""})
    assert board.start()[0] == "abc"
    assert board.seconds == seconds


def test_it_ends_its_wait_when_a_time_server_was_heard(
    files: dict[str, Entry], tmp_path: Path
) -> None:
    board = Starting(tmp_path, files, "20.5")
    folder = tmp_path / "run/systemd/timesync"
    (tmp_path / "timesyncd").touch()
    (tmp_path / "then").write_text(f"mkdir -p {folder}; touch {folder}/synchronized\n")
    board.start()
    assert board.seconds == 1


def test_it_takes_away_the_tunnels_that_an_engine_has_left(
    files: dict[str, Entry], tmp_path: Path
) -> None:
    board = Starting(tmp_path, files, "900.12")
    kept = ("eth0", "vx-mine", "vx-001002-abcdef", "vxlan.calico", "ov-001002-t65xw")
    for name in ("vx-001002-t65xw", "vx-00100a-u5p23", *kept):
        (tmp_path / "sys/class/net" / name).mkdir(parents=True)
    board.start()
    deleted = (tmp_path / "ip").read_text().splitlines()
    assert deleted == ["link delete vx-001002-t65xw", "link delete vx-00100a-u5p23"]
