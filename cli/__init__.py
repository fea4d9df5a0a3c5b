"""The ``protomodels`` command.

Arguments come in; tables for people, or JSON for programs (``--format json``: standard output is that JSON and
nothing else), go out.  Messages and progress go to standard error.

    main       the program: errors become exit codes;  commands: which there are, imported when they are called
    options    options that commands share;  needed: results, storages, services, imported when asked for
    evaluate   score one model
    walking    run, resume;  sessions: what they do
    stored     hiscores, show; db
    pvalue     pvalue, campaigns
    closure    closure, power
    universe   universe
    injecting  what those commands share
    plot       plot: pictures as files
    remote     a service instead of a storage: --server
    runs       list, status, logs, pause, cancel;  checking: replay, diff
    runner     runner;  supervisor: what it does
    results    results list, info, compile, fetch
    serve      serve, token
    doctor     is this installation in order?
    explain    why a model scores, for people: tables
    spectrum   a model's masses drawn with characters
    progress   the live display of a run
    hidden     the demo's hidden model beside what a run found
"""
