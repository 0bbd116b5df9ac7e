"""The HTTP server and its life: from a free port on the loopback interface to Ctrl-C.

It is the standard library's: only one person's browser is let through (`grader.web.guard`), and all that it
has to read is a request line, headers and a short form.
"""

import contextlib
import gc
import signal
import sys
import traceback
import webbrowser
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from types import FrameType

from grader.core.course import Course
from grader.core.errors import GraderError
from grader.term.gradebook import open_gradebook
from grader.web.background import BackgroundWork
from grader.web.guard import Guard
from grader.web.http import Response, request_from, sentence
from grader.web.regrade_progress import ProgressWatch
from grader.web.routes import answer
from grader.web.snapshot import Live
from grader.web.views import Site

HOST = "127.0.0.1"
BODY_MOST = 64 << 10  # bytes of a form
SILENT_S = 30  # after which a silent connection is closed


def serve(
    out: Path,
    book: str | Path,
    course: Course,
    port: int = 0,
    open_browser: bool = True,
    say: Callable[[str], None] = print,
) -> None:
    """Serve the gradebook to this machine's user until Ctrl-C.

    Args:
        out: the folder that `grader grade` wrote to; its files are written again after every change.
        book: the gradebook's path or database URL.
        port: 0 for a free one.
        say: prints a line in the terminal.

    Raises:
        GraderError: there is no gradebook, the port is taken, or the class cannot be made.
    """
    before = signal.signal(signal.SIGTERM, _interrupt)
    try:
        with (
            contextlib.suppress(KeyboardInterrupt),
            running(out, book, course, port) as (server, site),
        ):
            with contextlib.suppress(KeyboardInterrupt):
                say(f"The gradebook: {site.guard.address}\nOnly this machine can open it. Ctrl-C ends it.")
                if open_browser:
                    with contextlib.suppress(webbrowser.Error):
                        webbrowser.open(site.guard.address)
                server.serve_forever()
            if site.work.doing.what:
                say(
                    "Finishing the job in hand; Ctrl-C again ends it at once, and nothing is lost either way."
                )
            if not site.work.close():
                say(f"The files in {out} are older than the gradebook: grader report {out}")
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def running(
    out: Path, book: str | Path, course: Course, port: int = 0
) -> Iterator[tuple["GradebookServer", Site]]:
    """A server that is bound and ready, and what it answers from; the caller starts it.

    Raises:
        GraderError: there is no gradebook, the port is taken, or the class cannot be made.
    """
    url = str(book)
    if "://" not in url and not Path(url).is_file():
        raise GraderError(f"{url}: no gradebook there; grade first: grader grade SUBMISSIONS -o {out}")
    with open_gradebook(url) as opened, _bound(port) as server:
        live = Live(opened, course.root)
        gc.freeze()  # thousands of reports that stay: looking through them would cost most of the time
        work = BackgroundWork(out, url, course.root)
        try:
            guard = Guard(server.server_address[1])
            server.site = Site(guard, opened, live, work, ProgressWatch(out, opened, work))
            yield server, server.site
        finally:
            work.close()


class GradebookServer(ThreadingHTTPServer):
    """Listens on the loopback interface; `site` is set before it starts."""

    daemon_threads = True
    site: Site

    def server_bind(self) -> None:
        """Bind; the standard library would also ask a name server for our name."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a browser that hangs up."""
        if not isinstance(sys.exc_info()[1], OSError):
            traceback.print_exc()


class Handler(BaseHTTPRequestHandler):
    """Between the socket and `answer`: bounds, and the same headers on every answer."""

    protocol_version = "HTTP/1.1"
    timeout = SILENT_S
    wbufsize = -1
    disable_nagle_algorithm = True  # no page waits for an acknowledgement
    server: GradebookServer

    def do_GET(self) -> None:
        self._answer("GET", b"")

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if "Transfer-Encoding" in self.headers or not (length.isascii() and length.isdigit()):
            return self._refuse(411, "A form must state its length.")
        if len(length) > 9 or int(length) > BODY_MOST:
            return self._refuse(413, "This form is too long.")
        if self.headers.get_content_type() != "application/x-www-form-urlencoded":
            return self._refuse(415, "This is not a form of this server.")
        self._answer("POST", self.rfile.read(int(length)))

    def _answer(self, method: str, body: bytes) -> None:
        if method == "GET" and (
            self.headers.get("Content-Length", "0") != "0" or "Transfer-Encoding" in self.headers
        ):
            return self._refuse(400, "A GET request must not have a body.")
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            request = request_from(method, self.path, headers, tuple(self.headers.get_all("Host", [])), body)
        except ValueError:
            return self._refuse(400, "This address or form is malformed.")
        try:
            response = answer(self.server.site, request)
        except Exception:  # ours: the terminal shows it, and the server goes on
            traceback.print_exc()
            response = sentence(500, "Our failure: the terminal that runs grader serve says more.")
        self._send(response)

    def _refuse(self, status: int, text: str) -> None:
        self.close_connection = True  # a body may be left unread
        self._send(sentence(status, text))

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        for name, value in response.headers():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(response.body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What the standard library refuses: other methods, malformed lines and headers."""
        self._refuse(code, "The server does not answer such requests.")

    def version_string(self) -> str:
        return "grader"

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged in the terminal."""


def _bound(port: int) -> GradebookServer:
    try:
        return GradebookServer((HOST, port), Handler)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise GraderError(
            f"port {port}: {reason}; choose another with --port, or leave it out for a free one"
        ) from None


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
