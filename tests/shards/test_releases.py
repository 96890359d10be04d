"""Other cards than bookworm's: trixie with cloud-init, and one that has to be refused."""

import platform
from collections.abc import Iterator
from contextlib import contextmanager

from tests.conftest import History, LabUnderTest
from tests.lab import deploying, seen
from tests.lab.test_refusals import refused


@contextmanager
def another_card(under_test: LabUnderTest, name: str, release: str) -> Iterator[None]:
    """A blank card of a release in one board, whose key is trusted; bookworm's again after."""
    under_test.lab.reflash(name, release)
    under_test.lab.trust([under_test.boards[name]])
    seen.let_sudo_be_used_once(under_test.boards[name])
    try:
        yield
    finally:
        under_test.lab.reflash(name, "bookworm")
        under_test.lab.trust([under_test.boards[name]])
        assert deploying.apply(under_test.environment).code == 0


def test_a_trixie_board_whose_names_cloud_init_would_put_back(
    converged: LabUnderTest, history: History
) -> None:
    with another_card(converged, "pi1a", "trixie"):
        board = converged.boards["pi1a"]
        assert "manage_etc_hosts: true" in seen.shell(board, "cat /boot/firmware/user-data")
        assert "127.0.1.1" in seen.shell(board, "cat /etc/hosts"), "cloud-init has not run"
        assert "zram0" in seen.shell(board, "cat /proc/swaps")

        dry = deploying.dry_run(converged.environment)
        assert "Base | Keep cloud-init from setting names" in dry.announced
        run = deploying.apply(converged.environment)
        assert (run.code, run.errors) == (0, 0), run.log
        assert run.executed == dry.announced
        assert deploying.apply(converged.environment).changes == 0

        converged.lab.restart("pi1a")
        assert deploying.apply(converged.environment).changes == 0
        assert seen.shell(board, "hostname").strip() == "pi1a"
        assert "127.0.1.1" not in seen.shell(board, "cat /etc/hosts")
        assert "zram" not in seen.shell(board, "cat /proc/swaps")
    # The board is back on bookworm: a replaced card ends as the first one did.
    assert seen.result(converged.boards["pi1a"]) == history.result["pi1a"]


def test_a_board_with_32_bit_programs(converged: LabUnderTest) -> None:
    with another_card(converged, "pi1a", "bookworm-32bit"):
        before = seen.disk(converged.boards["pi1a"])
        refused(converged, "pi1a", f"on a {platform.machine()} kernel", "64-bit")
        assert seen.disk(converged.boards["pi1a"]) == before
