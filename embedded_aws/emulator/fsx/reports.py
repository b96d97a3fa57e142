"""The completion report of a task: which files failed, and why (FSx's REPORT_CSV_20191124)."""

import csv
import io
from collections.abc import Mapping

from embedded_aws.emulator.fsx import links, objects, records
from embedded_aws.emulator.fsx.task_rules import EXPORT

RISKY = ("@", "+", "-", "=")  # a spreadsheet would calculate what begins so


def deliver(task: records.Record, failed: Mapping[str, str]) -> None:
    """Write it where the task wants it, if a file failed.

    AWS doesn't say whether there is one if none did: so nobody should count on it.
    """
    report = task.data["Report"]
    if not report["Enabled"] or not failed:
        return
    place = links.place_of(str(report["Path"]))
    name = "failures.csv" if task.data["Type"] == EXPORT else "report.csv"
    body = text(failed).encode(errors="backslashreplace")  # a name need not be UTF-8
    objects.write(place.bucket, f"{place.prefix}{task.id}/{name}", body, {})


def text(failed: Mapping[str, str]) -> str:
    """Give the lines `FilePath,FileStatus,ErrorCode`, without a heading."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    for path, code in failed.items():
        shown = f'"{path}"' if path.startswith(RISKY) else path
        writer.writerow((shown, "failed", code))
    return lines.getvalue()
