"""`aws:RequestTag/...` and `aws:TagKeys` of what EC2 makes.

ministack reads the tags of requests that have `Tags`; EC2's have `TagSpecification.N.Tag.M` when
they make something. Not so exact: AWS has them in the context of the resource that they are for;
here they are there for every resource of the request.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from embedded_aws.emulator.seams import wrap

RequestContext = Callable[[str, str, bytes, dict[str, Any]], dict[str, Any]]

KEY = re.compile(r"(TagSpecification\.\d+\.Tag\.\d+)\.Key")


def install() -> None:
    """Add them to the context of EC2's requests."""
    wrap("core.iam_actions.request_tag_context", _with_tags)


def _with_tags(original: RequestContext) -> RequestContext:
    def request_tag_context(
        service: str, iam_action: str, body: bytes, params: dict[str, Any]
    ) -> dict[str, Any]:
        known = original(service, iam_action, body, params)
        if service != "ec2":
            return known
        return {**known, **_keys({**parse_qs(body.decode(errors="replace")), **params})}

    return request_tag_context


def _keys(asked: Mapping[str, Any]) -> dict[str, Any]:
    tags = {
        _text(value): _text(asked.get(f"{found[1]}.Value", ""))
        for name, value in asked.items()
        if (found := KEY.fullmatch(name))
    }
    if not tags:
        return {}
    keys: dict[str, Any] = {f"aws:requesttag/{key.lower()}": value for key, value in tags.items()}
    return {**keys, "aws:TagKeys": list(tags)}


def _text(value: Any) -> str:
    return str(value[0] if isinstance(value, list) else value)
