"""The band that a deploy goes by: read once for each board, at the start of a run."""

from pyinfra import host, logger

from deploys import preflight
from facts.thermal_band import BandNow, BandState
from picluster.plan.derating import Treatment, derate, share_of, stricter
from picluster.plan.derating import treatment as treatment_of
from picluster.plan.thermal import stale_seconds, thresholds

_found: dict[str, BandState] = {}


def now() -> BandState:
    """The band of this host, the same for the whole run; tells of one that is no everyday's.

    To be called after the preflight. Where [thermal] is off each board counts as cool.
    """
    if host.name not in _found:
        section = host.data.cluster.thermal
        limits = thresholds(host.data.node.board, section)
        found = preflight.or_leave(
            host.get_fact(
                BandNow,
                warm=limits.warm,
                hot=limits.hot,
                critical=limits.critical,
                hysteresis=limits.hysteresis,
                calm_seconds=section.calm_minutes * 60,
                stale_seconds=stale_seconds(section),
            )
        )
        if not section.enabled:
            found = BandState(**{**found, "band": "cool", "applied": None})
        _found[host.name] = found
        _tell(found)
    return _found[host.name]


def treatment() -> Treatment:
    """What is left of this host's share in its band."""
    return treatment_of(now()["band"], host.data.cluster.thermal)


def hold() -> str | None:
    """Why this host must not take a heavy step in this run; None where it may.

    Whoever asks has a heavy step before them: an owner who lets it be taken is warned all the same.
    """
    return _reason_to_hold(now())


def _reason_to_hold(found: BandState) -> str | None:
    wish = host.data.cluster.thermal.on_undervoltage
    if wish == "warn" or _accepted() or not found["undervolted"]:
        return None
    return (
        "the board is undervolted right now, and a heavy step could end in a damaged card: give it "
        "a stronger supply or a shorter cable, or say --data accept_undervoltage=yes (with "
        'on_undervoltage = "stop" in [thermal])'
    )


def _accepted() -> bool:
    return str(host.data.accept_undervoltage).lower() in ("yes", "true")


def _tell(found: BandState) -> None:
    band, applied = found["band"], found["applied"]
    if found["undervolted"]:
        held = _reason_to_hold(found) is not None
        end = "heavy steps wait" if held else "it may crash under load, and damage its card"
        logger.warning(f"{host.print_prefix}is undervolted right now: {end}")
    if applied is not None and not found["watched"]:
        # The sensors were asked instead; but between deploys nobody looks, YARN no more than we.
        logger.warning(
            f"{host.print_prefix}has a watch on heat and power that took no look lately: "
            "systemctl status picluster-thermal.service tells why, if deploys.thermal.apply does "
            "not mend it"
        )
    if band != "cool" or applied not in (None, band):
        former = f", {applied} at the last deploy" if applied not in (None, band) else ""
        logger.info(f"{host.print_prefix}is {band} ({found['reason']}{former}): {_meaning()}")


def _meaning() -> str:
    wished, node = treatment(), host.data.node
    share = share_of(host.data.plan, node.name)
    swarm = f"Swarm {stricter(node.availability, wished.availability)}"
    if not share.memory_mb:
        return swarm
    left = derate(share, wished)
    return (
        f"YARN {left.memory_mb} of {share.memory_mb} MiB, {left.vcores} of {share.vcores} vcores; "
        f"{swarm}"
    )
