"""A played HDFS, and a client of it."""

from collections.abc import Iterator

import pytest

from picluster.webhdfs import WebHdfs
from tests.unit.webhdfs.played import Hdfs, played

Both = tuple[Hdfs, WebHdfs]


@pytest.fixture
def both() -> Iterator[Both]:
    with played() as pair:
        yield pair


@pytest.fixture
def hdfs(both: Both) -> Hdfs:
    return both[0]


@pytest.fixture
def client(both: Both) -> WebHdfs:
    return both[1]
