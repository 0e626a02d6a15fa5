"""Authorities and certificates for 127.0.0.1, made for one test."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """One that signs; its own certificate is the file `ca`, to be named in NAME_CA."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.ca, self._folder = folder / "ca.pem", folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(f"Test Authority {folder.name}")  # two of one name would be taken for one
        signing = _certificate(self._name, self._name, self._key, _days(365)).add_extension(
            x509.BasicConstraints(ca=True, path_length=0), critical=True
        )
        self.ca.write_bytes(_pem(signing.sign(self._key, hashes.SHA256())))

    def context(self, *, days: int = 30) -> ssl.SSLContext:
        """For a server with such a certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file(days=days))
        return context

    def file(self, *, days: int) -> Path:
        """A certificate of 127.0.0.1 with its key; it ends in so many days, or ended so many ago."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))])
        certificate = (
            _certificate(_name("127.0.0.1"), self._name, key, _days(days))
            .add_extension(names, critical=False)
            .sign(self._key, hashes.SHA256())
        )
        file = self._folder / f"server{days}.pem"
        kind, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
        private = key.private_bytes(kind, form, serialization.NoEncryption())
        file.write_bytes(private + _pem(certificate))
        return file


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, end: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=400))
        .not_valid_after(end)
    )


def _days(days: int) -> datetime:
    return datetime.now(UTC) + timedelta(days=days)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
