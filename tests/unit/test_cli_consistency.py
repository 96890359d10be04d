"""One vocabulary over all commands, which are found and not listed: no new one is forgotten."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from picluster.cli import COMMANDS, main

ROOT = Path(__file__).parents[2]


def _found(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    context = click.Context(command)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from _found(below, (*words, name))
    if words:
        yield " ".join(words), command


VERBS = dict(_found(main, ()))
"""Each command and each one below a group, by its words."""

OPTIONS = [
    (verb, option)
    for verb, command in VERBS.items()
    for option in command.params
    if isinstance(option, click.Option)
]

WITH_JSON = {"board", "check", "discover", "drift", "lab status", "ls", "plan", "status", "urls"}
"""All that tell something which a script may want; the others do something, or print a file."""


def run(*words: str) -> Result:
    return CliRunner().invoke(main, words, prog_name="picluster")


def test_the_verbs_are_found() -> None:
    assert VERBS.keys() > COMMANDS.keys()
    assert "lab reflash" in VERBS


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_an_example_that_calls_it(verb: str) -> None:
    text = run(*verb.split(), "--help").output
    example = text.partition("Example:")[2]
    assert f"picluster {verb}" in example


@pytest.mark.parametrize("verb", VERBS)
def test_help_tells_the_exit_codes(verb: str) -> None:
    text = " ".join(run(*verb.split(), "--help").output.split())
    assert "Exits with " in text
    assert " 1 " in text or "code" in text


@pytest.mark.parametrize("verb", VERBS)
def test_help_begins_with_one_whole_sentence(verb: str) -> None:
    first = (VERBS[verb].help or "").strip().partition("\n\n")[0].replace("\n", " ")
    assert re.match(r"[A-Z].*[.?]$|[A-Z].*: .*\.$", first), first


def test_no_sentence_is_cut_off_in_the_list() -> None:
    for group in ([], ["lab"]):
        listed = run(*group, "--help").output.partition("Commands:")[2]
        assert listed
        assert not [line for line in listed.splitlines() if line.endswith("...")]


def test_json_is_where_a_script_may_want_it() -> None:
    assert {verb for verb, option in OPTIONS if option.name == "as_json"} == WITH_JSON


@pytest.mark.parametrize(
    ("verb", "option"), OPTIONS, ids=lambda value: getattr(value, "name", value)
)
def test_each_option_is_explained(verb: str, option: click.Option) -> None:
    assert option.help, f"{verb} {option.opts}"
    assert option.help.endswith("."), f"{verb} {option.opts}: {option.help}"


def test_one_option_has_one_spelling() -> None:
    spellings: dict[str, set[tuple[str, ...]]] = {}
    for _, option in OPTIONS:
        spellings.setdefault(max(option.opts, key=len), set()).add(tuple(sorted(option.opts)))
    assert not {name: found for name, found in spellings.items() if len(found) > 1}


def test_one_option_means_one_thing() -> None:
    """A flag here is no option with a value there."""
    kinds: dict[str, set[bool]] = {}
    for _, option in OPTIONS:
        kinds.setdefault(max(option.opts, key=len), set()).add(option.is_flag)
    assert not {name: found for name, found in kinds.items() if len(found) > 1}


FILES = {
    "missing": None,
    "not TOML": b"[cluster\n",
    "wrong": b"[cluster]\nname = 1\n",
    "not text": b"\xff\xfe\x00",
    "empty": b"",
}
ON_THE_CLUSTER = {
    "blink": ["pi8"],
    "check": ["--quick"],
    "drift": [],
    "fetch": [],
    "get": ["x"],
    "ls": [],
    "plan": [],
    "put": ["README.md"],
    "shell": [],
    "shutdown": ["--yes"],
    "start": ["--timeout", "0"],
    "status": [],
    "submit": ["examples/estimate_pi.py"],
    "sudo": ["--all"],
    "trust": ["--all", "--yes"],
    "urls": [],
}
"""Words of each command that reads the cluster.toml in use."""


@pytest.mark.parametrize("content", FILES.values(), ids=FILES.keys())
@pytest.mark.parametrize("verb", ON_THE_CLUSTER)
def test_a_wrong_cluster_file_is_told_and_no_crash(
    verb: str, content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cluster.toml"
    if content is not None:
        file.write_bytes(content)
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PICLUSTER_CONFIG", str(file))
    result = run(verb, *ON_THE_CLUSTER[verb])
    assert isinstance(result.exception, SystemExit), result.exception
    # `check` keeps 1 for a check that failed.
    assert result.exit_code == (2 if verb == "check" else 1)
    assert str(file) in result.stderr
    assert "Error: " in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "words",
    [
        ["blink", "pi9"],
        ["shutdown", "pi9", "--yes"],
        ["sudo", "pi9"],
        ["trust", "pi9", "--yes"],
        ["drift", "--limit", "pi9"],
    ],
    ids=" ".join,
)
def test_a_board_that_is_none_is_told_in_the_same_words(
    words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("PICLUSTER_CONFIG", str(ROOT / "cluster.example.toml"))
    result = run(*words)
    assert result.exit_code == 1
    assert result.stderr.startswith('Error: "pi9" is no node of the cluster; ')


@pytest.mark.parametrize("verb", VERBS)
def test_an_unknown_option_is_wrong_usage(verb: str) -> None:
    passes_on = {"lab ssh", "lab skew", "shell", "submit"}
    if verb in passes_on or isinstance(VERBS[verb], click.Group):
        words = ["lab", "--no-such-option"]
    else:
        words = [*verb.split(), "--no-such-option"]
    result = run(*words)
    assert result.exit_code == 2
    assert "No such option" in result.stderr
