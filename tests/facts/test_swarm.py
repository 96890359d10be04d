"""The Swarm fact's command on played boards, with played docker and systemctl programs."""

import base64
import datetime
import json
import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st
from pyinfra.api.exceptions import FactProcessError

from facts.swarm import Swarm, parse_swarm
from picluster.plan.swarm import SwarmState
from tests.facts.shell import on_root, run, tool, write

DATA_ROOT = "/var/lib/docker"
NODE = {
    "id": "pi8-id", "hostname": "pi8", "state": "ready",
    "spec": {"Labels": {"pi.model": "4B", "note": "it's \"mine\""}, "Role": "manager",
             "Availability": "active"},
    "manager": {"Leader": True, "Reachability": "reachable", "Addr": "192.0.2.1:2377"},
}  # fmt: skip
CLUSTER = {
    "ID": "swarm",
    "Spec": {"CAConfig": {"NodeCertExpiry": 365 * 86400 * 10**9}},
    "TLSInfo": {"TrustRoot": "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"},
    "DefaultAddrPool": ["10.77.0.0/16"],
}


def certificate(swarm: str = "swarm", role: str = "worker", node: str = "pi8-id") -> bytes:
    """What a node holds: its own certificate, then the authority's."""
    return _signed(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, swarm),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, f"swarm-{role}"),
            x509.NameAttribute(NameOID.COMMON_NAME, node),
        ]
    ) + _signed([x509.NameAttribute(NameOID.COMMON_NAME, "swarm-ca")])


def _signed(subject: list[x509.NameAttribute[str]]) -> bytes:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name(subject))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "swarm-ca")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM)


def in_swarm(root: str = DATA_ROOT, **subject: str) -> dict[str, str | bytes]:
    """What is on the disk of a member."""
    managers = [{"node_id": f"n{n}", "addr": f"192.0.2.{n}:2377"} for n in range(3)]
    return {
        f"{root}/swarm/certificates/swarm-node.crt": certificate(**subject),
        f"{root}/swarm/state.json": json.dumps(managers),
    }


class Played:
    """A board whose engine's unit and whose docker program answer as told."""

    def __init__(self, folder: Path, files: dict[str, str | bytes] | None = None) -> None:
        self.root, self.tools, self.calls = folder / "root", folder / "bin", folder / "calls"
        write(self.root, {"/proc/modules": "vxlan 1\nip_vs 1\n", "/proc/filesystems": ""})
        write(self.root, files or {})
        tool(self.tools, "modprobe", "exit 1")
        # The looks are a second apart and docker has five to answer: a hundredth of it is enough.
        tool(self.tools, "sleep", 'exec /bin/sleep "0.0$1"')
        tool(self.tools, "timeout", 'seconds=$1; shift; exec /usr/bin/timeout "0.$seconds" "$@"')
        tool(self.tools, "dockerd", "exit 99")
        self.unit("active")

    def unit(self, *states: str) -> None:
        """What `systemctl is-active` says, the last one for ever."""
        self._in_turn("systemctl", [f"echo {state}" for state in states])

    def docker(self, info: str, nodes: str = "exit 1", inspect: str = "exit 1") -> None:
        """What the docker program does when it is asked for each of the three."""
        note = f'echo "$1 $2" >>{self.calls}'
        case = f'case "$1 $2" in\n"info "*) {info} ;;\n"node ls") {nodes} ;;'
        tool(self.tools, "docker", f'{note}\n{case}\n"node inspect") {inspect} ;;\nesac')

    def states(self, *infos: dict[str, Any], nodes: str = "exit 1", inspect: str = "") -> None:
        """What `docker info` tells of the Swarm, the last one for ever."""
        lines = []
        for number, info in enumerate(infos):
            answer = self.root / f"info{number}"
            control = json.dumps(info["ControlAvailable"])
            answer.write_text(f"{info['LocalNodeState']} {control} {json.dumps(info)}\n")
            lines.append(f"cat {answer}")
        self._in_turn("answer_of_info", lines)
        self.docker(f"exec {self.tools}/answer_of_info", nodes, inspect)

    def manages(self, *nodes: dict[str, Any]) -> None:
        """An active manager that reaches the others."""
        (self.root / "nodes").write_text("".join(f"{json.dumps(node)}\n" for node in nodes))
        self.states(
            info("active", True, Cluster=CLUSTER),
            nodes="echo one; echo two",
            inspect=f'[ "$5 $6" = "one two" ] && cat {self.root}/nodes',
        )

    def _in_turn(self, name: str, lines: list[str]) -> None:
        turn = self.root / f"{name}.turn"
        cases = [f"{number}) {line} ;;" for number, line in enumerate(lines[:-1])]
        script = f"turn=$(cat {turn} 2>/dev/null || echo 0); echo $((turn + 1)) >{turn}"
        tool(
            self.tools,
            name,
            "\n".join([script, "case $turn in", *cases, f"*) {lines[-1]} ;;", "esac"]),
        )

    def asked(self, command: str) -> int:
        """How often docker was asked for this."""
        return self.calls.read_text().splitlines().count(command) if self.calls.exists() else 0

    def look(self, wait: int = 0) -> SwarmState:
        return parse_swarm(run(self.command(wait), tools=self.tools))

    def command(self, wait: int = 0) -> str:
        # Time goes on as it is: of the board's /proc only what it says of its kernel is played.
        command = on_root(Swarm().command(wait=wait), self.root)
        return command.replace(f"{self.root}/proc/uptime", "/proc/uptime")


def info(state: str, control: bool = False, **more: Any) -> dict[str, Any]:
    """The Swarm's part of `docker info`."""
    plain = {"NodeID": "", "LocalNodeState": state, "ControlAvailable": control, "Error": ""}
    return plain | {"RemoteManagers": None} | more


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Played]:
    """A played board with these files."""
    return lambda **files: Played(tmp_path, files.get("files"))


Make = Callable[..., Played]


def test_no_docker_at_all(tmp_path: Path) -> None:
    played = Played(tmp_path)
    (played.tools / "dockerd").unlink()
    played.unit("inactive")
    # This machine may have one: only what the command needs is to be found.
    for name in ("sed", "base64", "grep", "cat", "sh", "id"):
        (played.tools / name).symlink_to(shutil.which(name) or "")
    played.docker("exit 99")
    command = on_root(Swarm().command(), played.root)
    output = run(
        f"PATH={played.tools}\n{command}".replace(f"{played.root}/proc/uptime", "/proc/uptime")
    )
    found = parse_swarm(output)
    assert (found["engine"], found["state"], found["swarm_id"]) == ("absent", "", None)
    assert (found["nodes"], found["control"], found["manager_on_disk"]) == (None, False, False)


@pytest.mark.parametrize("unit", ["inactive", "failed", "deactivating", "unknown", ""])
def test_a_stopped_engine_is_not_asked(make: Make, unit: str) -> None:
    """docker.socket would start it."""
    played = make(files=in_swarm(role="manager"))
    played.unit(unit)
    played.docker("exit 99")
    found = played.look(wait=30)
    assert not played.calls.exists()
    assert (found["engine"], found["state"]) == ("stopped", "")
    assert (found["swarm_id"], found["node_id"]) == ("swarm", "pi8-id")
    assert (found["manager_on_disk"], found["remote_managers"]) == (True, 3)
    assert (found["control"], found["nodes"]) == (False, None)


def test_without_systemd_nothing_is_asked(make: Make) -> None:
    played = make()
    tool(played.tools, "systemctl", "exit 127")
    played.docker("exit 99")
    assert played.look()["engine"] == "stopped"
    assert not played.calls.exists()


def test_an_engine_that_starts_is_waited_for(make: Make) -> None:
    played = make()
    played.unit("activating", "activating", "active")
    played.states(info("inactive"))
    found = played.look(wait=30)
    assert (found["engine"], found["state"]) == ("running", "inactive")
    assert played.asked("info --format") == 1


def test_an_engine_that_never_starts_is_stopped(make: Make) -> None:
    played = make(files=in_swarm())
    played.unit("activating")
    played.docker("exit 99")
    assert played.look(wait=1)["engine"] == "stopped"
    assert not played.calls.exists()


def test_an_engine_that_stops_meanwhile_says_nothing(make: Make) -> None:
    played = make(files=in_swarm())
    played.unit("active", "deactivating")
    played.states(info("pending"))
    found = played.look(wait=30)
    assert (found["engine"], found["state"], found["swarm_id"]) == ("stopped", "", "swarm")


def test_a_manager(make: Make) -> None:
    played = make(files=in_swarm(role="manager"))
    bare = {"Role": "worker", "Availability": "drain"}
    played.manages(NODE, NODE | {"id": "b", "state": "down", "manager": None, "spec": bare})
    found = played.look(wait=30)
    assert found == {
        "engine": "running",
        "state": "active",
        "error": "",
        "control": True,
        "swarm_id": "swarm",
        "node_id": "pi8-id",
        "manager_on_disk": True,
        "remote_managers": 3,
        "nodes": [
            {
                "id": "pi8-id",
                "hostname": "pi8",
                "role": "manager",
                "availability": "active",
                "labels": {"pi.model": "4B", "note": 'it\'s "mine"'},
                "state": "ready",
                "reachability": "reachable",
                "manager_address": "192.0.2.1:2377",
            },
            {
                "id": "b",
                "hostname": "pi8",
                "role": "worker",
                "availability": "drain",
                "labels": {},
                "state": "down",
                "reachability": None,
                "manager_address": None,
            },
        ],
        "certificate_seconds": 365 * 86400,
        "address_pool": ["10.77.0.0/16"],
        "ip_vs": True,
        "vxlan": True,
    }
    assert played.asked("info --format") == 1, "whoever is well is asked once"


@pytest.mark.parametrize(
    "nodes", ["exec /bin/sleep 60", "exit 1", "echo 'Error: no leader' >&2; exit 1"]
)
def test_a_manager_without_a_leader(make: Make, nodes: str) -> None:
    played = make(files=in_swarm(role="manager"))
    error = "rpc error: code = Unknown desc = The swarm does not have a leader"
    played.states(info("active", True, Error=error), nodes=nodes)
    began = time.monotonic()
    found = played.look(wait=2)
    assert (found["state"], found["control"], found["nodes"]) == ("active", True, None)
    assert found["error"] == error
    assert found["manager_on_disk"] is True
    assert played.asked("node ls") > 1, "it may be electing one"
    # By the clock, not by the number of looks: each look may last as long as its time limits.
    assert 1 <= time.monotonic() - began < 10


def test_an_election_is_waited_for(make: Make) -> None:
    played = make(files=in_swarm(role="manager"))
    played.manages(NODE)
    listing = played.tools / "listing"
    played._in_turn("listing", ["exit 1", "exit 1", "echo one; echo two"])
    played.states(
        info("active", True, Cluster=CLUSTER),
        nodes=f"exec {listing}",
        inspect=f"cat {played.root}/nodes",
    )
    assert len(played.look(wait=30)["nodes"] or []) == 1
    assert played.asked("node ls") == 3


def test_a_worker_is_not_asked_for_nodes(make: Make) -> None:
    played = make(files=in_swarm())
    played.states(info("active", NodeID="pi8-id"))
    found = played.look(wait=30)
    assert (found["state"], found["control"], found["nodes"]) == ("active", False, None)
    assert (found["swarm_id"], found["manager_on_disk"]) == ("swarm", False)
    assert (played.asked("info --format"), played.asked("node ls")) == (1, 0)


def test_a_join_that_timed_out_is_not_waited_for(make: Make) -> None:
    played = make()
    played.states(info("pending"))
    found = played.look(wait=30)
    assert (found["state"], found["swarm_id"], found["node_id"]) == ("pending", None, None)
    assert played.asked("info --format") == 1


def test_a_member_that_looks_for_its_managers_is_waited_for(make: Make) -> None:
    played = make(files=in_swarm())
    played.states(info("pending"), info("pending"), info("active", NodeID="pi8-id"))
    assert played.look(wait=30)["state"] == "active"
    assert played.asked("info --format") == 3


def test_a_member_that_does_not_find_its_managers(make: Make) -> None:
    played = make(files=in_swarm())
    played.states(info("pending"))
    found = played.look(wait=1)
    assert (found["state"], found["swarm_id"], found["node_id"]) == ("pending", "swarm", "pi8-id")


@pytest.mark.parametrize("state", ["inactive", "locked", "error"])
def test_states_that_do_not_pass_by_themselves(make: Make, state: str) -> None:
    played = make(files={} if state == "inactive" else in_swarm())
    played.states(info(state, Error="Swarm is encrypted" if state == "locked" else ""))
    found = played.look(wait=30)
    assert found["state"] == state
    assert found["error"] == ("Swarm is encrypted" if state == "locked" else "")
    assert played.asked("info --format") == 1


@pytest.mark.parametrize("answer", ["exec /bin/sleep 60", "exit 1", "echo ' false {}'; exit 1"])
def test_an_engine_that_does_not_answer(make: Make, answer: str) -> None:
    """docker's own way to say so is an empty state: which is not inactive."""
    played = make(files=in_swarm())
    played.docker(answer)
    with pytest.raises(FactProcessError, match="does not answer: see `journalctl -u docker`"):
        played.look(wait=1)


@pytest.mark.parametrize(
    "settings",
    [
        '{"data-root": "/var/disk/docker"}',
        '{\n  "log-driver": "local",\n  "data-root" : "/var/disk/docker",\n  "debug": true\n}\n',
        '{"a":"b","data-root":"/var/disk/docker","registry-mirrors":["http://x"]}',
    ],
)
def test_a_data_root_of_its_own(make: Make, settings: str) -> None:
    files: dict[str, str | bytes] = {
        **in_swarm("/var/lib/docker", swarm="old"),
        **in_swarm("/var/disk/docker"),
        "/etc/docker/daemon.json": settings,
    }
    played = make(files=files)
    # The settings hold the board's paths, which begin below the folder here.
    text = (played.root / "etc/docker/daemon.json").read_text()
    (played.root / "etc/docker/daemon.json").write_text(on_root(text, played.root))
    played.unit("inactive")
    assert played.look()["swarm_id"] == "swarm"


def test_a_certificate_that_lies_elsewhere_is_not_no_certificate(make: Make) -> None:
    """Otherwise a healthy member would be made to leave."""
    played = make()
    played.states(info("active", NodeID="pi8-id"))
    with pytest.raises(FactProcessError, match="is data-root set elsewhere"):
        played.look()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_without_sudo_the_disk_is_not_taken_for_empty(tmp_path: Path) -> None:
    with_sudo = Played(tmp_path, in_swarm())
    with_sudo.unit("inactive")
    folder = with_sudo.root / "var/lib/docker/swarm/certificates"
    folder.chmod(0o700)
    for parent in [tmp_path, *tmp_path.parents[:3]]:
        parent.chmod(0o755)
    output = run(with_sudo.command(), tools=with_sudo.tools, unprivileged=True)
    with pytest.raises(FactProcessError, match="try with sudo"):
        parse_swarm(output)


@pytest.mark.parametrize("content", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nMII\n"])
def test_a_damaged_certificate(make: Make, content: str) -> None:
    played = make(files={f"{DATA_ROOT}/swarm/certificates/swarm-node.crt": content})
    played.unit("inactive")
    with pytest.raises(FactProcessError, match="is no certificate"):
        played.look()


def test_somebody_elses_certificate(make: Make) -> None:
    name = [x509.NameAttribute(NameOID.COMMON_NAME, "pi8")]
    played = make(files={f"{DATA_ROOT}/swarm/certificates/swarm-node.crt": _signed(name)})
    played.unit("inactive")
    with pytest.raises(FactProcessError, match="names no Swarm, node and role"):
        played.look()


def test_a_state_file_that_is_written_just_now(make: Make) -> None:
    played = make(files=in_swarm() | {f"{DATA_ROOT}/swarm/state.json": '[{"node_id'})
    played.unit("inactive")
    assert played.look()["remote_managers"] == 0


@pytest.mark.parametrize(
    ("modules", "found"),
    [("", (False, False)), ("ip_vs 1\n", (True, False)), ("vxlan 1\n", (False, True))],
)
def test_what_the_kernel_can(make: Make, modules: str, found: tuple[bool, bool]) -> None:
    played = make(files={"/proc/modules": modules})
    played.unit("inactive")
    state = played.look()
    assert (state["ip_vs"], state["vxlan"]) == found


def test_no_join_token_is_asked_for() -> None:
    command = Swarm().command(wait=1)
    assert "oin" not in command.replace("join(", "")


@pytest.mark.parametrize("wait", ["3; id", -1, True, 1.5, None, "$(id)"])
def test_refuses_other_waits(wait: int) -> None:
    fact = Swarm()
    with pytest.raises(FactProcessError, match="write a whole number of seconds"):
        fact.process(run(fact.command(wait=wait)))


REST = ["certificate=", "managers=", "module=ip_vs 1 1", "module=vxlan 1 1", "end=1"]
odd = st.sampled_from([None, True, 5, 1.5, "x", [], [1], {}, {"x": 1}, "", 0])


def _or_odd(**values: Any) -> st.SearchStrategy[Any]:
    """A table with these values, some of them missing or of another kind, or no table at all."""
    optional = {key: st.just(value) | odd for key, value in values.items()}
    tables = st.fixed_dictionaries({}, optional=optional)
    return st.one_of(tables, tables, tables, odd)


infos = _or_odd(LocalNodeState="inactive", NodeID="n", ControlAvailable=True, Error="").flatmap(
    lambda table: _or_odd(CAConfig={"NodeCertExpiry": 1}).flatmap(
        lambda spec: _or_odd(Spec=spec, DefaultAddrPool=["10.0.0.0/8"]).map(
            lambda cluster: table | {"Cluster": cluster} if isinstance(table, dict) else table
        )
    )
)
lists_of_nodes = st.lists(_or_odd(**NODE), max_size=2)


@given(infos, lists_of_nodes)
def test_whatever_docker_says_fails_the_host_only(told: Any, nodes: list[Any]) -> None:
    """Any other exception of a fact would end the run for all hosts."""

    def encoded(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    lines = [
        "engine=running",
        f"info={encoded(json.dumps(told))}",
        f"nodes={encoded(chr(10).join(json.dumps(node) for node in nodes))}",
        *REST,
    ]
    with suppress(FactProcessError):
        parse_swarm(lines)
