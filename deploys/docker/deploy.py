"""The Docker deploy: an engine that runs as wished."""

from pathlib import Path

from pyinfra import host
from pyinfra.api import deploy

from deploys import preflight, thermal
from deploys.docker import settings
from deploys.roles import managers
from facts.docker_preflight import DockerPreflight, Platform
from operations import docker, verify
from operations.failure import refuse as refuse_host
from picluster.plan.docker import data_root, engine_packages
from picluster.plan.openpgp import WrongKeyError, check_key
from picluster.plan.tree import Entry

_platforms: dict[str, Platform] = {}


def refuse() -> None:
    """Leaves this host alone when its engine must not be touched; a board is asked once."""
    _checked_platform()


def _checked_platform() -> Platform:
    if host.name not in _platforms:
        cluster, node = host.data.cluster, host.data.node
        _key()
        _platforms[host.name] = preflight.or_leave(
            host.get_fact(
                DockerPreflight,
                source=cluster.docker.source,
                version=cluster.docker.version,
                data_root=data_root(node.storage),
                digest=settings.digest(settings.engine_files(cluster, node)),
                storage=node.storage,
                accepted_major=host.data.accept_docker_major,
            )
        )
    return _platforms[host.name]


def _key() -> bytes:
    """The archive's key, where it is needed; one that is not the expected one is refused."""
    if host.data.cluster.docker.source != "docker-ce":
        return b""
    path = Path(host.data.docker_key)
    try:
        key = path.read_bytes()
        # pyinfra takes a --data of digits alone for a number.
        check_key(key, str(host.data.docker_key_fingerprint), path)
    except OSError as error:
        refuse_host(f"the key of Docker's archive, {path}, cannot be read: {error.strerror}")
    except WrongKeyError as error:
        refuse_host(str(error))
    return key


@deploy("Docker")
def apply() -> None:
    """Installs Docker Engine and has it run with the wished settings; one that runs as wished goes
    on undisturbed.
    """
    preflight.apply()
    platform = _checked_platform()
    cluster, node = host.data.cluster, host.data.node
    files = settings.engine_files(cluster, node)
    packages = engine_packages(cluster.docker, platform["codename"])
    docker.settings(
        name="Write Docker's settings",
        entries=[*files, *_archive(platform)],
        absent=settings.unwanted(cluster),
        manifest=settings.MANIFEST,
    )
    docker.install(
        name="Install Docker",
        packages=list(packages.wished),
        conflicting=list(packages.conflicting),
        versions=packages.versions,
        hold=thermal.hold(),
    )
    docker.start(name="Start Docker")
    docker.roll(
        name="Upgrade or restart Docker, one board at a time",
        packages=list(packages.wished),
        conflicting=list(packages.conflicting),
        versions=packages.versions,
        digest=settings.digest(files),
        managers=managers(),
        hold=thermal.hold(),
    )
    verify.docker(name="Verify that memory limits hold")


def _archive(platform: Platform) -> list[Entry]:
    cluster = host.data.cluster
    if cluster.docker.source != "docker-ce":
        return []
    return settings.archive_files(
        cluster,
        _key(),
        host.data.docker_repository,
        host.data.docker_suite or platform["codename"],
        platform["architecture"],
    )
