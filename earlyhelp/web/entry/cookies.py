"""The names of our cookies: bound to this host by their prefix, and out of reach of scripts."""

COOKIE = "__Host-early-help"
STARTED_COOKIE = "__Host-early-help-signing-in"
"""Binds a sign-in that was begun to the browser that began it."""
LOCAL_COOKIE = "early-help-local"
"""For browsers that refuse a secure cookie on plain loopback; set in the demo alone."""
