"""The base deploy: one board of the cluster out of a blank one."""

from pyinfra import host
from pyinfra.api import deploy

from deploys import preflight, thermal
from deploys.base import settings
from deploys.roles import managers
from operations import boot, kernel, packages, swap, system, tree, verify


@deploy("Base")
def apply() -> None:
    """Configures the base system; reboots at most once, when the running system lacks something."""
    preflight.apply()
    _names()
    _packages()
    _boot()
    _kernel()
    boot.reboot(
        name="Reboot into what is wished",
        arguments=host.data.kernel_arguments,
        settings=host.data.firmware_settings,
        swap=host.data.cluster.system.swap,
        rolling=host.data.cluster.system.reboot == "one-by-one",
        managers=managers(),
        hold=thermal.hold(),
        _serial=host.data.cluster.system.reboot == "one-by-one",
    )
    verify.base(
        name="Verify memory cgroup and name",
        hostname=host.data.node.name,
        address=str(host.data.node.address),
    )


def _names() -> None:
    cluster, node = host.data.cluster, host.data.node
    system.cloud_init_leaves_names_alone(name="Keep cloud-init from setting names")
    system.hostname(name="Set the host name", hostname=node.name)
    # In one step, since a second one would ask each board once more in every run.
    tree.files(
        name="Write /etc/hosts and apt's proxy",
        entries=[settings.hosts_file(cluster), *settings.apt_files(cluster)],
        absent=settings.unwanted_apt_files(cluster),
    )
    system.timezone(name="Set the time zone", timezone=cluster.cluster.timezone)


def _packages() -> None:
    codename = preflight.or_leave(preflight.release(host.name))
    packages.debian(
        name="Install packages",
        packages=settings.packages(host.data.packages, host.data.cluster, codename),
        hold=thermal.hold(),
    )


def _boot() -> None:
    boot.kernel_arguments(name="Set kernel arguments", arguments=host.data.kernel_arguments)
    boot.firmware_settings(name="Set firmware settings", settings=host.data.firmware_settings)
    swap.mechanism(name="Set up swap", wished=host.data.cluster.system.swap)


def _kernel() -> None:
    # After the packages: some of them let systemd read its settings anew, and the watchdog's would
    # be in force before the step that starts it.
    tree.files(
        name="Write system settings",
        entries=settings.system_files(
            host.data.kernel_modules, host.data.kernel_parameters, _watchdog()
        ),
        manifest=settings.MANIFEST,
    )
    kernel.modules(name="Load kernel modules", modules=host.data.kernel_modules)
    kernel.sysctls(name="Set kernel parameters", values=host.data.kernel_parameters)
    system.watchdog(name="Start the watchdog", timeout=_watchdog())


def _watchdog() -> str | None:
    return host.data.watchdog_timeout if host.data.cluster.system.watchdog else None
