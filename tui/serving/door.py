"""The door: who may ask at all, and what every answer tells the browser to keep to."""

from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web

from cellbank.wording import Wording
from tui.serving.address import Address

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    # The terminal writes its colours and sizes into style elements of its own.
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), clipboard-read=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "no-store",
    "Server": "cellbank",
}


class Door:
    """Refuses a foreign `Host` (421) and a foreign or missing `Origin` (403) before anything else is looked at."""

    def __init__(self, address: Address, wording: Wording) -> None:
        self.address = address
        self.wording = wording

    @web.middleware
    async def check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Let a request in, or refuse it with a sentence."""
        hosts = request.headers.getall(hdrs.HOST, [])
        authority = self.address.authority(hosts[0]) if len(hosts) == 1 else None
        if authority is None:
            expected = " · ".join(sorted(self.address.authorities))
            said = self.wording.say("serve.refused.host", host=", ".join(hosts), expected=expected)
            raise web.HTTPMisdirectedRequest(text=f"{said}\n")
        origins = request.headers.getall(hdrs.ORIGIN, [])
        expected = f"{self.address.scheme}://{authority}"
        # A link that is followed has no Origin. A browser always sends one with a WebSocket.
        foreign = any(origin.lower() != expected for origin in origins)
        if foreign or (not origins and hdrs.UPGRADE in request.headers):
            said = self.wording.say("serve.refused.origin", origin=", ".join(origins) or "–", expected=expected)
            raise web.HTTPForbidden(text=f"{said}\n")
        return await handler(request)

    async def add_security_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        """Every answer, refusals too, with the headers that keep the page to this server."""
        response.headers.update(HEADERS)
        authority = self.address.authority(request.headers.get(hdrs.HOST, ""))
        sockets = "" if authority is None else f" {'wss' if self.address.scheme == 'https' else 'ws'}://{authority}"
        response.headers["Content-Security-Policy"] = "; ".join((*POLICY, f"connect-src 'self'{sockets}"))
