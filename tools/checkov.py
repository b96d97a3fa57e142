"""Check every template with checkov, and compare what it finds with `cdk_app/acknowledged/`.

What nobody acknowledged is an error, and so is an acknowledgement that nothing needs any more.
checkov runs once, in an environment of its own, and asks nobody on the network.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from cdk_app.findings import OF_CHECKOV, acknowledged
from tools.construct_paths import construct_paths
from tools.findings import rows

COMMAND = Path(__file__).parent.parent / ".venv-checkov" / "bin" / "checkov"


class CheckovFailed(Exception):
    """checkov did not check what it should."""


class _Failed(BaseModel):
    model_config = ConfigDict(extra="ignore")

    check_id: str
    check_name: str
    file_abs_path: Path
    resource: str


class _Results(BaseModel):
    failed_checks: tuple[_Failed, ...]


class _Summary(BaseModel):
    parsing_errors: int


class _Report(BaseModel):
    """What of checkov's JSON is read; a resource is its type and logical id, with a dot between."""

    results: _Results
    summary: _Summary


@dataclass(frozen=True, kw_only=True, order=True)
class Finding:
    """Something that checkov found.

    Attributes:
        path: the construct's.
        id: the check's, such as `CKV_AWS_115`.
        says: what the check wants, and where it doesn't find it.
    """

    path: str
    id: str
    says: str


def unique_templates(directory: Path) -> list[Path]:
    """Each template below `directory` once, of all that are equal.

    Raises:
        CheckovFailed: there is none.
    """
    files = sorted(directory.resolve().rglob("*.template.json"))
    if not files:
        raise CheckovFailed(
            f"no template is in {directory}: `python -m tools.synthesise_all {directory}` writes"
            " them"
        )
    return list({hashlib.sha256(file.read_bytes()).digest(): file for file in files}.values())


def run_checkov(templates: Sequence[Path], command: Path = COMMAND) -> str:
    """checkov's report of the templates, as JSON.

    Raises:
        CheckovFailed: it broke off.
    """
    options = (
        "--framework",
        "cloudformation",
        "--skip-download",
        "--soft-fail",
        "--output",
        "json",
    )
    with tempfile.TemporaryDirectory(prefix="of-checkov-") as home:
        # checkov takes 40 letters in a row for a key of AWS's, those of a template's path too: so
        # the templates lie where no path has as many.
        copies = {
            str(Path(home).resolve() / f"of-{number}.json"): template
            for number, template in enumerate(templates)
        }
        for copy, template in copies.items():
            Path(copy).write_bytes(template.read_bytes())
        done = subprocess.run(
            [str(command), *options, "--file", *copies],
            # Not the caller's: a key of a service in it would send the templates there.
            env={"PATH": os.defpath, "HOME": home},
            cwd=home,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode != 0:
        raise CheckovFailed(f"{command} ended with {done.returncode}: {done.stderr.strip()}")
    report = done.stdout
    for copy, template in copies.items():
        report = report.replace(f'"{copy}"', json.dumps(str(template)))
    return report


def findings(report: str) -> set[Finding]:
    """What a report says, by constructs.

    Raises:
        CheckovFailed: it could not read a template.
    """
    parsed = _Report.model_validate_json(report)
    if parsed.summary.parsing_errors:
        raise CheckovFailed(
            f"checkov could not read {parsed.summary.parsing_errors} templates: see what"
            " `checkov --framework cloudformation --file <template>` says of each"
        )
    return {
        Finding(
            path=construct_paths(failed.file_abs_path)[failed.resource.rsplit(".", 1)[-1]],
            id=failed.check_id,
            says=f"{failed.check_name} ({failed.resource} of {failed.file_abs_path.name})",
        )
        for failed in parsed.results.failed_checks
    }


def unknown(found: Iterable[Finding], known: Iterable[tuple[str, str]]) -> list[Finding]:
    """What no pair of a pattern of paths and an id names."""
    pairs = list(known)
    return sorted(
        finding
        for finding in found
        if not any(
            finding.id == id_ and fnmatchcase(finding.path, pattern) for pattern, id_ in pairs
        )
    )


def dead(found: Iterable[Finding], known: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs that name nothing that was found."""
    all_found = list(found)
    return [
        (pattern, id_)
        for pattern, id_ in known
        if not any(
            finding.id == id_ and fnmatchcase(finding.path, pattern) for finding in all_found
        )
    ]


def main() -> None:
    """Check the templates below the folder that the argument names."""
    templates = unique_templates(Path(sys.argv[1]))
    found = findings(run_checkov(templates))
    known = [
        (pattern, id_)
        for pattern, groups in acknowledged().items()
        for group in groups
        for id_ in group.findings
        if id_.startswith(OF_CHECKOV)
    ]
    new, needless = unknown(found, known), dead(found, known)
    for finding in new:
        print(f"{finding.path}: {finding.id}: {finding.says}")
    if new:
        print("\nMend it, or give a reason in cdk_app/acknowledged/:\n")
        print(rows((finding.path, finding.id) for finding in new))
    for pattern, id_ in needless:
        print(f"{pattern}: {id_} is found no more: take it out of cdk_app/acknowledged/")
    if new or needless:
        sys.exit(1)
    print(f"checkov: {len(templates)} templates, {len(found)} findings, each with its reason")


if __name__ == "__main__":
    main()
