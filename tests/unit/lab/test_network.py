"""The lab's network, where two labs come up at the same moment."""

from ipaddress import IPv4Network
from unittest.mock import MagicMock

import pytest
from docker.errors import APIError, NotFound

from picluster.lab import network


def client_that_says(*answers: Exception | None) -> MagicMock:
    """An engine without networks, with an answer to each one that is to be made."""
    client = MagicMock()
    client.networks.get.side_effect = NotFound("no such network")
    client.networks.list.return_value = []
    client.networks.create.side_effect = answers
    return client


OVERLAPS = APIError("Forbidden", explanation="Pool overlaps with other one on this address space")


def test_the_next_subnet_where_another_lab_was_quicker() -> None:
    client = client_that_says(OVERLAPS, None)
    assert network.ensure(client, "lab") == network.CANDIDATES[1]
    pool = client.networks.create.call_args.kwargs["ipam"]["Config"][0]
    assert IPv4Network(pool["Subnet"]) == network.CANDIDATES[1]


def test_other_refusals_are_told() -> None:
    client = client_that_says(APIError("Forbidden", explanation="no bridge driver"), None)
    with pytest.raises(APIError, match="no bridge driver"):
        network.ensure(client, "lab")


def test_no_subnet_is_left() -> None:
    client = client_that_says(*[OVERLAPS] * len(network.CANDIDATES))
    with pytest.raises(network.NoFreeSubnetError):
        network.ensure(client, "lab")
