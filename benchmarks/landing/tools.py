"""The tools we are measured beside, each in an environment of its own, installed when first asked for."""

import subprocess
import sys
import venv
from pathlib import Path

HOME = Path(sys.prefix) / "bench"
"""Beside our own packages, never among them."""
TOOLS = {
    "dlt": ("dlt[postgres,sqlalchemy]==1.31.0", "pydantic>=2.12"),
    "singer-tap": ("singer-sdk==0.54.9",),
    "singer-target": ("meltanolabs-target-postgres==0.8.1",),
    "boosting": ("scikit-learn==1.7.2",),
}


def programs(tool: str) -> Path:
    """The folder of a tool's programs. Raises `RuntimeError` where it cannot be installed."""
    home = HOME / tool
    if not (home / ".ready").exists():
        venv.create(home, clear=True, with_pip=True)
        pip = [home / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "--quiet"]
        done = subprocess.run([*pip, "install", *TOOLS[tool]], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{tool} cannot be installed here")
        (home / ".ready").touch()
    return home / "bin"
