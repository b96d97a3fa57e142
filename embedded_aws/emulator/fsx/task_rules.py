"""What FSx accepts of a data repository task."""

from typing import Any

from embedded_aws.emulator.fsx import links, records
from embedded_aws.emulator.fsx.errors import FsxError, bad_request
from embedded_aws.emulator.fsx.task_paths import touched

EXPORT, IMPORT = "EXPORT_TO_REPOSITORY", "IMPORT_METADATA_FROM_REPOSITORY"
TYPES = (EXPORT, IMPORT)
LINKED = ("AVAILABLE", "MISCONFIGURED")
REPORT = {"Format": "REPORT_CSV_20191124", "Scope": "FAILED_FILES_ONLY"}


def check(file_system: records.Record, asked: dict[str, Any]) -> None:
    """Refuse a request that FSx refuses. A path that names nothing fails the task later."""
    kind = asked.get("Type")
    if kind not in TYPES:
        raise FsxError("UnsupportedOperation", f"Type {kind}: here are {', '.join(TYPES)}")
    if file_system.lifecycle != "AVAILABLE":
        raise bad_request(f"File system {file_system.id} is {file_system.lifecycle}, not AVAILABLE")
    ours = records.associations.of(file_system.id)
    if not ours:
        raise bad_request(f"File system {file_system.id} has no data repository association")
    for link in touched(file_system.id, kind, asked.get("Paths") or []):
        if link.lifecycle not in LINKED:
            raise bad_request(f"Association {link.id} is {link.lifecycle}: wait until AVAILABLE")
        if kind == EXPORT and _exports_by_itself(link):
            raise bad_request(
                f"Automatic export is on for {link.data['FileSystemPath']} ({link.id}): "
                "turn it off before an export task"
            )
    _check_report(asked["Report"], ours)


def _exports_by_itself(link: records.Record) -> bool:
    return bool((link.data["S3"].get("AutoExportPolicy") or {}).get("Events"))


def _check_report(report: dict[str, Any], ours: list[records.Record]) -> None:
    if not report["Enabled"]:
        return
    for name, only in REPORT.items():
        if report.get(name) != only:
            raise bad_request(f"Report.{name} is {report.get(name)}; with Enabled it is {only}")
    path = str(report.get("Path") or "")
    place = links.place_of(path)
    for link in ours:
        repository = links.repository_of(link)
        inside = place.prefix.startswith(repository.prefix)
        if path.startswith(links.S3_SCHEME) and place.bucket == repository.bucket and inside:
            return
    raise bad_request(f"Report.Path {path} is in no linked data repository of the file system")
