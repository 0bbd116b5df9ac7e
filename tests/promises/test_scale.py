"""Two thousand notebooks in one batch: time stays linear, memory flat, and nothing is done twice."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import mean

import pytest
from support.paths import ROOT


@pytest.mark.slow
def test_two_thousand_notebooks_cost_what_two_hundred_cost_ten_times(tmp_path: Path) -> None:
    """CPU of the last tenths beside the first ones, and the least size of the whole tree of processes in each."""
    command = [sys.executable, "-m", "benchmarks.scale", "--copies", "2000", "--out", str(tmp_path / "scale.json")]
    (tmp_path / "path").mkdir()
    (tmp_path / "path" / "benchmarks").symlink_to(ROOT / "benchmarks")  # and not the checkout's `grader` next to it
    path = {**os.environ, "PYTHONPATH": str(tmp_path / "path")}
    subprocess.run(command, cwd=ROOT, env=path, check=True, timeout=1500, stdout=subprocess.DEVNULL)
    found = json.loads((tmp_path / "scale.json").read_text(encoding="utf-8"))
    tenths = found["tenths"]
    assert len(tenths) == 10 and found["copies"] == 2000
    early, late = tenths[1:4], tenths[-3:]  # the first tenth warms up
    assert mean(t["cpu_s"] for t in late) < 1.2 * mean(t["cpu_s"] for t in early)
    assert mean(t["tree_mb"] for t in late) < 1.1 * mean(t["tree_mb"] for t in early)
