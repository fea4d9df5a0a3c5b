"""What pages are made of.

contents  hiscores by content;  moves: acceptance of each
tabs      the parts of the page of a proto-model
"""
