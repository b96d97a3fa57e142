"""The token that stands for the next page of a list."""

import base64
import binascii

from cluster_api.errors import InvalidParameter
from cluster_api.model import is_id
from cluster_api.parameters import Values

PARAMETER = "nextToken"


def token_after(cluster_id: str | None) -> str | None:
    """The token of the page that follows `cluster_id`; None after the last one."""
    if cluster_id is None:
        return None
    return base64.urlsafe_b64encode(cluster_id.encode()).decode().rstrip("=")


def read_token(values: Values, vlab_id: str | None) -> str | None:
    """The id that the page asked for begins after; None for the first page."""
    if PARAMETER not in values:
        return None
    token = values[PARAMETER]
    cluster_id = _decoded(token) if isinstance(token, str) else ""
    parts = cluster_id.split("/")
    well_formed = len(parts) == 2 and all(map(is_id, parts))  # noqa: PLR2004 - lab and project
    if not well_formed or (vlab_id is not None and parts[0] != vlab_id):
        raise InvalidParameter(PARAMETER, token, f"the {PARAMETER} of this list's last page")
    return cluster_id


def _decoded(token: str) -> str:
    try:
        padded = token + "=" * (-len(token) % 4)
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        return ""
