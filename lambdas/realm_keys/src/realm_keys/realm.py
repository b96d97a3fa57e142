"""The realm itself, by HTTPS: its certificate is verified, and no redirect is followed."""

import ssl
import time
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

from realm_keys.errors import RealmAway
from realm_keys.jwks import LARGEST_BYTES

_SECONDS_A_READ, _SECONDS = 10, 25
_OK = 200


class KeycloakRealm:
    """`Realm` at an address."""

    def __init__(self, *, url: str, authorities: str) -> None:
        """`authorities` are certificates as PEM; without any, those of the system are trusted."""
        self.url = url
        self._authorities = authorities

    def fetch(self) -> bytes:
        """See Realm."""
        end = time.monotonic() + _SECONDS
        address = urlsplit(self.url)
        connection = HTTPSConnection(
            address.hostname or "",
            address.port,
            timeout=_SECONDS_A_READ,
            context=_context(self._authorities),
        )
        path = address.path or "/"
        target = f"{path}?{address.query}" if address.query else path
        try:
            connection.request("GET", target, headers={"Accept": "application/json"})
            return self._content(connection.getresponse(), end)
        except (OSError, HTTPException) as error:
            raise RealmAway(self.url, str(error) or type(error).__name__) from error
        finally:
            connection.close()

    def _content(self, response: HTTPResponse, end: float) -> bytes:
        if response.status != _OK:
            raise RealmAway(self.url, f"it answers {response.status}, not {_OK}")
        content = b""
        while len(content) <= LARGEST_BYTES:
            if time.monotonic() > end:
                raise RealmAway(self.url, f"it hasn't answered after {_SECONDS} s")
            part = response.read1(LARGEST_BYTES)
            if not part:
                break
            content += part
        if response.length and len(content) <= LARGEST_BYTES:
            raise RealmAway(self.url, f"its answer ends {response.length} bytes too early")
        return content[: LARGEST_BYTES + 1]


def _context(authorities: str) -> ssl.SSLContext:
    """As Python 3.13 makes it, which AWS runs, also where an older one does.

    Source: Python, "What's New In Python 3.13", ssl.
    """
    context = ssl.create_default_context(cadata=authorities or None)
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    return context
