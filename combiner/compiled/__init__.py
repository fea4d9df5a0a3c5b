"""The search for the best combination, compiled: what a walk asks in each step, in microseconds.

In comes the graph of allowed pairs and curves with slopes; out goes the best combination with its signal strength, or
the proof that none is good enough.  :mod:`protomodels.combiner.search` does the same for any curves, lists runners-up,
and is what this is tested against.

    graph      connected pieces of the graph of forbidden pairs, and the maximal cliques of each
    curves     values and slopes of all results at one signal strength
    intervals  how large the sum of the best cliques can be between two signal strengths
    maximum    the largest of these sums
"""
