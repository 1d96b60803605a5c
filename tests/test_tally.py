"""The requests' measurements say what prometheus_client's own would say."""

from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from ldn_graph.web.metrics import BOUNDS, Tally

KINDS = st.tuples(
    st.sampled_from(["sparql", "claim"]), st.sampled_from(["GET", "POST"]), st.sampled_from("25")
)
SECONDS = st.one_of(st.sampled_from(BOUNDS), st.integers(0, 160).map(lambda n: n / 4))


def told(registry: CollectorRegistry) -> list[tuple[str, str]]:
    """What is told of `registry`, without when a metric began; sums may be added in any order."""
    lines = [line.rpartition(" ") for line in generate_latest(registry).decode().splitlines()]
    return sorted(
        (name, f"{float(value):.6f}" if not name.startswith("#") else value)
        for name, _, value in lines
        if "_created" not in name
    )


@given(st.lists(st.tuples(KINDS, SECONDS), min_size=1, max_size=60))
def test_it_tells_the_same_as_the_library(
    answered: list[tuple[tuple[str, str, str], float]],
) -> None:
    ours, theirs, tally = CollectorRegistry(), CollectorRegistry(), Tally()
    ours.register(tally)
    labels = ("place", "method", "status")
    requests = Counter("ldn_graph_requests", "Requests answered", labels, registry=theirs)
    seconds = Histogram(
        "ldn_graph_request_seconds",
        "From a request's head to its answer's last byte, in seconds",
        ("place",),
        buckets=BOUNDS,
        registry=theirs,
    )
    for kind, took in answered:
        tally.add(kind, took)
        requests.labels(*kind).inc()
        seconds.labels(kind[0]).observe(took)
    assert told(ours) == told(theirs)
