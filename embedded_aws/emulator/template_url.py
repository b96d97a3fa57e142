"""A TemplateURL with the bucket in the host name, and the right to read what it names.

ministack takes the first segment of the path for the bucket, and reads it whoever asks. Here
`https://<bucket>.s3.<region>.amazonaws.com/<key>` works too, and whoever's stack it is needs
`s3:GetObject`: the caller for a stack, the stack's principal for a nested one.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ministack.services.cloudformation import helpers

from embedded_aws.emulator import acting_principal
from embedded_aws.emulator.permission import Permission
from embedded_aws.emulator.seams import wrap

BUCKET_IN_HOST = re.compile(r"(?P<bucket>.+)\.s3[.-].*")

Parameters = dict[str, Any]
Resolve = Callable[[Parameters, str, str, str], Any]


def path_style(url: str) -> str:
    """The URL with the bucket as the first segment of its path."""
    parts = urlsplit(url)
    bucket = BUCKET_IN_HOST.fullmatch(parts.netloc)
    return f"https://s3.amazonaws.com/{bucket['bucket']}{parts.path}" if bucket else url


def install() -> None:
    """Check and rewrite the URL before ministack resolves it."""
    wrap("services.cloudformation.helpers._resolve_document", _reading_as_caller)


def _reading_as_caller(original: Resolve) -> Resolve:
    def resolve(parameters: Parameters, body_key: str, url_key: str, label: str) -> Any:
        url = path_style(helpers._p(parameters, url_key))
        if not url or helpers._p(parameters, body_key):
            return original(parameters, body_key, url_key, label)
        try:
            _require_read(url, nested="StackName" not in parameters)
        except acting_principal.DeniedError as refusal:
            return None, helpers._error("ValidationError", f"S3 error: Access Denied. {refusal}")
        return original({**parameters, url_key: [url]}, body_key, url_key, label)

    return resolve


def _require_read(url: str, *, nested: bool) -> None:
    permission = Permission(
        action="s3:GetObject", resource=f"arn:aws:s3:::{urlsplit(url).path.lstrip('/')}"
    )
    if nested:
        acting_principal.require(permission)
        return
    token = acting_principal.current.set(acting_principal.caller())
    try:
        acting_principal.require(permission)
    finally:
        acting_principal.current.reset(token)
