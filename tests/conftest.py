"""What holds for all tests: it is loaded before any of their modules."""

import signal

from hypothesis import HealthCheck, settings

# A shell that runs the tests in the background has them ignore interrupts, and with them all that
# they start and interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long a machine with other things to do takes for an example says nothing about the example.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")
