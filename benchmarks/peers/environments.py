"""The virtual environments of the peers: made once below a cache folder, with pinned versions."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

PEERS = {"nbgrader": "nbgrader==0.9.6", "otter": "otter-grader==7.0.0"}
SAME_AS_OURS = ("torch", "numpy", "matplotlib", "ipykernel")
LISTED = ("nbgrader", "otter-grader", "nbconvert", "nbclient", "jupyter-client", "ipython", *SAME_AS_OURS)
INSTALL_S = 1800


@dataclass(frozen=True)
class Environment:
    """A peer that can be run: its scripts, a home of its own, what is installed."""

    scripts: Path
    home: Path
    versions: dict[str, str]
    packages: int
    size_mb: float


def requirements(peer: str) -> list[str]:
    """The peer and, in the versions that this interpreter has, what the notebooks need."""
    return [PEERS[peer], *(f"{name}=={version(name).partition('+')[0]}" for name in SAME_AS_OURS)]


def prepare(peer: str, cache: Path) -> Environment:
    """Find the peer's environment below `cache`, or make it.

    Raises:
        OSError: it could not be installed; what pip said is on stderr.
    """
    folder, marker, wanted = cache / peer, cache / peer / "ready.json", requirements(peer)
    if not marker.is_file() or json.loads(marker.read_text(encoding="utf-8")) != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        for command in (
            [sys.executable, "-m", "venv", str(folder)],
            [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-input", *wanted],
        ):
            done = subprocess.run(command, capture_output=True, text=True, timeout=INSTALL_S)
            if done.returncode:
                print(done.stderr[-2000:], file=sys.stderr)  # it may name a registry, which belongs in no committed file
                raise OSError(f"pip could not install {PEERS[peer]}")
        marker.write_text(json.dumps(wanted), encoding="utf-8")
    home = cache / f"{peer}-home"
    home.mkdir(exist_ok=True)
    python = str(folder / "bin" / "python")
    listing = subprocess.run([python, "-m", "pip", "list", "--format", "json"], capture_output=True, check=True)
    listed = json.loads(listing.stdout)
    found = {package["name"].lower().replace("_", "-"): package["version"] for package in listed}
    site = next(folder.glob("lib/python*/site-packages"))
    torch = sum(size(part) for name in ("torch", "torchgen", "functorch") for part in site.glob(name))
    versions = {name: found[name] for name in LISTED if name in found}
    return Environment(folder / "bin", home, versions, len(found), (size(folder) - torch) / 1e6)


def size(folder: Path) -> int:
    """Bytes of the files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
