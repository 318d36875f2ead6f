"""The cases that tests with hypothesis try in the suite."""

from hypothesis import HealthCheck, settings


def choose() -> None:
    """Try the same cases each time, on a machine of any speed, so that only a change can make a test fail."""
    settings.register_profile(
        "suite",
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )
    settings.load_profile("suite")
