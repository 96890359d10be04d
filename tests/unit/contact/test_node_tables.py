"""Edits of [[node]] tables in place."""

import pytest
import tomli

from picluster.contact.entries import Entry, Value
from picluster.contact.node_tables import NodeTables

ENTRY = Entry("new", "192.168.1.20", "4B", 4.0, None)
TEXT = """\
[[node]]  # the first
name = "a"
address = "192.168.1.11"   # by the window
model = '4B'
memory_gb = 8
roles = [
    "manager",  # [[node]]
]
# storage = "/srv/ssd"

# about b
[[ node ]]
name = "b#1"

# about ssh
[ssh]
user = "pi"
"""


@pytest.mark.parametrize(
    ("index", "key", "value", "line"),
    [
        (0, "address", "192.168.1.12", 'address = "192.168.1.12"   # by the window'),
        (0, "model", "5", 'model = "5"'),
        (0, "memory_gb", 0.5, "memory_gb = 0.5"),
        (1, "name", "b", 'name = "b"'),
    ],
)
def test_a_value_is_replaced(index: int, key: str, value: Value, line: str) -> None:
    tables = NodeTables(TEXT)
    tables.set(index, key, value)
    old, new = TEXT.splitlines(), tables.text.splitlines()
    assert [after for before, after in zip(old, new, strict=True) if before != after] == [line]
    assert tomli.loads(tables.text)["node"][index][key] == value


@pytest.mark.parametrize("index", [0, 1])
def test_a_key_is_added_after_the_last_one(index: int) -> None:
    tables = NodeTables(TEXT)
    tables.set(index, "mac", "dc:a6:32:00:00:01")
    lines = tables.text.splitlines()
    place = lines.index('mac = "dc:a6:32:00:00:01"')
    assert lines[place - 1] == ("]", 'name = "b#1"')[index]
    del lines[place]
    assert lines == TEXT.splitlines()


def test_a_node_is_added_after_the_last_one() -> None:
    tables = NodeTables(TEXT)
    tables.append(ENTRY)
    front, _, rest = TEXT.partition("\n# about ssh")
    added = "\n".join(["", *ENTRY.lines(), ""])
    assert tables.text == f"{front}{added}\n# about ssh{rest}"


@pytest.mark.parametrize("text", ["", "[ssh]\nuser = 'pi'\n"])
def test_the_first_node(text: str) -> None:
    tables = NodeTables(text)
    tables.append(ENTRY)
    assert tomli.loads(tables.text)["node"][0]["name"] == "new"


def test_line_ends_stay() -> None:
    tables = NodeTables(TEXT.replace("\n", "\r\n"))
    tables.append(ENTRY)
    assert "\r\n" in tables.text
    assert "\n" not in tables.text.replace("\r\n", "")
