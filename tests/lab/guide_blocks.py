"""The command blocks of README and guide: what stands in them, and which of them a lab can run.

A block is fenced as `sh`, or indented and begins with a program. Comments before it say more:

    <!-- on pi8 -->                  it is run on that board, as its user
    <!-- not in the lab: REASON -->  it is not run by tests
    <!-- exit code: 3 -->            that its last command ends with; 0 otherwise

A block fenced as `text` after it is what it prints, where `…` stands for anything; with
`<!-- for example -->` before it, it is not compared.
"""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.lab.deploying import ROOT

BOARDS = ("pi8", "pi2a", "pi1a")
"""Of the lab that tests share; those of `make lab` have the same names, and four more."""

PROGRAMS = {
    *("make", "picluster", "pyinfra", "git", "sudo", "docker", "hdfs", "yarn", "mapred", "ssh"),
    *("spark-submit", "spark-sql", "pyspark", "pytest", "python", "python3", "curl", "cp", "tar"),
    *(".", "source", "cd", "export", "journalctl", "systemctl", "df", "ssh-keygen", "vcgencmd"),
}
"""An indented block that begins with one of these is one of commands."""

HARMLESS = {"curl", "echo", "grep", "cat", "head", "tail", "sort", "wc", "true", "python", "sleep"}
"""Programs that may run on the computer of the tests, beside the project's own."""

KEYWORDS = {"until", "while", "if", "then", "else", "fi", "do", "done", "!"}
"""Of the shell, before a command."""

SHARED_LAB = {"up", "down", "reset"}
"""Verbs of `picluster lab` that would take the lab from other tests."""

OWNERS = {
    "discover": "it asks boards at addresses that the lab does not have",
    "init": "it writes the owner's cluster.toml",
    "sudo": "boards of the lab have no password for sudo",
    "shutdown": "it switches the boards off that other tests need",
    "start": "it waits for boards that were switched off",
}
"""Verbs of `picluster` that a shared lab cannot bear, and why."""


@dataclass(frozen=True)
class Block:
    """One command block."""

    page: Path
    line: int
    """Of its first command in the page, from 1."""
    script: str
    board: str | None = None
    why_not: str | None = None
    """The reason for which it is not run."""
    exit_code: int = 0
    expected: tuple[str, ...] = ()
    """Lines of its output, in this order; others may stand between them."""

    @property
    def place(self) -> str:
        """Where it stands, for messages."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def obstacle(self) -> str | None:
        """Why a lab cannot run it though nothing says so; None where it can."""
        if self.board is not None:
            return None if self.board in BOARDS else f"the lab of tests has no board {self.board}"
        return next(filter(None, map(_obstacle, commands(self.script))), None)


def pages() -> list[Path]:
    """The pages whose blocks are run."""
    return [ROOT / "README.md", *sorted((ROOT / "docs" / "guide").glob("*.md"))]


def blocks(page: Path, text: str | None = None) -> list[Block]:
    """All command blocks of a page, in their order.

    Raises ValueError for a comment that begins like one of those above and is none.
    """
    tokens = MarkdownIt().parse(page.read_text() if text is None else text)
    found = []
    for index, token in enumerate(tokens):
        if _is_of_commands(token):
            found.append(_block(page, tokens, index))
    return found


def to_run(pages: Iterable[Path]) -> dict[Path, list[Block]]:
    """The blocks that are run, by page; one that stands on several is run on the first of them.

    One that tells what it prints, and each time something else, is run wherever it stands.
    """
    known: set[tuple[str, str | None, tuple[str, ...]]] = set()
    chosen: dict[Path, list[Block]] = {}
    for page in pages:
        for block in blocks(page):
            key = (block.script, block.board, block.expected)
            silent = (block.script, block.board, ())
            runs = block.why_not is None and block.obstacle is None
            if runs and key not in known:
                known |= {key, silent}
                chosen.setdefault(page, []).append(block)
    return chosen


def commands(script: str) -> Iterator[list[str]]:
    """The words of each command; those of a pipe one after the other, without here-documents."""
    lines = iter(script.replace("\\\n", " ").splitlines())
    for line in lines:
        if heredoc := re.search(r"<<\s*['\"]?(\w+)", line):
            for inner in lines:
                if inner.strip() == heredoc[1]:
                    break
            line = line[: heredoc.start()]
        yield from _parts(line)


def _parts(line: str) -> Iterator[list[str]]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    words: list[str] = []
    for word in [*lexer, ";"]:
        if word in {"|", "||", "&&", ";", "&"}:
            if words:
                yield words
            words = []
        elif words or word not in KEYWORDS:
            words.append(word)


def _obstacle(words: list[str]) -> str | None:
    program, *rest = words
    if program == "picluster" and rest:
        if rest[0] == "lab":
            return _of_the_lab(rest[1:])
        return OWNERS.get(rest[0])
    if program in {"picluster", "pyinfra", *HARMLESS}:
        return None
    return f"{program} is not the project's: it belongs to the reader's computer, or to a board"


def _of_the_lab(words: list[str]) -> str | None:
    if words and words[0] in SHARED_LAB:
        return f"`picluster lab {words[0]}` would take the lab from other tests"
    if len(words) > 1 and not words[1].startswith("-") and words[1] not in BOARDS:
        return f"the lab of tests has no board {words[1]}"
    return None


def _is_of_commands(token: Token) -> bool:
    if token.type == "fence":
        return token.info.strip() in {"sh", "bash", "console"}
    if token.type != "code_block":
        return False
    first = next(commands(token.content), [""])
    return first[0] in PROGRAMS


def _block(page: Path, tokens: list[Token], index: int) -> Block:
    token = tokens[index]
    assert token.map is not None, "markdown-it tells the lines of every block"
    said = _said_before(page, tokens, index)
    return Block(
        page,
        token.map[0] + (2 if token.type == "fence" else 1),
        token.content,
        board=said.get("on"),
        why_not=said.get("not in the lab"),
        exit_code=int(said.get("exit code", 0)),
        expected=_expected(page, tokens, index),
    )


_COMMENT = re.compile(r"<!--\s*(.*?)\s*-->", re.S)
_SAID = re.compile(
    r"(?:(on) (\S+)|(not in the lab): (\S.*)|(exit code): (\d+)|(for example))", re.S
)


def _said_before(page: Path, tokens: list[Token], index: int) -> dict[str, str]:
    """What the comments just before a block say, by its first words."""
    said: dict[str, str] = {}
    while index and tokens[index - 1].type == "html_block":
        index -= 1
        for comment in _COMMENT.findall(tokens[index].content):
            matched = _SAID.fullmatch(comment)
            if matched is None:
                raise ValueError(f"{page.name}: {comment!r} says nothing of the block after it")
            name, *value = [part for part in matched.groups() if part is not None]
            said[name] = " ".join(value)
    return said


def _expected(page: Path, tokens: list[Token], index: int) -> tuple[str, ...]:
    """The lines of the next block of text, where no heading or command comes first."""
    for after in range(index + 1, len(tokens)):
        token = tokens[after]
        if token.type == "heading_open" or _is_of_commands(token):
            break
        if token.type == "fence" and token.info.strip() == "text":
            if "for example" in _said_before(page, tokens, after):
                break
            lines = (line.strip() for line in token.content.splitlines())
            return tuple(line for line in lines if line.strip("… "))
    return ()


_ANSWERS = """set -eu
pyinfra() { command pyinfra "$@" -y; }
picluster() {
    if [ "$1" = trust ]; then command picluster "$@" --yes; else command picluster "$@"; fi
}
"""


def answered(script: str) -> str:
    """The script for bash, with a reader's answers: pyinfra asks before it changes anything, and
    `picluster trust` before it believes a key. It ends where a command fails.
    """
    return _ANSWERS + script


def missing(expected: tuple[str, ...], output: str) -> str | None:
    """The first expected line that the output does not have after those before it."""
    lines = iter([line.strip() for line in output.splitlines()])
    for wanted in expected:
        pattern = re.compile(".*".join(map(re.escape, wanted.split("…"))))
        if not any(pattern.fullmatch(line) for line in lines):
            return wanted
    return None
