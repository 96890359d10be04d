"""Draws docs/pictures/*.svg anew, from cluster.example.toml: python scripts/pictures.py"""

from pathlib import Path

from picluster.pictures.files import pictures
from picluster.plan.load import load_config
from picluster.plan.plan import make_plan

ROOT = Path(__file__).parents[1]


def main() -> None:
    """Writes the files, and says which."""
    config = load_config(ROOT / "cluster.example.toml")
    folder = ROOT / "docs" / "pictures"
    folder.mkdir(exist_ok=True)
    for name, text in pictures(config, make_plan(config)).items():
        (folder / name).write_text(text, encoding="utf-8")
        print(f"docs/pictures/{name}")


if __name__ == "__main__":
    main()
