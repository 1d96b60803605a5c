"""Schemathesis asks everything of the API: nothing breaks, and answers are as described.

More is accepted than is described: several values parted by commas, and empty ones, which are
what a browser's form sends for a field that is left out.
"""

import contextlib
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS

from tests.effort import examples

pytestmark = pytest.mark.server
#: Where what is right depends on the data (names, two different ends), not on its form alone.
NEEDS_THE_DATA = ("/graph", "/paths", "/queries/{name}")
#: Requests of each kind to each address.
EXAMPLES = examples(6)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_any_request_is_answered_as_described(site: str, mode: GenerationMode) -> None:
    described = schemathesis.openapi.from_url(f"{site}/api/openapi.json")
    addresses = [found.ok() for found in described.get_all_operations()]
    assert len(addresses) >= 15
    for address in addresses:
        # nothing wrong can be asked of an address without parameters
        with contextlib.suppress(Unsatisfiable):
            _ask(address, mode)


def _ask(address: Any, mode: GenerationMode) -> None:
    loose = CHECKS.get_by_names(
        ["negative_data_rejection"]
        + ["positive_data_acceptance"] * (address.path in NEEDS_THE_DATA)
    )

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=address.as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        case.call_and_validate(excluded_checks=loose)

    ask()
