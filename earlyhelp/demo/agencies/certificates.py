"""The certificates with which probation and its callers show each other who they are.

An authority of the town's own signs both; nobody else in the world believes it, and its key is thrown away.
"""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID as _Purpose
from cryptography.x509.oid import NameOID

LASTS = timedelta(days=3650)
"""Long enough that no demo outlives it."""
HOST = "127.0.0.1"


class SaysWhy(ssl.SSLObject):
    """A handshake that fails with its reason sent: asyncio hangs up before what TLS has to say is out.

    So that a caller whose certificate is missing or strange hears that, as from any other server.
    """

    _said = False

    def do_handshake(self) -> None:
        """Shake hands; at the first refusal ask for more, which lets what is to be sent go."""
        try:
            super().do_handshake()
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            raise
        except ssl.SSLError:
            if self._said:
                raise
            self._said = True
            raise ssl.SSLWantReadError from None


@dataclass(frozen=True)
class _Authority:
    name: x509.Name
    key: ec.EllipticCurvePrivateKey

    def signed(
        self, builder: x509.CertificateBuilder, key: ec.EllipticCurvePrivateKey
    ) -> x509.CertificateBuilder:
        """A certificate of that key, with all that strict verifiers ask for but its purpose."""
        now = datetime.now(UTC)
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        return (
            builder.issuer_name(self.name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + LASTS)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(by, critical=False)
        )


def make() -> Mapping[str, bytes]:
    """PEM texts by file name: ``ca.pem``, and ``server`` and ``client``, each with its ``_key``."""
    authority = _Authority(_named("Northmoor test authority"), ec.generate_private_key(ec.SECP256R1()))
    server, client = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    here = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(HOST)), x509.DNSName("localhost")])
    return {
        "ca.pem": _authoritys_own(authority),
        "server.pem": _of(authority, "probation.northmoor.example", server, _Purpose.SERVER_AUTH, here),
        "server_key.pem": _key(server),
        "client.pem": _of(authority, "earlyhelp.northmoor.example", client, _Purpose.CLIENT_AUTH),
        "client_key.pem": _key(client),
    }


def _authoritys_own(authority: _Authority) -> bytes:
    builder = authority.signed(x509.CertificateBuilder().subject_name(authority.name), authority.key)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    builder = builder.add_extension(_usage(signs=True), critical=True)
    return builder.sign(authority.key, SHA256()).public_bytes(Encoding.PEM)


def _of(
    authority: _Authority,
    name: str,
    key: ec.EllipticCurvePrivateKey,
    purpose: x509.ObjectIdentifier,
    at: x509.SubjectAlternativeName | None = None,
) -> bytes:
    """A certificate for one purpose, signed by the authority; ``at`` are the places it is good for."""
    builder = authority.signed(x509.CertificateBuilder().subject_name(_named(name)), key)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs=False), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    if at is not None:
        builder = builder.add_extension(at, critical=False)
    return builder.sign(authority.key, SHA256()).public_bytes(Encoding.PEM)


def _usage(*, signs: bool) -> x509.KeyUsage:
    """What a key is for: an authority's signs certificates, any other only itself."""
    return x509.KeyUsage(
        digital_signature=not signs, key_cert_sign=signs, crl_sign=signs, content_commitment=False,
        key_encipherment=False, data_encipherment=False, key_agreement=False, encipher_only=False,
        decipher_only=False,
    )  # fmt: skip


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _key(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
