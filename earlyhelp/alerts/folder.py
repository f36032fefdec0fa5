"""Messages as files: what would have gone out, for a demo, a trial or a test."""

from datetime import timedelta
from pathlib import Path

from earlyhelp.alerts.channel import Receipt, Standing
from earlyhelp.alerts.message import Message


class Folder:
    """Writes each message as an ``.eml`` file named by its reference, whole or not at all."""

    name = "folder"
    knows_after: timedelta | None = timedelta(0)

    def __init__(self, folder: Path, sender: str = "early-help@northmoor.example") -> None:
        self.folder, self.sender = folder, sender

    def send(self, message: Message) -> Receipt:
        """Write the message; the same one again replaces itself."""
        self.folder.mkdir(parents=True, exist_ok=True)
        unfinished = self.folder / f".{message.reference}.part"
        unfinished.write_bytes(message.as_email(self.sender).as_bytes())
        unfinished.replace(self._file(message.reference))
        return Receipt(Standing.DELIVERED)

    def ask(self, reference: str) -> Receipt | None:
        """Whether its file is there."""
        return Receipt(Standing.DELIVERED) if self._file(reference).exists() else None

    def _file(self, reference: str) -> Path:
        return self.folder / f"{reference}.eml"
