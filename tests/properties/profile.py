"""How many examples a property gets: few and always the same ones, or as many as one asks for.

`HYPOTHESIS_PROFILE=thorough` tries other examples in every run, and many more of them.
"""

import os

from hypothesis import HealthCheck, settings

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
FACTOR = 50


def examples(count: int) -> settings:
    """The settings of a property that needs about `count` examples to be worth its time."""
    return settings(
        max_examples=count * FACTOR if THOROUGH else count,
        derandomize=not THOROUGH,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
