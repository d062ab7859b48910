"""The server's address, and the names under which a browser may call it. Whatever is not named is refused."""

import re
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from cellbank.errors import WrongInput

LOOPBACK = "127.0.0.1"
HIGHEST_PORT = 65_535
DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\]")


@dataclass(frozen=True)
class Address:
    """An IP address and a port to listen on (0: any that is free), and the origin that a proxy shows instead."""

    host: str
    port: int
    public: str | None = None

    @property
    def origin(self) -> str:
        """What stands before every path in the browser: `https://bank.example.org`, `http://127.0.0.1:8765`."""
        return self.public or f"http://{_with_port(self.host, self.port, 'http')}"

    @property
    def authorities(self) -> frozenset[str]:
        """The `Host` headers that are answered: the public one alone, else the names of this machine's loopback.

        A page of another site that makes its own name point here (DNS rebinding) still sends its own name.
        """
        if self.public is not None:
            return frozenset({urlsplit(self.public).netloc})
        return frozenset(_with_port(host, self.port, "http") for host in ("localhost", LOOPBACK, "::1", self.host))

    @property
    def scheme(self) -> str:
        """`http` or `https`, as the browser sees it."""
        return urlsplit(self.origin).scheme

    def authority(self, host: str) -> str | None:
        """A `Host` header in the one form of `authorities`; None when it is none of them."""
        name = host.strip().lower().removesuffix(f":{DEFAULT_PORTS[self.scheme]}")
        return name if name in self.authorities else None


def asked(host: str, port: int, public_url: str | None) -> Address:
    """The address that someone asked for.

    Refused (exit 2): a name in place of an address, a port that does not exist, a public URL that is more than an
    origin or that would carry passwords in the clear, and any address but loopback without a public URL.
    """
    where = _ip_of(host)
    if not 0 <= port <= HIGHEST_PORT:
        raise WrongInput("serve.port", value=port, highest=HIGHEST_PORT)
    public = None if public_url is None else _origin_of(public_url)
    if public is None and not is_loopback(where):
        raise WrongInput("serve.not_loopback", host=host)
    return Address(where, port, public)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _ip_of(host: str) -> str:
    """An address as it is bound. A name would have to be looked up, and may be another machine's tomorrow."""
    if host == "localhost":
        return LOOPBACK
    try:
        return str(ip_address(host.strip("[]")))
    except ValueError as error:
        raise WrongInput("serve.host", value=host) from error


def _origin_of(url: str) -> str:
    parts, port = _split(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    beyond = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in DEFAULT_PORTS or beyond or not _HOST_NAME.fullmatch(host):
        raise WrongInput("serve.public_url.form", value=url)
    if parts.scheme == "http" and not is_loopback(host):
        raise WrongInput("serve.public_url.plain", value=url)
    return f"{parts.scheme}://{_with_port(host, port or DEFAULT_PORTS[parts.scheme], parts.scheme)}"


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url.strip())
        return parts, parts.port
    except ValueError as error:
        raise WrongInput("serve.public_url.form", value=url) from error


def _with_port(host: str, port: int, scheme: str) -> str:
    name = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return name if port == DEFAULT_PORTS[scheme] else f"{name}:{port}"
