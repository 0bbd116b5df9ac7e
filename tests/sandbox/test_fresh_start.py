"""A fork forgets: a notebook finds the same, and does the same, alone and after any other."""

from __future__ import annotations

import linecache
import os
import tempfile

import matplotlib
import pytest
from support.cells import eventually, opened

from grader.core.course_settings import Limits
from grader.core.report import Status
from grader.sandbox.forkserver import ForkServer
from grader.sandbox.inside.fresh_start import forgotten

LOOK = """import asyncio, locale, os, random, sys, tempfile, uuid, warnings
import multiprocessing.process
import matplotlib, numpy as np, torch

def below(path):
    return os.path.realpath(path).startswith(os.path.realpath(os.environ["HOME"]))

def look():
    shell = get_ipython()
    with tempfile.NamedTemporaryFile() as file:
        written = below(file.name)
    state = np.random.get_state()
    return {
        "folders": written and all(map(below, (tempfile.gettempdir(), matplotlib.get_configdir(), matplotlib.get_cachedir(), os.getcwd(),
            shell.ipython_dir, shell.profile_dir.location, multiprocessing.process.ORIGINAL_DIR))),
        "left": sorted(set(os.listdir(".")) - {".cache", ".config"}),  # Matplotlib's, made by looking
        "environment": sorted(os.environ), "arguments": len(sys.argv), "path": len(sys.path),
        "drawn": [random.random(), float(np.random.rand()), float(torch.rand(1))],
        "cells": shell.execution_count, "out": sorted(Out), "in": [text[:9] for text in In],
        "filters": len(warnings.filters), "last": hasattr(sys, "last_value"), "loop": len(asyncio.all_tasks()),
        "threads": [torch.get_num_threads(), torch.get_num_interop_threads()], "locale": locale.getlocale(),
    }
"""
BEFORE = [
    "import tempfile, os, sys, random, locale\ntempfile.tempdir = '/nowhere'\nos.environ.clear()\nsys.argv[:] = []\nsys.path[:] = []",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1])\nopen('left.txt', 'w').write('x')\n1/0",
    "import torch\ntorch.set_num_threads(2)\ntorch.set_num_interop_threads(3)\ntorch.optim.Adam([torch.zeros(1, requires_grad=True)])",
    "import warnings, asyncio\nwarnings.simplefilter('error')\nasyncio.create_task(asyncio.sleep(99))\n5",
    "import builtins\nbuiltins.print = builtins.open = None\nget_ipython().run_cell = None",
]
LATE = "import sys\ndef loaded():\n    return 'torch._dynamo' in sys.modules"


def looked(server: ForkServer) -> object:
    with opened(server, [LOOK], Limits()) as (student, notebook):
        assert [cell.status for cell in notebook.results] == [Status.PASSED], notebook.results
        return student.look()


@pytest.mark.parametrize("rung", ["bwrap", "landlock"])
def test_a_notebook_finds_the_same_alone_and_after_any_other(rung: str) -> None:
    """Also once the modules that only some notebooks need have been loaded for all."""
    with ForkServer(rung) as server:
        alone = looked(server)
        assert isinstance(alone, dict) and alone["folders"] is True and alone["left"] == []
        assert alone["in"][0] == "" and alone["cells"] == 2 and alone["out"] == [] and alone["last"] is False

        def loaded() -> bool:
            with opened(server, [LATE]) as (student, _):
                return bool(student.loaded())

        for cell in BEFORE:
            with opened(server, [cell], Limits()):
                pass
            assert looked(server) == alone
        assert eventually(loaded)
        assert looked(server) == alone


def test_what_the_zygote_loads_is_given_a_home_that_is_removed() -> None:
    """And nothing remembers it."""
    environment = dict(os.environ)
    with forgotten():
        home = os.environ["HOME"]
        assert tempfile.gettempdir() == home == matplotlib.get_configdir()
        linecache.cache["<cell 1>"] = (1, None, [], "")
    assert os.environ == environment and not os.path.exists(home) and not linecache.cache
    assert home not in (tempfile.gettempdir(), matplotlib.get_configdir())
