"""An IPython kernel without sockets and threads: what it would send is kept, cut short, in this process."""

import sys
import uuid
from collections import Counter
from importlib.util import find_spec
from typing import Any

import comm
from ipykernel import iostream, kernelbase
from ipykernel.compiler import XCachingCompiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core import pylabtools
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client.session import Session
from traitlets.config import Config

MOST_MESSAGES = 1_000
MOST_TEXT = 20_000  # characters kept of one message, and of all that is written to one stream


class KeptSession(Session):
    """Keeps the first messages, cut short, and counts all of them by type.

    `kept` holds (type, text by mime type); `written` holds the first characters that went to each stream.
    """

    def __init__(self) -> None:
        super().__init__()
        self.forget()

    def forget(self) -> None:
        """Begin again, with nothing sent."""
        self.kept: list[tuple[str, dict[str, str]]] = []
        self.written = {"stdout": "", "stderr": ""}
        self.counts: Counter[str] = Counter()

    def send(self, stream: object, msg_or_type: Any, content: Any = None, *_: object, **__: object) -> Any:
        """Keep a message, or make and keep it; it is what a session returns."""
        message = msg_or_type if isinstance(msg_or_type, dict) else self.msg(msg_or_type, content)
        kind = message["msg_type"]
        self.counts[kind] += 1
        if len(self.kept) < MOST_MESSAGES:
            data = message["content"].get("data", {})
            self.kept.append((kind, {mime: str(shown)[:MOST_TEXT] for mime, shown in data.items()}))
        return message

    def write(self, name: str, text: str) -> None:
        """Keep what is written to a stream, as long as there is room."""
        self.counts[name] += len(text)
        before = self.written[name]
        if len(before) < MOST_TEXT:
            self.written[name] = before + text[: MOST_TEXT - len(before)]


class _NoThread(iostream.IOPubThread):
    """Takes the place of the thread that sends what a stream holds; our streams hold nothing."""

    def __init__(self) -> None:
        self.thread = self.io_loop = None


class OutStream(iostream.OutStream):
    """ipykernel's stream, of which the session keeps the first lines."""

    __module__ = iostream.__name__  # click and others look at the name

    def __init__(self, session: KeptSession, name: str, descriptor: int) -> None:
        super().__init__(session, _NoThread(), name, watchfd=False)
        self._original_stdstream_copy = descriptor  # what `fileno` gives

    def write(self, string: str) -> int:
        """Take the text.

        Raises:
            TypeError, ValueError: as ipykernel's: it is not text, or the stream is closed.
        """
        if not isinstance(string, str):
            raise TypeError(f"write() argument must be str, not {type(string)}")
        if self.closed:
            raise ValueError("I/O operation on closed file")
        self.session.write(self.name, string)
        return len(string)


class CellCompiler(XCachingCompiler):
    """Names code after the cell that runs."""

    cell_number = 0

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return f"<cell {CellCompiler.cell_number}>"


class NotebookKernel(IPythonKernel):
    """IPython's kernel, with its shell registered as the one of this process."""

    debugger_class = None  # it would be loaded, and complain

    def __init__(self) -> None:
        for registered in (IPythonKernel, ZMQInteractiveShell, InteractiveShell, IPKernelApp):
            registered.clear_instance()
        # IPythonKernel's own steps would start a debugger
        kernelbase.Kernel.__init__(self, session=KeptSession())
        IPythonKernel._instance = kernelbase.Kernel._instance = self
        config = Config()
        config.HistoryManager.hist_file = ":memory:"  # a file would need a thread that writes it
        config.InteractiveShell.xmode = "Minimal"  # nobody sees the traceback, and drawing it takes time
        config.IPKernelApp.connection_file = ""  # tqdm and others look for this section
        self.shell = ZMQInteractiveShell.instance(
            parent=self,
            config=config,
            kernel=self,
            compiler_class=CellCompiler,
        )
        # `!` through pipes: not every sandbox has terminals
        self.shell.system = self.shell.system_raw
        self.shell.displayhook.session = self.shell.display_pub.session = self.session
        self.shell.displayhook.topic = b"execute_result"
        self.shell.extension_manager.load_extension("storemagic")  # as the application does for each kernel
        self.comm_manager = comm.get_comm_manager()
        self.app = IPKernelApp.instance(parent=None)
        self.app.kernel, self.app.shell = self, self.shell
        self.shell.configurables += [self.comm_manager, self.app]
        self.streams = [
            OutStream(self.session, name, number) for number, name in ((1, "stdout"), (2, "stderr"))
        ]
        launcher = find_spec("ipykernel_launcher")
        self.arguments = [str(launcher and launcher.origin), "-f", f"kernel-{uuid.uuid4()}.json"]
        pylabtools.print_figure = print_figure
        connect_figures()

    @staticmethod
    def name_cell(number: int) -> None:
        """Name what is compiled from now on after this cell."""
        CellCompiler.cell_number = number


_print_figure = pylabtools.print_figure


def print_figure(fig: Any, fmt: str = "png", *args: Any, base64: bool = False, **options: Any) -> Any:
    """Show a figure as PNG, JPEG or PDF without drawing it: nobody looks, and it would take 60 ms.

    A notebook that saves a figure, or asks for its bytes, gets it drawn.
    """
    if base64 and fmt in ("png", "jpg", "pdf") and (fig.axes or fig.lines):
        return ""
    return _print_figure(fig, fmt, *args, base64=base64, **options)


def connect_figures() -> None:
    """Have the inline backend, if it is loaded already, show its figures in the shell that is registered."""
    if (backend := sys.modules.get("matplotlib_inline.backend_inline")) is not None:
        backend.InlineBackend.clear_instance()
        vars(backend.configure_inline_support).pop("current_backend", None)
        backend._enable_matplotlib_integration()
    if (pyplot := sys.modules.get("matplotlib.pyplot")) is not None:
        vars(pyplot)["_REPL_DISPLAYHOOK"] = pyplot._ReplDisplayHook.NONE  # a shell before this one's
        pyplot.install_repl_displayhook()
