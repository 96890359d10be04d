"""The versions of Spark that there are."""

from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

from picluster.plan.problems import quote
from picluster.plan.suggest import did_you_mean, listed

VERSIONS = ("4.2.1", "4.3.0")
"""Those whose files are pinned by their SHA-256 sums; a test compares them."""

DEFAULT = "4.3.0"


def _check_version(text: str) -> str:
    if text in VERSIONS:
        return text
    # Of two numbers that differ in the last digit neither is meant by the other.
    meant = [version for version in VERSIONS if text and (version in text or text in version)]
    suggestion = meant[0] if len(meant) == 1 else None
    known = f"write {listed(map(quote, VERSIONS))}"
    raise ValueError(f"{quote(text)} is not possible{did_you_mean(suggestion, known)}")


SparkVersion = Annotated[
    str,
    AfterValidator(_check_version),
    WithJsonSchema({"enum": list(VERSIONS), "type": "string"}),
]
