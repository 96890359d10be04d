"""Chromium without a screen: what a page becomes in it, and what it complains about."""

import re
import shutil
import subprocess
import tempfile
import zlib
from dataclasses import dataclass
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
PATIENCE_MS = 8000
"""How much of its own time the page gets for what it fetches."""


@dataclass(frozen=True)
class Rendered:
    """A page after its scripts have run."""

    html: str
    console: tuple[str, ...]
    """What the page, or the browser about it, wrote there; nothing where all is well."""
    picture: bytes
    """A PNG."""

    def row(self, board: str) -> str:
        """The text of a board's row in the table, without its markup."""
        found = re.search(rf'<tr[^>]*data-board="{board}".*?</tr>', self.html, re.DOTALL)
        assert found, self.html
        return " ".join(re.sub("<[^>]+>", " ", found[0]).split())

    @property
    def links(self) -> list[str]:
        """Where they lead."""
        return re.findall(r'<a href="([^"]+)"', self.html)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture in pixels (PNG specification, IHDR)."""
        return int.from_bytes(self.picture[16:20]), int.from_bytes(self.picture[20:24])

    @property
    def is_blank(self) -> bool:
        """Whether the picture has hardly anything but one colour in it."""
        data, place = b"", 8
        while place < len(self.picture):
            length = int.from_bytes(self.picture[place : place + 4])
            if self.picture[place + 4 : place + 8] == b"IDAT":
                data += self.picture[place + 8 : place + 8 + length]
            place += length + 12
        return len(set(zlib.decompress(data))) < 50


def render(url: str, width: int, height: int = 2000) -> Rendered:
    """Opens a page in a window of this size, in pixels, with a profile of its own."""
    folder = Path(tempfile.mkdtemp(prefix="picluster-browser-"))
    try:
        done = subprocess.run(
            [
                _program(),
                "--headless",
                # It runs as root in CI, and opens nothing but a page of ours.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--no-first-run",
                "--no-proxy-server",
                f"--user-data-dir={folder}",
                f"--virtual-time-budget={PATIENCE_MS}",
                "--enable-logging=stderr",
                "--v=0",
                f"--window-size={width},{height}",
                f"--screenshot={folder}/page.png",
                "--dump-dom",
                url,
            ],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        return Rendered(
            done.stdout,
            tuple(line for line in done.stderr.splitlines() if ":CONSOLE" in line),
            (folder / "page.png").read_bytes(),
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _program() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "Chromium is needed to look at the page; on Debian: apt-get install chromium"
    return found
