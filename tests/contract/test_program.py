"""The stand-in as a program that is copied into an image."""

import ast
import sys

from picluster.lab.portainer.image import PROGRAM

PACKAGES = {"bcrypt", "cryptography"}
TYPES_ONLY = {"typing_extensions"}


def test_it_needs_nothing_but_its_packages() -> None:
    allowed = PACKAGES | TYPES_ONLY | set(sys.stdlib_module_names)
    files = list(PROGRAM.glob("*.py"))
    assert len(files) > 20
    for path in files:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                assert {alias.name.partition(".")[0] for alias in node.names} <= allowed, path
            if isinstance(node, ast.ImportFrom):
                assert node.level <= 1, path
                if node.level == 0:
                    assert str(node.module).partition(".")[0] in allowed, path
