"""Who may ask: the browser of the person who started the server, and no other page in it.

Four walls, each of which stops most attacks by itself:
- the server listens on the loopback interface and answers only to its own name, so a foreign name that
  resolves to this machine (DNS rebinding) is turned away;
- the address that `grader serve` prints holds a secret, which is exchanged for a cookie that scripts cannot
  read and that other sites' pages cannot send;
- a request that another origin's page caused is refused;
- what changes something is a POST from one of our forms, with a second secret in it.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from grader.core.safe_text import utf8
from grader.web.http import Request, Response, see, sentence

FORM_FIELD = "form"
OPEN_AGAIN = "open the address that grader serve printed in the terminal"


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Guard:
    """The secrets of one run of the server."""

    port: int
    token: str = field(default_factory=_secret, repr=False)
    session: str = field(default_factory=_secret, repr=False)

    @property
    def origins(self) -> dict[str, str]:
        """Host header → its origin."""
        return {host: f"http://{host}" for host in (f"127.0.0.1:{self.port}", f"localhost:{self.port}")}

    @property
    def address(self) -> str:
        """The address to open, with the secret."""
        return f"http://127.0.0.1:{self.port}/?{urlencode({'token': self.token})}"

    @property
    def cookie(self) -> str:
        """The cookie's name; cookies are shared by all ports of a machine."""
        return f"grader-{self.port}"

    @property
    def form(self) -> str:
        """The secret in every form of this session."""
        return hmac.new(self.session.encode(), b"form", hashlib.sha256).hexdigest()


def turned_away(guard: Guard, request: Request) -> Response | None:
    """The answer to a request that is refused, or that has just shown the secret; None for all others."""
    if len(request.hosts) != 1 or request.hosts[0].lower() not in guard.origins:
        return sentence(403, f"This server answers at http://127.0.0.1:{guard.port}/ only: {OPEN_AGAIN}.")
    token = request.query.get("token") if request.method == "GET" else None
    if token is not None and not _same(token, guard.token):
        return sentence(403, f"The token in this address is not the one of this server: {OPEN_AGAIN}.")
    if token is None and not _from_us(request.headers):
        return sentence(403, "Another page asked for this, so it is not answered.")
    if token is not None:
        rest = urlencode({name: value for name, value in request.query.items() if name != "token"})
        cookie = f"{guard.cookie}={guard.session}; Path=/; HttpOnly; SameSite=Strict"
        return see(request.path + (f"?{rest}" if rest else ""), ("Set-Cookie", cookie))
    if not any(_same(value, guard.session) for value in _cookies(request.headers, guard.cookie)):
        return sentence(403, f"This browser is not known to the server: {OPEN_AGAIN}.")
    if request.method == "POST" and not _ours(guard, request):
        return sentence(403, "This did not come from a form of this server; nothing was changed.")
    return None


def _from_us(headers: Mapping[str, str]) -> bool:
    """Whether our own page or the person asks; older browsers do not say, and meet the other walls."""
    return headers.get("sec-fetch-site", "none") in ("none", "same-origin")


def _ours(guard: Guard, request: Request) -> bool:
    """Whether a POST comes from our form, by its origin (`null` under our Referrer-Policy) and its secret."""
    origin, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    expected = guard.origins[request.hosts[0].lower()]
    stated = origin == expected or (site == "same-origin" and origin in (None, "null"))
    return stated and site in (None, "same-origin") and _same(request.form.get(FORM_FIELD, ""), guard.form)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(utf8(one), utf8(other))


def _cookies(headers: Mapping[str, str], name: str) -> list[str]:
    pairs = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
    return [value for key, _, value in pairs if key == name]
