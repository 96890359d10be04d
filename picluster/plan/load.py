"""Reading cluster.toml: every problem at once, nothing contacted."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import tomli
from pydantic import ValidationError

from picluster.plan.config import ClusterConfig
from picluster.plan.crosschecks import cross_check
from picluster.plan.draft import Draft, draft_of
from picluster.plan.messages import findings_of
from picluster.plan.problems import ConfigError, Finding, Location, Problem, dotted, quote


def load_config(path: Path) -> ClusterConfig:
    """The configuration in this file. Raises ConfigError with all that is wrong with it."""
    source = str(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise _refusal(
            source, "there is no such file; copy cluster.example.toml to it and fill in your boards"
        ) from None
    except IsADirectoryError:
        raise _refusal(source, "is a directory; name the file in it") from None
    except (OSError, ValueError) as error:
        # ValueError: a path with a null character.
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        raise _refusal(source, f"cannot be read: {reason}") from None
    return parse_file(data, source)


def parse_file(data: bytes, source: str) -> ClusterConfig:
    """The configuration in a file of this content; `source` names it in errors.

    Raises ConfigError with all that is wrong with it.
    """
    try:
        # utf-8-sig: editors on Windows put a byte order mark in front.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refusal(
            source, f"is not text in UTF-8 (byte {error.start + 1}); save it in that encoding"
        ) from None
    return parse_config(_toml(text, source), source)


def parse_config(data: Mapping[str, object], source: str) -> ClusterConfig:
    """The configuration in this data, as a TOML parser gives it; `source` names it in errors.

    Raises ConfigError with all that is wrong with it.
    """
    if not data:
        raise _refusal(source, "is empty; copy cluster.example.toml and fill in your boards")
    config: ClusterConfig | None = None
    findings: list[Finding] = []
    try:
        config = ClusterConfig.model_validate(dict(data))
    except ValidationError as error:
        findings += findings_of(error.errors())
    draft = draft_of(data)
    findings += cross_check(draft)
    if config is None or findings:
        raise ConfigError(source, list(_in_order(findings, draft)))
    return config


def _toml(text: str, source: str) -> dict[str, object]:
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        line = text.split("\n")[error.lineno - 1].strip()
        hint = "; text stands in quotes" if error.msg == "Invalid value" else ""
        message = f"{error.msg} in {quote(line)}{hint}"
        place = f"line {error.lineno}, column {error.colno}"
        raise ConfigError(source, [Problem(place, message)]) from None
    except RecursionError:
        raise _refusal(source, "lists or tables are nested too deeply") from None
    except ValueError as error:
        # A number with thousands of digits, for one.
        raise _refusal(source, f"is not valid TOML: {error}") from None


def _refusal(source: str, message: str) -> ConfigError:
    return ConfigError(source, [Problem("", message)])


def _in_order(findings: list[Finding], draft: Draft) -> Iterator[Problem]:
    """The findings in the order of the file's parts, each at a path that names its node."""
    sections = [field.alias or key for key, field in ClusterConfig.model_fields.items()]

    def rank(finding: Finding) -> tuple[int, int]:
        section, *rest = finding.location
        known = sections.index(section) if section in sections else -1
        return known, rest[0] if rest and isinstance(rest[0], int) else -1

    for finding in sorted(findings, key=rank):
        yield Problem(_path(finding.location, draft), finding.message)


def _path(location: Location, draft: Draft) -> str:
    match location:
        case ("node", int(index), *rest):
            inner = dotted(tuple(rest))
            return draft.called(index) + (f".{inner}" if inner else "")
    return dotted(location)
