"""The dashboard: pages made here, charts and live parts drawn in the browser.

pages      the routes
shown      what templates need to show numbers, particles, thumbnails
assets     scripts and styles, plotly.js of the installed package
templates/ Jinja2; static/ one style sheet and plain JavaScript modules, no build step
"""
