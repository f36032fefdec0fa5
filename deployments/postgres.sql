-- Prefect's own database, beside ours: what it keeps is no personal data, and need not be kept as ours is.
CREATE DATABASE prefect OWNER earlyhelp;
