"""Versions of images, as their tags name them."""

import re
from typing import Annotated

from pydantic import AfterValidator

from picluster.plan.names import matching
from picluster.plan.problems import quote

_TAG = r"[0-9]{1,3}(\.[0-9]{1,4}){2}"


def _check_tag(text: str) -> str:
    # lts, sts and latest are other images tomorrow: boards would run different ones.
    if not re.fullmatch(_TAG, text):
        raise ValueError(
            f"{quote(text)} is no exact version; write three numbers with dots between them, for "
            f"example {quote('2.45.0')}"
        )
    return text


ImageTag = Annotated[str, AfterValidator(_check_tag), matching(_TAG)]
