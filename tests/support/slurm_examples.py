"""What a cluster's construct is told of accounting and of the REST API, as examples."""

from hpc_constructs import SlurmAccounting, SlurmRestApi

ACCOUNTING = SlurmAccounting(
    server="database:3306",
    database="one",
    user="one",
    password_secret_arn="arn:secret",
    vlab_account="lab",
    project_account="project",
)
REST_API = SlurmRestApi(
    issuer="https://keycloak.example.org/realms/hpc",
    audience="hpc-slurm",
    admits="hpc:lab:project",
    keys_bucket_name="keys-1",
    keys_key="slurm-rest/jwks.json",
)
