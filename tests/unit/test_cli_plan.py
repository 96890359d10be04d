"""`picluster plan`, without a process of its own."""

import json
from pathlib import Path

import pytest
import tomlkit
from click.testing import CliRunner, Result

from picluster.cli import main
from picluster.plan.load import load_config
from picluster.plan.plan import make_plan

EXAMPLE = Path(__file__).parents[2] / "cluster.example.toml"
PLAN = make_plan(load_config(EXAMPLE))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["plan", *arguments], prog_name="picluster")


def cells(output: str) -> list[list[str]]:
    """The rows of its tables."""
    return [
        [cell.strip() for cell in line.strip("│").split("│")]
        for line in output.splitlines()
        if line.startswith("│")
    ]


def test_every_node_and_figure_is_shown() -> None:
    result = run(str(EXAMPLE))
    assert result.exit_code == 0
    rows = {row[0]: row for row in cells(result.stdout) if row[0]}
    for planned in PLAN.nodes:
        sizes = (planned.usable_mb, planned.taken_mb, planned.yarn_mb, planned.vcores)
        assert rows[planned.node.name][4:] == [*map(str, sizes), str(planned.left_mb)]
    assert rows["pi4"][1].split() == ["4B", "4", "GB"]
    assert rows["pi2a"][2] == "datanode nodemanager manager"
    assert rows["replicas of a block"][1:] == ["3", "at most 3, one a board; 7 DataNodes"]
    assert rows["YARN shares out"][1] == f"{PLAN.yarn_mb} MiB"
    size = "heap 512 + overhead 384; 10 at once where nothing else runs"
    assert rows["small executors"][1:] == ["896 MiB", size]


@pytest.mark.parametrize(("port", "code"), [("80", 1), ("8080", 0)])
def test_a_stack_with_a_port_of_the_clusters_own_is_refused(
    port: str, code: int, tmp_path: Path
) -> None:
    (tmp_path / "web.yml").write_text(f"services: {{a: {{image: x, ports: ['{port}:80']}}}}\n")
    table = f'\n[[stack]]\nname = "web"\nfile = "{tmp_path}/web.yml"\n'
    file = tmp_path / "cluster.toml"
    file.write_text(EXAMPLE.read_text() + table)
    result = run(str(file), "--json")
    assert result.exit_code == code
    assert ("80/tcp meets home page (80, on pi4)" in result.stderr) is (code == 1)


@pytest.mark.parametrize("name", [planned.node.name for planned in PLAN.nodes])
def test_the_sum_of_a_node_adds_up(name: str) -> None:
    result = run(str(EXAMPLE), "--explain", name)
    assert result.exit_code == 0
    assert result.stdout.startswith(f"{name}, Raspberry Pi ")
    (_, _, usable, _), *rows = [row for row in cells(result.stdout) if row[0]]
    left = int(usable)
    for _, size, rest, reason in rows:
        left -= int(size)
        assert (int(rest), bool(reason)) == (left, True)
    planned = PLAN.node(name)
    assert left == planned.left_mb
    assert [row[0] for row in rows] == [*(share.what for share in planned.shares), "YARN"]


def test_a_node_that_is_not_there() -> None:
    result = run(str(EXAMPLE), "--explain", "pi2c")
    assert result.exit_code == 2
    assert 'no node of this cluster is called pi2c; did you mean "pi2' in result.stderr


def test_as_json() -> None:
    shown = json.loads(run(str(EXAMPLE), "--json").stdout)
    power, speed = shown.pop("power"), shown.pop("speed")
    assert shown == PLAN.to_json()
    assert (power["needed_w"], power["warnings"], speed["published_gflops"]) == (73.8, [], 47.6)
    one = json.loads(run(str(EXAMPLE), "--json", "--explain", "pi4").stdout)
    assert one == PLAN.node("pi4").to_json()
    assert sum(share["mb"] for share in one["shares"]) + one["yarn_mb"] + one["left_mb"] == 3776


def test_the_cluster_of_a_deploy_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "inventory.py").touch()
    (tmp_path / "deploys").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PICLUSTER_CONFIG", raising=False)
    monkeypatch.delenv("PICLUSTER_LAB", raising=False)
    result = run()
    assert (result.exit_code, "picluster lab up" in result.stderr) == (1, True)
    (tmp_path / "cluster.toml").write_text(EXAMPLE.read_text().replace('"pi2b"', '"other"'))
    result = run()
    assert result.exit_code == 0
    assert "other" in [row[0] for row in cells(result.stdout)]


def test_a_refusal_is_text_and_exit_1(tmp_path: Path) -> None:
    file = tmp_path / "cluster.toml"
    replicas = EXAMPLE.read_text().replace("# replication = 3", "replication = 8")
    file.write_text(replicas.replace('name = "pi1c"', 'name = "pi1c"\nreserve_mb = 400'))
    result = run(str(file))
    assert (result.exit_code, result.stdout) == (1, "")
    text = " ".join(result.stderr.split())
    assert text.startswith("Error: The boards of cluster.toml cannot carry what it asks for; no ")
    assert "- hdfs.replication is 8, but 6 boards have a DataNode: pi8, pi4" in text
    assert "Write replication = 6 at most" in text


def test_services_that_are_off_have_no_figures(tmp_path: Path) -> None:
    document = tomlkit.parse(EXAMPLE.read_text())
    for service in ("hdfs", "yarn", "spark"):
        document[service] = {"enabled": False}
    document["mirror"] = {"enabled": True}
    rows = cells(run(_written(tmp_path, document)).stdout)
    # What follows on the boards is of their power and speed, which no service changes.
    others = {row[0].split()[0].strip(",") for row in rows[7:] if row[0]}
    assert others == {"power", "supply", "supplies", "speed"}
    roles = ["manager", "manager portainer mirror home", "manager", "", "", "", ""]
    assert [row[2] for row in rows[:7]] == roles


def test_spark_is_explained() -> None:
    rows = {row[0]: row[1:] for row in cells(run(str(EXAMPLE)).stdout) if row[0]}
    assert rows["Spark's executors"] == [
        "small",
        "the size of which most run beside an application master",
    ]
    assert rows["executors at once"][0] == "10"
    assert rows["boards with executors"][0] == rows["boards with Spark"][0] == "pi8 pi4 pi2a pi2b"
    assert rows["boards with executors"][1] == "every NodeManager of 896 MiB or more"
    assert rows["application master"] == [
        "384 MiB",
        "heap 256 + overhead 128; of a job in client mode",
    ]
    assert rows["driver"][0] == "896 MiB"
    assert rows["modes"] == ["client, cluster", "the driver runs on pi8, or in a container"]
    assert rows["jobs are submitted on"][0] == rows["Spark's history is on"][0] == "pi8"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "pi8",
            "Spark 4.3.0: small executors of 896 MiB, 6 at once; jobs are submitted here; the "
            "history server",
        ),
        ("pi2a", "Spark 4.3.0: small executors of 896 MiB, 1 at once"),
        ("pi1a", "Spark 4.3.0: no container, its NodeManager has 256 MiB"),
    ],
)
def test_what_a_board_does_for_spark(name: str, sentence: str) -> None:
    explained = run(str(EXAMPLE), "--explain", name).stdout
    assert explained.rstrip().endswith(sentence)


def test_a_board_for_masters_alone_and_one_without_yarn(tmp_path: Path) -> None:
    document = tomlkit.parse(EXAMPLE.read_text())
    document["node"][2]["reserve_mb"] = 500
    document["node"][4]["reserve_mb"] = 200
    file = _written(tmp_path, document)
    masters = "Spark 4.3.0: application masters of 384 MiB, no executor of 896"
    assert run(file, "--explain", "pi2a").stdout.rstrip().endswith(masters)
    nothing = "Spark 4.3.0: no container, it has no NodeManager"
    assert run(file, "--explain", "pi1a").stdout.rstrip().endswith(nothing)
    rows = {row[0]: row[1:] for row in cells(run(file).stdout) if row[0]}
    assert rows["boards with Spark"][0] == "pi8 pi4 pi2a pi2b"
    assert rows["boards with executors"][0] == "pi8 pi4 pi2b"


def test_a_size_of_executors_that_is_wished(tmp_path: Path) -> None:
    document = tomlkit.parse(EXAMPLE.read_text())
    document["spark"]["executor"] = "large"
    rows = {row[0]: row[1:] for row in cells(run(_written(tmp_path, document)).stdout) if row[0]}
    assert rows["Spark's executors"] == ["large", "spark.executor of cluster.toml"]
    assert rows["boards with executors"][0] == "pi8 pi4"


@pytest.mark.parametrize(
    ("sizes", "modes", "why"),
    [
        ([4], "client only", "beside a driver of 896 MiB YARN has no sure place for an executor"),
        ([2] * 4, "cluster only", "pi8 has no memory set aside for a driver"),
    ],
)
def test_modes_that_the_boards_have_no_memory_for(
    tmp_path: Path, sizes: list[int], modes: str, why: str
) -> None:
    document = tomlkit.parse(EXAMPLE.read_text())
    del document["swarm"]["managers"], document["node"][len(sizes) :]
    for node, size in zip(document["node"], sizes, strict=True):
        node.update({"model": "4B", "memory_gb": size})
    rows = {row[0]: row[1:] for row in cells(run(_written(tmp_path, document)).stdout) if row[0]}
    assert rows["modes"] == [modes, why]


def test_without_spark_nothing_is_said_of_it(tmp_path: Path) -> None:
    document = tomlkit.parse(EXAMPLE.read_text())
    document["spark"]["enabled"] = False
    file = _written(tmp_path, document)
    assert "YARN shares out" in run(file).stdout
    assert "executors" not in run(file).stdout
    assert "Spark" not in run(file, "--explain", "pi4").stdout
    assert json.loads(run(file, "--json").stdout)["spark"] is None


def test_no_executor_fits_on_boards_of_1_gb(tmp_path: Path) -> None:
    document = tomlkit.parse(EXAMPLE.read_text())
    for node in document["node"]:
        node.update({"model": "3B+", "memory_gb": 1})
    result = run(_written(tmp_path, document))
    assert (result.exit_code, result.stdout) == (1, "")
    assert "write enabled = false in [spark]: HDFS and MapReduce run without it" in result.stderr


def _written(folder: Path, document: tomlkit.TOMLDocument) -> str:
    file = folder / "cluster.toml"
    file.write_text(tomlkit.dumps(document))
    return str(file)
