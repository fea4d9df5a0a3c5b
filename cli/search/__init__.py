"""Commands that start runs, watch and stop them, and check them.

Settings of a run, or its id, come in; its state and its best proto-model go out.

    run         run, resume
    sessions    what run and resume do: a run executed here, or followed while a runner executes it
    runner      runner: executes queued runs
    runs        list, status, pause, cancel
    logs        logs
    checking    replay, diff
"""
