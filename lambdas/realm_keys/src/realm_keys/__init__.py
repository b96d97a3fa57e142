"""Publishes a Keycloak realm's public keys for head nodes, which don't reach the realm."""
