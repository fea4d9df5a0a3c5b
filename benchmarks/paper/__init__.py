"""The published campaign (arXiv:2012.12246) repeated, and brought to the newest public results.

In go real results and published numbers that lie beside the project, out come the tables and pictures of
docs/reproduction.md.  Runs take hours; they are kept outside the project and taken up where they stopped.

    runs     walks the runs of one kind (what kinds there are, with which settings)
    report   what came out: best K, winners, acceptance, where walkers get stuck, seconds
    search   K against the number of steps and of evaluations, for the searches
    check    the best proto-model through SModelS: every limit and every likelihood
    views    K against masses and kappas, credible regions, K under other choices
    output   tables, printed and written
"""
