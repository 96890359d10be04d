"""Every local link of the documentation leads somewhere, and every page is a part of the site."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.unit.docs.links import Link, anchor, anchors, complaint, links

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"


def _pages() -> list[Path]:
    built = DOCS / "_build"
    found = [page for page in DOCS.rglob("*.md") if not page.is_relative_to(built)]
    return sorted([*ROOT.glob("*.md"), *found])


@pytest.mark.parametrize("page", _pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_local_links_lead_somewhere(page: Path) -> None:
    wrong = [complaint(link, ROOT) for link in links(page) if link.is_local]
    assert [each for each in wrong if each] == []


def test_links_lead_to_what_is_in_the_repository() -> None:
    """Not to a file of this computer alone."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.splitlines()  # fmt: skip
    known = {ROOT / name for name in listed}
    known |= {parent for path in known for parent in path.parents}
    for page in _pages():
        for link in links(page):
            path = link.target.partition("#")[0]
            if link.is_local and path:
                assert (page.parent / path).resolve() in known, f"{page.name}: {link.target}"


def test_every_page_is_in_the_list_of_the_site() -> None:
    listed: set[Path] = set()
    for page in _pages():
        for body in re.findall(r"^```\{toctree\}\n(.*?)^```", page.read_text(), re.M | re.S):
            names = [line for line in body.splitlines() if line and not line.startswith(":")]
            listed |= {(page.parent / f"{name}.md").resolve() for name in names}
    here = set(_pages()) - {DOCS / "index.md"}
    assert {str(page) for page in here - listed} == set(), "name them in docs/index.md"
    assert {str(page) for page in listed - here} == set(), "docs/index.md names what is not there"


@pytest.mark.parametrize(
    ("heading", "wanted"),
    [
        ("YARN against Spark standalone", "yarn-against-spark-standalone"),
        ("What differs? `picluster drift`", "what-differs-picluster-drift"),
        ("Where YARN's time goes", "where-yarns-time-goes"),
        ("spark-defaults.conf of jobs", "spark-defaultsconf-of-jobs"),
        ("[thermal.hot]", "thermalhot"),
    ],
)
def test_anchors_are_those_of_code_hosts(heading: str, wanted: str) -> None:
    assert anchor(heading) == wanted


def _page(folder: Path, text: str) -> Path:
    page = folder / "page.md"
    page.write_text(text)
    return page


def test_anchors_of_equal_headings_are_counted(tmp_path: Path) -> None:
    page = _page(tmp_path, "# One\n\n## Two `x`\n\n## Two x\n\n## Two x\n\n    # no heading\n")
    assert anchors(page) == {"one", "two-x", "two-x-1", "two-x-2"}


def test_links_are_found_wherever_they_stand(tmp_path: Path) -> None:
    text = "[a](a.md) and ![b](b.svg)\n\n| [c](c.md) |\n|---|\n| [d][ref] |\n\n[ref]: d.md\n\n"
    text += '<picture><source srcset="e.svg"><img src="f.svg"></picture>\n\n    [no](link.md)\n'
    targets = [link.target for link in links(_page(tmp_path, text))]
    assert targets == ["a.md", "b.svg", "c.md", "d.md", "e.svg", "f.svg"]


@pytest.mark.parametrize(
    ("target", "wrong"),
    [
        ("page.md", None),
        ("#here", None),
        ("page.md#here", None),
        ("#there", "has no heading #there"),
        ("other.md", "there is no other.md"),
        ("../other.md", "leads out of the repository"),
    ],
)
def test_a_broken_link_is_named_with_its_line(
    tmp_path: Path, target: str, wrong: str | None
) -> None:
    page = _page(tmp_path, f"# Here\n\n[x]({target})\n")
    (link,) = links(page)
    said = complaint(link, tmp_path)
    if wrong is None:
        assert said is None
    else:
        assert said is not None
        assert said.startswith(f"page.md:3: {target}")
        assert wrong in said


@pytest.mark.parametrize(
    ("target", "local"),
    [("a.md", True), ("#a", True), ("https://pyinfra.com", False), ("mailto:a@b", False)],
)
def test_what_is_local(target: str, local: bool) -> None:
    assert Link(ROOT / "README.md", 1, target).is_local is local
