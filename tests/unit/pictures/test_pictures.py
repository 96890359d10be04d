"""What holds for every picture of every cluster."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from picluster.pictures.files import DRAWERS, pictures
from picluster.pictures.style import TYPES, WIDTH
from picluster.plan.load import load_config
from picluster.plan.plan import make_plan
from tests.unit.pictures.clusters import CLUSTERS
from tests.unit.pictures.drawn import SVG, Area, boxes, parsed, texts

ROOT = Path(__file__).parents[3]
PLANS = {name: make_plan(config) for name, config in CLUSTERS.items()}
EVERY = pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind in DRAWERS for name in CLUSTERS]
)


def drawn(kind: str, name: str) -> str:
    return DRAWERS[kind](CLUSTERS[name], PLANS[name])


@pytest.mark.parametrize("kind", DRAWERS)
def test_those_of_the_documentation_are_current(kind: str) -> None:
    config = load_config(ROOT / "cluster.example.toml")
    now = pictures(config, make_plan(config))[f"{kind}.svg"]
    file = ROOT / "docs" / "pictures" / f"{kind}.svg"
    assert file.read_text(encoding="utf-8") == now, "run: python scripts/pictures.py"


def test_no_other_picture_lies_there() -> None:
    found = {file.stem for file in (ROOT / "docs" / "pictures").glob("*.svg")}
    assert found == set(DRAWERS)


@EVERY
def test_it_is_as_wide_as_a_readme_and_as_high_as_it_says(kind: str, name: str) -> None:
    root = parsed(drawn(kind, name))
    assert root.tag == f"{SVG}svg"
    assert root.attrib["viewBox"] == f"0 0 {WIDTH} {root.attrib['height']}"
    ground = next(boxes(root))
    assert (ground.right, ground.bottom) == (WIDTH, float(root.attrib["height"]))


@EVERY
def test_it_is_read_out_to_who_cannot_see_it(kind: str, name: str) -> None:
    root = parsed(drawn(kind, name))
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"].split() == [title.attrib["id"], description.attrib["id"]]
    assert title.text
    assert len(description.text or "") > 40


@EVERY
def test_no_text_is_wider_than_its_box(kind: str, name: str) -> None:
    root = parsed(drawn(kind, name))
    areas = list(boxes(root))
    for text in texts(root):
        point = Area(*text.anchor, *text.anchor)
        around = min((area for area in areas if area.holds(point)), key=lambda area: area.size)
        assert around.holds(text.area), f"{text.text!r} leaves its box"


@EVERY
def test_no_text_lies_on_another(kind: str, name: str) -> None:
    for one, other in combinations(texts(parsed(drawn(kind, name))), 2):
        assert not one.area.meets(other.area), f"{one.text!r} and {other.text!r}"


@EVERY
def test_every_class_has_a_look_in_light_and_in_dark(kind: str, name: str) -> None:
    root = parsed(drawn(kind, name))
    style = root.findtext(f"{SVG}style") or ""
    light, _, dark = style.partition("@media (prefers-color-scheme:dark)")
    used = {one for element in root.iter() for one in element.get("class", "").split()}
    plain = {"dashed"}
    for look in (light, dark):
        coloured = set(re.findall(r"\.([a-z-]+)\{(?:fill|stroke):#", look))
        assert used - plain <= coloured
    assert {kind for kind in used if kind in TYPES} <= set(re.findall(r"\.([a-z-]+)\{font", light))


@EVERY
def test_it_is_the_same_each_time(kind: str, name: str) -> None:
    assert drawn(kind, name) == drawn(kind, name)


@pytest.mark.parametrize("kind", ["rack", "network"])
@pytest.mark.parametrize("name", CLUSTERS)
def test_every_board_is_told_of(kind: str, name: str) -> None:
    description = parsed(drawn(kind, name)).findtext(f"{SVG}desc") or ""
    assert all(node.name in description for node in CLUSTERS[name].nodes)
