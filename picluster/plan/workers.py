"""Which nodes work: those that keep blocks, run containers, and submit jobs."""

from picluster.plan import sizing
from picluster.plan.daemons import RESIDENT_MB
from picluster.plan.masters import holder
from picluster.plan.memory import SUBMIT_DRIVER_MB
from picluster.plan.room import Room
from picluster.plan.shares import Share

SUBMITTED_JOBS = "submitted jobs"
"""The line of the head's sum for the drivers of those who submit jobs there."""


def place_driver(rooms: list[Room]) -> None:
    """Where jobs are submitted from.

    A small head, which could not also work for the smallest job, has no room for it: drivers run
    in YARN's containers too, in cluster mode.
    """
    head = holder(rooms, "resourcemanager")
    work = RESIDENT_MB["datanode"] + RESIDENT_MB["nodemanager"] + sizing.JOB_MB
    if head and head.cautious_left_mb >= SUBMIT_DRIVER_MB + work:
        reason = "a Spark driver of 512 MiB, or MapReduce's clients, of whoever submits jobs here"
        head.added.append(Share(SUBMITTED_JOBS, SUBMIT_DRIVER_MB, reason))


def place_datanodes(rooms: list[Room]) -> None:
    """Where blocks stay though others' services come and go: by the cautious sum."""
    for room in rooms:
        if room.cautious_left_mb >= RESIDENT_MB["datanode"]:
            room.add("datanode", "on every board with room for it")


def place_nodemanagers(rooms: list[Room]) -> None:
    """Where what is left today carries one container; nothing of theirs has to stay."""
    for room in rooms:
        if sizing.yarn_memory(room.left_mb - RESIDENT_MB["nodemanager"]):
            room.add("nodemanager", "on every board with room for it and a container")
