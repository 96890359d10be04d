"""Asking boards at bare addresses who they are.

There is no inventory yet, so pyinfra gets one of its own. The boards are asked by the same fact
as in every deploy.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from picluster import known_hosts, project
from picluster.contact.found import FoundBoard
from picluster.contact.host_keys import HostKey, known_keys
from picluster.contact.naming import strongest_first
from picluster.contact.pyinfra_log import Access, Log
from picluster.contact.resolve import resolve
from picluster.contact.together import together
from picluster.plan.errors import UserError

_FACT = "facts.board.PiBoard"
Progress = Callable[[str], None]
Facts = dict[IPv4Address, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Discovery:
    """The boards that answered, strongest first, and all that is wrong, as (where, what)."""

    boards: list[FoundBoard]
    problems: list[tuple[str, str]]


def discover(asked: Collection[str], access: Access, progress: Progress) -> Discovery:
    """Asks the boards at all these addresses or names at once; `progress` hears how it goes.

    A host key seen for the first time is kept, as it is in a deploy.
    """
    titles: dict[IPv4Address, str] = {}
    problems = []
    for name, found in together(list(dict.fromkeys(asked)), resolve):
        if isinstance(found, UserError):
            problems.append((name, str(found)))
        else:
            titles[found] = name if name == str(found) else f"{name} ({found})"
    answers, log = _ask(list(titles), access, progress) if titles else ({}, Log())
    problems += [
        (title, log.advice(address, access))
        for address, title in titles.items()
        if address not in answers
    ]
    answered = [FoundBoard.from_fact(address, fact) for address, fact in answers.items()]
    boards: dict[str, FoundBoard] = {}
    for board in strongest_first(answered):
        twin = boards.setdefault(board.serial or str(board.address), board)
        if twin is not board:
            text = f"this is the same board as {titles[twin.address]}; left out"
            problems.append((titles[board.address], text))
    for board in boards.values():
        problems += [(titles[board.address], text) for text in board.warnings()]
    return Discovery(list(boards.values()), problems)


def _ask(
    addresses: Collection[IPv4Address], access: Access, progress: Progress
) -> tuple[Facts, Log]:
    known = project.known_hosts_file()
    known.touch(mode=0o600)
    new = [address for address in addresses if not _keys(known, address, access)]
    with tempfile.TemporaryDirectory(prefix="picluster-") as folder:
        inventory = Path(folder) / "inventory.py"
        inventory.write_text(inventory_source(addresses, access, known))
        answers, log = _run_pyinfra(inventory, progress)
    for address in new:
        for key in _keys(known, address, access):
            progress(f"{address}: key trusted at first sight: {key.kind} {key.fingerprint}")
    return answers, log


def inventory_source(addresses: Collection[IPv4Address], access: Access, known: Path) -> str:
    """An inventory for pyinfra, in Python: the addresses, connected to as in a deploy."""
    data = {
        "ssh_user": access.user,
        "ssh_port": access.port,
        "ssh_known_hosts_file": str(known),
        "ssh_strict_host_key_checking": "accept-new",
    }
    if access.key:
        data["ssh_key"] = str(access.key)
    return (
        "from picluster.connection import connect_arguments\n"
        f"data = {data!r}\n"
        "data['ssh_paramiko_connect_kwargs'] = connect_arguments()\n"
        # What the fact reads is open to all; sudo may still ask for a password there, and only
        # data of the hosts themselves counts more than the project's group_data.
        "data['_sudo'] = False\n"
        f"all = [(name, data) for name in {[str(address) for address in addresses]!r}]\n"
    )


def _run_pyinfra(inventory: Path, progress: Progress) -> tuple[Facts, Log]:
    """What the boards answered, and what pyinfra had to say."""
    command = [sys.executable, "-m", "pyinfra", "--json", str(inventory), "fact", _FACT]
    log = Log()
    # Of two pipes, the one that nobody reads could fill up.
    answers = inventory.with_name("answers.json")
    with (
        answers.open("w") as output,
        subprocess.Popen(
            command,
            cwd=project.root(),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        ) as process,
    ):
        for line in process.stderr or ():
            if news := log.add(line):
                progress(news)
    text = answers.read_text()
    facts = json.loads(text)[_FACT] if text.strip() else {}
    return {IPv4Address(host): fact for host, fact in facts.items() if fact}, log


def _keys(known: Path, address: IPv4Address, access: Access) -> list[HostKey]:
    host = known_hosts.host_field(str(address), access.port)
    return known_keys(known_hosts.lines_of(known, host))
