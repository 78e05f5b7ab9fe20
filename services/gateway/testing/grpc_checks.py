"""gRPC through the gateway: every kind of call, identity, policy, limits, own services."""
import threading
import time

import grpc

ECHO = "/maplebridge.echo.v1.EchoService/"
# Without flow control it would be 100 MB and more.
MOST_GROWTH_KIB = 32 * 1024


def unary(case, caller="court", method="Call", channel=None, timeout=20, metadata=(), **fields):
    """One call; answers (response, call)."""
    own = channel or case.gateway.channel(caller)
    try:
        stub = own.unary_unary(ECHO + method, lambda message: message.SerializeToString(),
                               case.messages.CallResponse.FromString)
        return stub.with_call(case.messages.CallRequest(**fields), timeout=timeout,
                              metadata=metadata)
    finally:
        if channel is None:
            own.close()


def stub(case, channel, kind, method):
    return getattr(channel, kind)(ECHO + method, lambda message: message.SerializeToString(),
                                  case.messages.CallResponse.FromString)


def failure(action):
    """The error of a call that must fail."""
    try:
        action()
    except grpc.RpcError as error:
        return error
    raise AssertionError("the call succeeded")


def status_of(case, error):
    trailers = dict(error.trailing_metadata() or ())
    return case.messages.named("google.rpc.Status").FromString(
        trailers.get("grpc-status-details-bin", b""))


def detail(case, error, name):
    kind = case.messages.named("google.rpc." + name)
    for packed in status_of(case, error).details:
        if packed.Is(kind.DESCRIPTOR):
            message = kind()
            packed.Unpack(message)
            return message
    return None


def assert_refused(case, error, code, reason):
    assert error.code() == code, (error.code(), error.details())
    info = detail(case, error, "ErrorInfo")
    assert info is not None and info.reason == reason and info.domain == "maplebridge", info


def wait_until(condition, seconds=5):
    deadline = time.time() + seconds
    while time.time() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


# Kinds of call.

def check_unary_call_keeps_metadata_and_trailers(case):
    response, call = unary(case, text="你好", metadata=(("x-tag", "a"), ("x-tag", "b"),
                                                      ("x-data-bin", b"\x01\xfe")))
    assert response.text == "你好"
    assert response.metadata["x-tag"] in ("a,b", "a, b"), response.metadata["x-tag"]
    assert response.metadata["x-data-bin"].encode("latin-1") == b"\x01\xfe"
    assert dict(call.initial_metadata())["x-initial"] == "kept"
    trailers = dict(call.trailing_metadata())
    assert trailers["x-trailer"] == "kept" and trailers["x-bytes-bin"] == b"\x00\xff"


def check_status_of_the_service_keeps_message_and_details(case):
    error = failure(lambda: unary(case, fail_code=5))
    assert error.code() == grpc.StatusCode.NOT_FOUND
    assert error.details() == "asked to fail: 失败"
    assert detail(case, error, "ErrorInfo").reason == "SHELF_MISSING"
    assert dict(error.trailing_metadata())["x-trailer"] == "kept"


def check_every_status_code_passes(case):
    with case.gateway.channel("court") as channel:
        for code in range(1, 17):
            error = failure(lambda: unary(case, channel=channel, fail_code=code))
            assert error.code().value[0] == code, (code, error.code())


def check_server_streaming_keeps_order_and_count(case):
    with case.gateway.channel("court") as channel:
        call = stub(case, channel, "unary_stream", "Expand")(
            case.messages.CallRequest(count=3000, answer_size=700), timeout=30)
        assert [message.messages for message in call] == list(range(1, 3001))
        assert dict(call.trailing_metadata())["x-trailer"] == "kept"


def check_client_streaming_arrives_whole(case):
    with case.gateway.channel("court") as channel:
        requests = (case.messages.CallRequest(payload=b"p" * 1000) for _ in range(3000))
        answer = stub(case, channel, "stream_unary", "Collect")(requests, timeout=30)
        assert (answer.messages, answer.bytes) == (3000, 3_000_000), answer


def check_bidirectional_streaming_answers_each_message_in_turn(case):
    answered = threading.Semaphore(0)

    def requests():
        for i in range(200):
            yield case.messages.CallRequest(text=str(i))
            assert answered.acquire(timeout=10)  # The next goes out when the last is answered.

    with case.gateway.channel("court") as channel:
        texts = []
        for message in stub(case, channel, "stream_stream", "Converse")(requests(), timeout=30):
            texts.append(message.text)
            answered.release()
        assert texts == [str(i) for i in range(200)]


def check_messages_of_four_mebibytes_pass_both_ways(case):
    size = 4 * 1024 * 1024
    response, _ = unary(case, payload=b"q" * size, answer_size=size)
    assert response.bytes == size and len(response.payload) == size


def check_many_calls_at_once_on_one_connection(case):
    with case.gateway.channel("court") as channel:
        call = stub(case, channel, "unary_unary", "Call")
        pending = [call.future(case.messages.CallRequest(text=str(i), answer_size=i), timeout=30)
                   for i in range(800)]
        for i, future in enumerate(pending):
            assert future.result().text == str(i)


def check_early_end_by_the_service_reaches_a_caller_that_still_sends(case):
    def requests():
        yield case.messages.CallRequest(fail_code=9)
        for _ in range(200):
            yield case.messages.CallRequest(payload=b"z" * 100_000)

    with case.gateway.channel("court") as channel:
        error = failure(lambda: stub(case, channel, "stream_unary", "Collect")(requests(),
                                                                             timeout=20))
        assert error.code() == grpc.StatusCode.FAILED_PRECONDITION, error
        # What was sent in vain must not eat the window of the connection: 50 times 256 KiB
        # would stop it for good.
        for _ in range(50):
            failure(lambda: stub(case, channel, "stream_unary", "Collect")(requests(), timeout=20))
        response, _ = unary(case, channel=channel, payload=b"x" * 8_000_000)
        assert response.bytes == 8_000_000


# Deadlines, cancellation, flow control.

def check_deadline_is_forwarded(case):
    response, _ = unary(case, timeout=7)
    assert 5500 < response.time_remaining_ms <= 7000, response.time_remaining_ms


def check_deadline_that_passes_ends_the_call_at_the_service(case):
    error = failure(lambda: unary(case, timeout=0.3, delay_ms=20_000))
    assert error.code() == grpc.StatusCode.DEADLINE_EXCEEDED
    assert case.backend.cancelled.acquire(timeout=5), "the service went on"


def check_cancellation_reaches_the_service(case):
    with case.gateway.channel("court") as channel:
        future = stub(case, channel, "unary_unary", "Call").future(
            case.messages.CallRequest(delay_ms=20_000), timeout=30)
        time.sleep(0.3)
        future.cancel()
        assert case.backend.cancelled.acquire(timeout=5), "the service went on"


def check_thousands_of_cancelled_calls_leave_the_others_alone(case):
    with case.gateway.channel("court") as channel:
        call = stub(case, channel, "unary_unary", "Call")
        held = call.future(case.messages.CallRequest(delay_ms=4000, text="held"), timeout=60)
        for _ in range(30):
            batch = [call.future(case.messages.CallRequest(delay_ms=3000), timeout=30)
                     for _ in range(100)]
            time.sleep(0.03)
            for future in batch:
                future.cancel()
        assert held.result().text == "held"
        unary(case, channel=channel)
    while case.backend.cancelled.acquire(timeout=0.5):
        pass


def check_slow_reader_holds_the_service_back_and_memory_stays(case):
    before = case.gateway.resident_kib()
    with case.gateway.channel("court") as channel:
        calls = [stub(case, channel, "unary_stream", "Expand")(
            case.messages.CallRequest(count=4000, answer_size=64 * 1024), timeout=60)
            for _ in range(4)]
        for call in calls:
            next(call)
        time.sleep(1.5)
        first = case.backend.sent
        time.sleep(1)
        assert case.backend.sent == first < 1000, (first, case.backend.sent)
        grown = case.gateway.resident_kib() - before
        assert grown < MOST_GROWTH_KIB, f"{grown} KiB more"
        # Others on the same connection are not held up.
        unary(case, channel=channel, timeout=5)
        for call in calls:
            call.cancel()
    for _ in calls:
        case.backend.cancelled.acquire(timeout=2)


def check_slow_service_holds_the_caller_back_and_memory_stays(case):
    before = case.gateway.resident_kib()
    sent = 0

    def requests():
        nonlocal sent
        for _ in range(1000):
            sent += 1
            yield case.messages.CallRequest(payload=b"w" * 100_000)

    case.backend.collecting_slowly.set()
    try:
        with case.gateway.channel("court") as channel:
            future = stub(case, channel, "stream_unary", "Collect").future(requests(), timeout=60)
            time.sleep(2)
            assert sent < 500, sent
            grown = case.gateway.resident_kib() - before
            assert grown < MOST_GROWTH_KIB, f"{grown} KiB more"
            unary(case, channel=channel, timeout=5)
            case.backend.collecting_slowly.clear()
            assert future.result().bytes == 100_000_000
    finally:
        case.backend.collecting_slowly.clear()


# Identity and policy.

def check_certificate_of_a_registered_caller_gives_its_context(case):
    response, _ = unary(case)
    context = case.context(response.metadata["maplebridge-context"])
    assert context.principal == "callers/court-330102"
    assert list(context.roles) == [2] and context.court == "courts/330102"
    assert context.division == "3301" and context.audience == "maplebridge"
    assert context.method == ECHO + "Call"
    assert 0 < context.expire_time.seconds - time.time() <= 30
    assert case.keys.context_is_genuine(response.metadata["maplebridge-context"])


def check_context_is_bound_to_the_method(case):
    response, _ = unary(case, method="CallPublicly")
    context = case.context(response.metadata["maplebridge-context"])
    assert context.method == ECHO + "CallPublicly"


def check_context_from_outside_is_stripped(case):
    response, _ = unary(case, metadata=(("maplebridge-context", "forged"),
                                        ("maplebridge-anything", "forged")))
    assert "forged" not in response.metadata["maplebridge-context"]
    assert "maplebridge-anything" not in response.metadata


def check_token_gives_its_context_and_goes_no_further(case):
    token = case.keys.token({"sub": "callers/mediator-7", "roles": ["MEDIATOR"],
                             "organisation": "organisations/o7", "division": "330102"})
    response, _ = unary(case, caller=None, metadata=(("authorization", "Bearer " + token),))
    context = case.context(response.metadata["maplebridge-context"])
    assert context.principal == "callers/mediator-7" and list(context.roles) == [5]
    assert context.organisation == "organisations/o7" and context.division == "330102"
    assert "authorization" not in response.metadata


def check_wrong_tokens_are_refused(case):
    wrong = {
        "expired": case.keys.token({"exp": int(time.time()) - 120}),
        "without expiry": case.keys.token({"exp": None}),
        "of another issuer": case.keys.token({"iss": "elsewhere"}),
        "for another audience": case.keys.token({"aud": "elsewhere"}),
        "signed by another key": case.keys.token(issuer="other-issuer"),
        "without subject": case.keys.token({"sub": None}),
        "with the role of a service": case.keys.token({"roles": ["SERVICE"]}),
        "with an unknown role": case.keys.token({"roles": ["KING"]}),
        "without algorithm": case.keys.token(header={"alg": "none", "typ": "JWT"}),
        "not a token": "nonsense",
        "not valid yet": case.keys.token({"nbf": int(time.time()) + 600}),
    }
    for why, token in wrong.items():
        error = failure(lambda: unary(case, caller=None,
                                      metadata=(("authorization", "Bearer " + token),)))
        assert error.code() == grpc.StatusCode.UNAUTHENTICATED, (why, error.code())
        assert_refused(case, error, grpc.StatusCode.UNAUTHENTICATED, "TOKEN_INVALID")


def check_no_identity_is_unauthenticated(case):
    error = failure(lambda: unary(case, caller=None))
    assert_refused(case, error, grpc.StatusCode.UNAUTHENTICATED, "IDENTITY_MISSING")


def check_public_method_needs_no_identity(case):
    response, _ = unary(case, caller=None, method="CallPublicly")
    context = case.context(response.metadata["maplebridge-context"])
    assert list(context.roles) == [1], context


def check_certificate_of_nobody_registered_is_unauthenticated(case):
    error = failure(lambda: unary(case, caller="stranger"))
    assert_refused(case, error, grpc.StatusCode.UNAUTHENTICATED, "CALLER_UNKNOWN")


def check_wrong_role_is_denied(case):
    with case.gateway.channel("mediator") as channel:
        call = stub(case, channel, "unary_stream", "Expand")(case.messages.CallRequest(count=1))
        error = failure(lambda: list(call))
    assert_refused(case, error, grpc.StatusCode.PERMISSION_DENIED, "ROLE_NOT_ALLOWED")


def check_nobody_outside_is_a_service(case):
    error = failure(lambda: unary(case, method="CallInside"))
    assert_refused(case, error, grpc.StatusCode.PERMISSION_DENIED, "ROLE_NOT_ALLOWED")


def check_unknown_method_is_unimplemented(case):
    for method in ("Missing", "call"):
        error = failure(lambda: unary(case, method=method))
        assert_refused(case, error, grpc.StatusCode.UNIMPLEMENTED, "METHOD_UNKNOWN")


def check_service_without_address_is_unavailable(case):
    with case.gateway.channel(None) as channel:
        call = channel.unary_unary("/maplebridge.registry.v1.ReferenceService/ListDivisions")
        error = failure(lambda: call(b"", timeout=5))
    assert_refused(case, error, grpc.StatusCode.UNAVAILABLE, "BACKEND_UNAVAILABLE")


def check_rate_above_the_limit_is_exhausted_with_a_delay(case):
    with case.start_gateway(rate_limit=5) as gateway, gateway.channel("court") as channel:
        errors, answers = [], 0
        for _ in range(40):
            try:
                unary(case, channel=channel)
                answers += 1
            except grpc.RpcError as error:
                errors.append(error)
        assert 5 <= answers < 20 and errors, answers
        assert_refused(case, errors[0], grpc.StatusCode.RESOURCE_EXHAUSTED, "RATE_LIMITED")
        delay = detail(case, errors[0], "RetryInfo").retry_delay.ToTimedelta().total_seconds()
        assert 0 < delay <= 1, delay
        time.sleep(delay)
        with gateway.channel("mediator") as other:  # Its own bucket.
            unary(case, channel=other)
        unary(case, channel=channel)


def check_callers_are_read_again_on_hangup(case):
    import json
    import signal
    with case.start_gateway() as gateway:
        path = case.folder / "callers.json"
        kept = path.read_text()
        try:
            path.write_text(json.dumps(json.loads(kept) + [{
                "certificate_uri": "spiffe://maplebridge/caller/stranger",
                "principal": "callers/stranger", "roles": ["MEDIATOR"]}]))
            gateway.process.send_signal(signal.SIGHUP)

            def is_known():
                with gateway.channel("stranger") as channel:
                    try:
                        unary(case, channel=channel)
                        return True
                    except grpc.RpcError:
                        return False
            assert wait_until(is_known)
            path.write_text("[{]")  # A broken file leaves the list as it is.
            gateway.process.send_signal(signal.SIGHUP)
            time.sleep(0.3)
            assert is_known()
        finally:
            path.write_text(kept)


# The gateway's own services.

def check_health_answers_for_the_gateway_and_each_service(case):
    request = case.messages.named("grpc.health.v1.HealthCheckRequest")
    response = case.messages.named("grpc.health.v1.HealthCheckResponse")
    with case.gateway.channel(None) as channel:
        check = channel.unary_unary("/grpc.health.v1.Health/Check",
                                    lambda message: message.SerializeToString(),
                                    response.FromString)
        assert check(request(), timeout=5).status == 1
        assert check(request(service="maplebridge.echo.v1.EchoService"), timeout=5).status == 1
        assert check(request(service="maplebridge.registry.v1.DisputeService"),
                     timeout=5).status == 2
        error = failure(lambda: check(request(service="no.such.Service"), timeout=5))
        assert error.code() == grpc.StatusCode.NOT_FOUND
        watch = channel.unary_stream("/grpc.health.v1.Health/Watch",
                                     lambda message: message.SerializeToString(),
                                     response.FromString)
        call = watch(request(), timeout=5)
        assert next(call).status == 1
        call.cancel()


def check_reflection_answers_for_all_services_together(case):
    kind = case.messages.named("grpc.reflection.v1alpha.ServerReflectionRequest")
    answer = case.messages.named("grpc.reflection.v1alpha.ServerReflectionResponse")
    requests = [kind(list_services=""), kind(file_containing_symbol="maplebridge.echo.v1.Book"),
                kind(file_by_filename="maplebridge/registry/v1/dispute.proto"),
                kind(file_by_filename="none.proto"),
                kind(all_extension_numbers_of_type="google.protobuf.MethodOptions")]
    with case.gateway.channel(None) as channel:
        reflect = channel.stream_stream(
            "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
            lambda message: message.SerializeToString(), answer.FromString)
        listed, symbol, file, missing, extensions = list(reflect(iter(requests), timeout=10))
    names = {service.name for service in listed.list_services_response.service}
    assert {"maplebridge.echo.v1.EchoService", "maplebridge.registry.v1.DisputeService",
            "grpc.health.v1.Health"} <= names, names
    from google.protobuf import descriptor_pb2, descriptor_pool
    pool = descriptor_pool.DescriptorPool()
    files = [descriptor_pb2.FileDescriptorProto.FromString(one)
             for one in symbol.file_descriptor_response.file_descriptor_proto]
    by_name = {one.name: one for one in files}

    def add(name):  # What a file imports comes first.
        if name in by_name:
            one = by_name.pop(name)
            for dependency in one.dependency:
                add(dependency)
            pool.Add(one)
    for one in files:
        add(one.name)
    assert pool.FindMessageTypeByName("maplebridge.echo.v1.Book").fields_by_name["title"]
    assert file.file_descriptor_response.file_descriptor_proto
    assert missing.error_response.error_code == 5
    assert 50801 in extensions.all_extension_numbers_response.extension_number
