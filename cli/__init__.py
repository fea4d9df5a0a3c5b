"""The ``protomodels`` command.

Arguments come in.  Tables for people, or JSON for programs (``--format json``: standard output is that JSON and
nothing else), go out.  Messages and progress go to standard error.

    main         the program: errors become exit codes
    commands     the table of commands, each imported when it is called
    options      options that commands share
    naming       latest and best: runs and proto-models by a word
    resources    results and storages, opened when a command needs them
    remote       a service instead of a storage (``--server``)
    console      tables on the terminal
    worker       the command in a process that a runner started

    score/       evaluate, hiscores, show, plot
    search/      run, resume, status, list, logs, pause, cancel, runner, replay, diff, export, import
    judge/       pvalue, closure, power, universe, campaigns
    serve/       serve, token
    maintain/    results, db, doctor
"""
