"""Command blocks: the reader, and that each is run by test_readme_and_guide.py or says why not."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.lab.guide_blocks import Block, answered, blocks, commands, missing, pages, to_run

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "guide" / "played.md"


def _one(text: str) -> Block:
    (block,) = blocks(PAGE, text)
    return block


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_every_block_can_be_run_or_says_why_not(page: Path) -> None:
    neither = [
        f"{block.place}: {block.obstacle}. Before it: <!-- not in the lab: REASON -->"
        for block in blocks(page)
        if block.why_not is None and block.obstacle is not None
    ]
    assert neither == []


def test_the_guide_has_blocks_that_are_run() -> None:
    guide = [block for page in pages() if page.name != "README.md" for block in blocks(page)]
    run = [block for block in guide if block.why_not is None]
    assert len(run) > 20, "has the reader lost them?"


@pytest.mark.parametrize("text", ["```sh\npicluster plan\n```", "Say:\n\n    picluster plan\n"])
def test_blocks_are_fenced_or_indented(text: str) -> None:
    block = _one(text)
    assert (block.script, block.why_not, block.board) == ("picluster plan\n", None, None)
    assert text.splitlines()[block.line - 1].strip() == "picluster plan"


@pytest.mark.parametrize(
    "text",
    ["```toml\n[spark]\n```", "    [[stack]]\n    name = 1\n", "```\npicluster\n```", "`ls`"],
)
def test_settings_and_outputs_are_none(text: str) -> None:
    assert blocks(PAGE, text) == []


def test_comments_say_more_of_a_block() -> None:
    text = "<!-- on pi8 -->\n<!-- exit code: 3 -->\n```sh\nhdfs dfs -ls\n```"
    block = _one(text)
    assert (block.board, block.exit_code, block.obstacle) == ("pi8", 3, None)


def test_a_reason_is_kept() -> None:
    block = _one("<!-- not in the lab: it reboots\nyour computer -->\n\n    sudo reboot\n")
    assert block.why_not == "it reboots\nyour computer"


@pytest.mark.parametrize("comment", ["not in the lab", "not in lab: why", "on", "exit code: no"])
def test_a_comment_with_a_mistake_is_refused(comment: str) -> None:
    with pytest.raises(ValueError, match="says nothing of the block"):
        blocks(PAGE, f"<!-- {comment} -->\n```sh\npicluster plan\n```")


def test_a_comment_counts_for_the_next_block_alone() -> None:
    text = "<!-- not in the lab: a reason -->\n```sh\nmake lab\n```\n\nThen:\n\n```sh\nmake\n```"
    assert [block.why_not for block in blocks(PAGE, text)] == ["a reason", None]


@pytest.mark.parametrize(
    ("script", "wrong"),
    [
        ("picluster plan", None),
        ("picluster lab heat pi1a 84", None),
        ("picluster lab ssh pi8 sudo docker node ls", None),
        ("picluster drift --json | python -m json.tool", None),
        ("pyinfra inventory.py deploys/all.py --dry", None),
        ("picluster shell <<'END'\nsudo = rm\nEND\n", None),
        ("until picluster lab ssh pi8 true; do sleep 1; done", None),
        ("until picluster check; do sudo reboot; done", "sudo is not the project's"),
        ("make lab", "make is not the project's"),
        ("picluster plan && sudo reboot", "sudo is not the project's"),
        ("picluster plan | ssh pi@pi8", "ssh is not the project's"),
        ("picluster shell <<END\nx\nEND\nrm x", "rm is not the project's"),
        ("picluster lab down", "would take the lab"),
        ("picluster lab kill pi1b", "no board pi1b"),
        ("picluster shutdown", "switches the boards off"),
        ("picluster discover 192.168.1.11", "addresses that the lab does not have"),
    ],
)
def test_what_a_lab_can_run(script: str, wrong: str | None) -> None:
    obstacle = _one(f"```sh\n{script}\n```").obstacle
    if wrong is None:
        assert obstacle is None
    else:
        assert obstacle is not None
        assert wrong in obstacle


@pytest.mark.parametrize(("board", "wrong"), [("pi8", False), ("pi1b", True)])
def test_boards_of_the_shared_lab_alone(board: str, wrong: bool) -> None:
    block = _one(f"<!-- on {board} -->\n```sh\nsudo docker node ls\n```")
    assert (block.obstacle is not None) is wrong


def test_what_stands_on_several_pages_is_run_once(tmp_path: Path) -> None:
    texts = [
        "```sh\npicluster plan\n```\n\n```sh\nmake lab\n```\n",
        "```sh\npicluster plan\n```\n",
        "<!-- on pi8 -->\n```sh\npicluster plan\n```\n",
        "```sh\npicluster plan\n```\n\n```text\npi8\n```\n",
        "<!-- not in the lab: a reason -->\n```sh\npicluster check\n```\n",
    ]
    written = [tmp_path / f"{number}.md" for number in range(len(texts))]
    for page, text in zip(written, texts, strict=True):
        page.write_text(text)
    found = to_run(written)
    assert {page.stem: len(chosen) for page, chosen in found.items()} == {"0": 1, "2": 1, "3": 1}


def _played(folder: Path, script: str) -> "subprocess.CompletedProcess[str]":
    """A script with programs that print how they were called; `false` is bash's own."""
    for name in ("picluster", "pyinfra"):
        program = folder / name
        program.write_text(f'#!/bin/sh\necho {name} "$@"\n')
        program.chmod(0o755)
    return subprocess.run(
        ["bash", "-c", answered(script)],
        env={"PATH": f"{folder}:{os.environ['PATH']}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("script", "called"),
    [
        ("pyinfra inventory.py deploys/all.py", "pyinfra inventory.py deploys/all.py -y"),
        ("picluster trust pi2a", "picluster trust pi2a --yes"),
        ("picluster lab heat pi2a 84", "picluster lab heat pi2a 84"),
        ("until picluster check; do false; done", "picluster check"),
    ],
)
def test_what_readers_are_asked_is_answered(tmp_path: Path, script: str, called: str) -> None:
    done = _played(tmp_path, script)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{called}\n", "")


def test_a_block_ends_where_a_command_fails(tmp_path: Path) -> None:
    done = _played(tmp_path, "picluster plan\nfalse\npicluster check\n")
    assert (done.returncode, done.stdout) == (1, "picluster plan\n")


def test_commands_are_split_and_comments_left_out() -> None:
    script = "picluster plan   # who\npicluster ls a \\\n    | sort\n\n# a line\n"
    assert list(commands(script)) == [["picluster", "plan"], ["picluster", "ls", "a"], ["sort"]]


PRINTED = "```sh\npicluster ls\n```\n\nYou see:\n\n```text\n  a …\n…\nb\n```\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PRINTED, ("a …", "b")),
        (PRINTED.replace("```text", "<!-- for example -->\n```text"), ()),
        (PRINTED.replace("You see:", "## Next"), ()),
        (PRINTED.replace("You see:", "```sh\npicluster plan\n```"), ()),
        ("```sh\npicluster ls\n```\n", ()),
    ],
)
def test_what_a_block_prints_stands_below_it(text: str, expected: tuple[str, ...]) -> None:
    assert blocks(PAGE, text)[0].expected == expected


@pytest.mark.parametrize(
    ("expected", "wrong"),
    [
        ((), None),
        (("one", "three"), None),
        (("t…o", "three"), None),
        (("three", "one"), "one"),
        (("four",), "four"),
        (("on",), "on"),
        (("one", "one"), "one"),
    ],
)
def test_an_output_is_compared_in_its_order(expected: tuple[str, ...], wrong: str | None) -> None:
    assert missing(expected, "one\n  two\nthree\n") == wrong
