"""What nginx asks about each request: may it come in, and as whom.

To nginx every refusal is 401 or 403, all that its auth_request passes on; the status that callers
see is in a header. Source: nginx, "Module ngx_http_auth_request_module".
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Callable

from .admission import admitted_user
from .node_accounts import NodeAccounts
from .realm_keys import KeptKeys
from .refusals import Refused
from .settings import RestFailure, Settings
from .tokens import SlurmTokens, bearer_token, verified_claims
from .unix_http import Handler, UnixHttpServer


def serve_verifier(settings: Settings, socket: Path, tell: Callable[[str], None]) -> None:
    """Answer for ever.

    Raises:
        RestFailure: this node's own key isn't there.
    """
    keys = KeptKeys(Path(settings.realm_keys), tell)
    tokens = _slurm_tokens(settings)
    accounts = NodeAccounts()
    keys.keys()

    class Verifier(Handler):
        def do_GET(self) -> None:
            """Decide."""
            try:
                token = bearer_token(self.headers.get("Authorization"))
                claims = verified_claims(token, keys.keys(), settings)
                user = admitted_user(claims, settings, accounts)
            except Refused as refused:
                status = refused.status
                headers = {"X_Rest_Status": str(status), "X_Rest_Reason": str(refused)}
                self.answer(401 if status == 401 else 403, b"", **headers)  # noqa: PLR2004
                return
            self.answer(200, b"", X_Rest_User=user, X_Rest_Token=tokens.of(user))

    with UnixHttpServer(socket, Verifier) as server:
        server.serve_forever()


def _slurm_tokens(settings: Settings) -> SlurmTokens:
    try:
        key = Path(settings.signing_key).read_bytes()
        kid = json.loads(Path(settings.slurm_keys).read_text())["keys"][0]["kid"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise RestFailure(f"this node has no key of its own for Slurm: {error}") from error
    return SlurmTokens(key=key, kid=kid)
