"""The seven boards of the example as @fake hosts: FAKE_STATE=blank or converged."""

import os
from pathlib import Path

from picluster.inventory import groups_of
from picluster.plan.load import load_config
from picluster.session import prepare_session
from tests.deploys.fake_answers import Answers

prepare_session({}, "pi")
_config = load_config(Path("cluster.example.toml"))
_converged = os.environ["FAKE_STATE"] == "converged"

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
    {"cluster": _config, "fake_delay": 0, "fake_delay_jitter": 0},
)
for _name, _members in groups_of(_config).items():
    globals()[_name] = [f"@fake/{member}" for member in _members]
