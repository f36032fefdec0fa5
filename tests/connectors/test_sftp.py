"""A drop behind SFTP, on a real server on this machine."""

import asyncio
import io
import threading
import zipfile
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import asyncssh
import pytest

from connectors.moorland_fire import MoorlandFire
from earlyhelp.connecting.agency import Agency
from earlyhelp.connecting.dropping import FileFeed
from earlyhelp.connecting.files import sftp
from earlyhelp.errors import AgencyAnsweredOddly, SetUpWrong, SignInRefused, TryAgainLater
from earlyhelp.feeds import Window
from tests.connectors.test_moorland_fire import VISIT

SECRET = "pass-word-nobody-may-read"
HOST, CLIENT, STRANGER = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(3))


def public(key):
    return key.export_public_key().decode()


def private(key):
    return key.export_private_key().decode()


def visits(count):
    lines = [",".join(VISIT), *[",".join(VISIT.values())] * count, f"TRAILER,{count}"]
    return "\n".join(lines).encode()


class Server(asyncssh.SSHServer):
    """Lets in whoever knows the password or holds the key."""

    gone = threading.Event()

    def connection_lost(self, exc):
        self.gone.set()

    def begin_auth(self, username):
        return True

    def password_auth_supported(self):
        return True

    def validate_password(self, username, password):
        return (username, password) == ("earlyhelp", SECRET)

    def public_key_auth_supported(self):
        return True

    def validate_public_key(self, username, key):
        return username == "earlyhelp" and key.export_public_key() == CLIENT.export_public_key()


class Shelf(asyncssh.SFTPServer):
    """Files, and what may go wrong with them."""

    trouble = None

    def __init__(self, channel):
        super().__init__(channel, chroot=str(self.folder).encode())

    def open(self, path, pflags, attrs):
        self.opened.append(file := super().open(path, pflags, attrs))
        return file

    async def read(self, file_obj, offset, size):
        if self.trouble == "cut":
            if offset == 0:
                return super().read(file_obj, offset, size)
            type(self).trouble = None
            (self.folder / "visits" / "visits_20261031.csv").write_bytes(visits(2))
            self.channel.get_connection().abort()
            raise asyncssh.ConnectionLost("cut in the middle")
        if self.trouble == "silent":
            await asyncio.sleep(3600)
        if self.trouble == "endless":
            return b"x" * size
        return super().read(file_obj, offset, size)


@contextmanager
def serving(folder, trouble=None):
    """A server in a thread of its own; says its port."""
    shelf = type("Shelf", (Shelf,), {"folder": folder, "trouble": trouble, "opened": []})
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def run(work):
        return asyncio.run_coroutine_threadsafe(work, loop).result(20)

    async def stop(acceptor):
        acceptor.close()
        await acceptor.wait_closed()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def listen():
        return await asyncssh.listen(
            "127.0.0.1", 0, server_factory=Server, server_host_keys=[HOST], sftp_factory=shelf
        )

    acceptor = run(listen())
    try:
        yield acceptor.get_port()
    finally:
        run(stop(acceptor))
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        for file in shelf.opened:
            file.close()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "visits").mkdir()
    (tmp_path / "visits" / "visits_20261031.csv").write_bytes(visits(3))
    (tmp_path / "visits" / "old").mkdir()
    return tmp_path


def settings(port, where="visits", **changed):
    told = {"DROP": f"sftp://earlyhelp@127.0.0.1:{port}/{where}", "HOST_KEY": public(HOST), "SECRET": SECRET}
    return {f"EARLYHELP_MOORLAND_FIRE_{name}": value for name, value in {**told, **changed}.items() if value}


def fetch(told, agency=MoorlandFire):
    connector = agency(told, sleep=lambda _: None)
    return list(connector.pages(connector.feeds[0], Window()))


def refused(told):
    with pytest.raises(SignInRefused) as shut_out:
        fetch(told)
    assert SECRET not in str(shut_out.value)
    return str(shut_out.value)


def declared(**changed) -> type[Agency]:
    """The same agency with its feed declared otherwise."""
    (feed,) = MoorlandFire.feeds
    told = {name: getattr(feed, name) for name in ("schema", "theirs", "pattern", "stale_after")}
    return type("MoorlandFire", (MoorlandFire,), {"feeds": (FileFeed(feed.name, **told, **changed),)})


def test_signs_in_with_a_password(folder):
    with serving(folder) as port:
        (page,) = fetch(settings(port))
    assert len(page.rows) == 3
    changed = (folder / "visits" / "visits_20261031.csv").stat().st_mtime
    assert page.clock == datetime.fromtimestamp(int(changed), UTC)
    assert [(one.name, one.size, one.rows) for one in page.files] == [
        ("visits_20261031.csv", len(visits(3)), 3)
    ]


def test_signs_in_with_a_private_key(folder, tmp_path):
    (tmp_path / "key").write_text(private(CLIENT))
    with serving(folder) as port:
        assert len(fetch(settings(port, SECRET=None, KEY_FILE=str(tmp_path / "key")))[0].rows) == 3
        assert "renew it" in refused(settings(port, SECRET=None, KEY=private(STRANGER)))


def test_a_wrong_password_opens_no_door(folder):
    with serving(folder) as port:
        assert "renew it" in refused(settings(port, SECRET="another"))


def test_a_server_that_shows_another_host_key_gets_no_password(folder):
    with serving(folder) as port:
        told = refused(settings(port, HOST_KEY=public(STRANGER)))
    assert "EARLYHELP_MOORLAND_FIRE_HOST_KEY" in told


@pytest.mark.parametrize(("setting", "words"), [("HOST_KEY", "no public key"), ("KEY", "no private key")])
def test_a_key_that_is_none_is_named(setting, words):
    with pytest.raises(SetUpWrong, match=f"EARLYHELP_MOORLAND_FIRE_{setting} holds {words}"):
        fetch(settings(1, **{setting: "not a key"}))


@pytest.mark.parametrize("setting", ["HOST_KEY", "SECRET"])
def test_nothing_is_asked_without_a_host_key_and_a_secret(setting):
    with pytest.raises(SetUpWrong, match=f"set EARLYHELP_MOORLAND_FIRE_{setting}"):
        fetch(settings(1, **{setting: None}))


def test_a_folder_that_is_not_there_is_a_setting(folder):
    with serving(folder) as port, pytest.raises(SetUpWrong, match="MOORLAND_FIRE_DROP names no folder"):
        fetch(settings(port, "nowhere"))


def test_a_file_whose_line_was_cut_is_copied_from_its_beginning_on_a_new_line(folder):
    with serving(folder, "cut") as port:
        (page,) = fetch(settings(port))
    assert (len(page.rows), page.refused) == (2, [])
    assert [one.size for one in page.files] == [len(visits(2))]


def test_a_server_that_falls_silent_is_given_up(folder, monkeypatch):
    monkeypatch.setattr(sftp, "SILENCE", 0.05)
    with serving(folder, "silent") as port, pytest.raises(TryAgainLater, match="TimeoutError"):
        fetch(settings(port))


def test_a_server_that_falls_silent_may_not_use_up_more_than_the_window(folder):
    agency = type("MoorlandFire", (MoorlandFire,), {"budget": timedelta(seconds=0.5)})
    with serving(folder, "silent") as port, pytest.raises(TryAgainLater, match="out of time"):
        fetch(settings(port), agency)


def test_an_abandoned_window_lets_go_of_the_server(folder):
    (folder / "visits" / "visits_20261101.csv").write_bytes(visits(1500))
    Server.gone.clear()
    with serving(folder) as port:
        connector = MoorlandFire(settings(port))
        pages = connector.pages(connector.feeds[0], Window())
        assert next(pages).position is not None
        pages.close()
        assert Server.gone.wait(20)


def test_a_file_without_an_end_is_not_taken(folder, monkeypatch):
    monkeypatch.setattr(sftp, "MOST_BYTES", 3 * 2**20)
    (folder / "visits" / "visits_20261031.csv").write_bytes(b"x" * 8 * 2**20)
    with serving(folder, "endless") as port, pytest.raises(AgencyAnsweredOddly, match="without an end"):
        fetch(settings(port))


def test_a_zip_behind_sftp_is_opened(folder):
    parcel = io.BytesIO()
    with zipfile.ZipFile(parcel, "w") as packed:
        for day in (30, 31):
            packed.writestr(f"visits_202610{day}.csv", visits(day))
    (folder / "visits" / "week_20261031.zip").write_bytes(parcel.getvalue())
    (folder / "visits" / "visits_20261031.csv").unlink()
    with serving(folder) as port:
        (page,) = fetch(settings(port), declared(archive="week_*.zip"))
    assert len(page.rows) == 61
    assert [one.name for one in page.files] == [
        f"week_20261031.zip/visits_202610{day}.csv" for day in (30, 31)
    ]
