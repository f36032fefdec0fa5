"""What law and statutory guidance set, as dated packs: one file for each tenure or subject, with sources."""
