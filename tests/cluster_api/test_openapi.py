"""The API's document is valid, is the one that is kept and served, and says what is answered."""

import json
import re
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from cluster_api import errors
from cluster_api.openapi import document
from cluster_api.parameters import Kind, Parameter
from cluster_api.routes import documented
from cluster_api.routing import Call
from cluster_api.statuses import refusal_of
from cluster_api_fake_world import FakeWorld
from cluster_api_world import LAB
from tools import openapi as tool

IDS = {"vlab_id": LAB.vlab_id, "project_id": LAB.project_id}
DOCUMENT: Any = document(documented(), version="1.2.3")
RECONCILE = Call(
    method="POST",
    path="/hpc-provisioner/reconcile",
    operation="reconcile",
    summary="Make up for lost events.",
    parameters=(Parameter(name="dry_run", description="Only tell.", kind=Kind.FLAG),),
    answer="Version",
    refusals=(errors.AwsUnavailable,),
    operators_only=True,
)


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (path, method.upper(), operation)
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    ]


def assert_as_documented(method: str, path: str, answer: Any) -> None:
    """The status is documented, the body has its schema, and no required header lacks."""
    response = DOCUMENT["paths"][path][method.lower()]["responses"][str(answer.status)]
    schema = response["content"]["application/json"]["schema"]
    Draft202012Validator(
        {**schema, "components": DOCUMENT["components"]}, format_checker=FormatChecker()
    ).validate(answer.body)
    required = {name for name, header in response.get("headers", {}).items() if header["required"]}
    assert required <= answer.headers.keys()
    assert {"Retry-After", "Allow"} & answer.headers.keys() <= response.get("headers", {}).keys()


def test_it_is_a_valid_document() -> None:
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_the_kept_one_is_what_the_code_makes() -> None:
    assert tool.FILE.read_text() == tool.text(), "run `make openapi`"


def test_the_served_one_is_the_same_but_for_the_deployed_version(world: FakeWorld) -> None:
    served: Any = world.call("GET", "/hpc-provisioner/openapi.json").body
    kept = json.loads(tool.FILE.read_text())

    assert served["info"].pop("version") == "1.2.3"
    kept["info"].pop("version")
    assert served == kept


def test_it_is_of_no_environment() -> None:
    text = tool.text()

    assert not [word for word in ("prod-mpi", "000000000000", "subnet-") if word in text]


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]

    assert len(set(names)) == len(names)


def test_every_refusal_of_the_api_is_documented_somewhere() -> None:
    named = {kind for call in documented() for kind in call.refusals}
    always = {errors.BadRequest, errors.MethodNotAllowed}
    # Of a path that no operation has.
    elsewhere = {errors.UnknownPath}
    # Documented by what they are answered as.
    bases = {errors.TryLater, errors.Conflict, errors.Unavailable, errors.OutOfTime}

    answered = {kind for kind in _subclasses(errors.ClusterApiError) if refusal_of(kind)}

    bad_requests = _subclasses(errors.BadRequest)
    assert answered - bad_requests == named | always | elsewhere | bases


def _subclasses(kind: type[errors.ClusterApiError]) -> set[type[errors.ClusterApiError]]:
    found = {each for each in kind.__subclasses__() if each.__module__ == errors.__name__}
    return found | {deeper for each in found for deeper in _subclasses(each)}


def test_a_document_can_be_made_of_any_calls() -> None:
    made: Any = document([*documented(), RECONCILE], version="1")

    operation = made["paths"]["/hpc-provisioner/reconcile"]["post"]
    OpenAPIV31SpecValidator(made).validate()
    assert operation["x-operators-only"] is True
    assert [each["name"] for each in operation["parameters"]] == ["dry_run"]
    assert "operators" in operation["responses"]["403"]["description"]


def test_a_call_can_not_document_a_fault_of_ours_as_a_refusal() -> None:
    wrong = Call(
        method="GET",
        path="/x",
        operation="x",
        summary="",
        parameters=(),
        answer="Version",
        refusals=(errors.StackRefused,),
    )

    with pytest.raises(ValueError, match="StackRefused"):
        document([wrong], version="1")


def test_the_answers_through_a_cluster_s_life_are_as_documented(world: FakeWorld) -> None:
    path = "/hpc-provisioner/pcluster"

    def send(method: str, status: int, **parameters: str) -> None:
        answer = world.call(method, path, **parameters)
        assert answer.status == status, answer.body
        assert_as_documented(method, path, answer)

    send("GET", 404, **IDS)
    send("POST", 200, **IDS)
    send("GET", 200, **IDS)
    send("POST", 409, **IDS, tier="prod")
    send("POST", 409, **IDS, lustre_capacity_gib="2400")
    send("POST", 400, **IDS, lustre_capacity_gib="2401")
    stack = world.cluster_is_ready()
    send("GET", 200, **IDS)
    send("GET", 200)
    send("DELETE", 200, **IDS)
    send("POST", 409, **IDS)
    send("GET", 200, **IDS)
    world.stack_is_deleted(stack)
    send("DELETE", 404, **IDS)
    send("POST", 200, **IDS)
    world.creation_fails()
    send("GET", 200, **IDS)
    world.subnets.zones = {}
    send("POST", 503, **IDS)
    send("POST", 403, **IDS, benchmark="true")
    send("GET", 400, vlab_id="/")


@pytest.mark.parametrize("path", ["tiers", "version", "openapi.json"])
def test_what_is_told_of_the_api_is_as_documented(world: FakeWorld, path: str) -> None:
    answer = world.call("GET", f"/hpc-provisioner/{path}")

    assert answer.status == 200
    assert_as_documented("GET", f"/hpc-provisioner/{path}", answer)


def test_the_table_for_readers_has_the_same_statuses_and_waits() -> None:
    page = (tool.FILE.parent / "api.md").read_text()
    rows = re.findall(r"^\| (\d{3}(?:, \d{3})*) \|.*\|(?: (\d+))? \|$", page, re.MULTILINE)
    told = {(status, wait) for statuses, wait in rows for status in statuses.split(", ")}

    documented_ = {
        (status, str(wait))
        for _, _, operation in operations()
        for status, response in operation["responses"].items()
        for wait in _waits(response)
        if status != "200"
    }

    assert told == documented_


def _waits(response: dict[str, Any]) -> list[object]:
    header = response.get("headers", {}).get("Retry-After")
    if header is None:
        return [""]
    return [*header["schema"]["enum"], *([] if header["required"] else [""])]


def test_no_answer_of_success_has_a_message() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    answers = {call.answer for call in documented()} | {"Cluster", "ClusterList"}

    assert [name for name in answers if "message" in schemas[name].get("properties", {})] == []
