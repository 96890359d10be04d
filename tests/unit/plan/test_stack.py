"""Compose files: what counts as a change, what Docker is sent, and what is refused where."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from picluster.plan.stack import CONTENT, NETWORK, WISH, StackError, StackWish, parse_stack
from picluster.plan.stack_variables import NoValueError, escape, substitute

COMPOSE = """
version: "3.8"
services:
  web:
    image: busybox:1.36.1
    command: [httpd, -f]
    environment: {A: "1", PASSWORD: planted-in-environment}
    networks: [front]
    configs: [{source: page, target: /www/index.html, mode: 0444}]
    secrets: [key]
    ports: ["22:22"]
    deploy: {labels: [mine=yes], mode: global}
networks: {front: {driver: overlay}}
configs: {page: {file: page.html}}
secrets: {key: {file: keys/key}}
"""
FILES = {"page.html": b"hello", "keys/key": b"planted-in-file"}
KEY = b"of the digests"


def parse(text: str = COMPOSE, files: dict[str, bytes] = FILES, key: bytes = KEY) -> StackWish:
    return parse_stack("hello", text, lambda path: files[path], key, "stacks/hello.yml")


def sent(wish: StackWish) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(wish.text)
    return data


def problems(text: str) -> list[str]:
    with pytest.raises(StackError) as caught:
        parse(text)
    return str(caught.value).split("\n  ")


SAME = {
    "a comment": "# a comment\n" + COMPOSE,
    "blanks": COMPOSE.replace("driver: overlay", "driver:     overlay"),
    "order of keys": COMPOSE.replace(
        "    image: busybox:1.36.1\n    command: [httpd, -f]\n",
        "    command: [httpd, -f]\n    image: busybox:1.36.1\n",
    ),
    "quotes": COMPOSE.replace("busybox:1.36.1", "'busybox:1.36.1'"),
    "a note for the owner": COMPOSE + "x-note: {any: $thing}\n",
    "its own name": COMPOSE + "name: hello\n",
    "an anchor": COMPOSE.replace("[httpd, -f]", "&command [httpd, -f]"),
}
OTHER = {
    "an image": COMPOSE.replace("1.36.1", "1.37"),
    "a word": COMPOSE.replace("[httpd, -f]", "[httpd, -f, -v]"),
    "order of words": COMPOSE.replace("[httpd, -f]", "[-f, httpd]"),
    "a label": COMPOSE.replace("mine=yes", "mine=no"),
    "an environment": COMPOSE.replace("planted-in-environment", "another-one"),
}


@pytest.mark.parametrize("text", SAME.values(), ids=SAME)
def test_what_does_not_count(text: str) -> None:
    assert text != COMPOSE
    assert parse(text) == parse()


@pytest.mark.parametrize("text", OTHER.values(), ids=OTHER)
def test_what_counts(text: str) -> None:
    assert text != COMPOSE
    assert parse(text).digest != parse().digest


@pytest.mark.parametrize("path", FILES)
def test_a_content_gets_a_new_name(path: str) -> None:
    before, after = parse(), parse(files=FILES | {path: b"other"})
    changed = {blob.name for blob in after.blobs} - {blob.name for blob in before.blobs}
    assert len(changed) == 1
    assert after.digest != before.digest


def test_what_docker_is_sent() -> None:
    wish = parse()
    data = sent(wish)
    web = data["services"]["web"]
    assert web["deploy"]["labels"] == {"mine": "yes", WISH: wish.digest}
    assert web["configs"] == [{"source": "page", "target": "/www/index.html", "mode": 0o444}]
    assert web["ports"] == ["22:22"], "no number of base sixty"
    assert data["networks"]["front"]["labels"] == {NETWORK: wish.networks["hello_front"]}
    page, key = wish.blobs
    assert (page.kind, page.content, key.content) == ("configs", b"hello", b"planted-in-file")
    assert page.name == f"hello_page_{page.digest[:8]}"
    assert data["configs"] == {"page": {"external": True, "name": page.name}}
    assert data["secrets"] == {"key": {"external": True, "name": key.name}}
    assert wish.services == ("hello_web",)
    assert CONTENT not in wish.text


def test_a_secret_is_told_by_nothing() -> None:
    wish = parse()
    assert "planted" not in repr(wish)
    assert "planted-in-file" not in wish.text
    assert wish.hide("refused: planted-in-environment") == "refused: …"
    # Without the key nobody can try values until the digest is the same.
    other = parse(key=b"another key")
    assert other.digest != wish.digest
    assert {b.digest for b in other.blobs}.isdisjoint(b.digest for b in wish.blobs)


def test_networks_are_those_that_docker_makes() -> None:
    text = "services: {a: {image: x}, b: {image: x, networks: [n, o]}}\n"
    text += "networks: {n: {name: own}, o: {external: true}, unused: {}}"
    assert set(parse(text).networks) == {"hello_default", "own"}


def test_versions() -> None:
    text = "services: {a: {image: x}}"
    assert sent(parse(text))["version"] == "3.8"
    assert sent(parse(f"version: '3'\n{text}"))["version"] == "3.8"
    assert sent(parse(f"version: '3.10'\n{text}"))["version"] == "3.10"
    assert "in quotes" in problems(f"version: 3.8\n{text}")[0]
    assert "no other major" in problems(f"version: '2.4'\n{text}")[0]


WEB = "services:\n  web:\n    image: x\n"
REFUSED = {
    "": (" ", "empty"),
    "services: [": ("1: ", "no YAML"),
    "a: 1\na: 2": ("2: ", '"a" stands there twice'),
    "services:\n  a: &a\n    x: *a": ("2: ", "holds itself"),
    "a: \0": (" ", "no YAML"),
    "- services": ("1: ", "no table"),
    f"{WEB}servces: 1": ("4: servces: ", 'did you mean "services"?'),
    f"{WEB}version: 3": ("4: version: ", "in quotes"),
    f"{WEB}name: other": ("4: name: ", "cluster.toml"),
    "services: {}": ("1: services: ", "at least one"),
    "services:\n  web:\n    command: x": ("2: services.web.image: ", "the image"),
    f"{WEB}    build: .": ("4: services.web.build: ", "builds no images"),
    f"{WEB}    env_file: .env": ("4: services.web.env_file: ", "environment"),
    f"{WEB}    comand: x": ("4: services.web.comand: ", '"command"'),
    f"{WEB}    true: x": ("4: ", "write it in quotes"),
    f"{WEB}    deploy: {{replica: 2}}": (
        "4: services.web.deploy.replica: ", '"replicas"',
    ),
    f"{WEB}    volumes: [./data:/data]": ("4: services.web.volumes[0]: ", "./data"),
    f"{WEB}    volumes: [{{type: bind, source: data, target: /d}}]": (
        "4: services.web.volumes[0]: ", "relative",
    ),
    f"{WEB}    volumes: [data:/data]": ("4: services.web.volumes[0]: ", "volumes"),
    f"{WEB}    networks: [n]": ("4: services.web.networks[0]: ", '"n"'),
    f"{WEB}    secrets: [{{source: s}}]": ("4: services.web.secrets[0]: ", '"s"'),
    f"{WEB}    environment: [A]": ("4: services.web.environment[0]: ", "no value"),
    f"{WEB}    environment: {{A: }}": ("4: services.web.environment.A: ", "value"),
    f"{WEB}    environment: {{A: yes}}": ("4: services.web.environment.A: ", "quote"),
    f"{WEB}    hostname: pi-${{X}}": ("4: services.web.hostname: ", "${X}"),
    f"{WEB}    hostname: $X": ("4: services.web.hostname: ", "${X:-value}"),
    f"{WEB}    hostname: ${{X:?no}}": ("4: services.web.hostname: ", "X"),
    f"{WEB}    hostname: a$": ("4: services.web.hostname: ", "$$"),
    f"{WEB}configs: {{c: {{file: none}}}}": ("4: configs.c.file: ", '"none"'),
    f"{WEB}configs: {{c: {{content: ''}}}}": ("4: configs.c.content: ", "no text"),
    f"{WEB}secrets: {{c: {{environment: X}}}}": ("4: secrets.c.environment: ", ""),
    f"{WEB}secrets: {{c: {{external: true, file: x}}}}": ("4: secrets.c: ", "one of"),
    f"{WEB}configs: {{{'c' * 60}: {{content: x}}}}": ("4: configs.", "too long"),
    "services: {'a b': {image: x}}": ('1: services."a b": ', "its name"),
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_refused_with_place_and_advice(text: str) -> None:
    place, words = REFUSED[text]
    place = f"stacks/hello.yml:{place}"
    (problem,) = problems(text)
    assert problem.startswith(place)
    assert words in problem.removeprefix(place)


def test_all_problems_at_once() -> None:
    text = f"{WEB}    build: .\n    environment: [A]\n  other: {{imag: x}}\nx: 1"
    assert len(problems(text)) == 3, "one table's keys come before its values"


def test_a_file_of_aliases_does_not_grow_without_end() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    for n in range(1, 8):
        lines.append(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]")
    (problem,) = problems("\n".join(lines))
    assert "more than" in problem


def test_no_value_is_quoted() -> None:
    for text in (
        f"{WEB}    environment: {{PASSWORD: 'planted-$x'}}",
        f"{WEB}    environment: {{PASSWORD: [planted]}}",
        f"{WEB}    environment: {{PASSWORD: 'planted",
    ):
        assert "planted" not in "".join(problems(text))


def test_a_content_that_the_swarm_does_not_keep() -> None:
    for content in (b"", b"x" * (500 * 1024 + 1)):
        with pytest.raises(StackError, match="500 KiB"):
            parse(files=FILES | {"page.html": content})


@given(st.text())
def test_a_text_gets_to_docker_as_it_is(text: str) -> None:
    assert substitute(escape(text)) == text


@given(st.text(alphabet="${}:-?aA_1 "))
def test_a_variable_has_a_default_or_is_refused(text: str) -> None:
    try:
        found = substitute(text)
    except NoValueError:
        assert "$" in text
    else:
        assert found == text or "$" in text
    assert substitute("${X:-a b}${Y-}$$") == "a b$"


@given(st.text(alphabet="{}[]:,-&*!|>\"'\n# a1$~", max_size=60))
def test_any_text_is_a_stack_or_refused(text: str) -> None:
    with suppress(StackError):
        assert parse(text).services
