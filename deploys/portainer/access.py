"""What of Portainer is secret: made on the controller, once for all hosts of a run."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pyinfra import host

from operations.portainer_access import Access
from picluster import authority, secrets
from picluster.plan.config import ClusterConfig
from picluster.plan.hidden import Hidden
from picluster.plan.layout import portainer as planned_node
from picluster.project import cluster_directory

PASSWORD = secrets.ADMINISTRATOR_PASSWORD


@dataclass(frozen=True)
class Secrets:
    """All that Portainer's services and its users are given."""

    access: Access
    agent_secret: str
    certificate: bytes
    key: bytes
    stack_key: Hidden
    password_is_known: bool
    """It was given, or kept by an earlier run."""
    folder: Path


def of_cluster() -> Secrets:
    """The secrets of this run's cluster. Raises UserError for a password file that cannot be."""
    return _of(host.data.cluster)


@cache
def _of(cluster: ClusterConfig) -> Secrets:
    folder = cluster_directory(cluster.cluster.name)
    kept = secrets.Secrets(folder)
    own_file = cluster.portainer.admin_password_file
    file = Path(own_file).expanduser() if own_file else None
    known = file is not None or kept.path(PASSWORD).exists()
    password = secrets.administrator_password(file, kept)
    node = next(node for node in cluster.nodes if node.name == planned_node(cluster))
    ca = authority.ensure_authority(kept)
    certificate, key = authority.server_certificate(
        ca,
        kept,
        "portainer",
        names=[node.name, f"{node.name}.{cluster.cluster.domain}"],
        addresses=[str(node.address)],
    )
    access = Access(
        address=str(node.address),
        authority=ca.path,
        password=Hidden(password),
        password_file=str(file or kept.path(PASSWORD)),
        setup_token=Hidden(kept.text("portainer-setup-token", secrets.setup_token)),
        backup_password=Hidden(kept.text("portainer-backup-password", secrets.backup_password)),
        keep=kept.keep,
    )
    return Secrets(
        access=access,
        agent_secret=kept.text("portainer-agent-secret", secrets.agent_secret),
        certificate=certificate.encode(),
        key=key.encode(),
        stack_key=Hidden(kept.text(secrets.STACK_KEY, secrets.agent_secret)),
        password_is_known=known,
        folder=folder,
    )
