"""Run every notebook idiom of the tests in a real Jupyter kernel and write down what it makes of it.

    python scripts/record_kernel.py [WORDS IN NAMES ...]

Writes tests/kernel/record.json, with which the workers of every rung are compared. Needs nbclient and ipykernel; a few
minutes. With words, only the idioms whose names contain one of them are run again.
"""

import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import DeadKernelError

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from support.idioms import KERNEL, READ_OUT, Outcome, all_idioms

RECORD = KERNEL / "record.json"
PACKAGES = ("ipykernel", "ipython", "matplotlib", "matplotlib-inline", "nbclient", "numpy", "torch")


def versions() -> dict[str, str]:
    """What a record depends on."""
    return {"python": f"{sys.version_info[0]}.{sys.version_info[1]}"} | {name: version(name) for name in PACKAGES}


def in_a_kernel(cells: list[str]) -> Outcome:
    """What the kernel of a notebook with these cells does, in an empty folder and an empty home."""
    with tempfile.TemporaryDirectory() as folder:
        home, work, names = (Path(folder) / part for part in ("home", "work", "names.json"))
        home.mkdir()
        work.mkdir()
        keep = f"{READ_OUT}\n__import__('pathlib').Path({str(names)!r}).write_text(_names_)"
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in [*cells, keep]])
        outcome = Outcome()

        def note(cell_index: int, execute_reply: dict[str, Any], **_: object) -> None:
            if execute_reply["content"].get("ename", "NoneType") != "NoneType" and cell_index < len(cells):
                outcome.errors[str(cell_index + 1)] = execute_reply["content"]["ename"]

        client = NotebookClient(
            notebook, timeout=120, allow_errors=True, kernel_name="python3", resources={"metadata": {"path": str(work)}}, on_cell_executed=note, ipython_hist_file=""
        )
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "MPL", "IPYTHON", "COV_"))}
        paths = {"HOME": str(home), "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        try:
            client.execute(env=environment | paths, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            outcome.names = json.loads(names.read_text())
        except (DeadKernelError, FileNotFoundError) as error:
            outcome.names = {"?": type(error).__name__}
        for number, cell in enumerate(notebook.cells[:-1], 1):
            for output in cell.outputs:
                if output.output_type in ("display_data", "execute_result"):
                    outcome.shown.setdefault(str(number), []).append(sorted(output.data))
        return outcome


def record(idioms: dict[str, list[str]]) -> dict[str, Outcome]:
    """The outcome of each idiom, several kernels at a time."""
    with ThreadPoolExecutor(2 * len(os.sched_getaffinity(0))) as pool:
        return dict(zip(idioms, pool.map(in_a_kernel, idioms.values()), strict=True))


def main(words: list[str]) -> None:
    """Write the record, one line a name, an error or what a cell shows."""
    known = json.loads(RECORD.read_text(encoding="utf-8"))["idioms"] if words and RECORD.exists() else {}
    idioms = all_idioms()
    chosen = {name: cells for name, cells in idioms.items() if not words or any(word in name for word in words)}
    known |= {name: asdict(outcome) for name, outcome in record(chosen).items()}
    kept = {name: {part: value for part, value in known[name].items() if value} for name in idioms if name in known}
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(outcome, ensure_ascii=False)}" for name, outcome in kept.items())
    RECORD.write_text(f'{{"versions": {json.dumps(versions())},\n"idioms": {{\n{lines}\n}}}}\n', encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
