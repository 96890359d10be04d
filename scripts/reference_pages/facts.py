"""docs/reference/facts.md: every fact, with what it takes and what it returns."""

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterator

import facts
from scripts.reference_pages import markdown, source

_INTRODUCTION = """
What boards say of themselves. A fact is one remote command, which changes no settings, and answers
in bulk.
It can be asked ad hoc: `pyinfra inventory.py fact facts.board.PiBoard`, with arguments as in
`… fact facts.tree.Tree paths=/etc/hosts`; with `--json` before it the answer is one for programs.
"""


def page() -> str:
    """The whole page."""
    return markdown.page("Facts", _INTRODUCTION, *_described())


def _described() -> Iterator[str]:
    for module in sorted(m.name for m in pkgutil.iter_modules(facts.__path__)):
        parsed = source.tree(importlib.import_module(f"facts.{module}"))
        classes = {node.name: node for node in parsed.body if isinstance(node, ast.ClassDef)}
        for one in classes.values():
            if _returned(one) is not None:
                yield _fact(module, one, classes)


def _returned(one: ast.ClassDef) -> str | None:
    """The type that a fact's answer has; None for other classes."""
    for base in one.bases:
        if isinstance(base, ast.Subscript) and ast.unparse(base.value) == "FactBase":
            return ast.unparse(base.slice)
    return None


def _fact(module: str, one: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> str:
    name, returned = f"{module}.{one.name}", _returned(one) or ""
    (command,) = [n for n in one.body if isinstance(n, ast.FunctionDef) and n.name == "command"]
    parts = [
        f"## {name}",
        markdown.code(f"{source.signature(name, command, skip=1)} -> {returned}", "python"),
        source.described(ast.get_docstring(one) or ""),
    ]
    parts += [_fields(classes[word]) for word in _named(returned, classes)]
    return "\n\n".join(parts)


def _named(returned: str, classes: dict[str, ast.ClassDef]) -> list[str]:
    """Names of tables of the answer that the same module declares, those within them, too."""
    found: list[str] = []
    todo = [returned]
    while todo:
        for word in re.findall(r"\w+", todo.pop(0)):
            if word in classes and word not in found:
                found.append(word)
                todo += [ast.unparse(f.annotation) for f in _declared(classes[word])]
    return found


def _declared(one: ast.ClassDef) -> list[ast.AnnAssign]:
    return [node for node in one.body if isinstance(node, ast.AnnAssign)]


def _fields(one: ast.ClassDef) -> str:
    """A table of what stands in an answer; a text after a field is its meaning."""
    rows = []
    for node, after in zip(one.body, [*one.body[1:], None], strict=True):
        if isinstance(node, ast.AnnAssign):
            told = ""
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                told = str(after.value.value).replace("``", "`")
            rows.append(
                (f"`{ast.unparse(node.target)}`", f"`{ast.unparse(node.annotation)}`", told)
            )
    about = (ast.get_docstring(one) or "").replace("``", "`")
    return f"**{one.name}**: {about}\n\n{markdown.table(['key', 'type', 'meaning'], rows)}"
