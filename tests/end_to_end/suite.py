"""A running suite as an outside client sees it: the protos, an address, an authority, a token.

Nothing here is generated ahead: the protos of the repository are compiled when a test starts, as
any court's integrator would.
"""

import base64
import datetime
import hashlib
import importlib
import json
import pathlib
import subprocess
import sys
import tempfile
import time
import uuid

import grpc

ROOT = pathlib.Path(__file__).resolve().parents[2]


def compile_protos():
    """Compiles proto/ to a new folder and puts it on the path."""
    folder = tempfile.mkdtemp(prefix="maplebridge_protos_")
    google = ROOT / "deploy/npm/node_modules/google-proto-files"
    ours = sorted(str(p.relative_to(ROOT / "proto")) for p in (ROOT / "proto").rglob("*.proto"))
    theirs = [
        "google/api/annotations.proto", "google/api/http.proto", "google/api/field_behavior.proto",
        "google/api/resource.proto", "google/rpc/status.proto", "google/rpc/error_details.proto",
        "google/rpc/code.proto",
    ]
    theirs = [name for name in theirs if (google / name).exists()]
    subprocess.run(
        ["protoc", f"-I{ROOT / 'proto'}", f"-I{google}",
         "--plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin",
         f"--python_out={folder}", f"--grpc_python_out={folder}", *ours, *theirs], check=True)
    sys.path.insert(0, folder)


def message_module(name):
    """message_module("docking.v1.referral_messages") is its _pb2 module."""
    return importlib.import_module(f"maplebridge.{name}_pb2")


def stub_module(name):
    return importlib.import_module(f"maplebridge.{name}_pb2_grpc")


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw_signature(der):
    """An ECDSA signature as JSON Web Tokens carry it: r and s, 32 bytes each."""
    values, at = [], 2
    for _ in range(2):
        length = der[at + 1]
        values.append(int.from_bytes(der[at + 2:at + 2 + length], "big").to_bytes(32, "big"))
        at += 2 + length
    return values[0] + values[1]


class Suite:
    """The suite in `var`, spoken to through its gateway."""

    def __init__(self, var, port_base):
        self.var = pathlib.Path(var)
        self.address = f"localhost:{port_base}"
        self.port_base = int(port_base)
        authority = (self.var / "keys/inside-authority.crt").read_bytes()
        self.credentials = grpc.ssl_channel_credentials(authority)

    def token(self, subject, roles, division="", organisation="", court=""):
        """A bearer token, signed with the suite's own issuer key."""
        header = base64url(json.dumps({"alg": "ES256", "typ": "JWT"}).encode())
        claims = base64url(json.dumps({
            "iss": "maplebridge", "aud": "maplebridge", "sub": subject, "roles": roles,
            "exp": int(time.time()) + 3600, "division": division, "organisation": organisation,
            "court": court}).encode())
        signed = f"{header}.{claims}"
        der = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", str(self.var / "keys/token-issuer.key")],
            input=signed.encode(), capture_output=True, check=True).stdout
        return f"{signed}.{base64url(raw_signature(der))}"

    def caller(self, subject="", roles=(), **scope):
        """A caller with a channel of its own; without a subject, one without identity."""
        return Caller(self, self.token(subject, list(roles), **scope) if subject else "")


class Caller:
    def __init__(self, suite, token):
        self.channel = grpc.secure_channel(
            suite.address, suite.credentials,
            options=[("grpc.max_receive_message_length", 32 << 20),
                     ("grpc.max_send_message_length", 32 << 20),
                     # By itself a channel waits up to two minutes before it looks again.
                     ("grpc.initial_reconnect_backoff_ms", 100),
                     ("grpc.max_reconnect_backoff_ms", 1000)])
        self.metadata = [("authorization", f"Bearer {token}")] if token else []

    def call(self, stub, method, request, timeout=20):
        """One unary call; grpc.RpcError when it is refused."""
        return getattr(stub(self.channel), method)(
            request, metadata=self.metadata, timeout=timeout)

    def stream(self, stub, method, request, timeout=60):
        return getattr(stub(self.channel), method)(
            request, metadata=self.metadata, timeout=timeout)


CHINA = datetime.timezone(datetime.timedelta(hours=8))


def day(days=0):
    """RFC 3339 full-date of the day in China, which is what deadlines go by, so many days on."""
    return (datetime.datetime.now(CHINA).date() + datetime.timedelta(days=days)).isoformat()


def request_id():
    return str(uuid.uuid4())


def error_of(error):
    """What an error says: (code, reason, {field or subject: description}, seconds to wait or
    None)."""
    from google.rpc import error_details_pb2, status_pb2  # compiled beside ours
    status = status_pb2.Status()
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            status.ParseFromString(value)
    reason, fields, retry = "", {}, None
    for detail in status.details:
        info, bad, again = (error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest(),
                            error_details_pb2.RetryInfo())
        precondition = error_details_pb2.PreconditionFailure()
        if detail.Unpack(info):
            reason = info.reason
        elif detail.Unpack(bad):
            fields.update({v.field: v.description for v in bad.field_violations})
        elif detail.Unpack(precondition):
            fields.update({v.subject: v.description for v in precondition.violations})
        elif detail.Unpack(again):
            retry = again.retry_delay.ToNanoseconds() / 1e9
    return error.code(), reason, fields, retry


def refused(action):
    """Runs `action`, which must be refused; answers what error_of says."""
    try:
        action()
    except grpc.RpcError as error:
        return error_of(error)
    raise AssertionError("the call was answered; a refusal was expected")


def eventually(what, probe, seconds=30):
    """Asks until `probe` answers something true: services keep step by feeds."""
    end = time.monotonic() + seconds
    while True:
        answer = probe()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.1)


# Identity numbers that are valid by check digit and belong to nobody (GB 11643).
def resident_number(serial, division="330102", birth="19900307"):
    body = f"{division}{birth}{serial % 1000:03d}"
    weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights)) % 11]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Results:
    """Counts what was shown, a line each; the closing line is what tests/run reads."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, what, condition, seen=""):
        if condition:
            self.passed += 1
            print(f"ok   {what}", flush=True)
        else:
            self.failed += 1
            print(f"FAIL {what} {seen}", flush=True)
        return condition

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        sys.exit(1 if self.failed or not self.passed else 0)
