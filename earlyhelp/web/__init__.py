"""The key workers' pages: server-rendered, guarded, and every look recorded."""
