"""`picluster trust`: the host keys of a board whose card was written anew."""

from concurrent.futures import ThreadPoolExecutor
from ipaddress import AddressValueError, IPv4Address
from pathlib import Path

import click

from picluster import known_hosts, project
from picluster.cli.options import yes_option
from picluster.contact.host_keys import HostKey, NoKeyError, known_keys, offered_keys
from picluster.contact.question import NobodyToAskError, agreed
from picluster.contact.targets import chosen_nodes
from picluster.contact.trust import Comparison, Target
from picluster.inventory import config_in_use
from picluster.plan.load import load_config


@click.command()
@click.argument("nodes", metavar="[NODE]...", nargs=-1)
@click.option("--all", "everyone", is_flag=True, help="All nodes of the cluster.")
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    default=22,
    show_default=True,
    help="SSH port of an address; a node's stands in cluster.toml.",
)
@yes_option("Trust without asking, in a network you know is yours.")
def trust(nodes: tuple[str, ...], everyone: bool, port: int, yes: bool) -> None:
    """Trust the SSH host keys that a NODE shows now.

    A board whose card was replaced or written anew has other keys than before, and is refused
    until they are trusted. Shows the old and the new fingerprints and asks. A NODE is a name from
    cluster.toml; an IPv4 address does, too.

    Exits with 0 when the keys of all these nodes are trusted, with 1 when one was not reached or
    not trusted, with 2 for wrong usage.

    \b
    Example:
        picluster trust pi8
        picluster trust --all --yes
    """
    if bool(nodes) == everyone:
        raise click.UsageError("Name the nodes, or say --all.")
    targets = _targets(nodes, port)
    file = project.known_hosts_file()
    with ThreadPoolExecutor(max_workers=len(targets)) as pool:
        offers = {target: pool.submit(offered_keys, target.address, target.port)
                  for target in targets}  # fmt: skip
        done = []
        for target, offer in offers.items():
            try:
                done.append(_settle(target, offer.result(), file, yes=yes))
            except (NoKeyError, NobodyToAskError) as error:
                click.echo(f"Error: {target.title}: {error}", err=True)
                done.append(False)
    if not all(done):
        raise SystemExit(1)


def _targets(names: tuple[str, ...], port: int) -> list[Target]:
    addresses = [name for name in names if _is_address(name)]
    targets = {address: Target(address, address, port) for address in addresses}
    named = [name for name in names if name not in addresses]
    if named or not names:
        config = load_config(config_in_use(project.root())[0])
        for node in chosen_nodes(config, named):
            address = str(node.address)
            targets[address] = Target(node.name, address, config.ssh.port)
    return list(targets.values())


def _is_address(name: str) -> bool:
    try:
        IPv4Address(name)
    except AddressValueError:
        return False
    return True


def _settle(target: Target, offered: list[HostKey], file: Path, *, yes: bool) -> bool:
    """Brings the file up to date where that is agreed to; whether the host is trusted now."""
    host = known_hosts.host_field(target.address, target.port)
    comparison = Comparison(known_keys(known_hosts.lines_of(file, host)), offered)
    if comparison.unchanged:
        fingerprint = comparison.known[0].fingerprint
        click.echo(f"{target.title}: the key is the known one, {fingerprint}")
        return True
    for line in comparison.report(target.title):
        click.echo(line)
    if not agreed(f"Trust the new key of {target.title}?", yes=yes):
        click.echo(f"{target.title}: left as it was")
        return False
    known_hosts.replace(file, host, [key.line for key in offered])
    click.echo(f"{target.title}: trusted from now on")
    return True
