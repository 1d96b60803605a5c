"""Killable SPARQL: strangers' queries are answered in processes that can be stopped.

front      the server's own process: never evaluates, keeps the cache, watches the clock
keeper     a process with one thread that holds the store, and forks evaluators from it
evaluator  a fork that answers one query after the other, and is killed when one takes too long

Messages, processes and file descriptors are those of `multiprocessing`. Modules are imported one by
one: the keeper starts in a third of a second, without the server's.
"""
