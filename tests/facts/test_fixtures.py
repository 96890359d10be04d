"""Every YAML case beside this file: what a board printed, and what the fact makes of it.

`<module>.<Fact>/<case>.yaml` holds an answer and the data in it; in the folder `refused` below it
are answers that must fail their host, with a part of the message.
"""

import importlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from pyinfra.api import FactBase
from pyinfra.api.exceptions import FactProcessError
from pyinfra_testing.facts import make_fact_tests

HERE = Path(__file__).parent
FOLDERS = sorted(path for path in HERE.glob("*.*") if path.is_dir())

# Long commands are run for real in the other files of this folder, which says more than a copy.
pytestmark = pytest.mark.filterwarnings("ignore:No command set")

for folder in FOLDERS:
    globals()[f"Test{folder.name}"] = make_fact_tests("facts", folder.name, folder)


def _fact(name: str) -> FactBase[Any]:
    module, _, fact = name.rpartition(".")
    made: FactBase[Any] = getattr(importlib.import_module(f"facts.{module}"), fact)()
    return made


@pytest.mark.parametrize(
    "case",
    sorted(HERE.glob("*/refused/*.yaml")),
    ids=lambda case: f"{case.parents[1].name}-{case.stem}",
)
def test_refused(case: Path) -> None:
    data = yaml.safe_load(case.read_text(encoding="utf-8"))
    fact = _fact(case.parents[1].name)
    fact.command(**data.get("arg", {}))
    with pytest.raises(FactProcessError) as refused:
        fact.process(data["output"].splitlines())
    assert data["message"] in str(refused.value)
    assert refused.value.__cause__ is None, "pyinfra would print the cause in place of the message"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
@pytest.mark.parametrize(
    "output",
    [[""], ["=", "a=b", "\x00\xff"], ["sh: 1: not found"], ["refused=no"], ["x" * 100_000]],
    ids=["blank", "noise", "error", "refused", "long"],
)
def test_garbage_fails_the_host_only(folder: Path, output: list[str]) -> None:
    fact = _fact(folder.name)
    case = yaml.safe_load(next(iter(sorted(folder.glob("*.yaml")))).read_text(encoding="utf-8"))
    fact.command(**case.get("arg", {}))
    with pytest.raises(FactProcessError):
        fact.process(output)
