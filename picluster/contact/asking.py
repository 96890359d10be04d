"""A new cluster.toml by asking somebody: each answer is checked at once, and asked for again."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError

from picluster.contact.entries import Entry
from picluster.contact.naming import next_name
from picluster.contact.pyinfra_log import Access
from picluster.contact.routes import Lan, lan_of
from picluster.plan.addresses import Address, Subnet
from picluster.plan.boards import MODELS
from picluster.plan.errors import UserError
from picluster.plan.modelnames import USABLE, ModelName
from picluster.plan.names import HostName, Label, UserName
from picluster.ssh_key import checked_key


@dataclass(frozen=True, slots=True)
class Wished:
    """What somebody answered."""

    name: str
    lan: Lan
    access: Access
    entries: list[Entry]


def ask() -> Wished:
    """Asks for a whole cluster; nothing is written, and no board is contacted."""
    _tell("Each question shows its default in brackets; Ctrl-C leaves, and nothing is written.")
    name = _question("What is the cluster to be called?", _of(Label), "picluster")
    _tell("\nThe boards. Their addresses are those that your router always gives them.")
    entries = _boards()
    _tell("\nThe network.")
    found = lan_of([IPv4Address(entry.address) for entry in entries])
    subnet = _question(
        "Which subnet do the boards stand in?",
        lambda text: _subnet(text, entries),
        str(found.subnet),
    )
    taken = [entry.address for entry in entries]
    gateway = _question(
        'Which address does the router have? (- for "not told")',
        lambda text: _gateway(text, subnet, taken),
        str(found.gateway or "-"),
    )
    _tell("\nSSH, as you set it in Raspberry Pi Imager.")
    user = _question("Which user do the boards have?", _of(UserName), "pi")
    key = _question("Which private key? (- for those that SSH tries by itself)", _key, "-")
    return Wished(name, Lan(subnet, gateway, True), Access(user, 22, key), entries)


def _boards() -> list[Entry]:
    entries: list[Entry] = []
    while True:
        end = " (Enter: no more)" if entries else ""
        address = _question(
            f"Board {len(entries) + 1}: which address{end}?",
            partial(_address, entries),
            "" if entries else None,
        )
        if address is None:
            return entries
        model = _question(f"  Which model? ({', '.join(USABLE)})", _of(ModelName), "4B")
        sizes = [mb / 1024 for mb in MODELS[model].memory_mb]
        memory = _question(
            f"  How many GB of memory? ({', '.join(f'{gb:g}' for gb in sizes)})",
            partial(_size, sizes),
            f"{sizes[0]:g}" if len(sizes) == 1 else None,
        )
        names = [entry.name for entry in entries]
        name = _question("  Which name?", partial(_name, names), next_name(memory, names))
        entries.append(Entry(name, str(address), model, memory, None))


def _question(text: str, check: Callable[[str], Any], default: str | None) -> Any:
    """The answer, checked; a wrong one is told, and asked for again. On standard error."""

    def value(answer: str) -> Any:
        try:
            return check(answer.strip())
        except UserError as error:
            raise click.UsageError(str(error)) from None

    shown = bool(default)
    return click.prompt(
        text, default=default, value_proc=value, show_default=shown, prompt_suffix=" ", err=True
    )


def _tell(text: str) -> None:
    click.echo(text, err=True)


def _of(kind: Any) -> Callable[[str], Any]:
    """A check by the type of a key of cluster.toml."""
    adapter: TypeAdapter[Any] = TypeAdapter(kind)

    def check(text: str) -> Any:
        try:
            return adapter.validate_python(text)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            raise UserError(first["msg"].removeprefix("Value error, ")) from None

    return check


def _address(entries: list[Entry], text: str) -> IPv4Address | None:
    if not text and entries:
        return None
    found: IPv4Address = _of(Address)(text)
    for entry in entries:
        if entry.address == str(found):
            raise UserError(f"{found} is the address of {entry.name}; write another")
    subnet = lan_of([found]).subnet
    if _is_edge(found, subnet):
        raise UserError(f"{found} is {_EDGE.format(subnet)}; write another")
    return found


_EDGE = "the first or last address of {}, which no board and no router has"


def _is_edge(address: IPv4Address, subnet: IPv4Network) -> bool:
    return address in (subnet.network_address, subnet.broadcast_address)


def _size(sizes: list[float], text: str) -> float:
    known = ", ".join(f"{gb:g}" for gb in sizes)
    try:
        found = float(text.upper().removesuffix("GB").strip())
    except ValueError:
        raise UserError(f"{text!r} is no number; this model was sold with {known} GB") from None
    if found not in sizes:
        raise UserError(f"this model was sold with {known} GB, not with {found:g}")
    return found


def _name(taken: list[str], text: str) -> str:
    found: str = _of(HostName)(text)
    if found in taken:
        raise UserError(f"{found} is the name of another board; write another")
    return found


def _subnet(text: str, entries: list[Entry]) -> IPv4Network:
    found: IPv4Network = _of(Subnet)(text)
    outside = [entry for entry in entries if IPv4Address(entry.address) not in found]
    if outside:
        names = ", ".join(f"{entry.name} ({entry.address})" for entry in outside)
        raise UserError(f"{names} would be outside of it; write a subnet that holds all boards")
    edges = [entry for entry in entries if _is_edge(IPv4Address(entry.address), found)]
    if edges:
        names = ", ".join(f"{entry.name} ({entry.address})" for entry in edges)
        raise UserError(f"{names} would be {_EDGE.format(found)}; write another subnet")
    return found


def _gateway(text: str, subnet: IPv4Network, taken: list[str]) -> IPv4Address | None:
    if text == "-":
        return None
    found: IPv4Address = _of(Address)(text)
    if found not in subnet:
        raise UserError(f"{found} is not in {subnet}; write - if you don't know it")
    if _is_edge(found, subnet):
        raise UserError(f"{found} is {_EDGE.format(subnet)}; write - if you don't know it")
    if str(found) in taken:
        raise UserError(f"{found} is the address of a board; write - if you don't know it")
    return found


def _key(text: str) -> Path | None:
    return None if text == "-" else checked_key(Path(text).expanduser().absolute())
