"""Messages as files: what would have gone out, for a demo, a trial or a test."""

from pathlib import Path

from earlyhelp.alerts.message import Digest


class Folder:
    """Writes each message as an ``.eml`` file named by its reference, whole or not at all."""

    name = "folder"

    def __init__(self, folder: Path, sender: str = "early-help@northmoor.example") -> None:
        self.folder, self.sender = folder, sender

    def send(self, digest: Digest) -> None:
        """Write the message; the same one again replaces itself."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f".{digest.reference}.part"
        unfinished.write_bytes(digest.as_email(self.sender).as_bytes())
        unfinished.replace(self.folder / f"{digest.reference}.eml")
