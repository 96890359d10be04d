"""docs/reference/ is what the code says, and the code says something of everything."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

import facts
import operations
from scripts.reference import FOLDER, PAGES
from scripts.reference_pages import cluster_toml, commands, exit_codes, markdown, source

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", PAGES)
def test_is_current(name: str) -> None:
    assert (FOLDER / name).read_text() == PAGES[name](), "run: make reference"


def test_there_are_no_other_pages() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(PAGES)


def test_all_that_there_is_has_a_heading() -> None:
    headings = {name: re.findall(r"^## (.*)$", PAGES[name](), re.M) for name in PAGES}
    assert "[thermal.hot]" in headings["cluster-toml.md"]
    assert "[[node]]" in headings["cluster-toml.md"]
    assert "picluster lab heat" in headings["commands.md"]
    assert "board.PiBoard" in headings["facts.md"]
    assert "tree.files" in headings["operations.md"]
    assert all(len(each) == len(set(each)) for each in headings.values())


def _called() -> Iterator[tuple[str, str, list[str]]]:
    """Name, docstring and parameters of every operation and fact."""
    for package in (operations, facts):
        for module in pkgutil.iter_modules(package.__path__):
            path = f"{package.__name__}.{module.name}"
            for node in source.tree(importlib.import_module(path)).body:
                if isinstance(node, ast.FunctionDef) and _is_operation(node):
                    yield f"{path}.{node.name}", ast.get_docstring(node) or "", _given(node)
                if isinstance(node, ast.ClassDef) and _is_fact(node):
                    (command,) = filter(_is_command, node.body)
                    assert isinstance(command, ast.FunctionDef)
                    given = _given(command)[1:]
                    yield f"{path}.{node.name}", ast.get_docstring(node) or "", given


def _is_operation(node: ast.FunctionDef) -> bool:
    return any("operation(" in ast.unparse(each) for each in node.decorator_list)


def _is_fact(node: ast.ClassDef) -> bool:
    return any("FactBase[" in ast.unparse(each) for each in node.bases)


def _is_command(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == "command"


def _given(function: ast.FunctionDef) -> list[str]:
    return [each.arg for each in (*function.args.args, *function.args.kwonlyargs)]


@pytest.mark.parametrize(
    ("name", "text", "given"), list(_called()), ids=lambda value: str(value)[:40]
)
def test_operations_and_facts_say_what_they_take(name: str, text: str, given: list[str]) -> None:
    assert len(text) > 20, f"{name} has no docstring"
    told = re.findall(r"^\+ ([\w, ]+): ", text, re.M)
    missing = set(given) - {word for words in told for word in words.split(", ")}
    assert missing == set(), f"the docstring of {name} says nothing of these parameters"


@pytest.mark.parametrize(
    ("written", "name", "skip", "shown"),
    [
        ("def f(): ...", "f", 0, "f()"),
        ("def f(self, a: int, b: str | None = None): ...", "m.F", 1,
         "m.F(a: int, b: str | None = None)"),
        ("def f(a, *, b: bool = True, c): ...", "f", 0, "f(a, *, b: bool = True, c)"),
        (f"def f({'a' * 60}, {'b' * 60}): ...", "f", 0,
         f"f(\n    {'a' * 60},\n    {'b' * 60},\n)"),
    ],
)  # fmt: skip
def test_signatures(written: str, name: str, skip: int, shown: str) -> None:
    (function,) = ast.parse(written).body
    assert isinstance(function, ast.FunctionDef)
    assert source.signature(name, function, skip=skip) == shown


def test_a_docstring_becomes_markdown() -> None:
    text = """
    Do ``this``.

    + path: where
    + mode: how

    **Example:**

    .. code:: python

        do(
            path="/x",
        )
    """
    assert source.described(text) == (
        'Do `this`.\n\n- `path`: where\n- `mode`: how\n\n```python\ndo(\n    path="/x",\n)\n```'
    )


@pytest.mark.parametrize(
    ("key", "shown"),
    [
        ({"type": "integer", "minimum": 5, "maximum": 600}, "whole number, 5 to 600"),
        ({"type": "integer", "minimum": 0}, "whole number, 0 or more"),
        ({"type": "number", "exclusiveMinimum": 0}, "number above 0"),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 9}, "number above 0, at most 9"),
        ({"type": "boolean"}, "`true` or `false`"),
        ({"type": "string"}, "text"),
        ({"enum": ["a", 1]}, '`"a"`, `1`'),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "text"),
        ({"type": "array", "items": {"enum": ["a"]}}, 'list of: `"a"`'),
    ],
)
def test_what_a_key_takes_is_told_in_words(key: dict[str, Any], shown: str) -> None:
    assert cluster_toml.kind(key) == shown


def test_cells_of_a_table_do_no_harm() -> None:
    table = markdown.table(["a", "b"], [("x | y", "two\nlines")])
    assert table == "| a | b |\n|---|---|\n| x \\| y | two lines |"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Look.\n\n    Exits with 0 when well,\n    with 3 else.\n\n    \b\n    Example:\n",
         "0 when well, with 3 else."),
        ("Names all, and exits with 1 if there is one.", "1 if there is one."),
        ("Look.", None),
        ("", None),
    ],
)  # fmt: skip
def test_exit_codes_are_read_from_help(text: str, told: str | None) -> None:
    assert exit_codes.of(click.Command("look", help=text)) == told


def test_a_command_that_tells_its_exit_codes_is_in_the_table() -> None:
    told = {context.command_path: exit_codes.of(context.command) for context in commands.every()}
    assert (told["picluster drift"] or "").startswith("0 when nothing differs, with 3 when")
    assert f"| `picluster drift` | {told['picluster drift']} |" in exit_codes.page()
