"""What a refusal of the whole cluster has to be: told on every board, in either kind of run, with
nothing touched.
"""

from tests.conftest import LabUnderTest
from tests.lab import deploying, seen


def refused_everywhere(
    under_test: LabUnderTest, *words: str, options: tuple[str, ...] = ()
) -> None:
    """Dry run and run say so on every board that answers, and change nothing on any."""
    boards = {n: b for n, b in under_test.boards.items() if b.status == "running"}
    for board in boards.values():
        seen.shell(board, "ln -sf /usr/share/zoneinfo/Asia/Tokyo /etc/localtime")
    before = {name: seen.disk(board) for name, board in boards.items()}
    try:
        for run in (
            deploying.dry_run(under_test.environment, *options),
            deploying.apply(under_test.environment, *options),
        ):
            assert run.code == 1
            assert "Traceback" not in run.log
            for name in boards:
                assert any(
                    f"[{name}]" in line and words[0] in line for line in run.log.splitlines()
                ), run.log
            for word in words:
                assert word in run.log
        for name, board in boards.items():
            assert sorted(seen.disk(board) ^ before[name]) == []
    finally:
        for board in boards.values():
            seen.shell(board, "ln -sf /usr/share/zoneinfo/Etc/UTC /etc/localtime")
