"""The dashboard: pages made here, charts and live parts drawn in the browser.

pages      all routes as one router
start      the first page
runs, hiscores, models (proto-models), campaigns, posteriors, batches, results, timelines: pages of these
glossary   the page that explains words;  terms: these words, and symbols of particles
shared     who may read pages, and how they are answered
filters    how templates show numbers, particles, thumbnails
assets     scripts and styles; static/vendor/ holds plotly.js
parts/     what pages are made of
templates/ Jinja2; static/ one style sheet and plain JavaScript modules, no build step
"""
