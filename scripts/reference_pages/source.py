"""What the source of a module says: signatures as they are written there, and docstrings."""

import ast
import inspect
import re
from pathlib import Path
from types import ModuleType

from scripts.reference_pages import markdown

WIDTH = 88
"""Characters in a line of a signature."""


def tree(module: ModuleType) -> ast.Module:
    """The module, parsed."""
    return ast.parse(Path(inspect.getfile(module)).read_text())


def signature(name: str, function: ast.FunctionDef, *, skip: int = 0) -> str:
    """A call with its parameters as they are declared, one a line where they are many.

    + skip: how many come before those that a caller gives, such as `self`
    """
    found = function.args
    given = [*found.posonlyargs, *found.args][skip:]
    without = len(given) - len(found.defaults)
    defaults: list[ast.expr | None] = [*([None] * without), *found.defaults]
    words = [_parameter(one, default) for one, default in zip(given, defaults, strict=True)]
    if found.kwonlyargs:
        words.append("*")
        pairs = zip(found.kwonlyargs, found.kw_defaults, strict=True)
        words += [_parameter(one, default) for one, default in pairs]
    line = f"{name}({', '.join(words)})"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"{name}(", *(f"    {word}," for word in words), ")"])


def _parameter(argument: ast.arg, default: ast.expr | None) -> str:
    text = argument.arg
    if argument.annotation is not None:
        text += f": {ast.unparse(argument.annotation)}"
    return text if default is None else f"{text} = {ast.unparse(default)}"


def _listed(parameters: re.Match[str]) -> str:
    names = ", ".join(f"`{name}`" for name in parameters[1].split(", "))
    return f"- {names}: "


def described(docstring: str) -> str:
    """A docstring of pyinfra's kind as Markdown: parameters as a list, the example as code."""
    text = inspect.cleandoc(docstring)
    prose, _, example = text.partition("**Example:**")
    prose = prose.replace("``", "`")
    prose = re.sub(r"^\+ (\w+(?:, \w+)*): ", _listed, prose, flags=re.M).strip()
    if not example:
        return prose
    lines = example.partition(".. code:: python")[2]
    return f"{prose}\n\n{markdown.code(inspect.cleandoc(lines), 'python')}"
