"""The API does what its own document says, whatever a generator makes of that document."""

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.openapi import from_wsgi

from cluster_api_wsgi import wsgi_app
from lively_world import LivelyWorld
from sensible_cases import make_sensible

# Left out: ignored_auth and missing_required_header (there is none but Authorization), since the
# gateway checks signatures, and there is none here; tests/flow has one.
CONFIGURATION = {
    "seed": 1,
    "generation": {
        "deterministic": True,
        "max-examples": 150,
        "database": "none",
        "with-security-parameters": False,
    },
    "checks": {
        "ignored_auth": {"enabled": False},
        "missing_required_header": {"enabled": False},
    },
}


world = LivelyWorld()
schema = from_wsgi(
    "/hpc-provisioner/openapi.json",
    wsgi_app(world, after_each=world.advance),
    config=SchemathesisConfig.from_dict(CONFIGURATION),
)


@schema.parametrize()
def test_every_answer_is_documented(case: schemathesis.Case) -> None:
    make_sensible(case)

    case.call_and_validate()
