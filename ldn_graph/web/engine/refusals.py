"""Why the engine gave no answer; each message says what to do instead."""

from ldn_graph.errors import BadQuery, LdnError, UnknownName


class QueryTimeout(LdnError):
    """The query was stopped at its deadline."""

    status = 504


class Busy(LdnError):
    """No evaluator is free, and none will be soon; `after` seconds are worth waiting."""

    status = 503

    def __init__(self, message: str, after: int = 1) -> None:
        super().__init__(message)
        self.after = after


class OutOfMemory(LdnError):
    """The query needed more memory than it may have."""

    status = 503


class EngineLost(LdnError):
    """The engine's process ended under the query; a new one is started."""

    status = 503


class AnswerTooLarge(LdnError):
    """The answer is larger than the limits allow; none of it was sent."""

    status = 413


class NotAcceptable(LdnError):
    """The answer has no form that the client takes."""

    status = 406


class Cancelled(LdnError):
    """The client went away; nobody reads this."""

    status = 499


class NoGraph(UnknownName):
    """The graph store has no graph of that name."""


_BY_NAME: dict[str, type[LdnError]] = {
    kind.__name__: kind for kind in (BadQuery, AnswerTooLarge, NotAcceptable, NoGraph, LdnError)
}


def refused(body: bytes) -> LdnError:
    """The error that another process gave: its name, and on the next lines its words."""
    name, _, message = body.decode().partition("\n")
    return _BY_NAME.get(name, LdnError)(message)
