"""A worker is a kernel: what notebooks find in Jupyter is there, on every rung."""

from __future__ import annotations

import pytest
from support.cells import opened
from support.nonempty import nonempty

from grader.core.course_settings import Limits
from grader.core.report import Status
from grader.sandbox.forkserver import ForkServer

IDIOMS = {
    "the registered shell": ["from IPython import get_ipython as registered\nassert registered() is get_ipython()",
        "assert type(registered()).__name__ == 'ZMQInteractiveShell' and 'IPKernelApp' in registered().config",
        "assert registered().kernel.shell is registered()"],
    "results": ["6 * 7", "assert _ == 42 and Out[1] == 42 and _1 == 42", "assert In[1] == '6 * 7' and _i2 == In[2]",
        "assert get_ipython().execution_count == 5, get_ipython().execution_count"],
    "history": ["a = 1", "%history -n 1", "%macro first 1\nfirst", "%recall 1", "%save -f cells.py 1\nassert 'a = 1' in open('cells.py').read()"],
    "kernel magics": ["%autosave 60", "%clear", "%connect_info", "%man ls", "%config InlineBackend.figure_format = 'retina'"],
    "a captured display": ["%%capture shown\nprint('text')\ndisplay({'text/plain': 'x'}, raw=True)",
        "assert shown.stdout == 'text\\n' and len(shown.outputs) == 1"],
    "a display that is updated": ["from IPython.display import HTML\nhandle = display(HTML('a'), display_id=True)\nhandle.update(HTML('b'))\nassert handle.display_id"],
    "a broken repr": ["class Broken:\n    def __repr__(self): raise ValueError('no')\ndisplay(Broken())\nafter = 1", "assert after == 1"],
    "the last exception": ["try:\n    get_ipython().run_cell('1/0')\nfinally:\n    import sys", "assert sys.last_type is ZeroDivisionError and sys.last_value.args"],
    "figures": ["import matplotlib\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])", "assert 'inline' in matplotlib.get_backend() and not plt.get_fignums()",
        "%matplotlib inline\nfigure = plt.figure()\nfigure.gca().plot([1])\nplt.show()\nfigure.savefig('x.png')\nimport os\nassert os.path.getsize('x.png') > 1000"],
    "the streams": ["import sys, io\nassert sys.stdout.encoding == 'UTF-8' and sys.stdout.fileno() > 0 and not sys.stdout.isatty()",
        "print('x', file=sys.__stderr__)\nimport faulthandler; faulthandler.enable()\nimport logging; logging.warning('x')",
        "kept = sys.stdout\nsys.stdout = io.StringIO()\nprint('in it')", "assert sys.stdout.getvalue() == 'in it\\n'\nsys.stdout = kept"],
    "the arguments": ["import sys, argparse\nassert sys.argv[0].endswith('ipykernel_launcher.py') and sys.argv[1] == '-f'",
        "import json\nassert json.load(open(sys.argv[2]))['transport']\nargparse.ArgumentParser().parse_known_args()",
        "from ipykernel import get_connection_file\nassert get_connection_file() == sys.argv[2]"],
    "the process": ["import sys, os, getpass\nassert getpass.getuser() == os.environ['USER'] and int(os.environ['JPY_PARENT_PID'])",
        "assert not sys.flags.isolated and __name__ == '__main__' and '__file__' not in globals() and '' in sys.path",
        "class Kept: pass\nimport pickle\nassert isinstance(pickle.loads(pickle.dumps(Kept())), Kept)",
        "import torch; torch.set_num_interop_threads(2)"],
    "children": ["import subprocess, sys\nassert subprocess.check_output([sys.executable, '-c', 'print(3)']) == b'3\\n'",
        "out = !python -c \"import numpy, sys; print(numpy.__version__)\"\nimport numpy\nassert out == [numpy.__version__], out",
        "!exit 3\nassert _exit_code == 3", "assert subprocess.run('python3 -c \"import torch\"', shell=True).returncode == 0",
        "out = !echo $((1+1)) {1+1}\nassert out == ['2 2'], out",
        "%%bash\n[[ abc == a* ]] && echo yes > said.txt", "assert open('said.txt').read() == 'yes\\n'"],
    "modules of one's own": ["%%writefile inside.py\nx = 1", "%%writefile codec.py\nx = 2", "%%writefile shell.py\nx = 3",
        "import inside, codec, shell\nassert (inside.x, codec.x, shell.x) == (1, 2, 3)"],
    "an event loop": ["import asyncio\nasync def f():\n    await asyncio.sleep(0)\n    return 5\nassert await f() == 5",
        "loop = asyncio.get_event_loop()\nassert loop.is_running()\ntask = asyncio.create_task(f())", "assert task.done() and await task == 5",
        "try:\n    asyncio.run(f())\nexcept RuntimeError:\n    refused = True", "assert refused",
        "try:\n    loop.run_until_complete(f())\nexcept RuntimeError:\n    refused = 2", "assert refused == 2",
        "def boom(): raise SystemExit\nloop.call_soon(boom)", "for one in asyncio.all_tasks(): one.cancel()", "loop.stop()", "assert await f() == 5"],
    "filters of warnings": ["import warnings\nwarnings.simplefilter('error')", "try:\n    warnings.warn('x')\nexcept UserWarning:\n    caught = True",
        "assert caught"],
    "no input": ["try:\n    input()\nexcept Exception as e:\n    kinds = [type(e).__name__]",
        "import getpass\ntry:\n    getpass.getpass()\nexcept Exception as e:\n    kinds.append(type(e).__name__)", "assert kinds == ['StdinNotImplementedError'] * 2, kinds"],
    "exit ends nothing": ["exit()", "quit()", "x = 1"],
}  # fmt: skip


@pytest.mark.parametrize("name", IDIOMS)
def test_what_a_notebook_finds_in_jupyter_is_there(server: ForkServer, name: str) -> None:
    with opened(server, IDIOMS[name], Limits()) as (_, notebook):
        failed = [(cell.index, cell.error) for cell in nonempty(notebook.results) if cell.status != Status.PASSED]
        assert not failed


def test_threads_that_a_notebook_asks_for_wait_idly(server: ForkServer) -> None:
    """Busy ones took 27 times the CPU time for the same training, where other processes had the cores."""
    with opened(server, ["import os\nassert os.environ['OMP_WAIT_POLICY'] == 'PASSIVE'"], Limits()) as (_, notebook):
        assert [cell.error for cell in notebook.results] == [None]
