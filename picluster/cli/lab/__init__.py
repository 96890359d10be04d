"""`picluster lab`: simulated boards to try everything on, without any hardware."""

from picluster.cli.lab import boards, hardware, whole
from picluster.cli.lab.group import lab

__all__ = ["boards", "hardware", "lab", "whole"]
