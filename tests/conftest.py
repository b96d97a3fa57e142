"""What holds for all tests: it is loaded before any of their modules."""

from hypothesis import HealthCheck, settings

# How long a machine with other things to do takes for an example says nothing about the example.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
