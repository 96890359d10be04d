"""The time zone of the boards."""

from functools import cache
from typing import Annotated
from zoneinfo import available_timezones

from pydantic import AfterValidator

from picluster.plan.problems import quote
from picluster.plan.suggest import closest, did_you_mean


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())


def _check(name: str) -> str:
    # A computer without tzdata knows no zone at all: the boards, which have it, decide then.
    if _known() and name not in _known():
        # "Berlin" alone is the usual slip.
        cities = sorted(zone for zone in _known() if zone.endswith("/" + name.title()))
        suggestion = cities[0] if cities else closest(name, sorted(_known()))
        example = 'write a name such as "Europe/Berlin" or "Etc/UTC"'
        raise ValueError(f"{quote(name)} is no time zone{did_you_mean(suggestion, example)}")
    return name


TimeZone = Annotated[str, AfterValidator(_check)]
