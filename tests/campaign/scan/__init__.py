"""Scans of many files."""
