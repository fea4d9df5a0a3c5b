"""Tests that cross rooms.  A package, or else ``tests`` of unum, which installs one, would be found in its place.

storages, documents   what several files set up
mirror                every service of docker-compose.yml on this machine, a program of its own
api                   the service and its pages
"""
