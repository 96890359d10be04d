"""The files of the home page deploy: the page, its server's settings, the unit."""

import configparser
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from typing_extensions import override

from deploys.home import page, server, settings
from picluster.plan.config import ClusterConfig
from picluster.plan.load import load_config
from picluster.plan.plan import make_plan
from picluster.plan.urls import services
from tests.unit.plan.clusters import cluster

EXAMPLE = load_config(Path("cluster.example.toml"))
BOARDS: tuple[dict[str, Any], ...] = ({"memory_gb": 8}, {"memory_gb": 4}, {})
OFF = {"enabled": False}
VOID = {"br", "img", "link", "meta"}


class Page(HTMLParser):
    """Elements and text; refuses what is opened and not closed, or closed and not opened."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open, self._open

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert len(dict(attrs)) == len(attrs), (tag, attrs)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """Attributes of each element of this kind."""
        return [attributes for found, attributes in self.elements if found == tag]


def _page(config: ClusterConfig = EXAMPLE) -> Page:
    return Page(page.page(config, make_plan(config)))


def _files(config: ClusterConfig) -> dict[str, str]:
    entries = settings.files(config, make_plan(config), config.nodes[1])
    return {entry.path: entry.content.decode() for entry in entries}


def test_all_boards_are_in_the_table() -> None:
    shown = _page()
    rows = [row["data-board"] for row in shown.all("tr") if "data-board" in row]
    assert rows == [node.name for node in EXAMPLE.nodes]
    for node in EXAMPLE.nodes:
        assert str(node.address) in shown.text
        assert node.board.title in shown.text
    assert "NameNode" in shown.text
    assert "7 boards, 28 cores, 19 GB of memory" in shown.text


def test_links_lead_to_the_services() -> None:
    wanted = [link.url for link in services(EXAMPLE, make_plan(EXAMPLE))]
    assert [link["href"] for link in _page().all("a")] == wanted
    assert len(wanted) == 5


def test_what_is_off_has_no_link() -> None:
    off: dict[str, Any] = dict.fromkeys(("portainer", "spark", "yarn", "hdfs"), OFF)
    shown = _page(cluster(*BOARDS, **off))
    assert not shown.all("a")
    assert not shown.all("nav")


def test_it_can_be_read_by_everybody() -> None:
    shown = _page()
    assert shown.all("html") == [{"lang": "en"}]
    assert [tag for tag, _ in shown.elements if re.fullmatch("h[1-6]", tag)] == [
        "h1", "h2", "h2", "h2",
    ]  # fmt: skip
    assert all(image["alt"] for image in shown.all("img"))
    identifiers = [a["id"] for _, a in shown.elements if "id" in a]
    assert len(set(identifiers)) == len(identifiers)
    named = {a["aria-labelledby"] for _, a in shown.elements if "aria-labelledby" in a}
    assert named <= set(identifiers)
    assert any("width=device-width" in str(meta.get("content")) for meta in shown.all("meta"))
    columns = [head for head in shown.all("th") if head["scope"] == "col"]
    cells = [cell for cell in shown.all("td") if cell["data-label"]]
    assert len(cells) == (len(columns) - 1) * len(EXAMPLE.nodes)


def test_nothing_comes_from_elsewhere_and_nothing_runs_within() -> None:
    shown = _page()
    loaded = [
        e.get("src") or e.get("href") for t in ("script", "img", "link") for e in shown.all(t)
    ]
    assert sorted(map(str, loaded)) == ["figures.js", "icon.svg", "rack.svg", "style.css"]
    assert {f"{settings.PAGE}/{name}" for name in loaded} <= set(_files(EXAMPLE))
    assert not shown.all("style")
    for tag, attributes in shown.elements:
        assert not [key for key in attributes if key.startswith("on") or key == "style"], tag
    for name in ("style.css", "figures.js"):
        assert "//" not in re.sub(
            r"^// .*$|/\*.*?\*/", "", _static(name), flags=re.MULTILINE | re.S
        )


def _static(name: str) -> str:
    return (page.FOLDER / name).read_text()


def test_without_a_watch_there_is_nothing_that_needs_javascript() -> None:
    config = cluster(*BOARDS, thermal=OFF)
    shown = _page(config)
    assert not shown.all("script")
    assert not [a for _, a in shown.elements if "data-figure" in a or "data-figures" in a]
    assert "[thermal] is off" in shown.text
    assert f"{settings.PAGE}/figures.js" not in _files(config)


def test_with_it_the_page_says_that_figures_do() -> None:
    assert "need JavaScript" in _page().text
    assert len(_page().all("noscript")) == 1


@pytest.mark.parametrize("seconds", [15, 60])
def test_the_script_is_told_how_often_a_board_looks(seconds: int) -> None:
    (table,) = _page(cluster(*BOARDS, thermal={"interval_seconds": seconds})).all("table")
    assert (table["data-seconds"], table["data-stale"]) == (str(seconds), str(4 * seconds))
    assert table["data-figures"] == "boards"


def test_the_script_asks_for_places_that_are_in_the_page() -> None:
    asked = set(re.findall(r'cell\(row, "(\w+)"\)', _static("figures.js")))
    there = {str(cell.get("data-figure")) for cell in _page().all("td")} - {"None"}
    assert asked == there == {"celsius", "band", "power", "seen"}
    assert "innerHTML" not in _static("figures.js")


def test_a_hostile_name_is_text() -> None:
    """cluster.toml refuses it; here it would still be only a name."""
    hostile = '"><script src=//x></script>&'
    config = EXAMPLE.model_copy(
        update={"cluster": EXAMPLE.cluster.model_copy(update={"name": hostile})}
    )
    shown = _page(config)
    assert len(shown.all("script")) == 1
    assert hostile in shown.text


def test_the_picture_is_there() -> None:
    root = ElementTree.fromstring(_files(EXAMPLE)[f"{settings.PAGE}/rack.svg"])  # noqa: S314 - our own
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    shown = "".join(root.itertext())
    assert all(node.name in shown for node in EXAMPLE.nodes)


def _blocks(configuration: str) -> dict[str, str]:
    """Each location of the configuration."""
    found = re.findall(r"^    location (\S.*?) \{\n(.*?)^    \}$", configuration, re.M | re.S)
    assert len(found) == len(dict(found)) == configuration.count("    location ")
    return dict(found)


def test_each_board_may_write_its_own_figures_alone() -> None:
    text = server.configuration(EXAMPLE, EXAMPLE.nodes[1], settings.PAGE)
    blocks = _blocks(text)
    for node in EXAMPLE.nodes:
        block = blocks.pop(f"= /boards/{node.name}.json")
        limit = block[block.index("limit_except GET {") :]
        assert re.findall(r"(?:allow|deny) [^;]+", limit) == [f"allow {node.address}", "deny all"]
        assert "dav_methods PUT;" in block
        assert f"root {server.RUN};" in block
    assert set(blocks) == {"/", "= /rack.svg", "@nothing"}
    assert "dav_methods" not in "".join(blocks.values())
    for place in ("/", "= /rack.svg"):
        assert re.search(r"limit_except GET \{\s+deny all;\s+\}", blocks[place])


def test_nothing_is_larger_than_a_look() -> None:
    text = server.configuration(EXAMPLE, EXAMPLE.nodes[1], settings.PAGE)
    assert f"client_max_body_size {server.FIGURE_BYTES};" in text
    assert text.count("client_max_body_size") == 1


def test_without_a_watch_nobody_may_write() -> None:
    config = cluster(*BOARDS, thermal=OFF)
    text = server.configuration(config, config.nodes[1], settings.PAGE)
    assert "dav_" not in text
    assert "allow" not in text


def test_the_server_listens_at_the_board_s_address_alone() -> None:
    config = cluster(*BOARDS, home={"port": 8000})
    text = server.configuration(config, config.nodes[1], settings.PAGE)
    assert re.findall(r"listen .*", text) == ["listen 10.0.0.2:8000;"]


def test_no_script_or_style_within_the_page_is_allowed() -> None:
    text = server.configuration(EXAMPLE, EXAMPLE.nodes[1], settings.PAGE)
    policy, picture = re.findall(r'Content-Security-Policy "([^"]+)"', text)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in picture
    assert "default-src 'none'" in picture


@pytest.mark.parametrize("config", [EXAMPLE, cluster(*BOARDS, thermal=OFF)], ids=["on", "off"])
def test_each_line_is_one_of_nginx(config: ClusterConfig) -> None:
    text = server.configuration(config, config.nodes[1], settings.PAGE)
    depth = 0
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("#"):
            continue
        assert line == "}" or line[-1] in "{;", line
        depth += {"{": 1, "}": -1}.get(line[-1], 0)
        assert depth >= 0
    assert depth == 0


def test_all_that_is_written_is_known_and_goes_with_the_role() -> None:
    paths = set(_files(EXAMPLE))
    assert paths == set(settings.PATHS)
    folders = tuple(f"{path}/" for path in settings.UNWANTED)
    assert all(path in settings.UNWANTED or path.startswith(folders) for path in paths)


def _unit(config: ClusterConfig) -> configparser.ConfigParser:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.read_string(_files(config)[settings.UNIT_FILE])
    return unit


@pytest.mark.parametrize(("port", "capability"), [(80, "CAP_NET_BIND_SERVICE"), (8000, "")])
def test_the_server_may_do_no_more_than_it_needs(port: int, capability: str) -> None:
    unit = _unit(cluster(*BOARDS, home={"port": port}))["Service"]
    assert unit["User"] == "www-data"
    assert unit["CapabilityBoundingSet"] == unit["AmbientCapabilities"] == capability
    assert f"/dev/tcp/10.0.0.2/{port};" in unit["ExecStartPost"]


def test_another_setting_is_a_reason_to_restart_and_another_page_is_none() -> None:
    base = cluster(*BOARDS)

    def digest(config: ClusterConfig) -> str:
        made = settings.files(config, make_plan(config), config.nodes[1])
        return settings.digests(made)[settings.UNIT]

    assert digest(base) == digest(cluster(*BOARDS, spark=OFF))
    assert digest(base) != digest(cluster(*BOARDS, home={"port": 8000}))
    assert digest(base) != digest(cluster(*BOARDS, {}))


def test_debian_s_own_page_is_not_served() -> None:
    unit = configparser.ConfigParser(strict=False)
    unit.read_string(_files(EXAMPLE)[settings.DEBIANS_UNIT_FILE])
    assert unit["Unit"]["ConditionPathExists"] == f"!{settings.NGINX_CONF}"
