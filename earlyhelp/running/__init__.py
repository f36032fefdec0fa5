"""One machine's night: Prefect's own server, the real flow, and how things stand."""
