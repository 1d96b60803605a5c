"""How many requests were answered, and how fast, for Prometheus.

prometheus_client's own counters lock and look up their labels each time, which is a twentieth of
what a short query costs; these add up plain numbers, and are put in its form when somebody looks.
They belong to the event loop: no thread but its own may add.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate
from operator import add

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

#: Upper bounds in seconds: from the shortest query to the longest that is allowed.
BOUNDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)

#: Place, method and status.
Kind = tuple[str, str, str]


class Tally(Collector):
    """Answered requests and their seconds, by place, method and status."""

    def __init__(self) -> None:
        self._within: defaultdict[Kind, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
        self._seconds: defaultdict[Kind, float] = defaultdict(float)

    def add(self, kind: Kind, seconds: float) -> None:
        """Count a request that was answered."""
        self._within[kind][bisect_left(BOUNDS, seconds)] += 1
        self._seconds[kind] += seconds

    def collect(self) -> Iterator[Metric]:
        """How many there were of each kind, and how long those of each place took."""
        labels = ("place", "method", "status")
        requests = CounterMetricFamily("ldn_graph_requests", "Requests answered", labels=labels)
        places: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(BOUNDS) + 1))
        for kind, within in sorted(self._within.items()):
            requests.add_metric(kind, sum(within))
            places[kind[0]] = [*map(add, places[kind[0]], within)]
        yield requests
        seconds = HistogramMetricFamily(
            "ldn_graph_request_seconds",
            "From a request's head to its answer's last byte, in seconds",
            labels=("place",),
        )
        for place, within in places.items():
            taken = sum(s for kind, s in self._seconds.items() if kind[0] == place)
            bounds = (*(str(bound) for bound in BOUNDS), "+Inf")
            buckets = list(zip(bounds, accumulate(within), strict=True))
            seconds.add_metric([place], buckets=buckets, sum_value=taken)
        yield seconds
