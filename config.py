"""pyinfra's settings for this project."""

from pyinfra import config

config.REQUIRE_PYINFRA_VERSION = ">=3.10,<3.11"
config.CONNECT_TIMEOUT = 10
