"""Hostile notebooks: no point is gained, nothing is read, nothing is left behind, and the grader still gives a verdict."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from pathlib import Path

import pytest
from conftest import COUNTER, DOUBLE, QUICK, RIGHT, WRONG, GradeCells, eventually, family, home_of, opened

import grader
from grader.batch import find_submissions
from grader.course import Course
from grader.errors import GraderError
from grader.sandbox.forkserver import ForkServer
from grader.student.failures import StudentFailure

REPOSITORY = Path(grader.__file__).resolve().parents[1]
SOCKETS = """
import os, socket, stat
def sockets():
    return [fd for fd in range(64) if _is_socket(fd)]
def _is_socket(fd):
    try: return stat.S_ISSOCK(os.fstat(fd).st_mode)
    except OSError: return False
def frame(header, body=b''):
    import struct
    return struct.pack('>III', 0x67726431, len(header), len(body)) + header + body
def shout(data):
    for fd in sockets(): os.write(fd, data)
"""

NO_POINTS = {
    "exit at import": ["import os; os._exit(0)"],
    "sys.exit": ["import sys; sys.exit(0)"],
    "exit at exit": ["import atexit, os; atexit.register(os._exit, 0)"],
    "patched comparisons": [
        "import numpy as np, numpy.testing as t, builtins\n"
        "np.allclose = np.array_equal = np.all = np.isclose = lambda *a, **k: True\n"
        "t.assert_allclose = t.assert_array_equal = lambda *a, **k: None\nnp.asarray = lambda x, *a, **k: 0\n"
        "builtins.abs = lambda x: 0"
    ],
    "lying float": ["class L(float):\n    __eq__ = __le__ = __ge__ = lambda s, o: True\n    __ne__ = lambda s, o: False\n"
                    "    __sub__ = __rsub__ = __abs__ = lambda s, *o: 0.0\n    __hash__ = None\ndouble = lambda x: L(0)"],
    "lying array": ["import numpy as np\nclass A(np.ndarray):\n    __eq__ = lambda s, o: np.ones(s.shape, bool)\n"
                    "    __array_ufunc__ = lambda s, *a, **k: True\ndouble = lambda x: np.zeros(np.shape(x)).view(A)"],
    "answers everything": ["class Any:\n    def __getattr__(self, n): return self\n    def __call__(self, *a, **k): return self\n"
                           "    __eq__ = __lt__ = __ge__ = lambda s, o: True\n    __bool__ = lambda s: True\n"
                           "    __float__ = lambda s: 0.0\n    __array__ = lambda s, *a, **k: 0\n"
                           "double = apply = Counter = Any()"],
    "lying class": ["class D:\n    __class__ = float\n    def __float__(self): raise ValueError\ndouble = lambda x: D()"],
    "junk on every descriptor": [SOCKETS, "shout(b'junk' * 100)"],
    "junk in a call": [SOCKETS, "def double(x):\n    shout(b'\\0' * 64)\n    return 0"],
    "a frame of junk": [SOCKETS, "def double(x):\n    shout(frame(b'\\xc1' * 50))\n    return 0"],
    "endless frame": [SOCKETS, "def double(x):\n    shout(frame(b'x')[:4] + b'\\x00\\x30\\x00\\x00\\x00\\x00\\x00\\x00')\n    while True: pass"],
    "replies in advance": [SOCKETS, "import msgpack\nshout(frame(msgpack.packb(['ok', None])) + "
                           "frame(msgpack.packb(['ok', [True, None]])) * 50)"],
    "passed as a reply": [SOCKETS, "import msgpack\ndef double(x):\n    shout(frame(msgpack.packb(['ok', ['passed', 'passed']])))\n    return 0"],
    "forged handle": [SOCKETS, "import msgpack\ndef double(x):\n    shout(frame(msgpack.packb(['ok', "
                      "[msgpack.ExtType(4, msgpack.packb([9, 'float'])), None]])))\n    return 0"],
    "forged callback": [SOCKETS, "import msgpack\ndef double(x):\n    shout(frame(msgpack.packb(['callback', 0, [[]], {}])))\n    return 0"],
    "callback with odd parts": [SOCKETS, "import msgpack\ndef apply(f, x):\n    shout(frame(msgpack.packb(['callback', 'x', 5, 'y'])))\n"
                                "    shout(frame(msgpack.packb(['callback', -1, [f, {}], {'self': 1}])))\n    return 0"],
    "overlong error": [SOCKETS, "import msgpack\ndef double(x):\n    shout(frame(msgpack.packb(['error', {'kinds': 'x' * 90000, "
                       "'message': ['y'] * 90000, 'cell': [1], 'traceback': [[]] * 9000}])))\n    return 0"],
    "exception that cannot be shown": ["class E(Exception):\n    def __str__(self): raise self\n    __repr__ = __str__\n"
                                       "def double(x): raise E()"],
    "deep recursion": ["import sys\nsys.setrecursionlimit(10**9)\ndef double(x): return double(x)"],
    "stopped itself": ["import os, signal\ndef double(x):\n    os.kill(os.getpid(), signal.SIGSTOP)\n    return 0"],
    "deaf to signals": ["import signal\nfor n in range(1, 65):\n    try: signal.signal(n, signal.SIG_IGN)\n    except (OSError, ValueError): pass\n"
                        "def double(x):\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass"],
    "patched shell": ["ip = get_ipython()\nip.run_cell = lambda *a, **k: None\ntype(ip).run_cell = lambda *a, **k: None"],
    "patched server": ["import sys, socket\nfor name, module in list(sys.modules.items()):\n    if name.startswith('inside'):\n"
                       "        for key in dir(module):\n            if callable(getattr(module, key)) and not key.startswith('__'):\n"
                       "                setattr(module, key, lambda *a, **k: None)"],
    "patched socket": ["import socket\nsocket.socket.sendall = socket.socket.recv_into = socket.socket.send = lambda *a, **k: 0"],
    "closed descriptors": ["import os; os.closerange(0, 1000)"],
    "endless output": ["def double(x):\n    while True: print('x' * 10**6)"],
    "raised in a thread": ["import threading, os\nthreading.Timer(0.05, os._exit, [0]).start()\nimport time; time.sleep(0.5)"],
}  # fmt: skip


@pytest.mark.parametrize("name", NO_POINTS)
def test_a_hostile_notebook_gains_no_point_and_gets_a_verdict(name: str, grade_cells: GradeCells) -> None:
    """Added to a notebook of wrong answers, the attack leaves it at zero, graded, with nothing left open."""
    report = grade_cells([*WRONG, *NO_POINTS[name]])
    assert (report.score, report.status) == (0.0, "graded"), [t.message for q in report.questions for t in q.tests]


@pytest.mark.parametrize(
    "reply",
    ["[np.zeros(2), None]", "['error', {'line': np.zeros(2), 'kinds': ['E'], 'message': ''}]", "['error', {'message': deep}]",
     "[1, 2, 3]", "5", "{'a': 1, 'b': 2}", "['ok', {'kinds': {}}]", "['ok', {'kinds': [np.zeros(2)], 'message': 5, 'line': deep}]"],
)  # fmt: skip
def test_a_forged_reply_to_a_cell_does_not_break_the_judge(reply: str, grade_cells: GradeCells) -> None:
    """Whatever is written in place of a cell's result, there is a graded report."""
    forge = f"""
import inside.codec as c, numpy as np
deep = None
for _ in range(25): deep = [deep]
shout(c.pack({reply}))"""
    report = grade_cells([*WRONG, SOCKETS, forge])
    assert report.status == "graded" and report.score == 0.0


def test_hostile_calls_cost_only_their_own_question(grade_on: GradeCells, server: ForkServer) -> None:
    """A `double` that writes junk loses its points, and honest answers elsewhere keep theirs."""
    cells = [SOCKETS, "def double(x):\n    shout(b'junk' * 9)\n    return 2 * x", *RIGHT[1:]]
    report = grade_on(server, cells)
    assert {q.name: q.score for q in report.questions} == {"double": 0.0, "Counter": 1.0, "apply": 1.0}


PLACES = [str(REPOSITORY), str(REPOSITORY.parent), str(REPOSITORY / "solutions"), str(Path(__file__).parent), str(Path.home()),
          "/work", "/root", "/home", "/etc/passwd", "/etc/shadow", "/etc/hostname", "/var/log", "/var/lib", "/run", "/sys/kernel", "/mnt"]  # fmt: skip
READERS = {
    "files": f"""
import os
for place in {PLACES!r} + ['/proc/1/root' + p for p in {PLACES!r}] + ['/proc/self/cwd/..' + p for p in {PLACES!r}]:
    try:
        found = os.listdir(place) if os.path.isdir(place) else open(place, 'rb').read()
        if found and not (isinstance(found, list) and set(found) <= set(SYSTEM) | set(np.__path__[0].split('/')) | set(os.__file__.split('/'))): loot.append((place, str(found)[:200]))
    except OSError: pass
""",
    "parents": """
import os
for pid in range(1, 100_000) if os.path.isdir('/proc/1') else []:
    if pid != os.getpid() and os.path.isdir(f'/proc/{pid}'):
        for name in ('environ', 'mem', 'cwd/.', 'root/.', 'fd', 'maps'):
            try:
                path = f'/proc/{pid}/{name}'
                loot.append((path, os.listdir(path) if os.path.isdir(path) else open(path, 'rb').read(50)))
            except OSError: pass
""",
    "environment": """
import os
loot += [(k, v) for k, v in os.environ.items() if 'SECRET' in k or 'secret' in v.lower() or 'PYTEST' in k]
""",
    "network": """
import socket
for kind, address in [(socket.SOCK_STREAM, ('127.0.0.1', PORT)), (socket.SOCK_STREAM, ('1.1.1.1', 80)), (socket.SOCK_DGRAM, ('127.0.0.1', PORT))]:
    try:
        s = socket.socket(socket.AF_INET, kind); s.settimeout(1); s.connect(address); s.send(b'x'); loot.append(address)
    except OSError: pass
for family in (socket.AF_INET6, socket.AF_NETLINK, socket.AF_PACKET):
    try: loot.append(str(socket.socket(family, socket.SOCK_RAW)))
    except OSError: pass
try: loot.append(socket.getaddrinfo('example.org', 80))
except OSError: pass
""",
    "unix sockets": """
import socket
for address in ABSTRACT:
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            s = socket.socket(socket.AF_UNIX, kind); s.settimeout(1); s.connect(address); loot.append(str(address))
        except OSError: pass
""",
    "signals": """
import os
for pid in [*range(2, 201), PARENT, os.getppid()]:
    if pid > 1 and pid != os.getpid():
        try: os.kill(pid, 9); loot.append(pid)
        except OSError: pass
""",
    "privileges": """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
calls = {'ptrace': lambda: libc.ptrace(16, os.getppid() or 1, 0, 0), 'ptrace traceme': lambda: libc.ptrace(0, 0, 0, 0),
         'mount': lambda: libc.mount(b'none', b'/tmp', b'tmpfs', 0, None), 'umount': lambda: libc.umount2(b'/tmp', 2),
         'unshare': lambda: libc.unshare(0x10000000), 'setuid': lambda: libc.setuid(0), 'setgid': lambda: libc.setgid(0),
         'chroot': lambda: libc.chroot(b'/'), 'sethostname': lambda: libc.sethostname(b'x', 1),
         'bpf': lambda: libc.syscall(321, 0, 0, 0), 'keyctl': lambda: libc.syscall(250, 0, 0, 0), 'clone3': lambda: libc.syscall(435, 0, 0),
         'process_vm_readv': lambda: libc.process_vm_readv(1, 0, 0, 0, 0, 0), 'io_uring': lambda: libc.syscall(425, 1, ctypes.create_string_buffer(200)),
         'pidfd_open': lambda: libc.syscall(434, 1, 0), 'memfd': lambda: libc.memfd_create(b'x', 0),
         'open_by_handle': lambda: libc.syscall(304, -100, ctypes.create_string_buffer(50), 0), 'userfaultfd': lambda: libc.syscall(323, 0)}
for name, call in calls.items():
    if call() >= 0: loot.append(name)
if os.path.exists('/proc/self/status'):
    try:
        status = dict(line.split(':', 1) for line in open('/proc/self/status') if ':' in line)
        if int(status['CapEff'], 16) or status['NoNewPrivs'].strip() != '1' or status['Seccomp'].strip() != '2': loot.append(status)
    except OSError: pass
""",
    "writing": """
import os
for place in ['/', '/usr', '/usr/lib', '/etc', '/inside', '/packages', '/packages/0', '/var/tmp', '/opt', '/dev', np.__path__[0]]:
    try:
        path = os.path.join(place, 'left-behind'); open(path, 'w').write('x'); loot.append(path); os.remove(path)
    except OSError: pass
""",
    "expected values": """
import gc, sys, inspect
def search():
    frame, names = sys._getframe(), []
    while frame: names.append(str(list(frame.f_locals.items()))[:2000]); frame = frame.f_back
    return names
texts = search()
for o in gc.get_objects():
    try:
        if type(o) in (dict, list, tuple) and len(o) < 50: texts.append(str(o)[:500])
    except BaseException: pass
loot += [t for t in texts if 'hidden' + '_suite' in t or 'test_' + 'hidden' in t or 'solutions' + '/' in t]
loot += [m for m in sys.modules if m.startswith(('grader', 'pytest', '_pytest'))]
loot += [p for p in [*sys.path, sys.executable, *sys.argv] if 'solutions' in str(p)]
""",
}


@pytest.mark.parametrize("name", READERS)
def test_a_notebook_reads_and_reaches_nothing(name: str, server: ForkServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each attempt fails from inside, where from outside it would have succeeded."""
    with socket.socket() as listener, socket.socket(socket.AF_UNIX) as abstract:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        abstract.bind(f"\0gradebook-test-{os.getpid()}")
        abstract.listen()
        abstracts = [abstract.getsockname(), server.path, "/var/run/docker.sock", "/run/dbus/system_bus_socket"]
        setup = (
            f"import numpy as np\nloot = []\nPORT = {listener.getsockname()[1]}\nABSTRACT = {abstracts!r}\n"
            f"PARENT = {os.getpid()}\nSYSTEM = ['usr', 'lib', 'lib64', 'bin', 'sbin', 'etc', 'proc', 'dev', 'tmp', 'inside', 'packages']\n"
        )
        with opened(server, [setup, READERS[name], "def get(): return [repr(l) for l in loot]"]) as (student, notebook):
            assert notebook.results[1].error is None
            assert student.get() == []


def test_a_daemon_is_gone_after_the_grading(server: ForkServer) -> None:
    """A process that left its session by forking twice dies with the worker."""
    mark = f"{31_000_000 + os.getpid()}.5"
    cell = f"import os\nif os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n        os.execv('/bin/sleep', ['sleep', '{mark}'])\n    os._exit(0)"

    def alive() -> bool:
        return any(mark.encode() in _cmdline(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit())

    with opened(server, [cell, DOUBLE]) as (student, _):
        assert student.double(2) == 4
        assert eventually(alive)
    assert not alive()


def _cmdline(entry: Path) -> bytes:
    try:
        return (entry / "cmdline").read_bytes()
    except OSError:
        return b""


def test_a_fork_bomb_is_bounded_and_cleared_away(server: ForkServer) -> None:
    """Children that fork children meet the limit, other notebooks are served, and nothing is left."""
    assert eventually(lambda: len(family(server)) <= 2)
    before = family(server)
    bomb = "import os, time\ndef bomb():\n    n = 0\n    while True:\n        try: os.fork()\n        except OSError: n += 1; time.sleep(0.01)"
    with opened(server, [bomb]) as (student, _):
        with pytest.raises(StudentFailure):
            student.bomb()
        assert len(family(server) - before) <= QUICK.processes + 4
    assert eventually(lambda: family(server) <= before)
    with opened(server, [DOUBLE]) as (student, _):
        assert student.double(4) == 8


SHARED = ["/", "/tmp", "/dev", "/dev/shm", "/var/tmp", "/etc", "/opt", "/inside", "/packages", "/root"]


def test_two_notebooks_share_no_files_and_cannot_stop_each_other(server: ForkServer) -> None:
    """What one writes to its home, /tmp or /dev/shm the other does not see, at the same time or later."""
    write = """
import os, signal
left = 0
for place in (os.environ['HOME'], *SHARED):
    try: open(os.path.join(place, 'answers'), 'w').write('x'); left += 1
    except OSError: pass
home = os.environ['HOME']
def get(): return left, home
def murder():
    try: os.kill(-1, signal.SIGKILL)
    except OSError: pass
"""
    look = """
import os
def look(home): return [p for p in (home, *SHARED) if os.path.exists(os.path.join(p, 'answers'))
                        and _read(os.path.join(p, 'answers'))]
def _read(path):
    try: return open(path).read()
    except OSError: return ''
"""
    shared = f"SHARED = {SHARED!r}"
    with opened(server, [shared, look]) as (neighbour, around), opened(server, [shared, write]) as (student, _):
        left, home = student.get()
        assert left >= 1
        assert neighbour.look(home) == []
        with contextlib.suppress(StudentFailure):
            student.murder()
        assert neighbour.look(home) == [] and around.deaths == 0
    with opened(server, [shared, look]) as (later, _):
        assert later.look(home) == []


def test_a_module_left_behind_is_not_imported_by_the_next_notebook(server: ForkServer) -> None:
    """A file written beside the worker's own code or into any folder of its path does not reach a later notebook."""
    plant = """
import sys
for place in sys.path:
    try: open(place + '/planted_by_mallory.py', 'w').write('gift = 1')
    except OSError: pass
"""
    with opened(server, [plant]):
        pass
    with opened(server, ["import planted_by_mallory as p"]) as (_, later):
        assert "ModuleNotFoundError" in str(later.results[0].error)


def test_files_can_fill_only_their_bounded_share(server: ForkServer) -> None:
    """Behind bubblewrap /tmp and /dev/shm end at their limit; on both rungs the next notebook has room and nothing stays."""
    fill = """
import os
def fill():
    total = 0
    for place in {os.environ['HOME'], '/tmp', '/dev/shm'}:
        for n in range(8):
            try:
                with open(f'{place}/{n}', 'wb', buffering=0) as f:
                    for _ in range(80): total += f.write(bytes(1 << 20))
            except OSError: pass
    return total >> 20
"""
    with opened(server, [fill, DOUBLE]) as (student, _):
        if home_of(server) is None:  # a home on the Landlock rung is a folder of the host's: bounded file by file only
            assert student.fill() <= 2 * QUICK.tmp_mb + 2
        assert student.double(1) == 2
    with opened(server, ["open(__import__('os').environ['HOME'] + '/a', 'wb').write(bytes(1 << 20))", DOUBLE]) as (student, after):
        assert after.results[0].error is None
    home = home_of(server)
    assert home is None or not list(home.glob("home-*"))


def test_a_stopped_or_closed_worker_does_not_hold_up_another(grade_on: GradeCells, server: ForkServer) -> None:
    """While one notebook sleeps in its cells, another is graded in full."""
    sleepy = threading.Thread(target=lambda: _run(server, ["import time; time.sleep(60)"]))
    sleepy.start()
    assert grade_on(server, [DOUBLE, COUNTER, RIGHT[2]]).score == 5.0
    sleepy.join()


def _run(server: ForkServer, cells: list[str]) -> None:
    with opened(server, cells):
        pass


def test_a_linked_folder_does_not_hand_in_somebody_elses_work(tmp_path: Path, exercise: object) -> None:
    """A link to the folder of the reference solution is not followed when submissions are collected."""
    course = Course(Path(__file__).parent / "course")
    mallory = tmp_path / "mallory"
    mallory.mkdir()
    (mallory / "01_double").symlink_to(course.root / "solutions" / "01_double")
    try:
        found = find_submissions(tmp_path, course)
    except GraderError:
        return
    assert not [s for s in found if s.path.resolve() == course.exercises["01_double"].notebook.resolve()]
