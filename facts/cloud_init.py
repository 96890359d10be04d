"""cloud-init's part of the system fact: whether it will put host name and hosts back."""

import re
from typing import TypedDict

from pyinfra.api.exceptions import FactProcessError

from facts.answer import Answer
from picluster.plan.user_data import CLOUD_CONFIG, LEFT_ALONE, NAMES, TEMPLATE

_BOOT = "/boot/firmware"
_USER_DATA = f"{_BOOT}/user-data"

PRESERVE_FILE = "/etc/cloud/cloud.cfg.d/zz-picluster.cfg"
"""Our drop-in; named so that it is merged last."""
PRESERVE = "preserve_hostname: true"

# `cloud-init status` starts a Python, which takes over a second on a Pi 3: so it is asked only
# until the file is there that cloud-init writes when its last stage has ended.
CLOUD_INIT_COMMAND = rf"""installed=0 disabled=0 status=
if command -v cloud-init >/dev/null || [ -d /etc/cloud ]; then installed=1; fi
if [ -e /etc/cloud/cloud-init.disabled ] ||
  grep -Eqw 'cloud-init=disabled' /proc/cmdline; then disabled=1; fi
if [ -e /run/cloud-init/disabled ]; then status=disabled
elif grep -q '"errors": *\[\]' /run/cloud-init/result.json; then status=done
elif [ -e /run/cloud-init/result.json ]; then status=error
elif command -v cloud-init >/dev/null; then
  status=$(timeout 20 cloud-init status | sed -n 's/^status: *//p' | head -n 1)
fi
echo "cloud_init=$installed"
echo "cloud_init_disabled=$disabled"
echo "cloud_init_status=$status"
echo "preserve=$(sed -n 's/^preserve_hostname[[:space:]]*:[[:space:]]*//p' \
  /etc/cloud/cloud.cfg /etc/cloud/cloud.cfg.d/*.cfg | tail -n 1 | tr -dc '[:print:]')"
sets_names=
if [ -f {_USER_DATA} ] && sets_names=$(awk '
  NR == 1 && /^{TEMPLATE}/ {{ template = 1; next }}
  NR == 1 + template {{ if (!/^{CLOUD_CONFIG}$/) exit; settings = 1 }}
  /^{LEFT_ALONE}$/ {{ left_alone = 1; next }}
  /^{NAMES}/ {{ names = 1 }}
  END {{ print(settings && (names || !left_alone) ? 1 : 0) }}
' <{_USER_DATA}); then :
elif [ -e {_USER_DATA} ] || {{ [ -d {_BOOT} ] && [ ! -x {_BOOT} ]; }}; then sets_names='!'; fi
echo "user_data_sets_names=$sets_names"
"""
"""The user-data stays on the board: it can hold a password's hash, and pyinfra prints at -vvv
what a fact reads. `sets_names` of picluster/plan/user_data.py is the same rule in Python.
"""


class CloudInit(TypedDict):
    """What cloud-init does on a board."""

    installed: bool
    disabled: bool
    """By its file or by a kernel argument: does nothing from the next boot on."""
    preserve_hostname: bool
    """The last setting of cloud.cfg and cloud.cfg.d/*.cfg, in the order that cloud-init merges."""
    user_data_path: str | None
    """The seed of the card's image; None where it is absent."""
    user_data_sets_names: bool
    status: str | None
    """In the words of `cloud-init status`: done, running, error, disabled …; None without it."""


def parse_cloud_init(answer: Answer) -> CloudInit:
    """cloud-init's lines of an answer as data; raises FactProcessError as `Answer` does."""
    sets_names = answer.text("user_data_sets_names")
    if sets_names == "!":
        raise FactProcessError(f"{_USER_DATA} is there, but cannot be read: try with sudo")
    preserve = re.match(r"""["']?([a-z]+)""", (answer.text("preserve") or "").lower())
    return CloudInit(
        installed=answer.flag("cloud_init"),
        disabled=answer.flag("cloud_init_disabled"),
        preserve_hostname=preserve is not None and preserve[1] in ("true", "yes", "on"),
        user_data_path=None if sets_names is None else _USER_DATA,
        user_data_sets_names=sets_names is not None and answer.flag("user_data_sets_names"),
        status=answer.text("cloud_init_status"),
    )
