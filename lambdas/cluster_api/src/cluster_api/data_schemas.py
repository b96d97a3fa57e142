"""JSON schemas of what GET tells of a cluster's data."""

from collections.abc import Mapping

from cluster_api.lustre import TaskState
from cluster_api.model import Json
from cluster_api.schema_forms import (
    count,
    list_of,
    maybe,
    moment,
    object_of,
    reference,
    text,
    words,
)

_TRANSFER = words(*TaskState)

DATA_SCHEMAS: Mapping[str, Json] = {
    "Data": object_of(
        {
            "export": {
                "oneOf": [reference("Export"), {"type": "null"}],
                "description": "What DELETE does first, with Lustre; null before it, and without.",
            },
            "imports": list_of("Import", "What of the buckets is made visible on Lustre."),
        }
    ),
    "Export": object_of(
        {
            "state": _TRANSFER,
            "filesTotal": count(0),
            "filesExported": count(0),
            "filesFailed": count(0),
            "begunAt": {"type": "string", "format": "date-time"},
            "startedAt": moment("When the task began; before that the nodes go."),
            "endedAt": moment("When it was over."),
            "failedFilesReport": maybe("Where the files are listed that failed."),
            "waitingFor": maybe("Why FSx takes no task yet, in its own words."),
            "forced": {
                "type": "boolean",
                "description": "Whether an operator gave up what is not exported.",
            },
        }
    ),
    "Import": object_of(
        {
            "path": text("The directory, below /obi/data."),
            "state": _TRANSFER,
            "filesTotal": count(0),
            "filesImported": count(0),
            "filesFailed": count(0),
            "startedAt": moment("When it began."),
            "endedAt": moment("When it was over."),
        }
    ),
}
