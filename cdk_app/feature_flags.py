"""CDK's feature flags, as cdk.json has them: the same with the CLI, without it, and in tests."""

import json
from pathlib import Path

_CDK_JSON = Path(__file__).parent.parent / "cdk.json"


def feature_flags() -> dict[str, object]:
    """The context of cdk.json."""
    return dict(json.loads(_CDK_JSON.read_text())["context"])
