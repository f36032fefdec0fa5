"""How an agency is spoken to over HTTP: patiently, within bounds, and never behind another host's back."""
