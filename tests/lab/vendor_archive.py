"""A small signed apt archive in place of Docker's: what the archive offers, and who signed it.

It is a container beside the boards, on the lab's network. Its indexes and signatures are apt's and
GnuPG's own; what its packages are is told in `vendor_packages`.
"""

import shlex
from socket import SocketType

from docker.models.containers import Container

from picluster.lab import image, machine, network
from picluster.lab.lab import Lab
from tests.lab import seen
from tests.lab.vendor_build import pack, programs, texts
from tests.lab.vendor_packages import FROM_DEBIAN

_PORT = 8080
_ROOT = "/srv/archive/linux/debian"

# The program that serves ends with the connection to its standard input, and so with the tests,
# however they end: a container that stays would keep the lab's network from being taken away.
_SERVE = f"""mkdir -p {_ROOT} /srv/debian /srv/build
while [ ! -e /srv/ready ]; do sleep 0.1; done
python3 -m http.server --directory /srv/archive {_PORT} >/dev/null 2>&1 &
cat >/dev/null; kill $!"""

_PREPARE = f"""export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -q -y --no-install-recommends install gpg gpg-agent python3
cd /srv/debian
apt-get -q download {" ".join(FROM_DEBIAN)}
for package in *.deb; do dpkg-deb -x "$package" .; done
dpkg --print-architecture >/srv/architecture
touch /srv/ready
until bash -c ': </dev/tcp/127.0.0.1/{_PORT}' 2>/dev/null; do sleep 0.1; done"""

# The vendor's key has a subkey too, which signs.
_MAKE_KEY = """gpg --batch --quiet --passphrase '' --quick-gen-key {name} rsa2048 sign,cert 0
fingerprint=$(gpg --with-colons --list-keys {name} | awk -F: '$1 == "fpr" {{ print $10; exit }}')
gpg --batch --quiet --passphrase '' --quick-add-key $fingerprint rsa2048 sign 0
printf %s $fingerprint"""

# apt asks whether the index is newer than its own, to the second.
_PUBLISH = """cd {root}
for folder in {pools}; do apt-ftparchive --db /srv/cache packages $folder; done >/srv/Packages
rm -rf dists
index=dists/{suite}/stable/binary-{architecture}
mkdir -p $index
cp /srv/Packages $index
gzip -k $index/Packages
option=APT::FTPArchive::Release
apt-ftparchive -o $option::Origin=Docker -o $option::Label='Docker CE' -o $option::Suite={suite} \\
  -o $option::Codename={suite} -o $option::Components=stable \\
  -o $option::Architectures={architecture} release dists/{suite} >/srv/Release
mv /srv/Release dists/{suite}/Release
last=$(cat /srv/last 2>/dev/null || echo 0) now=$(date +%s)
echo $((now > last ? now : last + 1)) >/srv/last"""

_SIGN = """cd {root}/dists/{suite}
gpg --batch --quiet --yes --local-user {key} --clearsign --output InRelease Release
gpg --batch --quiet --yes --local-user {key} --armor --detach-sign --output Release.gpg Release
find . -exec touch -d @$(cat /srv/last) {{}} +"""


class VendorArchive:
    """The archive: `deb [signed-by=KEY] URL SUITE stable`. Ends with `close`, or with the tests."""

    suite = "bookworm"

    def __init__(self, lab: Lab) -> None:
        self._container, self._connection = _start(lab)
        address = network.ensure(lab.client, lab.name)[250]
        self.url = f"http://{address}:{_PORT}/linux/debian"
        self._do(_PREPARE)
        self._architecture = self._do("cat /srv/architecture").strip()
        self.fingerprint, self.key = self._make_key("vendor")
        self.another_fingerprint, self.another_key = self._make_key("another")
        self._packed: set[str] = set()
        self._container.put_archive("/", texts())
        self._do(programs())

    def publish(self, *versions: str) -> None:
        """Offers these versions of the engine, such as 29.1.3, and no others; signed as it should.

        What is known of the packages before does not matter: a version can come and go.
        """
        pools = " ".join(self._pack(version) for version in (None, *versions))
        values = {"root": _ROOT, "suite": self.suite, "architecture": self._architecture}
        self._do(_PUBLISH.format(pools=pools, **values))
        self._sign(self.fingerprint)

    def sign_with_another_key(self) -> None:
        """Signs what is offered with a key that nobody trusts, until the next `publish`."""
        self._do("echo $(($(cat /srv/last) + 1)) >/srv/last")
        self._sign(self.another_fingerprint)

    def introduce(self, board: Container, key: str | None = None) -> None:
        """Writes on a board what the vendor's page tells its owner to, or another key with it."""
        source = f"""Types: deb
URIs: {self.url}
Suites: {self.suite}
Components: stable
Signed-By: /etc/apt/keyrings/docker.asc
"""
        script = f"""install -m 0755 -d /etc/apt/keyrings
printf %s {shlex.quote(key or self.key)} >/etc/apt/keyrings/docker.asc
printf %s {shlex.quote(source)} >/etc/apt/sources.list.d/docker.sources"""
        seen.shell(board, script)

    def pin(self, board: Container, version: str) -> None:
        """Lets apt on a board choose a version of the engine, such as 5:29.*, and no other."""
        pin = f"Package: docker-ce docker-ce-cli\\nPin: version {version}\\nPin-Priority: 1001\\n"
        seen.shell(board, f"printf '{pin}' >/etc/apt/preferences.d/docker.pref")

    def close(self) -> None:
        """Takes it away."""
        self._container.remove(force=True)
        self._connection.close()

    def _do(self, script: str) -> str:
        """What a script prints there; it has to succeed."""
        code, output = machine.run(self._container, "sh", "-ec", f"exec 2>/srv/errors\n{script}")
        assert code == 0, machine.run(self._container, "cat", "/srv/errors")[1]
        return output

    def _make_key(self, name: str) -> tuple[str, str]:
        fingerprint = self._do(_MAKE_KEY.format(name=name))
        return fingerprint, self._do(f"gpg --armor --export {fingerprint}")

    def _sign(self, key: str) -> None:
        self._do(_SIGN.format(root=_ROOT, suite=self.suite, key=key))

    def _pack(self, engine: str | None) -> str:
        """The folder of the engine's packages in a version, or of the others; packed if need be."""
        pool = f"pool/{engine or 'common'}"
        if pool not in self._packed:
            self._do(pack(engine, self.suite, self._architecture, f"{_ROOT}/{pool}"))
            self._packed.add(pool)
        return pool


def _start(lab: Lab) -> tuple[Container, SocketType]:
    """A container of the boards' image on the lab's network, and the hold that we have on it."""
    subnet = network.ensure(lab.client, lab.name)
    name = f"picluster-{lab.name}"
    api = lab.client.api
    endpoint = api.create_endpoint_config(ipv4_address=str(subnet[250]))
    made = api.create_container(
        image.ensure_image(lab.client, "bookworm", lab.progress),
        name=f"{name}_archive",
        entrypoint=["sh", "-c", _SERVE],
        stdin_open=True,
        host_config=api.create_host_config(network_mode=name, auto_remove=True, init=True),
        networking_config={"EndpointsConfig": {name: endpoint}},
    )
    connection = api.attach_socket(made["Id"], {"stdin": 1, "stream": 1})
    api.start(made["Id"])
    return lab.client.containers.get(made["Id"]), connection
