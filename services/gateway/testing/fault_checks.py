"""A service that refuses, breaks, leaves or is not there, and a gateway that leaves."""
import base64
import itertools
import json
import struct
import subprocess
import threading
import time

import grpc

from deployment import GOOGLE_PROTOS, HERE, ROOT
from grpc_checks import assert_refused, detail, failure, stub, unary, wait_until
from raw_http2 import (CANCEL, ENHANCE_YOUR_CALM, GOAWAY, REFUSED_STREAM, RawService, cancel_many,
                       frame, reset, status_only, success)


def check_refused_stream_is_opened_again_unseen_by_the_caller(case):
    answer = case.messages.CallResponse(text="third").SerializeToString()
    script = lambda n, number: [reset(number, REFUSED_STREAM)] if n < 3 else success(number, answer)
    with RawService(case.keys, script) as service, \
            case.start_gateway(backend_port=service.port) as gateway, \
            gateway.channel("court") as channel:
        response, _ = unary(case, channel=channel, payload=b"b" * 9000)
        assert response.text == "third" and service.streams == 3, service.streams
        # The body came whole each time: 5 bytes of prefix, 3 of tag and length.
        assert service.bodies == [9008] * 3, service.bodies


def check_stream_refused_again_and_again_reaches_the_caller_as_refused(case):
    script = lambda n, number: [reset(number, REFUSED_STREAM)]
    with RawService(case.keys, script) as service, \
            case.start_gateway(backend_port=service.port) as gateway, \
            gateway.channel("court") as channel:
        error = failure(lambda: unary(case, channel=channel, payload=b"request"))
        assert error.code() == grpc.StatusCode.UNAVAILABLE and "code 7" in error.details(), error
        assert service.streams == 3, service.streams


def check_refused_stream_is_tried_again_by_grpc_js_itself(case):
    """What the gateway hands on refused after three times, grpc-js sends once more by itself."""
    answer = case.messages.CallResponse(text="fourth").SerializeToString()
    script = lambda n, number: [reset(number, REFUSED_STREAM)] if n < 4 else success(number, answer)
    with RawService(case.keys, script) as service, \
            case.start_gateway(backend_port=service.port) as gateway:
        done = subprocess.run(["node", HERE / "node_call.mjs", json.dumps({
            "address": f"localhost:{gateway.port}",
            "authority": case.keys.path("inside-authority", "crt"),
            "key": case.keys.path("court", "key"), "certificate": case.keys.path("court", "crt"),
            "protos": [str(HERE), str(ROOT / "proto"), str(GOOGLE_PROTOS)], "file": "echo.proto",
            "service": "maplebridge.echo.v1.EchoService", "method": "Call",
            "request": {"text": "request"}})], capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stderr
        seen = json.loads(done.stdout)
        assert seen["code"] == 0 and seen["response"]["text"] == "fourth", seen
        assert service.streams == 4, service.streams


def check_body_too_large_to_keep_is_refused_to_the_caller(case):
    """A stream whose start has been passed on and let go cannot be opened again."""
    script = lambda n, number: []
    with RawService(case.keys, script, after_bytes=40_000,
                    then=lambda number: [reset(number, REFUSED_STREAM)]) as service, \
            case.start_gateway(backend_port=service.port) as gateway, \
            gateway.channel("court") as channel:
        error = failure(lambda: unary(case, channel=channel, payload=b"b" * 60_000))
        assert error.code() == grpc.StatusCode.UNAVAILABLE and "code 7" in error.details(), error
        assert service.streams == 1, service.streams


def check_reset_by_the_service_keeps_its_meaning(case):
    for code, expected in ((CANCEL, grpc.StatusCode.CANCELLED),
                           (ENHANCE_YOUR_CALM, grpc.StatusCode.RESOURCE_EXHAUSTED)):
        script = lambda n, number: [reset(number, code)]
        with RawService(case.keys, script) as service, \
                case.start_gateway(backend_port=service.port) as gateway:
            with gateway.channel("court") as channel:
                error = failure(lambda: unary(case, channel=channel, payload=b"request"))
            assert error.code() == expected, (code, error.code())


def check_reset_of_a_call_that_is_late_is_deadline_exceeded(case):
    """A gRPC server may end a late call by a reset alone, before its answer or in the middle."""
    answer = case.messages.CallResponse(text="half").SerializeToString()
    for begun in (0, 1, 2):
        script = lambda n, number: success(number, answer)[:begun] + [reset(number, CANCEL)]
        with RawService(case.keys, script) as service, \
                case.start_gateway(backend_port=service.port) as gateway:
            done = subprocess.run(["node", HERE / "late_calls.mjs", json.dumps({
                "address": f"localhost:{gateway.port}",
                "authority": case.keys.path("inside-authority", "crt"),
                "key": case.keys.path("court", "key"),
                "certificate": case.keys.path("court", "crt"),
                "path": "/maplebridge.echo.v1.EchoService/Call",
                "message": base64.b64encode(b"\x0a\x01x").decode(), "count": 20})],
                capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, done.stderr
            assert json.loads(done.stdout) == {"grpc-status 4": 20}, (begun, done.stdout)


def check_call_given_up_by_a_stopping_service_is_unavailable_with_a_delay(case):
    """A gRPC server in its shutdown answers CANCELLED, bare; a handler's own has details."""
    for more, expected in (((), grpc.StatusCode.UNAVAILABLE),
                           ((("grpc-status-details-bin", "CAESAA"),), grpc.StatusCode.CANCELLED)):
        script = lambda n, number: [status_only(number, 1, *more)]
        with RawService(case.keys, script) as service, \
                case.start_gateway(backend_port=service.port) as gateway, \
                gateway.channel("court") as channel:
            error = failure(lambda: unary(case, channel=channel, payload=b"request"))
            assert error.code() == expected, (more, error.code())
            if expected == grpc.StatusCode.UNAVAILABLE:
                assert_refused(case, error, expected, "BACKEND_UNAVAILABLE")


def check_goaway_of_the_service_loses_no_call(case):
    """The service says that stream 1 was the last it saw: the second is tried again elsewhere."""
    answer = case.messages.CallResponse(text="served").SerializeToString()

    def script(n, number):
        if n == 2:
            return [frame(GOAWAY, 0, 0, struct.pack(">II", 1, 0))]
        return success(number, answer)
    with RawService(case.keys, script) as service, \
            case.start_gateway(backend_port=service.port, connections_per_backend=1,
                               loops=1) as gateway, \
            gateway.channel("court") as channel:
        for _ in range(3):
            assert unary(case, channel=channel, payload=b"request")[0].text == "served"
        assert service.connections == 2, service.connections


def check_connection_that_breaks_is_unavailable_with_a_delay(case):
    script = lambda n, number: [None] if n == 1 else success(number, b"")
    with RawService(case.keys, script) as service, \
            case.start_gateway(backend_port=service.port, loops=1) as gateway, \
            gateway.channel("court") as channel:
        error = failure(lambda: unary(case, channel=channel, payload=b"request"))
        assert_refused(case, error, grpc.StatusCode.UNAVAILABLE, "BACKEND_UNAVAILABLE")
        assert detail(case, error, "RetryInfo").retry_delay.seconds == 1
        assert "not known" in error.details()
        time.sleep(1)
        unary(case, channel=channel, payload=b"request")


def check_service_that_is_down_is_unavailable_at_once_and_comes_back(case):
    with case.gateway.channel("court") as channel:
        unary(case, channel=channel, payload=b"request")
        case.backend.stop()
        try:
            assert wait_until(lambda: is_refused(case, channel))
            start = time.time()
            error = failure(lambda: unary(case, channel=channel, payload=b"request"))
            assert time.time() - start < 0.5, "it waited"
            assert_refused(case, error, grpc.StatusCode.UNAVAILABLE, "BACKEND_UNAVAILABLE")
            assert detail(case, error, "RetryInfo").retry_delay.seconds == 1
            assert detail(case, error, "ErrorInfo").metadata["backend"] == "echo"
            assert health(case, "maplebridge.echo.v1.EchoService") == 2
            assert health(case, "") == 1
        finally:
            case.backend.start()
        assert wait_until(lambda: not is_refused(case, channel)), "it did not come back"
        # Each loop has connections of its own: the other's came back too.
        assert wait_until(lambda: all(
            not is_refused_anew(case) for _ in range(4)))
        assert health(case, "maplebridge.echo.v1.EchoService") == 1


def is_refused(case, channel):
    try:
        unary(case, channel=channel, payload=b"request")
        return False
    except grpc.RpcError as error:
        return error.code() == grpc.StatusCode.UNAVAILABLE


def is_refused_anew(case):
    with case.gateway.channel("court") as channel:
        return is_refused(case, channel)


def health(case, service):
    request = case.messages.named("grpc.health.v1.HealthCheckRequest")(service=service)
    response = case.messages.named("grpc.health.v1.HealthCheckResponse")
    with case.gateway.channel(None) as channel:
        return channel.unary_unary("/grpc.health.v1.Health/Check",
                                   lambda message: message.SerializeToString(),
                                   response.FromString)(request, timeout=5).status


def check_graceful_restart_of_the_service_loses_no_call(case):
    """Every call that the service began is answered; the others hear that they may try again."""
    stopping, failures, answers = threading.Event(), [], 0

    def call_on_and_on(caller):
        nonlocal answers
        with case.gateway.channel("court") as channel:
            for count in itertools.count():
                if stopping.is_set():
                    return
                text = f"restart {caller} {count}"
                try:
                    unary(case, channel=channel, delay_ms=20, text=text)
                    answers += 1
                except grpc.RpcError as error:
                    # grpcio's server cancels calls that it took and will not run any more.
                    if text in case.backend.begun or error.code() not in (
                            grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.CANCELLED):
                        failures.append(error)
                    time.sleep(0.05)

    threads = [threading.Thread(target=call_on_and_on, args=(caller,)) for caller in range(4)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    case.backend.stop(grace=5)
    case.backend.start()
    time.sleep(2)
    before = answers
    time.sleep(0.5)
    stopping.set()
    for thread in threads:
        thread.join()
    assert not failures, failures[0]
    assert answers > before, "calls did not come back"


def check_drain_on_sigterm_answers_what_is_in_flight(case):
    """The gateway says GOAWAY, answers the open calls and leaves by itself."""
    with case.start_gateway(drain_seconds=20) as gateway:
        channels = [gateway.channel(who) for who in ("court", "court", "mediator")]
        futures = []
        for channel in channels:
            unary(case, channel=channel, payload=b"request")  # Connected before the drain.
            for i in range(20):
                futures.append(stub(case, channel, "unary_unary", "Call").future(
                    case.messages.CallRequest(delay_ms=1500, text=str(i)), timeout=30))
        stream = stub(case, channels[0], "unary_stream", "Expand")(
            case.messages.CallRequest(count=200, answer_size=200_000), timeout=30)
        next(stream)
        time.sleep(0.3)
        gateway.terminate()
        time.sleep(1)
        assert sum(1 for _ in stream) == 199
        for future in futures:
            future.result()
        start = time.time()
        assert gateway.process.wait(10) == 0
        assert time.time() - start < 5, "it waited for nobody"
        for channel in channels:
            channel.close()


def check_replacing_the_gateway_under_load_loses_no_call(case):
    """The next process listens on the same port before the old one is told to leave."""
    stopping, failures, answers = threading.Event(), [], []

    def call_on_and_on(gateway, caller):
        with gateway.channel(caller) as channel:
            while not stopping.is_set():
                try:
                    unary(case, channel=channel, delay_ms=5)
                    answers.append(time.time())
                except grpc.RpcError as error:
                    failures.append(error)

    with case.start_gateway() as first:
        threads = [threading.Thread(target=call_on_and_on, args=(first, caller))
                   for caller in ("court", "mediator") * 4]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        with case.start_gateway(listen=f"127.0.0.1:{first.port}"):
            first.terminate()
            assert first.process.wait(10) == 0
            ended = time.time()
            assert wait_until(lambda: answers[-1] > ended + 0.5), "nobody reached the next one"
            stopping.set()
            for thread in threads:
                thread.join()
    assert not failures, (len(failures), len(answers), failures[0])


def check_drain_ends_open_streams_after_its_limit(case):
    with case.start_gateway(drain_seconds=2) as gateway, gateway.channel("court") as channel:
        future = stub(case, channel, "unary_unary", "Call").future(
            case.messages.CallRequest(delay_ms=30_000), timeout=60)
        time.sleep(0.3)
        start = time.time()
        gateway.terminate()
        assert gateway.process.wait(10) == 0
        assert 1.5 < time.time() - start < 5
        assert future.exception().code() == grpc.StatusCode.UNAVAILABLE
    case.backend.cancelled.acquire(timeout=2)


def check_watchers_of_health_do_not_hold_up_a_drain(case):
    request = case.messages.named("grpc.health.v1.HealthCheckRequest")()
    response = case.messages.named("grpc.health.v1.HealthCheckResponse")
    with case.start_gateway(drain_seconds=20) as gateway, gateway.channel(None) as channel:
        call = channel.unary_stream("/grpc.health.v1.Health/Watch",
                                    lambda message: message.SerializeToString(),
                                    response.FromString)(request)
        assert next(call).status == 1
        gateway.terminate()
        assert next(call).status == 2
        assert failure(lambda: next(call)).code() == grpc.StatusCode.UNAVAILABLE
        assert gateway.process.wait(10) == 0


def check_cancels_beyond_the_callers_bound_end_the_connection(case):
    """Debian's libnghttp2 alone would end every connection after 1,000, whoever it is."""
    path = "/maplebridge.echo.v1.EchoService/CallPublicly"
    assert cancel_many(case.gateway, "court", path, 3000) == 3000
    assert 900 < cancel_many(case.gateway, None, path, 3000) < 2000


def check_caller_that_vanishes_ends_its_calls(case):
    channel = case.gateway.channel("court")
    stub(case, channel, "unary_unary", "Call").future(
        case.messages.CallRequest(delay_ms=20_000), timeout=30)
    time.sleep(0.3)
    channel.close()
    assert case.backend.cancelled.acquire(timeout=5), "the service went on"


def check_plain_text_and_wrong_authority_are_turned_away(case):
    with grpc.insecure_channel(f"127.0.0.1:{case.gateway.port}") as channel:
        error = failure(lambda: stub(case, channel, "unary_unary", "Call")(
            case.messages.CallRequest(), timeout=2))
        assert error.code() == grpc.StatusCode.UNAVAILABLE
    # A certificate of a service is signed by another authority than the callers'.
    with case.gateway.channel("echo") as channel:
        error = failure(lambda: unary(case, channel=channel, timeout=2))
        assert error.code() == grpc.StatusCode.UNAVAILABLE
