"""Forwarded addresses are believed from the proxies that are named, and from nobody else."""

import pytest
from click.testing import CliRunner

from ldn_graph.cli import main
from tests.serving import served
from tests.test_sparql_protocol import ask, send


def told(site: str, forwarded: str) -> list[int]:
    """The statuses of 12 queries that are said to come from two addresses in turn."""
    return [
        ask(site, f"ASK {{}} #{n}", X_Forwarded_For=forwarded.format(n % 2)).status
        for n in range(12)
    ]


@pytest.mark.parametrize(
    ("options", "shared"),
    [
        ((), True),
        (("--proxy", "192.0.2.7"), True),
        (("--proxy", "127.0.0.1"), False),
        (("--proxy", "10.0.0.0/8", "--proxy", "127.0.0.0/8"), False),
    ],
)
def test_limits_count_by_an_address_that_a_named_proxy_gives(
    options: tuple[str, ...], shared: bool
) -> None:
    with served("--rate", "8", *options) as site:
        statuses = told(site, "192.0.2.{}")
        assert (429 in statuses) is shared


def test_whoever_is_not_named_can_not_say_by_which_scheme_or_host_he_asks() -> None:
    named = {"X_Forwarded_Proto": "https", "X_Forwarded_For": "192.0.2.1"}
    for options, scheme in (((), "http"), (("--proxy", "127.0.0.1"), "https")):
        with served(*options) as site:
            found = send(site, "/sparql", Accept="text/turtle", **named).body.decode()
            assert f"{scheme}://127.0.0.1" in found
            rebound = send(site, "/about", Host="rebound.example.com", **named)
            assert rebound.status == (200 if options else 421)


def test_the_environment_names_proxies_too() -> None:
    with served("--rate", "8", FORWARDED_ALLOW_IPS="192.0.2.1,127.0.0.1") as site:
        assert 429 not in told(site, "192.0.2.{}")


@pytest.mark.parametrize("name", ["*", "proxy.example.org", "127.0.0.1/33", "1.2.3"])
def test_a_proxy_is_an_address_or_a_network(name: str) -> None:
    done = CliRunner().invoke(main, ["serve", "--proxy", name])
    assert done.exit_code != 0
    assert name in str(done.exception or done.output) + done.output
