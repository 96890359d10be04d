"""What is made of pyinfra's log. The lines are pyinfra 3.10's own."""

from ipaddress import IPv4Address

import pytest

from picluster.contact.pyinfra_log import Access, Log

ADDRESS = IPv4Address("192.168.1.11")
ACCESS = Access("pi", 22, None)


@pytest.mark.parametrize(
    ("line", "news"),
    [
        ("--> Connecting to hosts...", None),
        ("    \x1b[32m[192.168.1.11] \x1b[0mConnected", "192.168.1.11: connected"),
        ("    [192.168.1.11] Loaded fact facts.board.PiBoard", "192.168.1.11: answered"),
        ("    [192.168.1.11] Could not connect (timed out)", "192.168.1.11: no answer"),
    ],
)
def test_news(line: str, news: str | None) -> None:
    assert Log().add(line + "\n") == news


@pytest.mark.parametrize(
    ("lines", "advice"),
    [
        (
            ["[192.168.1.11] SSH host key error (Host key for 192.168.1.11 does not match.)"],
            "picluster trust 192.168.1.11",
        ),
        (["[192.168.1.11] Authentication error (username=pi) (x)"], "ssh-copy-id pi@192.168.1.11"),
        (["[192.168.1.11] Could not connect (timed out)"], "no SSH server answers on port 22"),
        (
            [
                "[192.168.1.11] FactProcessError: the board did not tell its memory",
                "[192.168.1.11] Error: could not process fact: facts.board.PiBoard",
                "[192.168.1.11] Loaded fact facts.board.PiBoard",
            ],
            "the board did not tell its memory",
        ),
        (["--> pyinfra error in x.py line 1: not a key"], "not a key"),
        ([], "pyinfra did not say why"),
    ],
)
def test_advice(lines: list[str], advice: str) -> None:
    log = Log()
    for line in lines:
        log.add(f"    {line}\n" if line.startswith("[") else line)
    assert advice in log.advice(ADDRESS, ACCESS)


def test_another_port_is_named() -> None:
    log = Log()
    log.add("[192.168.1.11] SSH host key error (x)")
    assert log.advice(ADDRESS, Access("pi", 2222, None)).endswith(
        "picluster trust 192.168.1.11 --port 2222"
    )
