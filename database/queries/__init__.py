"""What the storage does, as SQL: each function takes a connection and works inside the caller's transaction.

In go plain values and `protomodels.database.records`, out come records; nothing is committed here.

    creation       new runs                          runs            read, found again, called, deleted
    history        transitions and logs              run_lists       lists of runs, numbers of them
    leases         who works on a run                chunks          steps of walkers
    exchanges      what walkers took over            traces          how a run went
    hiscores       the best models of each walker    hiscore_lists   searched by particle, mass, K
    protomodels    whole ones, with their scores explained
    campaigns      campaigns                         campaign_runs   their runs and bounds
    batches        models that are judged, rows    posteriors/     chains and their sweeps
    tokens         of the API                      columns         what several of these share
    whole/         a run with all that belongs to it, read and written
"""
