"""Which construct a template's resource is of, as the cloud assembly beside it says."""

import json
from functools import cache
from pathlib import Path

_SUFFIX = ".template.json"


@cache
def construct_paths(template: Path) -> dict[str, str]:
    """The paths of constructs by logical id, for `<stack>.template.json` of an assembly.

    CDK writes `<stack>.metadata.json` beside it: by path, entries of which one names the id.
    """
    metadata = template.with_name(template.name.removesuffix(_SUFFIX) + ".metadata.json")
    return {
        entry["data"]: path.removeprefix("/")
        for path, entries in json.loads(metadata.read_text()).items()
        for entry in entries
        if entry["type"] == "aws:cdk:logicalId"
    }
