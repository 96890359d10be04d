"""Shell scripts that start and restart Docker Engine and wait until it answers."""

from pyinfra.api import StringCommand

DAEMON_JSON = "/etc/docker/daemon.json"

# - Debian's 20.10 cannot validate.
# - When iptables changes to the kernel's new tables, what Docker left in the old ones would go on
#   filtering beside them. The owner's own rules there stay.
# - Debian's docker.io, when it is removed, leaves a script in /var/lib/docker that deletes all in
#   there when it is purged, whichever engine lives there by then.
# - systemctl returns when the engine is ready: its unit notifies.
_FUNCTIONS = f"""export LC_ALL=C.UTF-8
failed() {{
  echo "$1; the end of its log:" >&2
  journalctl -u docker.service -n 15 --no-pager -o cat >&2
  exit 1
}}
validate() {{
  if dockerd --help 2>/dev/null | grep -q -e --validate; then
    if ! said=$(dockerd --validate --config-file {DAEMON_JSON} 2>&1); then
      echo "Docker refuses {DAEMON_JSON} and was left as it is: $said" >&2
      exit 1
    fi
  fi
}}
use_nftables() {{
  for name in iptables ip6tables; do
    case "$(readlink "/etc/alternatives/$name")" in *-legacy) ;; *) continue ;; esac
    if [ -x "/usr/sbin/$name-nft" ]; then
      "$name-legacy-save" | sed '/docker/Id; s/^:FORWARD DROP/:FORWARD ACCEPT/' |
        "$name-legacy-restore"
      update-alternatives --quiet --set "$name" "/usr/sbin/$name-nft"
    fi
  done
}}
start() {{
  rm -f /var/lib/docker/nuke-graph-directory.sh
  systemctl reset-failed docker.socket docker.service containerd.service 2>/dev/null
  timeout 300 systemctl start docker.service || failed "Docker did not start"
}}
answers() {{
  timeout 60 docker version >/dev/null || failed "Docker started and does not answer"
}}
"""

_START = """systemctl daemon-reload
systemctl --quiet unmask docker.socket docker.service containerd.service
systemctl --quiet enable docker.service || exit 1
if ! systemctl --quiet is-active docker.service; then
  validate
  use_nftables
  start
fi
answers"""

# Without a stop of its own containerd would go on in its old version below a new engine.
_RESTART = """systemctl daemon-reload
validate
timeout 300 systemctl stop docker.service || failed "Docker did not stop"
use_nftables
{containerd}
start
answers"""

_CONTAINERD = (
    'timeout 120 systemctl restart containerd.service || failed "containerd did not start"'
)


def start() -> StringCommand:
    """Has the engine start at boot, and starts it where it does not run."""
    return StringCommand(_FUNCTIONS + _START)


def restart(containerd: bool) -> StringCommand:
    """Stops the engine and starts it again; leaves it alone when it refuses its settings.

    + containerd: restart that too
    """
    return StringCommand(_FUNCTIONS + _RESTART.format(containerd=_CONTAINERD if containerd else ""))
