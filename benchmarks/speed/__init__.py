"""How fast walks are, and how that grows: what docs/performance.md states.

uses          the two uses that are measured: the default one and the paper's, and walks late in a run of each
paired_step   a step beside that of an earlier commit, in turns, late in a run
step_profile  where the time of a step goes, and the floor of its look-ups
walk_step     a step beside the same one through SModelS; batches, loading
run_speed     whole runs beside those of an earlier commit, and Ray beside processes
growth        growth with particles, analyses, walkers, universes; regions and cliques: of_models, of_sets
restricted    results with some of their analyses
first_use     how long the first use on a machine compiles
same_scores   K of thousands of proposals beside that of an earlier commit
"""
