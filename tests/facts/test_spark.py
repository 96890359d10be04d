"""What the fact of Spark's history server takes and sends."""

import pytest

from facts.spark import HistoryServer
from tests.facts import apart


@pytest.mark.parametrize(
    "page",
    ["", "192.0.2.11:18080", "http://x", "http://x:1/", "http://x:1;id", "http://$(id):1", "-x"],
)
def test_another_page_is_refused(page: str) -> None:
    command = HistoryServer().command(page=page)
    assert "curl" not in command
    done = apart.run(["sh", "-c", command], capture_output=True, text=True)
    assert "is no page such as" in done.stdout + done.stderr


def test_it_asks_for_the_version() -> None:
    command = HistoryServer().command(page="http://192.0.2.11:18080")
    assert "http://192.0.2.11:18080/api/v1/version" in command
