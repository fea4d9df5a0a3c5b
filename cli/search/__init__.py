"""Commands that start runs, watch and stop them, and check them.

Settings of a run, or its id, come in; its state and its best proto-model go out.

    run         run, resume
    run_files   settings of a run in a TOML file
    sessions    what run and resume do: a run executed here, or followed while a runner executes it
    posterior   posterior: sampled, or shown
    posteriors  what --list, status, pause and cancel do with posteriors
    remote_posteriors
                posterior --server
    batches     what resume does with a batch of models
    runner      runner: executes queued runs, batches and posteriors
    runs        list, status, pause, cancel
    logs        logs, watch
    checking    replay, diff
    archives    export, import
    labels      name, note, tag
    takeover    what resume does where a runner may be gone
"""
