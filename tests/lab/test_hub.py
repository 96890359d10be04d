"""The lab's hub: what boards download through it, and that it leaves nothing behind."""

import socket
import time
from ipaddress import IPv4Network

import pytest
from docker.errors import NotFound
from docker.models.containers import Container

from picluster.lab import busybox, hub, machine, network
from picluster.lab.hub import container, offers, own_images
from picluster.lab.lab import Lab
from tests.conftest import LabUnderTest
from tests.lab import hub_log, seen
from tests.lab.test_lab_commands import picluster

SECOND = "test-hub-second"


@pytest.fixture
def its_hub(converged: LabUnderTest) -> Container:
    """The hub that the lab uses."""
    found = container.find(converged.lab.client)
    assert found is not None
    return found


def on_hub(found: Container, script: str) -> str:
    """The output of a shell script on the hub."""
    code, output = machine.run(found, "sh", "-c", script)
    assert code == 0, output
    return output


def addresses(under_test: LabUnderTest) -> dict[str, str]:
    """Board name to address."""
    return {name: machine.board_of(board).address for name, board in under_test.boards.items()}


def test_the_hub_has_no_rights_and_little_memory(its_hub: Container) -> None:
    settings = its_hub.attrs["HostConfig"]
    assert not settings["Privileged"]
    assert (settings["CapAdd"] or [], settings["CapDrop"]) == ([], ["ALL"])
    assert settings["Memory"] == settings["MemorySwap"] == container.MEMORY_BYTES
    bindings = settings["PortBindings"]
    assert {entry["HostIp"] for port in bindings.values() for entry in port} == {"127.0.0.1"}
    assert on_hub(its_hub, "id -u").strip() != "0"


def test_an_image_that_three_boards_pull_comes_from_the_hub(
    converged: LabUnderTest, its_hub: Container
) -> None:
    boards = addresses(converged)
    for board in converged.boards.values():
        machine.run(board, "docker", "image", "rm", "--force", busybox.IMAGE)
    since = hub_log.now()
    try:
        for board in converged.boards.values():
            seen.shell(board, f"docker pull --quiet {busybox.IMAGE}")
        answer = "docker run --rm --network none busybox:1.36.1 sh -c 'httpd --help 2>&1; uname'"
        assert "Linux" in seen.shell(converged.boards["pi1a"], answer)
        asked = hub_log.requests(its_hub, since)
        manifests = hub_log.manifests(asked, "library/busybox", boards.values())
        assert manifests == dict.fromkeys(boards.values(), 1)
        # A layer and the image's configuration.
        fetched = hub_log.fetched(asked, "library/busybox", boards.values())
        assert list(fetched.values()) == [3, 3]
    finally:
        for board in converged.boards.values():
            machine.run(board, "docker", "image", "rm", "--force", busybox.IMAGE)


def test_a_package_that_a_second_board_wants_is_not_fetched_again(
    converged: LabUnderTest, its_hub: Container
) -> None:
    boards = addresses(converged)
    subnet = network.ensure(converged.lab.client, converged.lab.name)
    proxy = f"http://{hub.address(subnet)}:{hub.PACKAGES_PORT}"
    # Lists and packages in a folder of the test's own: what apt knows on the board stays.
    download = f"""set -e
        mkdir -p /tmp/hub/lists/partial && cd /tmp/hub
        set -- -q -o Dir::State::lists=/tmp/hub/lists -o Acquire::http::Proxy={proxy}
        set -- "$@" -o Acquire::http::Proxy-Auto-Detect=
        apt-get update "$@" && apt-get download "$@" busybox-static 2>&1
        ls *.deb"""
    try:
        for name in ("pi8", "pi2a"):
            assert ".deb" in seen.shell(converged.boards[name], download)
    finally:
        for name in ("pi8", "pi2a"):
            seen.shell(converged.boards[name], "rm -r /tmp/hub")
    log = on_hub(its_hub, "cat /var/log/picluster-hub/apt-cacher.log")
    # Time, I(n) or O(ut), bytes, client, path.
    passed = [line.split("|") for line in log.splitlines()]
    paths = {(way, client, path.rpartition("/")[2]) for _, way, _, client, path in passed}
    debs = {(way, client) for way, client, file in paths if file.startswith("busybox-static_")}
    assert ("O", boards["pi2a"]) in debs
    assert ("I", boards["pi2a"]) not in debs
    assert any("debian-security" in entry[4] for entry in passed if entry[3] == boards["pi2a"])


def test_status_tells_where_portainer_is_and_what_is_played(converged: LabUnderTest) -> None:
    done = picluster(converged, "lab", "status")
    assert done.returncode == 0, done.stderr
    assert f"https://{addresses(converged)['pi2a']}:9443 (" in done.stdout
    assert "Played in the lab: the boards' hardware and firmware, Docker Hub" in done.stdout


def test_a_second_lab_shares_the_hub(converged: LabUnderTest, its_hub: Container) -> None:
    client, name = converged.lab.client, f"picluster-{SECOND}"
    subnet = network.ensure(client, SECOND)
    try:
        hub.join(client, name, subnet, print)
        assert set(container.networks(its_hub)) >= {name, converged.lab.network}
        attached = its_hub.attrs["NetworkSettings"]["Networks"][name]
        assert attached["IPAddress"] == str(hub.address(subnet))
        hub.leave(client, name, print)
        assert converged.lab.network in container.networks(its_hub)
        assert name not in container.networks(its_hub)
        with pytest.raises(hub.HubError, match=f"The caches stay: .*{converged.lab.network}"):
            hub.remove_caches(client, print)
    finally:
        hub.leave(client, name, print)
        network.remove(client, SECOND)


@pytest.fixture
def another_hub(monkeypatch: pytest.MonkeyPatch, lab: Lab) -> str:
    """A hub of the test's own, with caches of its own and no images; its name."""
    name = "picluster-test-another-hub"
    monkeypatch.setattr(container, "NAME", name)
    monkeypatch.setattr(container, "VOLUMES", {f"{name}-images": f"{container.STORE}/images"})
    monkeypatch.setattr(offers, "fill", lambda *_, in_use: [])
    return name


def test_the_last_lab_takes_the_hub_away_and_leaves_its_caches(
    converged: LabUnderTest, another_hub: str
) -> None:
    client, name = converged.lab.client, f"picluster-{SECOND}"
    subnet: IPv4Network = network.ensure(client, SECOND)
    try:
        hub.join(client, name, subnet, print)
        made = container.find(client)
        assert made is not None
        on_hub(made, f"touch {container.STORE}/images/kept")
        made.kill()
        hub.join(client, name, subnet, print)
        assert "kept" in on_hub(made, f"ls {container.STORE}/images"), "it was made anew"
    finally:
        hub.leave(client, name, print)
        network.remove(client, SECOND)
    assert container.find(client) is None
    with pytest.raises(NotFound):
        client.networks.get(another_hub)
    assert client.volumes.get(f"{another_hub}-images")
    hub.remove_caches(client, print)
    with pytest.raises(NotFound):
        client.volumes.get(f"{another_hub}-images")


@pytest.mark.parametrize("answers", [False, True], ids=["silent", "no name"])
def test_an_image_that_cannot_be_had_costs_seconds(lab: Lab, answers: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host = "picluster.invalid" if answers else f"127.0.0.1:{silent.getsockname()[1]}"
        started = time.monotonic()
        assert own_images.pull(lab.client, (f"{host}/one:1", f"{host}/two:1"), print) is None
        assert time.monotonic() - started < 2 * own_images.REACH_TIMEOUT_SECONDS


def test_an_image_that_can_be_had_is_pulled(converged: LabUnderTest, its_hub: Container) -> None:
    client = converged.lab.client
    image = f"{container.published(its_hub)}/library/{busybox.IMAGE}"
    assert own_images.own(client, [image]) is None
    try:
        pulled = own_images.pull(client, [image], print)
        assert pulled is not None
        assert pulled == own_images.own(client, [image])
        assert own_images.pull(client, [image, image.replace("1.36.1", "0")], print) is None
    finally:
        client.images.remove(image)
