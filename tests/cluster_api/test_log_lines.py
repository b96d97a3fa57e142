"""Every line of a function's log says whose request it was, and none of a former one's."""

import json
from typing import Any

from cluster_api_process import run_functions

# One container: two projects, a library's warning, and a failure between them.
CALLS = """
import logging
from types import SimpleNamespace
from cluster_api.entry_point import entry_point, logger
from cluster_api.model import Project
from cluster_api.subject import is_about

@entry_point
def handler(event, _):
    logger.info("begun")
    if event["project"]:
        is_about(Project(vlab_id="lab", project_id=event["project"]))
    logging.getLogger("cluster_api.service").info("deeper")
    logging.getLogger("botocore.retryhandler").info("not of interest")
    logging.getLogger("botocore.retryhandler").warning("a library's")
    if event["fails"]:
        raise RuntimeError("broken")

def call(project, request, fails=False):
    context = SimpleNamespace(
        function_name="f", memory_limit_in_mb=1, invoked_function_arn="a", aws_request_id=request
    )
    event = {"project": project, "fails": fails, "requestContext": {"requestId": f"of-{request}"}}
    try:
        handler(event, context)
    except RuntimeError:
        pass

call("first", "r1", fails=True)
call("second", "r2")
call(None, "r3")
"""


def lines() -> list[dict[str, Any]]:
    return [json.loads(line) for line in run_functions(CALLS).stdout.splitlines()]


def test_each_line_has_the_lab_the_project_and_the_cluster_as_soon_as_they_are_known() -> None:
    written = lines()

    told = [
        (line["message"], line.get("vlab_id"), line.get("project_id"), line.get("cluster"))
        for line in written
        if line["function_request_id"] == "r1"
    ]
    first = ("lab", "first", "pcluster-lab-first-c98337fb")
    assert told == [
        ("begun", None, None, None),
        ("deeper", *first),
        ("a library's", *first),
        ("failed", *first),
    ]


def test_a_warm_container_says_nothing_of_the_project_before() -> None:
    written = lines()

    of_second = [line for line in written if line["function_request_id"] == "r2"]
    of_nobody = [line for line in written if line["function_request_id"] == "r3"]
    assert "cluster" not in of_second[0]
    assert {line["project_id"] for line in of_second[1:]} == {"second"}
    assert "first" not in json.dumps(of_second)
    assert [line["message"] for line in of_nobody] == ["begun", "deeper", "a library's"]
    assert not any({"vlab_id", "project_id", "cluster"} & line.keys() for line in of_nobody)


def test_each_line_has_both_ids_of_its_request() -> None:
    ids = {(line["function_request_id"], line["correlation_id"]) for line in lines()}

    assert ids == {("r1", "of-r1"), ("r2", "of-r2"), ("r3", "of-r3")}
