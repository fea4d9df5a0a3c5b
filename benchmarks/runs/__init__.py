"""Whole runs, measured.

driver         chunks a second that one storage takes, from simulated workers
faults         runs while processes are killed and disks are filled; faulty holds what is struck, and how
large_campaign wall time on thousands of cores, simulated from measured rates
run_size       what a run of 50 x 1,000 steps takes in each kind of storage
scaling        two workers beside one process
"""
