"""The audit itself: it finds a planted barrier, under the strict policy of the pages."""

from collections.abc import Callable
from typing import Any

import pytest
from axe import axe_findings, no_axe_findings
from browser import chromium
from serving import browse

__all__ = ["browse", "chromium"]
pytestmark = [pytest.mark.browser, pytest.mark.server]


def test_a_planted_barrier_is_found(browse: Callable[..., Any]) -> None:
    page = browse("/about")
    no_axe_findings(page)
    page.evaluate("() => document.querySelector('main').append(document.createElement('button'))")
    assert any(f.startswith("button-name") for f in axe_findings(page))
