"""ParallelCluster's own templates of a cluster, made by the real library under moto.

A program: it is run by tests of other environments, which can't import the library.

    python -m generated_templates <name> <configuration>.json <templates>.json

writes {"root": …, "queues": …}: the cluster's template and the one nested in it. What was made up
for moto (see `validation`) has the configuration's own ids and names again.
"""

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from generation import generate


def templates(name: str, configuration: dict[str, Any]) -> dict[str, Any]:
    """Both, as the provider has the library make them."""
    generated = generate(configuration, name)
    text = json.dumps(generated.templates)
    for theirs, ours in _differences(generated.configuration, configuration):
        text = text.replace(theirs, ours)
    root, queues = json.loads(text)
    return {"root": root, "queues": queues}


def _differences(concrete: object, configuration: object) -> Iterator[tuple[str, str]]:
    """What became of each text that was replaced, back to the text."""
    match concrete, configuration:
        case dict(), dict():
            for key in concrete:
                yield from _differences(concrete[key], configuration[key])
        case list(), list():
            for one, other in zip(concrete, configuration, strict=True):
                yield from _differences(one, other)
        case str(), str() if concrete != configuration:
            yield concrete, configuration


def main() -> None:
    """Read the configuration, write the templates."""
    name, configuration, target = sys.argv[1:]
    os.environ["JSII_RUNTIME_PACKAGE_CACHE"] = "disabled"  # it would fill the home directory
    made = templates(name, json.loads(Path(configuration).read_text()))
    Path(target).write_text(json.dumps(made))


if __name__ == "__main__":
    main()
