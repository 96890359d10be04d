"""Single things spoilt by hand in the Swarm: done on a manager, told of the board's node."""

from dataclasses import replace

from picluster.lab import machine
from tests.conftest import LabUnderTest
from tests.lab import accidents, seen
from tests.lab.drifts.drift import Drift, drift

NODE = "Set labels and availability"


def _spoilt(command: str, operations: set[str], names: set[str], board: str = "pi1a") -> Drift:
    def spoil(lab: LabUnderTest) -> None:
        seen.shell(lab.boards["pi8"], f"docker {command} >/dev/null")

    return drift("Swarm", board, spoil, operations, names)


DRIFTS = {
    "a label changed": _spoilt(
        "node update --label-add pi.mem_gb=64 pi1a", {NODE}, {"label pi.mem_gb: 64 -> 1"}
    ),
    "a label removed": _spoilt(
        "node update --label-rm pi.model pi1a", {NODE}, {r"label pi.model: .* -> 3B\+"}
    ),
    "a label of ours that nobody wishes": _spoilt(
        "node update --label-add pi.old=1 pi1a", {NODE}, {"label pi.old: 1 -> not set"}
    ),
    "drained": _spoilt(
        "node update --availability drain pi1a",
        {NODE},
        {"availability in the Swarm: drain -> active"},
    ),
    "paused": _spoilt(
        "node update --availability pause pi2a",
        {NODE},
        {"availability in the Swarm: pause -> active"},
        board="pi2a",
    ),
    "another life of certificates": _spoilt(
        "swarm update --cert-expiry 720h",
        {"Set the life of certificates"},
        {"life of the Swarm's certificates: 30 days -> 365 days"},
        board="pi8",
    ),
    "a manager demoted": _spoilt(
        "node demote pi1a", {"Promote to manager"}, {"role in the Swarm: worker -> manager"}
    ),
    "left by hand": drift(
        "Swarm",
        "pi1a",
        lambda lab: accidents.left_by_hand(lab, "pi1a"),
        {"Remove stale entries", "Join the Swarm", "Promote to manager", NODE},
        {
            "entry .* of pi1a in the Swarm: of an earlier life -> gone",
            "place in the Swarm: not in it -> a member",
            "role in the Swarm: no member yet -> manager",
            *(
                rf"label {label}: not set -> {value}$"
                for label, value in {
                    r"pi\.model": r"3B\+",
                    r"pi\.mem_gb": "1",
                    r"pi\.cores": "4",
                    r"pi\.arch": r"\w+",
                    r"pi\.network": "gigabit-usb2",
                    r"pi\.storage": "sd",
                    r"pi\.thermal": "cool",
                }.items()
            ),
        },
    ),
}


def acts_as_manager(lab: LabUnderTest) -> bool:
    """Whether the promoted board is one of the managers' circle, for them and for itself; for a
    moment it looks like one that the others have lost.
    """
    script = "docker node inspect pi1a --format '{{ .ManagerStatus.Reachability }}'"
    return machine.run(lab.boards["pi1a"], "sh", "-c", script) == (0, "reachable\n")


PROMOTED = replace(
    _spoilt("node promote pi1a", {"Demote to worker"}, {"role in the Swarm: manager -> worker"}),
    shows=acts_as_manager,
)
"""In a Swarm of one manager."""
