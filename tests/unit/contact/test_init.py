"""`picluster init`: a cluster.toml by asking, of boards that answered, or the example."""

import os
import select
import signal
import subprocess
import sys
import time
from ipaddress import IPv4Network
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from picluster.cli import main
from picluster.contact import asking, discovery, fitting
from picluster.contact.routes import Lan
from picluster.plan.load import load_config
from picluster.plan.plan import PlanError, make_plan
from tests.unit.contact.boards import board

ROOT = Path(__file__).parents[3]
TWO_BOARDS = ["home", "192.168.1.11", "4B", "8", "", "192.168.1.12", "3B+", "", "", ""]
REST = ["192.168.1.0/24", "192.168.1.1", "ana", "-"]


@pytest.fixture(autouse=True)
def at_the_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who answers."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr("picluster.cli.init.interactive", lambda: True)
    # As on a computer that is not in this subnet itself, and so guesses it.
    guess = Lan(IPv4Network("192.168.1.0/24"), None, False)
    monkeypatch.setattr("picluster.contact.asking.lan_of", lambda _addresses: guess)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cluster.toml"


def init(file: Path, *words: str, answers: list[str] | None = None) -> Result:
    text = "".join(f"{answer}\n" for answer in answers or [])
    command = ["init", "--file", str(file), *words]
    result = CliRunner().invoke(main, command, input=text, prog_name="picluster")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_by_asking(file: Path) -> None:
    result = init(file, answers=[*TWO_BOARDS, *REST])
    assert result.exit_code == 0, result.output
    config = load_config(file)
    assert config.cluster.name == "home"
    assert (str(config.network.subnet), str(config.network.gateway)) == (
        "192.168.1.0/24",
        "192.168.1.1",
    )
    assert (config.ssh.user, config.ssh.key_path, config.managers) == ("ana", None, 1)
    assert [(node.name, node.model, node.memory_gb) for node in config.nodes] == [
        ("pi8", "4B", 8),
        ("pi1", "3B+", 1),
    ]
    assert "# OPTIONAL, default 22." in file.read_text(), "it explains its keys"


@pytest.mark.parametrize(
    ("answer", "place", "message"),
    [
        ("Home", 0, "did you mean"),
        ("192.168.1", 1, "is no IPv4 address"),
        ("", 1, "is no IPv4 address"),
        ("pi4", 2, 'did you mean "4B"?'),
        ("BeagleBone", 2, "is no model"),
        ("9", 3, "this model was sold with 1, 2, 3, 4, 8 GB, not with 9"),
        ("much", 3, "is no number"),
        ("Pi 8", 4, "is no host name"),
        ("worker", 4, "is the name of a group of hosts"),
        ("192.168.1.11", 5, "is the address of pi8"),
        ("192.168.1.255", 5, "is the first or last address of 192.168.1.0/24"),
        ("192.168.1.0", 1, "is the first or last address of 192.168.1.0/24"),
        ("pi8", 8, "is the name of another board"),
        ("192.168.1.0", 10, "lacks the length of the prefix"),
        ("10.0.0.0/24", 10, "pi8 (192.168.1.11), pi1 (192.168.1.12) would be outside"),
        ("192.168.1.8/30", 10, "pi1 (192.168.1.12) would be outside"),
        ("192.168.1.0", 11, "is the first or last address of 192.168.1.0/24"),
        ("192.168.1.255", 11, "which no board and no router has"),
        ("10.0.0.1", 11, "is not in 192.168.1.0/24"),
        ("192.168.1.12", 11, "is the address of a board"),
        ("Ana", 12, "is no user name"),
        ("/no/such/key", 13, "/no/such/key"),
    ],
)
def test_a_wrong_answer_is_told_at_once_and_asked_for_again(
    file: Path, answer: str, place: int, message: str
) -> None:
    answers = [*TWO_BOARDS, *REST]
    if answer == "" and place == 1:
        answers[1:1] = ["x", ""]  # Enter alone ends nothing before there is a board
    else:
        answers.insert(place, answer)
    result = init(file, answers=answers)
    assert result.exit_code == 0, result.output
    assert message in result.stderr
    assert len(load_config(file).nodes) == 2


def test_who_leaves_has_no_file(file: Path) -> None:
    """However far it was: the answers end before the questions do."""
    for known in range(len([*TWO_BOARDS, *REST])):
        result = init(file, answers=[*TWO_BOARDS, *REST][:known])
        assert result.exit_code == 1
        assert not file.exists()


def test_an_edge_of_the_subnet_is_no_place_for_a_board(file: Path) -> None:
    """Of a subnet that was guessed wrong only its question can tell."""
    answers = ["home", "192.168.1.8", "4B", "8", "", "", "192.168.1.8/29", *REST]
    result = init(file, answers=answers)
    assert result.exit_code == 0, result.output
    assert "pi8 (192.168.1.8) would be the first or last address of 192.168.1.8/29" in result.stderr


@pytest.fixture
def elsewhere(file: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder outside of the project, and nobody who may be asked anything."""
    monkeypatch.setattr("picluster.contact.asking.ask", lambda: pytest.fail("it asked"))
    monkeypatch.setattr(discovery, "discover", lambda *_: pytest.fail("it asked boards"))
    monkeypatch.chdir(file.parent)
    return file.parent


@pytest.mark.parametrize("words", [[], ["192.168.1.11"], ["--example"]], ids=str)
def test_outside_of_the_project_nobody_answers_in_vain(elsewhere: Path, words: list[str]) -> None:
    result = init(elsewhere / "cluster.toml", *words)
    assert result.exit_code == 1
    assert "is not inside a checkout of PiCluster" in result.stderr


@pytest.mark.usefixtures("elsewhere")
@pytest.mark.parametrize("words", [[], ["192.168.1.11"], ["--example"]], ids=str)
def test_where_no_file_can_be_nobody_answers_in_vain(
    monkeypatch: pytest.MonkeyPatch, file: Path, words: list[str]
) -> None:
    monkeypatch.chdir(ROOT)
    result = init(file.with_name("no") / "cluster.toml", *words)
    assert result.exit_code == 1
    assert f"there is no folder {file.with_name('no')}; make it first" in result.stderr


def test_the_file_is_made_where_the_other_commands_look_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """That is the project's top, in whichever of its folders somebody is."""
    (tmp_path / "deploys").mkdir()
    (tmp_path / "inventory.py").touch()
    (tmp_path / "cluster.example.toml").write_text((ROOT / "cluster.example.toml").read_text())
    monkeypatch.chdir(tmp_path / "deploys")
    result = CliRunner().invoke(main, ["init", "--example"], prog_name="picluster")
    assert result.exit_code == 0, result.output
    assert len(load_config(tmp_path / "cluster.toml").nodes) == 7


def test_a_file_that_somebody_else_made_meanwhile(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = asking.ask

    def slowly() -> asking.Wished:
        wished = ask()
        file.write_text("theirs")
        return wished

    monkeypatch.setattr(asking, "ask", slowly)
    result = init(file, answers=[*TWO_BOARDS, *REST])
    assert result.exit_code == 1
    assert "was left alone" in result.stderr
    assert file.read_text() == "theirs"


SMALL = ["home", "192.168.1.11", "3B+", "", "", "192.168.1.12", "3B+", "", "", "", *REST]
SMALLEST = ["home", "192.168.1.11", "Zero 2 W", "", "", "", *REST]


@pytest.mark.parametrize(
    ("answers", "question", "off"),
    [
        (SMALL, "Leave Spark and YARN out, so that the rest fits? [Y/n]:", {"spark", "yarn"}),
        (SMALLEST, "Leave Spark, YARN and HDFS out, so that", {"spark", "yarn", "hdfs"}),
    ],
    ids=["small", "smallest"],
)
def test_what_small_boards_cannot_carry_is_left_out(
    file: Path, answers: list[str], question: str, off: set[str]
) -> None:
    result = init(file, answers=[*answers, ""])
    assert result.exit_code == 0, result.output
    assert "cannot carry what it asks for" in result.stderr
    assert question in result.stderr
    config = load_config(file)
    enabled = {name: getattr(config, name).enabled for name in ("spark", "yarn", "hdfs")}
    assert {name for name, is_on in enabled.items() if not is_on} == off
    assert make_plan(config).nodes


def test_who_wants_all_of_it_gets_all_of_it(file: Path) -> None:
    result = init(file, answers=[*SMALL, "n"])
    assert result.exit_code == 0, result.output
    assert load_config(file).spark.enabled


def test_boards_too_small_for_anything(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "why_not", lambda _data: PlanError(["nothing fits"]))
    result = init(file, answers=[*TWO_BOARDS, *REST])
    assert result.exit_code == 0
    assert "nothing fits" in result.stderr
    assert "Add a stronger board" in result.stderr
    assert load_config(file).spark.enabled


def test_small_boards_that_answered(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = discovery.Discovery([board(15, 1, "3B+")], [])
    monkeypatch.setattr(discovery, "discover", lambda *_: found)
    result = init(file, "192.168.1.15")
    assert result.exit_code == 0
    assert "Not yet a cluster: The boards of cluster.toml cannot carry" in result.stderr


def test_at_a_real_terminal_ctrl_c_leaves_nothing(file: Path) -> None:
    here, there = os.openpty()
    words = ["init", "--file", str(file)]
    # Tests that run in the background have been told to ignore Ctrl-C, and so is what they start.
    heeding = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        "signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])"
    )
    program = f"{heeding}; import sys; from picluster.cli import main; main(sys.argv[1:])"
    with subprocess.Popen(
        [sys.executable, "-c", program, *words],
        cwd=ROOT,
        stdin=there,
        stdout=there,
        stderr=there,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    ) as process:
        os.close(there)
        try:
            _expect(here, b"be called? [picluster] ")
            os.write(here, b"home\n")
            _expect(here, b"Board 1: which address? ")
            said = _interrupted(process, here, b"Nothing was written.")
            assert process.wait(10) == 1
        finally:
            process.kill()
    os.close(here)
    assert b"Traceback" not in said
    assert not list(file.parent.iterdir())


def _interrupted(process: "subprocess.Popen[bytes]", terminal: int, words: bytes) -> bytes:
    """What is shown after Ctrl-C until these words are; pressed again where it was not heard.

    Python looks for signals before it reads: one that comes in between is heard with the next.
    """
    shown = b""
    deadline = time.monotonic() + 20
    while words not in shown:
        state = Path(f"/proc/{process.pid}/status")
        assert time.monotonic() < deadline, (shown, state.exists() and state.read_text())
        os.kill(process.pid, signal.SIGINT)
        while words not in shown and select.select([terminal], [], [], 2)[0]:
            shown += os.read(terminal, 4096)
    return shown


def _expect(terminal: int, words: bytes) -> bytes:
    """What is shown until these words are, within ten seconds."""
    shown = b""
    while words not in shown:
        ready, _, _ = select.select([terminal], [], [], 10)
        assert ready, shown
        shown += os.read(terminal, 4096)
    return shown


def test_where_nobody_can_answer(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("picluster.cli.init.interactive", lambda: False)
    result = init(file)
    assert result.exit_code == 1
    assert "picluster init --example" in result.stderr
    assert not file.exists()


def test_the_example(file: Path) -> None:
    result = init(file, "--example")
    assert result.exit_code == 0
    assert file.read_text() == (ROOT / "cluster.example.toml").read_text()
    assert result.stdout.endswith(f"picluster validate {file}\n")


@pytest.mark.parametrize("words", [["--example"], ["192.168.1.11"], []], ids=str)
def test_a_file_that_is_there_is_left_alone(file: Path, words: list[str]) -> None:
    file.write_text("mine")
    result = init(file, *words)
    assert result.exit_code == 1
    assert "is there already and was left alone" in result.stderr
    assert file.read_text() == "mine"


def test_a_link_that_leads_nowhere_is_there(file: Path) -> None:
    file.symlink_to(file.with_name("other.toml"))
    assert init(file, "--example").exit_code == 1


def test_force(file: Path) -> None:
    file.write_text("mine")
    assert init(file, "--example", "--force").exit_code == 0
    assert len(load_config(file).nodes) == 7


def test_of_boards_that_answered(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = discovery.Discovery([board(11, 8), board(15, 1, "3B+")], [])
    monkeypatch.setattr(discovery, "discover", lambda *_: found)
    file.write_text("mine")
    result = init(file, "192.168.1.11", "192.168.1.15", "--force", "--user", "ana")
    assert result.exit_code == 0, result.output
    assert [node.name for node in load_config(file).nodes] == ["pi8", "pi1"]
    assert load_config(file).ssh.user == "ana"


def test_one_that_did_not_answer(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = discovery.Discovery([board(11, 8)], [("192.168.1.15", "no SSH server answers")])
    monkeypatch.setattr(discovery, "discover", lambda *_: found)
    result = init(file, "192.168.1.11", "192.168.1.15")
    assert result.exit_code == 1
    assert "Error: 192.168.1.15: no SSH server answers" in result.stderr
    assert len(load_config(file).nodes) == 1


def test_nobody_answered(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = discovery.Discovery([], [("192.168.1.15", "no SSH server answers")])
    monkeypatch.setattr(discovery, "discover", lambda *_: found)
    result = init(file, "192.168.1.15")
    assert result.exit_code == 1
    assert "was not made" in result.stderr
    assert not file.exists()


def test_wrong_usage(file: Path) -> None:
    assert init(file, "--example", "192.168.1.11").exit_code == 2
    assert init(file.with_name("no") / "cluster.toml", "--example").exit_code == 1
