"""What is deployed describes itself, and keeps to that, through the gateway and its signatures."""

from collections import Counter

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import SchemathesisConfig
from schemathesis.generation import GenerationMode

from cdk_app.configuration_files import load_configuration
from deployed_application import Application
from embedded_aws.patient_client import aws_is_busy
from embedded_aws.workflow_service import Answer
from sensible_cases import make_sensible

# ignored_auth sends requests without a signature and wants 401; the gateway says 403, which
# test_access.py holds. What good requests are answered is judged in tests/cluster_api, where a
# POST costs nothing.
CONFIGURATION = {
    "generation": {"with-security-parameters": False},
    "checks": {
        name: {"enabled": False}
        for name in ("ignored_auth", "missing_required_header", "positive_data_acceptance")
    },
}
EXAMPLES = 40


@pytest.fixture(scope="module")
def schema(application: Application) -> schemathesis.BaseSchema:
    document = dict(application.client.document().body)
    return schemathesis.openapi.from_dict(
        document, config=SchemathesisConfig.from_dict(CONFIGURATION)
    )


def test_the_deployed_version_is_in_the_document(application: Application) -> None:
    served = application.client.document()

    assert served.status == 200
    assert served.body["info"]["version"] == "1.2.3-test"


def test_the_tiers_of_the_environment_are_told(application: Application) -> None:
    told = application.client.tiers()

    assert told.status == 200
    assert [tier["name"] for tier in told.body["tiers"]] == list(
        load_configuration("local").settings.tiers
    )


# No good POST: it would make a stack, and nobody would delete it. Some that are generated to be bad
# turn out to be good once they are sent, so each has an id that can't be.
@pytest.mark.parametrize(
    ("method", "path", "mode"),
    [
        ("GET", "pcluster", GenerationMode.POSITIVE),
        ("GET", "pcluster", GenerationMode.NEGATIVE),
        ("DELETE", "pcluster", GenerationMode.POSITIVE),
        ("DELETE", "pcluster", GenerationMode.NEGATIVE),
        ("POST", "pcluster", GenerationMode.NEGATIVE),
        ("GET", "tiers", GenerationMode.POSITIVE),
        ("GET", "version", GenerationMode.POSITIVE),
        ("GET", "openapi.json", GenerationMode.POSITIVE),
    ],
)
def test_every_answer_is_documented(
    application: Application,
    schema: schemathesis.BaseSchema,
    method: str,
    path: str,
    mode: GenerationMode,
) -> None:
    operation = schema[f"/hpc-provisioner/{path}"][method]
    client = application.client
    statuses: Counter[tuple[int, bool]] = Counter()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode))
    def call(case: schemathesis.Case) -> None:
        make_sensible(case)
        wrong = {"project_id": "/"} if method != "GET" and not mode.is_positive else {}
        # They are signed as they are sent.
        case.query = dict(sorted({**(case.query or {}), **wrong}.items()))
        response = case.call_and_validate(
            base_url=application.deployment.api_url.removesuffix("/hpc-provisioner"),
            auth=client.signature,
            verify=client.certificate,
            timeout=60,
        )
        answer = Answer(status=response.status_code, headers={}, body=response.json())
        if not aws_is_busy(answer):
            statuses[response.status_code, _is_forced(case)] += 1

    call()

    good = {(200, False), (404, False), (403, True)} if mode.is_positive else {(400, False)}
    assert statuses
    assert set(statuses) <= good, statuses


def _is_forced(case: schemathesis.Case) -> bool:
    """Whether it is a good request that only operators may make; these are made by a caller."""
    is_good = case.meta is not None and case.meta.generation.mode.is_positive
    return is_good and str((case.query or {}).get("force")).lower() == "true"
