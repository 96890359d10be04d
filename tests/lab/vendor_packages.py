"""The vendor's packages as the tests have them: Docker's names and relations, Debian's programs.

Names, relations, paths and maintainer scripts are those of docker/docker-ce-packaging and
docker/containerd-packaging, as far as apt, dpkg and systemd meet them. The programs inside are
those of Debian's docker.io, containerd, runc and tini: whatever the package's version says,
`docker version` keeps telling Debian's. The two plugins are empty.
"""

from dataclasses import dataclass, field

FROM_DEBIAN = ["docker.io", "containerd", "runc", "tini"]
"""Debian's packages whose programs are taken."""

_RELEASES = {"bookworm": "12", "trixie": "13"}


def package_version(upstream: str, suite: str) -> str:
    """A version as the vendor writes it, such as 29.1.3-1~debian.12~bookworm, without its epoch."""
    return f"{upstream}-1~debian.{_RELEASES[suite]}~{suite}"


@dataclass(frozen=True)
class Package:
    """One of the vendor's packages."""

    name: str
    relations: str
    """Lines of its control file."""
    upstream: str | None = None
    """Its version; None for one that carries the engine's."""
    files: dict[str, str] = field(default_factory=dict)
    """Path in the package to the path of the same file in Debian's."""
    texts: dict[str, str] = field(default_factory=dict)
    """Path in the package to what is in it."""
    units: str = ""
    """Units that its scripts enable and start."""
    first: str = ""
    """What its postinst does before that."""

    def control(self, engine: str | None, suite: str, architecture: str) -> str:
        """Its control file, where it carries the engine's version for that version."""
        if self.upstream is None:
            assert engine is not None
            version = f"5:{package_version(engine, suite)}"
        else:
            version = package_version(self.upstream, suite)
        return f"""Package: {self.name}
Version: {version}
Architecture: {architecture}
Maintainer: Docker <support@docker.com>
Section: admin
Priority: optional
{self.relations}
Description: Debian's programs under the name of the vendor's package
"""

    def scripts(self) -> dict[str, str]:
        """Its maintainer scripts and its list of conffiles, by their names."""
        paths = [*self.files, *self.texts]
        found = {"conffiles": "".join(f"/{p}\n" for p in paths if p.startswith("etc/"))}
        if self.units:
            for name, script in _SCRIPTS.items():
                found[name] = script.format(units=self.units, first=self.first)
        return {name: text for name, text in found.items() if text}


# As debhelper writes them, a unit a line less.
_SCRIPTS = {
    "postinst": """#!/bin/sh
set -e
{first}
case "$1" in configure | abort-*)
  for unit in {units}; do
    deb-systemd-helper unmask "$unit" >/dev/null || true
    if deb-systemd-helper --quiet was-enabled "$unit"; then
      deb-systemd-helper enable "$unit" >/dev/null || true
    else
      deb-systemd-helper update-state "$unit" >/dev/null || true
    fi
  done
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
    if [ -n "$2" ]; then action=restart; else action=start; fi
    deb-systemd-invoke $action {units} >/dev/null || true
  fi ;;
esac
""",
    "prerm": """#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  deb-systemd-invoke stop {units} >/dev/null || true
fi
""",
    "postrm": """#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload >/dev/null || true
fi
if [ "$1" = purge ] && [ -x /usr/bin/deb-systemd-helper ]; then
  deb-systemd-helper purge {units} >/dev/null || true
fi
""",
}

_DOCKER_SERVICE = """[Unit]
Description=Docker Application Container Engine
Documentation=https://docs.docker.com
After=network-online.target nss-lookup.target docker.socket firewalld.service containerd.service
After=time-set.target
Wants=network-online.target containerd.service
Requires=docker.socket
StartLimitBurst=3
StartLimitIntervalSec=60

[Service]
Type=notify
ExecStart=/usr/bin/dockerd -H fd:// --containerd=/run/containerd/containerd.sock
ExecReload=/bin/kill -s HUP $MAINPID
TimeoutStartSec=0
RestartSec=2
Restart=always
LimitNPROC=infinity
LimitCORE=infinity
TasksMax=infinity
Delegate=yes
KillMode=process
OOMScoreAdjust=-500

[Install]
WantedBy=multi-user.target
"""

PACKAGES = [
    Package(
        "docker-ce",
        """Pre-Depends: init-system-helpers (>= 1.54~)
Depends: containerd.io (>= 1.7.27), docker-ce-cli, iptables, nftables, libc6, libdevmapper1.02.1, \
libsystemd0
Recommends: apparmor, ca-certificates, docker-ce-rootless-extras, git, pigz, procps, xz-utils
Conflicts: docker (<< 1.5~), docker-engine, docker.io
Replaces: docker-engine, docker-ce-cli (<< 5:28.0.0)""",
        files={
            "usr/bin/dockerd": "usr/sbin/dockerd",
            "usr/bin/docker-proxy": "usr/sbin/docker-proxy",
            "usr/bin/docker-init": "usr/bin/tini-static",
            "lib/systemd/system/docker.socket": "lib/systemd/system/docker.socket",
            "etc/init.d/docker": "etc/init.d/docker",
        },
        texts={
            "lib/systemd/system/docker.service": _DOCKER_SERVICE,
            "etc/default/docker": "# systemd does not read this file\n",
        },
        units="docker.service docker.socket",
        first="""if [ "$1" = configure ] && [ -z "$2" ] && ! getent group docker >/dev/null; then
  groupadd --system docker
fi""",
    ),
    Package(
        "docker-ce-cli",
        """Depends: libc6
Recommends: docker-buildx-plugin, docker-compose-plugin
Conflicts: docker (<< 1.5~), docker-engine, docker.io
Replaces: docker-ce (<< 5:0)
Breaks: docker-ce (<< 5:0)""",
        files={"usr/bin/docker": "usr/bin/docker"},
    ),
    Package(
        "containerd.io",
        """Depends: libc6, libseccomp2
Provides: containerd, runc
Conflicts: containerd, runc
Replaces: containerd, runc""",
        upstream="2.1.5",
        files={
            path: path
            for path in (
                "usr/bin/containerd",
                "usr/bin/containerd-shim-runc-v2",
                "usr/bin/ctr",
                "lib/systemd/system/containerd.service",
            )
        }
        | {"usr/bin/runc": "usr/sbin/runc"},
        texts={"etc/containerd/config.toml": 'disabled_plugins = ["cri"]\n'},
        units="containerd.service",
    ),
    Package(
        "docker-buildx-plugin",
        "Replaces: docker-ce-cli\nEnhances: docker-ce-cli",
        upstream="0.30.1",
    ),
    Package(
        "docker-compose-plugin",
        """Recommends: docker-buildx-plugin (>= 0.17.0)
Enhances: docker-ce-cli
Conflicts: docker-compose
Replaces: docker-compose
Breaks: docker-compose""",
        upstream="2.40.3",
    ),
]
