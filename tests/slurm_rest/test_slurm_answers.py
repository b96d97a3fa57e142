"""What slurmrestd says is told in HTTP's terms."""

import json
from typing import Any

import pytest

from hpc_constructs.node_scripts.slurm_rest.slurm_answers import translated


def told(status: int, document: Any) -> tuple[int, str]:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    answer = translated(status, body, "request-1")
    shown = json.loads(answer.body)
    assert shown["requestId"] == "request-1"
    return answer.status, shown["message"]


def error(number: int, text: str = "its words") -> dict[str, Any]:
    return {"errors": [{"error_number": number, "error": text, "source": "slurm()"}]}


def test_what_succeeded_goes_on_as_it_is_and_a_submitted_job_is_named() -> None:
    body = json.dumps({"job_id": 17, "errors": [], "warnings": [{"description": "w"}]}).encode()

    answer = translated(200, body, "request-1")

    assert (answer.status, answer.body, answer.job) == (200, body, "17")


@pytest.mark.parametrize(
    ("number", "status"),
    [
        (2000, 400),
        (2002, 403),
        (2010, 403),
        (2017, 404),
        (2021, 409),
        (2050, 400),
        (9000, 400),
        (9003, 404),
        (9200, 400),
        (1007, 500),
        (1800, 503),
        (4001, 400),
        (5003, 503),
        (5004, 504),
        (5005, 503),
        (6010, 400),
        (7000, 503),
        (123456, 503),
    ],
)
@pytest.mark.parametrize("slurms", [200, 500, 502, 511])
def test_slurm_s_number_decides_and_its_own_status_doesn_t(
    number: int, status: int, slurms: int
) -> None:
    away = "Slurm is away" if status >= 500 else "Slurm refuses it"

    assert told(slurms, error(number)) == (status, f"{away}: its words")


@pytest.mark.parametrize("number", [1001, 1800, 1804, 7000])
def test_a_job_that_was_never_sent_may_be_submitted_again(number: int) -> None:
    answer = translated(500, json.dumps(error(number)).encode(), "request-1", submits=True)

    assert (answer.status, b"may have been taken" in answer.body) == (503, False)


@pytest.mark.parametrize("number", [104, 1003, 1802, 5003, 5004, 5005, 123456])
def test_one_whose_answer_got_lost_is_to_be_looked_for(number: int) -> None:
    answer = translated(500, json.dumps(error(number)).encode(), "request-1", submits=True)

    assert answer.status == 504
    assert json.loads(answer.body)["message"].startswith("Slurm is away: its words; the job may")
    assert json.loads(answer.body)["errors"] == error(number)["errors"]


@pytest.mark.parametrize("body", [b"", b"{", b"[1]"])
def test_a_submission_s_answer_that_can_not_be_read_is_no_invitation_to_submit_again(
    body: bytes,
) -> None:
    answer = translated(500, body, "request-1", submits=True)

    assert (answer.status, b"may have been taken" in answer.body) == (504, True)


@pytest.mark.parametrize(("number", "status"), [(2000, 400), (2002, 403), (1007, 500)])
def test_a_job_that_slurm_refuses_is_refused(number: int, status: int) -> None:
    answer = translated(500, json.dumps(error(number)).encode(), "request-1", submits=True)

    assert (answer.status, b"may have been taken" in answer.body) == (status, False)


def test_slurm_s_errors_are_beside_our_message() -> None:
    answer = translated(500, json.dumps(error(2000)).encode(), "request-1")

    assert json.loads(answer.body)["errors"] == error(2000)["errors"]


def test_a_job_that_was_not_cancelled_is_an_error_though_slurm_says_200() -> None:
    refused = {"string": "Access/permission denied", "code": 2002}
    document = {"status": [{"job_id": {"number": 1}, "error": refused}], "errors": []}

    assert told(200, document) == (403, "Slurm refuses it: Access/permission denied")


def test_one_that_was_cancelled_is_none() -> None:
    document = {"status": [{"error": {"string": "No error", "code": 0}}], "errors": []}
    body = json.dumps(document).encode()

    assert translated(200, body, "request-1").status == 200


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, b"Unable to parse query.", 400),
        (401, b"Authentication failure", 503),
        (500, b"", 503),
        (511, b"no", 503),
        (502, b"[1]", 503),
        (200, b"", 503),
        (200, b'{"jobs": [', 503),
        (204, b"", 404),
    ],
)
def test_what_has_no_errors_in_json_is_told_without_slurm_s_words(
    status: int, body: bytes, expected: int
) -> None:
    found, message = told(status, body)

    assert found == expected
    assert message
