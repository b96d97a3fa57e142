"""Settings of a front that takes the tokens of `keycloak_realm`."""

from hpc_constructs.node_scripts.slurm_rest.settings import Settings
from keycloak_realm import AUDIENCE, ISSUER, ROLE

SETTINGS = Settings(
    issuer=ISSUER,
    audience=AUDIENCE,
    claim="realm_access.roles",
    admits=ROLE,
    fallback_user=None,
    group="obi",
    keys_bucket="keys",
    keys_key="jwks.json",
    region="us-east-1",
    certificate_table="parallelcluster-slurm-pcluster-a",
)
