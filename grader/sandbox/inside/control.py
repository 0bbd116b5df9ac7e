"""What the judge and the fork server tell each other besides frames: JSON that only our own code reads."""

import json
from dataclasses import dataclass
from typing import TypedDict


@dataclass(frozen=True)
class ZygoteSetup:
    """How a zygote is to work; it is told once, at its start.

    `seccomp` is the filter's BPF program, `readable` what Landlock allows to be read, `packages` the folders
    of modules beyond the interpreter's own.
    """

    rung: str
    seccomp: bytes
    readable: list[str]
    packages: list[str]


@dataclass(frozen=True)
class WorkerRequest:
    """A judge's order for a worker: its limits, its cores, and its home if it is not to have its own /tmp.

    If it `optimises`, the zygote loads its late modules.
    """

    limits: dict[str, int]
    cores: list[int]
    home: str
    optimises: bool


class Ended(TypedDict):
    """How a worker ended (its exit code, or minus the number of a signal), and its family's CPU time."""

    code: int
    cpu_s: float


class ControlMessage(TypedDict, total=False):
    """A line from the supervisor: the worker is `ready`, still lives, has ended; or the sandbox `failed`."""

    ready: bool
    failed: str
    usage: dict[str, float]
    ended: Ended


def line(message: ControlMessage) -> bytes:
    """A message as it is sent."""
    return json.dumps(message).encode() + b"\n"
