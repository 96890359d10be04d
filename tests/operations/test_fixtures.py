"""Every YAML case beside this file: facts and arguments, and the commands they lead to."""

from pathlib import Path

import pytest
from pyinfra_testing.operations import make_operation_tests

HERE = Path(__file__).parent

pytestmark = pytest.mark.filterwarnings("ignore:No noop_description set")

for folder in sorted(path for path in HERE.glob("*.*") if path.is_dir()):
    globals()[f"Test{folder.name}"] = make_operation_tests("operations", folder.name, folder)
