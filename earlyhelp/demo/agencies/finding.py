"""How our connectors find the invented agencies: the settings of each, as its connector reads them."""

from collections.abc import Mapping

from earlyhelp.demo.agencies.town import CLIENT, KEY_ID, Keys

CERTIFICATES = {"CA_FILE": "ca.pem", "CERT_FILE": "client.pem", "CERT_KEY_FILE": "client_key.pem"}
"""What probation's connector shows and believes, by setting and by the town's file."""


def environment(keys: Keys, urls: Mapping[str, str], sftp_port: int) -> dict[str, str]:
    """The environment: addresses, secrets, and the names of files that hold them."""
    host_key = keys.host.export_public_key().decode().strip()
    drop = {"DROP": f"sftp://{CLIENT}@127.0.0.1:{sftp_port}/", "SECRET": keys.secret, "HOST_KEY": host_key}
    signing = {"CLIENT_ID": CLIENT, "KEY_ID": KEY_ID, "KEY_FILE": str(keys.signing_file.resolve())}
    shown = {what: str(keys.tls(name).resolve()) for what, name in CERTIFICATES.items()}
    settings = {
        "NORTHSIDE_HOMES": {"URL": urls["housing"], "CLIENT_ID": CLIENT, "SECRET": keys.secret},
        "EASTBOROUGH_POLICE": {"URL": urls["police"], "KEY": keys.secret},
        "RIVERSIDE_HEALTH": {"URL": urls["health"], **signing},
        "MOORLAND_PROBATION": {"URL": urls["probation"], **shown},
        "NORTHMOOR_VOICES": {"URL": urls["voluntary"]},
        "MOORLAND_FIRE": drop,
        "NORTHMOOR_GAZETTEER": drop,
        "NORTHMOOR_REVENUES": drop,
        "NORTHMOOR_SCHOOLS": drop,
        "NORTHMOOR_SAFETY": drop,
    }
    return {
        f"EARLYHELP_{agency}_{what}": value for agency, own in settings.items() for what, value in own.items()
    }
