"""The seven boards of the example as @fake hosts: FAKE_STATE=blank or converged.

Secrets are kept in the folder FAKE_FOLDER, and Portainer's server is a fake like the boards.
FAKE_THERMAL is the section [thermal] as JSON, where it is not the example's.
"""

import os
from pathlib import Path

from operations import portainer_found
from picluster import project
from picluster.inventory import groups_of
from picluster.plan.load import load_config
from picluster.plan.plan import make_plan
from picluster.plan.thermal_section import Thermal
from picluster.secrets import Secrets, administrator_password
from picluster.session import prepare_session
from tests.deploys.fake_answers import Answers
from tests.deploys.fake_portainer import server

_folder = Path(os.environ["FAKE_FOLDER"])
project.state_directory = lambda: _folder

prepare_session({}, "pi")
_config = load_config(Path("cluster.example.toml"))
if "FAKE_THERMAL" in os.environ:
    _thermal = Thermal.model_validate_json(os.environ["FAKE_THERMAL"])
    _config = _config.model_copy(update={"thermal": _thermal})
_plan = make_plan(_config)
_converged = os.environ["FAKE_STATE"] == "converged"
vars(portainer_found)["read"] = server(_config, converged=_converged)
if _converged:
    _kept = Secrets(project.cluster_directory(_config.cluster.name))
    administrator_password(None, _kept)
    _kept.keep()

all = (
    [
        (
            f"@fake/{node.name}",
            {
                "node": node,
                "fake_responses": Answers(node, _config, converged=_converged).by_command(),
            },
        )
        for node in _config.nodes
    ],
    {"cluster": _config, "plan": _plan, "fake_delay": 0, "fake_delay_jitter": 0},
)
for _name, _members in groups_of(_config, _plan).items():
    globals()[_name] = [f"@fake/{member}" for member in _members]
