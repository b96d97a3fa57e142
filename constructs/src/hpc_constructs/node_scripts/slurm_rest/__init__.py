"""Slurm's REST API for tokens that a Keycloak realm signed: what stands in front of slurmrestd.

nginx asks `verify` about each request, and hands what is admitted to `relay`, which asks slurmrestd
with a token that this head node signed. It runs with the Python 3.9 of Amazon Linux 2023; only what
reads or makes signatures needs more (PyJWT and cryptography), and what fetches the realm's keys
needs boto3. docs/slurm-rest.md says what callers see of it.
"""
