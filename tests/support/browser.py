"""A real browser, what happens on a page in it, and the elements of a page."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest


def open_chromium() -> Iterator[Any]:
    """A headless Chromium of this machine."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip(f"no browser on this machine: none of {', '.join(names)}; apt-get install chromium")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path)
        yield browser
        browser.close()


@contextmanager
def watched(browser: Any) -> Iterator[tuple[Any, list[str]]]:
    """A fresh page and what happens on it: dialogs, console messages, errors, requests beyond the page itself."""
    context = browser.new_context()
    context.set_default_timeout(20_000)
    page, happened = context.new_page(), list[str]()

    def on_dialog(dialog: Any) -> None:
        happened.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def on_request(request: Any) -> None:
        if not request.is_navigation_request() or not request.url.startswith("file:"):
            happened.append(f"request: {request.url}")

    def on_route(route: Any) -> None:  # what the policy has blocked does not get here
        happened.append(f"sent: {route.request.url}")
        route.abort()

    page.on("dialog", on_dialog)
    page.on("console", lambda message: happened.append(f"console: {message.text}"))
    page.on("pageerror", lambda error: happened.append(f"error: {error}"))
    page.on("popup", lambda _: happened.append("popup"))
    page.on("request", on_request)
    context.route(re.compile("^https?:"), on_route)
    yield page, happened
    context.close()


def written(pages: dict[str, str], folder: Path) -> Path:
    for name, page in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(page.encode())
    return folder


class Skeleton(HTMLParser):
    """The elements and attributes of a page, and the text between them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.shape: list[tuple[str, ...]] = []
        self.links: list[str] = []
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        own = {"href": "a link", "title": "a text"}
        self.shape.append((tag, *(f"{name}={own.get(name, value)}" for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.shape.append((f"/{tag}",))

    def handle_comment(self, data: str) -> None:
        self.shape.append(("a comment",))

    def handle_decl(self, decl: str) -> None:
        self.shape.append((decl,))

    def handle_data(self, data: str) -> None:
        self.words.append(data)
