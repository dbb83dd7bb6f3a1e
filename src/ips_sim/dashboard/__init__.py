"""The page that redraws itself: scenarios tried, watched, compared and priced in a browser.

Only this package knows Solara, which is an extra of its own.
"""
