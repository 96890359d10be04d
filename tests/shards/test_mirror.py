"""Seven boards and a mirror: the Internet is asked once for what all of them need."""

import re
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from picluster.lab.hub import container
from picluster.plan.load import load_config
from tests import conftest
from tests.conftest import LabUnderTest
from tests.lab import deploying, seen
from tests.lab.mirroring import IMAGE, declare

MIRROR = "pi4"
REPOSITORY = "/v2/library/busybox/"


@pytest.fixture(scope="module")
def seven() -> Iterator[LabUnderTest]:
    """Seven boards with a mirror."""
    with conftest.blank_boards(7, {"pi1b": "trixie", "pi1c": "trixie"}) as under_test:
        declare(under_test, enabled=True, board=MIRROR)
        # Boards know no other way to the hub than their mirror: what they fetch, it fetched.
        declared = under_test.lab.cluster_toml
        alone = re.sub("(?m)^registry_mirrors = .*", "registry_mirrors = []", declared.read_text())
        declared.write_text(alone)
        dry = deploying.dry_run(under_test.environment)
        run = deploying.apply(under_test.environment)
        assert (run.code, run.executed) == (0, dry.announced), run.log
        again = deploying.apply(under_test.environment)
        assert (again.code, again.changes) == (0, 0), again.executed
        yield under_test


def _asked(lab: LabUnderTest) -> Counter[tuple[str, str, str]]:
    """What the hub's registry was asked for the image: who, how, which path, and how often."""
    hub = container.find(lab.lab.client)
    assert hub is not None
    line = re.compile(rf'^(\S+) .*"(GET|HEAD) {REPOSITORY}(\S+) ', re.MULTILINE)
    found = line.findall(hub.logs(stdout=True, stderr=True).decode(errors="replace"))
    return Counter((who, how, path) for who, how, path in found)


def test_an_image_that_seven_boards_pull_at_once_is_fetched_once(seven: LabUnderTest) -> None:
    def pull(name: str) -> str:
        seen.shell(seven.boards[name], f"docker rmi -f {IMAGE} >/dev/null 2>&1; true")
        return seen.shell(seven.boards[name], f"docker pull -q {IMAGE}").strip()

    config = load_config(seven.lab.cluster_toml)
    addresses = {node.name: str(node.address) for node in config.nodes}
    before = _asked(seven)
    with ThreadPoolExecutor(7) as pool:
        pulled = list(pool.map(pull, seven.boards))
    assert pulled == [f"docker.io/library/{IMAGE}"] * len(seven.boards)
    asked = {key: n for key, n in (_asked(seven) - before).items() if key[0] in addresses.values()}
    assert {who for who, _, _ in asked} == {addresses[MIRROR]}
    layers = {path: n for (_, how, path), n in asked.items() if how == "GET" and "blobs" in path}
    assert len(layers) == 2, "the image's settings and its layer"
    assert set(layers.values()) == {1}
    by_digest = [n for (_, how, path), n in asked.items() if how == "GET" and "ts/sha256" in path]
    assert set(by_digest) <= {1}


def test_a_second_pull_fetches_no_layer(seven: LabUnderTest) -> None:
    before = _asked(seven)
    for board in seven.boards.values():
        seen.shell(board, f"docker rmi -f {IMAGE} >/dev/null 2>&1; docker pull -q {IMAGE}")
    new = [path for _, how, path in _asked(seven) - before if how == "GET" and "blobs" in path]
    assert new == []


def test_a_package_that_seven_boards_install_is_fetched_once(seven: LabUnderTest) -> None:
    seen.shell(seven.boards[MIRROR], "systemctl restart apt-cacher-ng")
    for board in seven.boards.values():
        seen.shell(board, "apt-get -q update")
        seen.shell(board, "cd /tmp && apt-get -q download hello && rm hello_*.deb")
    kept = seen.shell(seven.boards[MIRROR], "find /var/cache/picluster-mirror -name 'hello_*.deb'")
    # One for each release.
    assert len(kept.split()) == 2
