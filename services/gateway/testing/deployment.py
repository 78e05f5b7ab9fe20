"""A gateway with keys, certificates and descriptors of its own in a temporary folder.

Nothing here needs more than openssl, protoc and Debian's grpcio; nothing outlives close().
"""
import base64
import json
import signal
import socket
import subprocess
import time
from pathlib import Path

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
GOOGLE_PROTOS = ROOT / "deploy/npm/node_modules/google-proto-files"


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, **options).stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Keys:
    """Authorities, certificates, the context key and the token issuer's key."""

    def __init__(self, folder):
        self.folder = folder
        for authority in ("inside-authority", "caller-authority"):
            self._key(authority)
            run("openssl", "req", "-x509", "-new", "-key", self.path(authority, "key"), "-days",
                "2", "-subj", f"/CN={authority}", "-out", self.path(authority, "crt"))
        for service in ("gateway", "echo"):
            self.certify(service, "inside-authority",
                         f"DNS:localhost,DNS:{service},IP:127.0.0.1,"
                         f"URI:spiffe://maplebridge/service/{service}")
        for caller in ("court", "mediator", "stranger"):
            self.certify(caller, "caller-authority", f"URI:spiffe://maplebridge/caller/{caller}")
        for name, kind in (("context", ["-algorithm", "ed25519"]),
                           ("token-issuer", ["-algorithm", "EC", "-pkeyopt",
                                             "ec_paramgen_curve:P-256"]),
                           ("other-issuer", ["-algorithm", "EC", "-pkeyopt",
                                             "ec_paramgen_curve:P-256"])):
            run("openssl", "genpkey", *kind, "-out", self.path(name, "key"))
            run("openssl", "pkey", "-in", self.path(name, "key"), "-pubout", "-out",
                self.path(name, "pub"))

    def path(self, name, suffix):
        return str(self.folder / f"{name}.{suffix}")

    def read(self, name, suffix):
        return Path(self.path(name, suffix)).read_bytes()

    def _key(self, name):
        run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out",
            self.path(name, "key"))

    def certify(self, name, authority, alternative_names):
        self._key(name)
        extensions = self.folder / f"{name}.ext"
        extensions.write_text(f"subjectAltName={alternative_names}\n")
        run("openssl", "req", "-new", "-key", self.path(name, "key"), "-subj", f"/CN={name}",
            "-out", self.path(name, "csr"))
        run("openssl", "x509", "-req", "-in", self.path(name, "csr"), "-CA",
            self.path(authority, "crt"), "-CAkey", self.path(authority, "key"), "-CAcreateserial",
            "-days", "2", "-extfile", str(extensions), "-out", self.path(name, "crt"))

    def token(self, claims=None, issuer="token-issuer", header=None):
        body = {"iss": "maplebridge", "aud": "maplebridge", "sub": "callers/wang", "exp":
                int(time.time()) + 600, "roles": ["MEDIATOR"]}
        body.update(claims or {})
        body = {name: value for name, value in body.items() if value is not None}
        parts = [encode(json.dumps(part).encode())
                 for part in (header or {"alg": "ES256", "typ": "JWT"}, body)]
        signed = ".".join(parts)
        der = run("openssl", "dgst", "-sha256", "-sign", self.path(issuer, "key"),
                  input=signed.encode())
        return signed + "." + encode(raw_signature(der))

    def context_is_genuine(self, value):
        signed, _, signature = value.partition(".")
        (self.folder / "signed").write_bytes(signed.encode())
        (self.folder / "signature").write_bytes(decode(signature))
        return subprocess.run(
            ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", self.path("context", "pub"),
             "-rawin", "-in", self.folder / "signed", "-sigfile", self.folder / "signature"],
            capture_output=True).returncode == 0


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def raw_signature(der):
    """JWT wants r and s side by side, 32 bytes each; OpenSSL gives them in DER."""
    numbers, at = [], 2
    for _ in range(2):
        size = der[at + 1]
        numbers.append(int.from_bytes(der[at + 2:at + 2 + size], "big").to_bytes(32, "big"))
        at += 2 + size
    return b"".join(numbers)


class Messages:
    """Message classes of a descriptor set, by full name."""

    def __init__(self, files):
        self.pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            self.pool.Add(file)
        self._factory = message_factory.MessageFactory(self.pool)

    def __getattr__(self, name):
        return self.named("maplebridge.echo.v1." + name)

    def named(self, name):
        return self._factory.GetPrototype(self.pool.FindMessageTypeByName(name))


def describe(folder, published):
    """The published descriptors and ours in one file; answers its path and its content."""
    ours = folder / "echo.protoset"
    run("protoc", "-I", str(HERE), "-I", str(ROOT / "proto"), "-I", str(GOOGLE_PROTOS),
        "-I", str(HERE.parent / "proto"), "--include_imports", "--include_source_info",
        f"--descriptor_set_out={ours}", "echo.proto", "maplebridge/caller/v1/caller.proto",
        "google/rpc/status.proto", "google/rpc/error_details.proto",
        "grpc/health/v1/health.proto", "grpc/reflection/v1alpha/reflection.proto")
    together = descriptor_pb2.FileDescriptorSet()
    known = set()
    for source in (published, ours):
        files = descriptor_pb2.FileDescriptorSet.FromString(Path(source).read_bytes())
        for file in files.file:
            if file.name not in known:
                known.add(file.name)
                together.file.append(file)
    # What the gateway answers itself, and details of errors, it must know without being told.
    for_gateway = descriptor_pb2.FileDescriptorSet()
    for file in together.file:
        if not file.name.startswith("grpc/") and file.name != "google/rpc/error_details.proto":
            for_gateway.file.append(file)
    path = folder / "all.protoset"
    path.write_bytes(for_gateway.SerializeToString())
    return path, together


CALLERS = [
    {"certificate_uri": "spiffe://maplebridge/caller/court", "principal": "callers/court-330102",
     "roles": ["COURT_SYSTEM"], "court": "courts/330102", "division": "3301"},
    {"certificate_uri": "spiffe://maplebridge/caller/mediator", "principal": "callers/mediator-1",
     "roles": ["MEDIATOR"], "organisation": "organisations/o1", "division": "330102"},
]


class Gateway:
    """One running gateway process."""

    def __init__(self, binary, folder, keys, descriptors, backend_port, **flags):
        self.keys = keys
        self.port, self.http_port, self.metrics_port = free_port(), free_port(), free_port()
        callers = folder / "callers.json"
        if not callers.exists():
            callers.write_text(json.dumps(CALLERS))
        self.log_path = folder / f"gateway-{self.port}.log"
        options = {
            "listen": f"127.0.0.1:{self.port}", "http-listen": f"127.0.0.1:{self.http_port}",
            "metrics-listen": f"127.0.0.1:{self.metrics_port}", "descriptors": descriptors,
            "backend": f"echo=127.0.0.1:{backend_port}", "callers": callers,
            "token-issuer-key": keys.path("token-issuer", "pub"),
            "tls-certificate": keys.path("gateway", "crt"), "tls-key": keys.path("gateway", "key"),
            "tls-authority": keys.path("inside-authority", "crt"),
            "caller-authority": keys.path("caller-authority", "crt"),
            "context-key": keys.path("context", "key"), "loops": 2,
        }
        options.update({name.replace("_", "-"): value for name, value in flags.items()})
        # Ends with this script, however that ends.
        command = ["setpriv", "--pdeathsig", "KILL", str(binary)]
        for name, value in options.items():
            command += [f"--{name}", str(value)]
        with open(self.log_path, "wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
        self.wait_for_port()

    def wait_for_port(self):
        deadline = time.time() + 10
        while time.time() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError("the gateway ended: " + self.log_path.read_text()[-2000:])
            try:
                socket.create_connection(("127.0.0.1", self.http_port), 0.2).close()
                return
            except OSError:
                time.sleep(0.02)
        raise RuntimeError("the gateway does not listen")

    def channel(self, caller=None, options=()):
        """A channel as a registered caller, or without a client certificate."""
        identity = (self.keys.read(caller, "key"), self.keys.read(caller, "crt")) if caller else (
            None, None)
        credentials = grpc.ssl_channel_credentials(self.keys.read("inside-authority", "crt"),
                                                   *identity)
        # A pool of its own: else grpcio shares one connection between channels.
        return grpc.secure_channel(f"127.0.0.1:{self.port}", credentials, options=[
            ("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", -1),
            ("grpc.max_send_message_length", -1), *options])

    def resident_kib(self):
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1])
        return 0

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def close(self):
        if self.process.poll() is None:
            self.terminate()
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()
