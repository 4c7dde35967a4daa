"""Gives an event graph to networkx and prints times and dates as peers_test.go reads them.

    networkx_peer.py loop|library GRAPH

The times are of the processor, in seconds; "source" counts from the start of the process.
"""

import sys
from time import process_time

import networkx as nx

ORIGIN = -1  # before every event without causes


def read(path):
    """Returns the graph of a file. An edge weighs the delay of the event that it leads to."""
    graph = nx.DiGraph()
    with open(path) as lines:
        for event, line in enumerate(lines):
            delay, _, *causes = map(int, line.split())
            graph.add_node(event, delay=delay)
            for cause in causes or [ORIGIN]:
                graph.add_edge(cause, event, weight=delay)
    return graph


def dates(graph, order):
    """Returns the date of each event, which is the longest path to it."""
    at = {ORIGIN: 0}
    pred, delay = graph.pred, graph.nodes
    for event in order:
        if event != ORIGIN:
            at[event] = max([at[cause] for cause in pred[event]]) + delay[event]["delay"]
    return at


def main():
    how, path = sys.argv[1:]
    graph = read(path)
    source, least, given = None, None, None
    for _ in range(3):
        begin = process_time()
        if how == "library":
            answer = nx.dag_longest_path_length(graph)
        else:
            order = list(nx.topological_sort(graph))
            ordered = process_time()
            at = dates(graph, order)
            answer = max(at.values())
        end = process_time()
        source = source or end
        least = min(least or end, end - begin)
        if how == "loop":
            given = min(given or end, end - ordered)
    print("source", source)
    print("pass", least)
    print("answer", answer)
    if how == "loop":
        print("given", given)
        for event in range(len(graph) - 1):
            print("date", at[event])


main()
