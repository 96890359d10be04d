"""`picluster board`: what a revision code says."""

import json

import click

from picluster.cli.options import EXITS, json_option
from picluster.plan.revision import Revision, decode_revision


@click.command(epilog=EXITS)
@click.argument("code")
@json_option()
def board(code: str, as_json: bool) -> None:
    """Say which board a revision CODE means.

    The code stands in the line "Revision" of /proc/cpuinfo on the board.

    \b
    Example:
        picluster board a020d3
        picluster board c03111 --json
    """
    revision = decode_revision(code)
    click.echo(json.dumps(_record(revision)) if as_json else _text(revision))


def _record(revision: Revision) -> dict[str, str | int | bool | None]:
    return {
        "model": revision.model_name,
        "memory_mb": revision.memory_mb,
        "soc": revision.soc,
        "manufacturer": revision.manufacturer,
        "pcb_revision": revision.pcb_revision,
        "warranty_void": revision.warranty_void,
        "old_style": revision.old_style,
    }


def _text(revision: Revision) -> str:
    model = revision.model
    rows = {
        "model": f"{model.title} ({model.name})" if model else revision.model_name,
        "memory": _memory(revision.memory_mb),
        "SoC": revision.soc + (f", {model.cores} x {model.clock_mhz} MHz" if model else ""),
        "64-bit": ("yes" if model.bits64 else "no") if model else "not known",
        "made by": revision.manufacturer,
        "PCB": revision.pcb_revision,
        "warranty": "void by overclocking" if revision.warranty_void else "intact",
        "code": f"{revision.code} ({'old' if revision.old_style else 'new'} style)",
    }
    return "\n".join(f"{label:<9} {value}" for label, value in rows.items())


def _memory(memory_mb: int | None) -> str:
    if memory_mb is None:
        return "not told by this code; the board itself knows (MemTotal in /proc/meminfo)"
    return f"{memory_mb} MB" if memory_mb < 1024 else f"{memory_mb // 1024} GB"
