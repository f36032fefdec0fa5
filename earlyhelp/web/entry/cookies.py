"""The names of our cookies: bound to this host by their prefix, and out of reach of scripts."""

COOKIE = "__Host-early-help"
STARTED_COOKIE = "__Host-early-help-signing-in"
"""Binds a sign-in that was begun to the browser that began it."""
HINT_COOKIE = "__Host-early-help-account"
"""Which of the accounts that a browser is signed in with at the council is meant; believed by nobody."""
LOCAL_COOKIE = "early-help-local"
"""For browsers that refuse a secure cookie on plain loopback; set in the demo alone."""
