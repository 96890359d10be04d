"""The boards, grouped by model and by role, made from cluster.toml.

PICLUSTER_CONFIG=FILE names another file; without any the lab is the target.
"""

from pathlib import Path

from picluster.inventory import exit_with_problem, read_inventory
from picluster.plan.errors import UserError
from picluster.session import prepare_session

try:
    _inventory = read_inventory(Path(__file__).resolve().parent)
except UserError as _error:
    exit_with_problem(_error)

prepare_session(_inventory.addresses, _inventory.user)

all = _inventory.all
for _name, _hosts in _inventory.groups.items():
    globals()[_name] = _hosts
