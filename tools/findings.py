"""Print what the rule packs find and nobody acknowledged, as rows for `cdk_app/acknowledged/`.

Of every environment, synthesised into the folder that the argument names. Published templates come
first: while one of an environment has a finding, its stacks are not looked at.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from cdk_app.configuration_files import Configuration
from cdk_app.findings import Acknowledgements
from cdk_app.rule_packs import RECORD
from tools.synthesise_all import assemblies, synthesise


def rows(findings: Iterable[tuple[str, str]]) -> str:
    """Paths and findings as YAML, in the form of `cdk_app/acknowledged/`, without reasons."""
    by_path: defaultdict[str, set[str]] = defaultdict(set)
    for path, finding in findings:
        by_path[path].add(finding)
    return yaml.safe_dump(
        {
            path: [{"reason": "", "findings": sorted(found)}]
            for path, found in sorted(by_path.items())
        },
        sort_keys=False,
        width=1000,
    )


def unacknowledged(configuration: Configuration, directory: Path) -> Iterator[tuple[str, str]]:
    """The paths and findings without a reason, for any environment that looks like this one."""
    try:
        synthesise(configuration, directory)
    except RuntimeError as error:
        if "ValidationFailed" not in str(error):
            raise
    general = Acknowledgements(configuration.settings).general
    for record in directory.rglob(RECORD):
        for row in json.loads(record.read_text()):
            if row["reason"] is None:
                yield row["path"], general(row["finding"])


def main() -> None:
    """Exit with 1 if there is any."""
    target = Path(sys.argv[1])
    found = {
        finding
        for name, configuration in assemblies()
        for finding in unacknowledged(configuration, target / name)
    }
    if found:
        sys.exit(rows(found))


if __name__ == "__main__":
    main()
