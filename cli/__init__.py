"""The ``protomodels`` command.

Arguments come in; tables for people, or JSON for programs (``--format json``: standard output is that JSON and
nothing else), go out.  Messages and progress go to standard error.

    main       the commands, and the mapping of errors to exit codes
    options    options that commands share
    evaluate   score one model
    walking    run, resume
    stored     hiscores, show, status
    pvalue     pvalue, campaigns
    closure    closure, power
    universe   universe
    injecting  what those commands share
    results    results list, info, compile
    serve      serve, token
    doctor     is this installation in order?
    explain    why a model scores, for people: tables
    spectrum   a model's masses drawn with characters
    progress   the live display of a run
    hidden     the demo's hidden model beside what a run found
"""
