"""What connectors are lent by Prefect: the agency's rate over all processes, and secrets kept in blocks."""

import pytest
from prefect.blocks.system import Secret
from prefect.client.orchestration import get_client

from earlyhelp.connecting.credentials import Credentials, open_vault
from earlyhelp.errors import SetUpWrong
from flows.fetch import fetch_agency, paced, read_block
from flows.set_up import limit_agencies


def test_an_agreed_rate_is_one_limit_for_all_processes(house):
    police = house.agencies["eastborough-police"]
    police.rate = 4.0
    limit_agencies()
    with get_client(sync_client=True) as client:
        limit = client.read_global_concurrency_limit_by_name("rate-eastborough-police")
        assert (limit.limit, limit.slot_decay_per_second) == (4, 4.0)
    paced(police)
    for _ in range(4):
        police.pace()
    with get_client(sync_client=True) as client:
        taken = client.read_global_concurrency_limit_by_name("rate-eastborough-police").active_slots
    assert taken > 0, "each request takes a place that comes free again at the agreed rate"


def test_a_rate_that_nobody_set_up_is_no_licence(house):
    housing = house.agencies["northside-homes"]
    housing.rate = 4.0
    with pytest.raises(SetUpWrong, match=r"run: python -m flows\.set_up"):
        paced(housing).pace()


def test_no_rate_no_limit(house):
    fire = paced(house.agencies["moorland-fire"])
    assert not hasattr(fire, "pace")


def test_a_secret_may_be_kept_in_a_block(house):
    Secret(value="correct-horse").save("police-key")
    fetch_agency.fn("moorland-fire", "2026-11-02")
    settings = {"EARLYHELP_EASTBOROUGH_POLICE_KEY_BLOCK": "police-key"}
    assert Credentials("eastborough-police", settings).need("KEY") == "correct-horse"
    open_vault(None)
    with pytest.raises(SetUpWrong):
        Credentials("eastborough-police", settings).need("KEY")


def test_a_block_that_is_missing_is_named(house):
    open_vault(read_block)
    settings = {"EARLYHELP_EASTBOROUGH_POLICE_KEY_BLOCK": "no-such-block"}
    with pytest.raises(SetUpWrong, match="EARLYHELP_EASTBOROUGH_POLICE_KEY_BLOCK"):
        Credentials("eastborough-police", settings).need("KEY")
    open_vault(None)
