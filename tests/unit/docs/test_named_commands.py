"""What the pages tell a reader to type is there: commands, options, deploys, targets of make."""

import importlib
import re
from pathlib import Path

import click
import pytest

from picluster.cli import main
from tests.lab.guide_blocks import Block, blocks, commands

ROOT = Path(__file__).parents[3]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/*.md")), *ROOT.glob("docs/guide/*.md")]


def _found(program: str) -> list[tuple[str, list[str]]]:
    """Place and words of each command of a program, in all blocks."""
    every: list[Block] = [block for page in PAGES for block in blocks(page)]
    return [
        (block.place, words)
        for block in every
        for words in commands(block.script)
        if words[0] == program
    ]


def _id(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


@pytest.mark.parametrize(("place", "words"), _found("picluster"), ids=_id)
def test_commands_of_picluster(place: str, words: list[str]) -> None:
    command: click.Command = main
    context = click.Context(main)
    rest = words[1:]
    while isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
        inner = command.get_command(context, rest[0])
        assert inner is not None, f"{place}: there is no {' '.join(words)}"
        command, rest = inner, rest[1:]
    takes_any = command.context_settings.get("ignore_unknown_options", False)
    known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    positional = 0
    for word in rest:
        if word == "--" or (positional and not command.allow_interspersed_args):
            break
        if re.match("--?[a-z]", word) and not takes_any:
            option = word.partition("=")[0]
            assert option in known | {"--help", "-h"}, f"{place}: no option {word} of {words}"
        else:
            positional += 1


@pytest.mark.parametrize(("place", "words"), _found("pyinfra"), ids=_id)
def test_deploys_and_facts_of_pyinfra(place: str, words: list[str]) -> None:
    assert words[1] == "inventory.py", place
    named = [word for word in words[2:] if re.match(r"(deploys|facts)[./]", word)]
    assert len(named) == 1, place
    if named[0].endswith(".py"):
        assert (ROOT / named[0]).is_file(), place
        return
    module, _, name = named[0].rpartition(".")
    assert hasattr(importlib.import_module(module), name), f"{place}: {module} has no {name}"


@pytest.mark.parametrize(("place", "words"), _found("make"), ids=_id)
def test_targets_of_make(place: str, words: list[str]) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert all(word in targets for word in words[1:] if "=" not in word), place
