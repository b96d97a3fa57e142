"""Replace parts of ministack: everywhere at once, and only parts that are there."""

import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any

Replacement = Callable[[Any], Any]


class SeamError(Exception):
    """A part of ministack that a gap builds on is not there."""

    def __init__(self, seam: str) -> None:
        super().__init__(
            f"ministack has no {seam}: this is not the version that its gaps are closed against; "
            "install embedded_aws/requirements.txt again, or adapt the gap that names it"
        )


def wrap(seam: str, make: Replacement) -> None:
    """Replace `ministack.<module>.<name>` with `make(original)`.

    Modules of ministack import names from each other, so the replacement is put wherever the
    original is known under that name.
    """
    module_name, _, name = f"ministack.{seam}".rpartition(".")
    module = import_module(module_name)
    if not hasattr(module, name):
        raise SeamError(seam)
    original = getattr(module, name)
    replacement = make(original)
    for other_name, other in list(sys.modules.items()):
        if other_name.startswith("ministack.") and getattr(other, name, None) is original:
            setattr(other, name, replacement)


def wrap_entry(seam: str, key: str, make: Replacement) -> None:
    """Replace `ministack.<module>.<table>[key]` with `make(original)`."""
    module_name, _, name = f"ministack.{seam}".rpartition(".")
    table = getattr(import_module(module_name), name, None)
    if table is None or key not in table:
        raise SeamError(f"{seam}[{key!r}]")
    table[key] = make(table[key])


def wrap_handler(resource_type: str, verb: str, make: Replacement) -> None:
    """Replace the `verb` ("create", "update", "delete") of a CloudFormation resource type."""
    provisioners = import_module("ministack.services.cloudformation.provisioners")
    handlers = provisioners._RESOURCE_HANDLERS.get(resource_type, {})
    if verb not in handlers:
        raise SeamError(f"handler {resource_type} {verb}")
    handlers[verb] = make(handlers[verb])
