"""docs/reference/operations.md: every operation, with its signature and its docstring."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator

import operations
from scripts.reference_pages import markdown, source

_INTRODUCTION = """
What changes boards. Operations take plain arguments and know nothing of `cluster.toml`, so that
any pyinfra project can use them: `from operations import tree`. pyinfra's own arguments (`name`,
`_sudo`, `_if` …) are taken as well.

Call each on every host: one that is not to have something is given `present=False` or an empty
list, which cleans up. In a dry run they announce what the run then does.
"""


def page() -> str:
    """The whole page."""
    return markdown.page("Operations", _INTRODUCTION, *_described())


def _described() -> Iterator[str]:
    for module in sorted(m.name for m in pkgutil.iter_modules(operations.__path__)):
        parsed = source.tree(importlib.import_module(f"operations.{module}"))
        for function in _operations(parsed):
            name = f"{module}.{function.name}"
            text = source.described(ast.get_docstring(function) or "")
            call = markdown.code(source.signature(name, function), "python")
            yield f"## {name}\n\n{call}\n\n{text}"


def _operations(parsed: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in parsed.body:
        if isinstance(node, ast.FunctionDef) and any(
            ast.unparse(decorator).startswith("operation(") for decorator in node.decorator_list
        ):
            yield node
