"""The dashboard: pages made here, charts and live parts drawn in the browser.

pages      the routes
filters    how templates show numbers, particles, thumbnails
assets     scripts and styles; static/vendor/ holds plotly.js
templates/ Jinja2; static/ one style sheet and plain JavaScript modules, no build step
"""
