"""The report of core hours, as operators see it."""

import io
import json
from dataclasses import dataclass
from typing import Any

import pytest
from rich.console import Console

from tools.usage import ReportFailed, ask, table

ROW = {"vlab_id": "lab", "project_id": "[b]x", "month": "2026-01", "core_seconds": 5400, "jobs": 3}
REPORT = {"from": "2026-01", "to": "2026-02", "rows": [ROW | {"core_hours": 1.5}]}


@dataclass
class FakeLambda:
    """A function that answers with this."""

    answer: object
    error: str = ""
    asked: object = None

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:
        self.asked = (FunctionName, json.loads(Payload))
        body = {"Payload": io.BytesIO(json.dumps(self.answer).encode())}
        return body | ({"FunctionError": self.error} if self.error else {})


def test_only_what_is_given_is_asked() -> None:
    function = FakeLambda(REPORT)

    answer = ask(function, "usage", {"from": "2026-01", "to": None, "vlab_id": "lab"})  # type: ignore[arg-type]

    assert answer == REPORT
    assert function.asked == ("usage", {"from": "2026-01", "vlab_id": "lab"})


def test_a_failure_of_the_function_is_said_in_its_words() -> None:
    function = FakeLambda({"errorMessage": "InvalidRequest: Field to …"}, error="Unhandled")

    with pytest.raises(ReportFailed, match="InvalidRequest: Field to"):
        ask(function, "usage", {})  # type: ignore[arg-type]


def test_the_table_has_every_row_and_the_sum() -> None:
    console = Console(file=io.StringIO(), width=100, record=True)

    console.print(table(REPORT))

    printed = console.export_text()
    assert "Core hours, 2026-01 to 2026-02" in printed
    assert "[b]x" in printed
    assert printed.count("1.50") == 2
