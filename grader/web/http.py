"""What a browser asks and what it is answered, as plain records without a socket."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from grader.core.safe_text import utf8
from grader.pages.html import render

TEMPLATES = Path(__file__).with_name("templates")
FIELDS_MOST = 40
SEALED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Request:
    """One request; path, query and form are decoded, header names are in lower case.

    Attributes:
        parts: of the path, between its slashes.
        hosts: every Host header; there must be one.
    """

    method: str
    path: str
    parts: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    hosts: tuple[str, ...]
    form: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Response:
    """One answer; `policy` is its Content-Security-Policy."""

    status: int
    body: bytes = b""
    kind: str = "text/html; charset=utf-8"
    policy: str = SEALED
    more: tuple[tuple[str, str], ...] = ()

    def headers(self) -> list[tuple[str, str]]:
        """All of them, in the order in which they are sent."""
        own = {
            "Content-Type": self.kind,
            "Content-Length": str(len(self.body)),
            "Content-Security-Policy": self.policy,
        }
        return [*own.items(), *HEADERS.items(), *self.more]


def request_from(
    method: str, target: str, headers: Mapping[str, str], hosts: tuple[str, ...], body: bytes = b""
) -> Request:
    """A request from its line, headers and body.

    Raises:
        ValueError: it is invalid: an address of another form, not UTF-8, too many fields.
    """
    split = urlsplit(target)
    if not target.startswith("/") or target.startswith("//") or split.scheme or split.netloc:
        raise ValueError("not a path")
    parts = tuple(unquote(part, errors="strict") for part in split.path.strip("/").split("/"))
    return Request(
        method, split.path, parts, _fields(split.query), headers, hosts, _fields(body.decode("utf-8"))
    )


def page(status: int, html: str, policy: str, *more: tuple[str, str]) -> Response:
    """A page under a policy."""
    return Response(status, utf8(html), policy=policy, more=more)


def sentence(status: int, text: str, *more: tuple[str, str]) -> Response:
    """A page with one sentence, under a policy that allows nothing."""
    html = render("sentence.html", folder=TEMPLATES, text=text, home=status in (404, 405, 409, 503))
    return page(status, html, SEALED, *more)


def see(address: str, *more: tuple[str, str]) -> Response:
    """Go there, with GET."""
    return Response(303, more=(("Location", address), *more))


def data(value: object) -> Response:
    """JSON for our own script."""
    return Response(200, json.dumps(value).encode(), "application/json")


def _fields(text: str) -> dict[str, str]:
    return dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MOST))
