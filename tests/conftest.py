"""Hypothesis on shared cores: how long an example takes is no property of the code."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "shared cores", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("shared cores")
