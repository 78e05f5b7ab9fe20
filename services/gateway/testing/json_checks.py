"""JSON over HTTP: google.api.http paths, errors, the OpenAPI document, health and metrics."""
import base64
import http.client
import json
import re
import socket
import time

from grpc_checks import wait_until

SHELF = "/v1/shelves/s1"


def ask(case, method, path, body=None, headers=None, gateway=None, port=None):
    """One request; answers (status, parsed body, headers)."""
    port = port or (gateway or case.gateway).http_port
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        text = body if body is None or isinstance(body, (str, bytes)) else json.dumps(body)
        sent = dict(headers or {})
        if text is not None:
            sent.setdefault("content-type", "application/json")
        connection.request(method, path, body=text, headers=sent)
        response = connection.getresponse()
        content = response.read()
        is_json = response.headers.get("content-type") == "application/json"
        return response.status, json.loads(content) if is_json else content, response.headers
    finally:
        connection.close()


def seen(answer):
    """The request as the service saw it."""
    return json.loads(answer["requestJson"])


def to_json_name(field):
    return re.sub("_([a-z])", lambda match: match[1].upper(), field)


def token_header(case, **claims):
    return {"authorization": "Bearer " + case.keys.token(claims)}


def assert_error(answer, status, code, reason=None, field=None):
    assert answer[0] == status, answer
    assert answer[1]["code"] == code, answer
    details = {detail["@type"].rpartition("/")[2]: detail for detail in answer[1]["details"]}
    if reason:
        assert details["google.rpc.ErrorInfo"]["reason"] == reason, answer
    if field is not None:
        violations = details["google.rpc.BadRequest"]["fieldViolations"]
        assert violations[0].get("field", "") == field, answer
    return details


# Paths, queries, bodies.

def check_get_binds_the_name_in_the_path(case):
    status, book, headers = ask(case, "GET", SHELF + "/books/b1")
    assert status == 200 and seen(book) == {"name": "shelves/s1/books/b1"}, book
    assert book["name"] == "shelves/s1/books/b1"
    assert headers["content-type"] == "application/json" and headers["cache-control"] == "no-store"
    assert re.fullmatch("[0-9a-f]{32}", headers["x-trace-id"])


def check_answer_is_proto_json(case):
    _, book, _ = ask(case, "GET", SHELF + "/books/b1")
    assert book["copiesSold"] == "9007199254740993", "64 bits stay a string"
    assert base64.b64decode(book["cover"]) == b"\x00\xff"
    assert "pages" not in book, "defaults are left out"


def check_path_is_percent_decoded(case):
    _, book, _ = ask(case, "GET", "/v1/shelves/%E6%9D%AD%E5%B7%9E/books/a%20b")
    assert seen(book)["name"] == "shelves/杭州/books/a b", book
    assert_error(ask(case, "GET", "/v1/shelves/%E6%9D/books/b"), 404, 5, "METHOD_UNKNOWN")
    assert_error(ask(case, "GET", "/v1/shelves/%zz/books/b"), 404, 5, "METHOD_UNKNOWN")
    _, book, _ = ask(case, "GET", "/v1/shelves/a%2Fb/books/c")
    assert seen(book)["name"] == "shelves/a%2Fb/books/c", "a slash must not cut a segment"


def check_additional_binding_with_a_rest_and_a_verb(case):
    _, book, _ = ask(case, "GET", "/v1/archives/a/b/c:restore")
    assert seen(book) == {"name": "archives/a/b/c"}, book


def check_query_parameters_of_every_kind(case):
    _, answer, _ = ask(
        case, "GET", SHELF + "/books?pageSize=7&page_token=t%2B1&bindings=BINDING_SEWN&bindings=2"
        "&wanted.author=Lu+Xun&wanted.years=1918&wanted.years=1923&wanted.pictures=true"
        "&printedBefore=2024-05-06T07:08:09Z&loan=3.5s&present=false&weight=1.5"
        "&copiesSold=9007199254740993")
    assert seen(answer["books"][0]) == {
        "parent": "shelves/s1", "pageSize": 7, "pageToken": "t+1",
        "bindings": ["BINDING_SEWN", "BINDING_GLUED"],
        "wanted": {"author": "Lu Xun", "years": [1918, 1923], "pictures": True},
        "printedBefore": "2024-05-06T07:08:09Z", "loan": "3.500s", "present": False,
        "weight": 1.5, "copiesSold": "9007199254740993"}, seen(answer["books"][0])
    assert answer["nextPageToken"] == "two"


def check_field_mask_as_query_parameter(case):
    _, book, _ = ask(case, "GET", SHELF + "/books/b1?readMask=title,printTime")
    assert seen(book)["readMask"] == "title,printTime", book


def check_wrong_query_parameters_name_the_field(case):
    for query, field in (("pageSize=many", "page_size"), ("colour=red", "colour"),
                         ("pageSize=1&page_size=2", "page_size"), ("wanted=x", "wanted"),
                         ("labels=x", "labels"), ("parent=shelves/s2", "parent"),
                         ("bindings=PAPER", "bindings"), ("wanted.pictures=perhaps",
                                                          "wanted.pictures"),
                         ("printedBefore=yesterday", "printed_before"),
                         ("pageSize=99999999999", "page_size"), ("q=%ff", ""),
                         ("wanted.years.x=1", "wanted.years.x")):
        answer = ask(case, "GET", SHELF + "/books?" + query)
        details = assert_error(answer, 400, 3, "REQUEST_MALFORMED")
        named = details["google.rpc.BadRequest"]["fieldViolations"][0].get("field", "")
        assert re.sub(r"\[\d+\]", "", named) in (field, to_json_name(field)), (query, named)


def check_body_of_one_field_with_query_parameters(case):
    status, book, _ = ask(case, "POST", SHELF + "/books?requestId=r1", {
        "title": "阿Q正传", "pages": 88, "copiesSold": "12", "binding": "BINDING_GLUED",
        "authors": ["鲁迅"], "labels": {"a": "b"}, "printTime": "2024-05-06T07:08:09Z",
        "longestLoan": "86400s", "grade": 0, "cover": "AP8=",
        "chapters": [{"title": "序", "firstPage": 1, "parts": [{"title": "inner"}]}]})
    assert status == 200, book
    request = seen(book)
    assert request["parent"] == "shelves/s1" and request["requestId"] == "r1"
    assert request["book"]["title"] == "阿Q正传" and request["book"]["grade"] == 0
    assert request["book"]["chapters"][0]["parts"][0]["title"] == "inner"
    assert book["longestLoan"] == "86400s" and book["labels"] == {"a": "b"}


def check_patch_takes_the_name_from_the_path_whatever_the_body_says(case):
    _, book, _ = ask(case, "PATCH", SHELF + "/books/b9?updateMask=title,pages",
                     {"name": "shelves/other/books/x", "title": "new"})
    assert seen(book) == {"book": {"name": "shelves/s1/books/b9", "title": "new"},
                          "updateMask": "title,pages"}, book


def check_post_with_a_verb_and_the_whole_body(case):
    status, book, _ = ask(case, "POST", SHELF + "/books/b1:lend", {"readMask": "title"})
    assert status == 200 and seen(book) == {"name": "shelves/s1/books/b1", "readMask": "title"}
    assert "receipt" not in book, "only the field named by response_body"
    assert ask(case, "POST", SHELF + "/books/b1:lend")[0] == 200, "no body is an empty one"


def check_delete_answers_an_empty_object(case):
    assert ask(case, "DELETE", SHELF + "/books/b1")[:2] == (200, {})


def check_wrong_bodies_name_the_field(case):
    path = SHELF + "/books"
    for body, field in (('{"pages": "many"}', "book.pages"), ('{"colour": 1}', "book.colour"),
                        ('{"chapters": [{"title": "a"}, {"firstPage": -1}]}',
                         "book.chapters[1].firstPage"),
                        ('{"title": ', "book"), ("[1]", "book"), ('{"title": "\xff"}'.encode(
                            "latin-1"), "book"),
                        ('{"printTime": "never"}', "book.printTime"),
                        ('{"binding": "PAPER"}', "book.binding"),
                        ('{"chapters": [{"colour": 1}]}', "book.chapters[0].colour"),
                        ('{"title": {"a": 1}}', "book.title")):
        details = assert_error(ask(case, "POST", path, body), 400, 3, "REQUEST_MALFORMED")
        named = details["google.rpc.BadRequest"]["fieldViolations"][0].get("field", "")
        assert to_json_name(named) == field, (body, named)
    deep = '{"chapters":[' + '{"parts":[' * 200 + "]}" * 200 + "]}"
    assert_error(ask(case, "POST", path, deep), 400, 3, "REQUEST_MALFORMED")
    assert_error(ask(case, "POST", path, "a=1", {"content-type": "text/plain"}), 415, 3)
    assert_error(ask(case, "POST", path + "?book.title=x", {}), 400, 3, None, "book.title")
    assert_error(ask(case, "GET", path, {}), 400, 3, "REQUEST_MALFORMED")


# Errors.

def check_status_of_the_service_becomes_http_with_details(case):
    answer = ask(case, "GET", SHELF + "/books?pageToken=refuse")
    details = assert_error(answer, 404, 5, "SHELF_MISSING", "parent")
    assert answer[1]["message"] == "no such shelf, 没有" and len(details) == 2


def check_every_code_has_its_http_status(case):
    expected = {1: 499, 2: 500, 3: 400, 4: 504, 5: 404, 6: 409, 7: 403, 8: 429, 9: 400, 10: 409,
                11: 400, 12: 501, 13: 500, 14: 503, 15: 500, 16: 401}
    for code, status in expected.items():
        answer = ask(case, "POST", "/v1/calls:publicly", {"failCode": code})
        assert_error(answer, status, code, "SHELF_MISSING")
        assert answer[1]["message"] == "asked to fail: 失败"


def check_unknown_path_and_wrong_method(case):
    assert_error(ask(case, "GET", "/v1/nothing"), 404, 5, "METHOD_UNKNOWN")
    assert_error(ask(case, "GET", "/v1/shelves//books/b"), 404, 5, "METHOD_UNKNOWN")
    assert_error(ask(case, "GET", SHELF + "/books/b1/"), 404, 5, "METHOD_UNKNOWN")
    answer = ask(case, "PUT", SHELF + "/books/b1")
    assert_error(answer, 405, 12, "METHOD_UNKNOWN")
    assert answer[2]["allow"] == "DELETE, GET, PATCH"


def check_identity_and_roles(case):
    answer = ask(case, "POST", "/v1/calls", {})
    assert_error(answer, 401, 16, "IDENTITY_MISSING")
    assert answer[2]["www-authenticate"] == "Bearer"
    assert_error(ask(case, "POST", "/v1/calls", {}, {"authorization": "Bearer x.y.z"}), 401, 16,
                 "TOKEN_INVALID")
    assert_error(ask(case, "POST", "/v1/calls", {}, token_header(case, roles=["AUDITOR"])), 403, 7,
                 "ROLE_NOT_ALLOWED")
    headers = token_header(case, sub="callers/m", organisation="organisations/o1")
    headers.update({"maplebridge-context": "forged", "x-other": "1"})
    status, response, _ = ask(case, "POST", "/v1/calls", {"text": "你好"}, headers)
    assert status == 200 and response["text"] == "你好", response
    metadata = response["metadata"]
    context = case.context(metadata["maplebridge-context"])
    assert context.principal == "callers/m" and context.organisation == "organisations/o1"
    assert context.method == "/maplebridge.echo.v1.EchoService/Call"
    assert case.keys.context_is_genuine(metadata["maplebridge-context"])
    assert "authorization" not in metadata and "x-other" not in metadata


def check_trace_is_passed_on(case):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    _, response, headers = ask(case, "POST", "/v1/calls:publicly", {}, {"traceparent": trace})
    assert response["metadata"]["traceparent"] == trace
    assert headers["x-trace-id"] == trace[3:35]


def check_deadline(case):
    _, response, _ = ask(case, "POST", "/v1/calls:publicly", {})
    assert 25_000 < int(response["timeRemainingMs"]) <= 30_000, response
    start = time.time()
    answer = ask(case, "POST", "/v1/calls:publicly", {"delayMs": 20_000},
                 {"grpc-timeout": "300m"})
    assert_error(answer, 504, 4)
    assert time.time() - start < 3
    case.backend.cancelled.acquire(timeout=5)
    assert_error(ask(case, "POST", "/v1/calls:publicly", {}, {"grpc-timeout": "soon"}), 400, 3,
                 None, "grpc-timeout")


def check_client_that_goes_away_ends_its_call(case):
    while case.backend.cancelled.acquire(blocking=False):
        pass
    body = b'{"delayMs": 20000}'
    with socket.create_connection(("127.0.0.1", case.gateway.http_port)) as client:
        client.sendall(b"POST /v1/calls:publicly HTTP/1.1\r\nhost: x\r\ncontent-length: %d\r\n\r\n"
                       % len(body) + body)
        time.sleep(0.3)
    assert case.backend.cancelled.acquire(timeout=5), "the service went on"


def check_service_down_is_unavailable_with_retry_after(case):
    case.backend.stop()
    try:
        assert wait_until(lambda: ask(case, "GET", SHELF + "/books/b")[0] == 503)
        answer = ask(case, "GET", SHELF + "/books/b")
        details = assert_error(answer, 503, 14, "BACKEND_UNAVAILABLE")
        assert details["google.rpc.RetryInfo"]["retryDelay"] == "1s"
        assert answer[2]["retry-after"] == "1"
        # Each loop notices for itself.
        assert wait_until(lambda: ask(case, "GET", "/healthz")[1]["services"]["echo"]
                          == "NOT_SERVING")
    finally:
        case.backend.start()
    assert wait_until(lambda: all(ask(case, "GET", SHELF + "/books/b")[0] == 200
                                  for _ in range(4)))


def check_large_messages(case):
    text = "x" * 3_000_000
    status, response, _ = ask(case, "POST", "/v1/calls:publicly", {"text": text})
    assert status == 200 and response["text"] == text
    answer = ask(case, "POST", "/v1/calls:publicly", {"text": "x" * 9_000_000})
    assert_error(answer, 413, 8)


def check_rate_is_counted_by_the_forwarded_address(case):
    with case.start_gateway(rate_limit=3) as gateway:
        def many(address):
            return [ask(case, "GET", SHELF + "/books/b", gateway=gateway,
                        headers={"x-forwarded-for": "9.9.9.9, " + address}) for _ in range(12)]
        exhausted = [answer for answer in many("10.0.0.1") if answer[0] == 429]
        assert exhausted
        assert_error(exhausted[0], 429, 8, "RATE_LIMITED")
        assert int(exhausted[0][2]["retry-after"]) == 1
        assert many("10.0.0.2")[0][0] == 200, "another address has its own rate"


# The connection.

def check_connection_is_kept_and_requests_may_follow_at_once(case):
    request = b"GET /v1/shelves/s/books/%d HTTP/1.1\r\nhost: x\r\n\r\n"
    with socket.create_connection(("127.0.0.1", case.gateway.http_port)) as client:
        client.sendall(b"".join(request % i for i in range(20)))
        client.settimeout(5)
        received = b""
        while received.count(b"HTTP/1.1 200 OK") < 20 or not received.endswith(b"}"):
            received += client.recv(65536)
    order = re.findall(rb'"name":"shelves/s/books/(\d+)"', received)
    assert [int(number) for number in order] == list(range(20)), order


def check_what_is_no_http_is_refused(case):
    for sent, status in ((b"nonsense\r\n\r\n", b"400"),
                         (b"GET / HTTP/1.1\r\nx: " + b"a" * 20_000 + b"\r\n\r\n", b"431"),
                         (b"POST /v1/calls HTTP/1.1\r\ncontent-length: x\r\n\r\n", b"400")):
        with socket.create_connection(("127.0.0.1", case.gateway.http_port)) as client:
            client.settimeout(5)
            client.sendall(sent)
            received = b""
            while chunk := client.recv(65536):
                received += chunk
            assert received.startswith(b"HTTP/1.1 " + status), (sent[:30], received[:80])
            assert b"connection: close" in received


def check_drain_answers_calls_in_flight_and_says_so(case):
    import threading
    with case.start_gateway(drain_seconds=20) as gateway:
        kept = http.client.HTTPConnection("127.0.0.1", gateway.http_port, timeout=10)
        kept.request("GET", "/healthz")
        assert kept.getresponse().read()
        answers = []
        thread = threading.Thread(target=lambda: answers.append(
            ask(case, "POST", "/v1/calls:publicly", {"delayMs": 1500, "text": "kept"},
                gateway=gateway)))
        thread.start()
        time.sleep(0.3)
        gateway.terminate()
        time.sleep(0.2)
        kept.request("GET", "/healthz")
        response = kept.getresponse()
        assert response.status == 503 and response.headers["connection"] == "close"
        assert json.loads(response.read())["status"] == "NOT_SERVING"
        thread.join()
        assert answers[0][0] == 200 and answers[0][1]["text"] == "kept", answers
        assert gateway.process.wait(10) == 0


# What the gateway tells about itself.

def check_health(case):
    status, health, _ = ask(case, "GET", "/healthz")
    assert status == 200 and health == {"status": "SERVING", "services": {"echo": "SERVING"}}


def check_open_api_describes_every_route(case):
    status, document, _ = ask(case, "GET", "/openapi.json")
    assert status == 200 and document["openapi"] == "3.0.3"
    book = document["paths"]["/v1/shelves/{shelvesId}/books/{booksId}"]
    assert set(book) == {"get", "patch", "delete"}
    assert "/v1/shelves/{shelvesId}/books/{booksId}:lend" in document["paths"]
    listed = document["paths"]["/v1/shelves/{shelvesId}/books"]["get"]
    names = {parameter["name"] for parameter in listed["parameters"]}
    assert {"shelvesId", "pageSize", "wanted.author", "wanted.years", "printedBefore"} <= names
    assert "parent" not in names and "labels" not in names
    created = document["paths"]["/v1/shelves/{shelvesId}/books"]["post"]
    assert created["requestBody"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/maplebridge.echo.v1.Book"}
    schema = document["components"]["schemas"]["maplebridge.echo.v1.Book"]
    assert schema["required"] == ["title"]
    assert schema["properties"]["requestJson"]["readOnly"] is True
    assert schema["properties"]["copiesSold"]["format"] == "int64"
    assert schema["properties"]["labels"]["additionalProperties"] == {"type": "string"}
    assert document["paths"]["/v1/calls"]["post"]["security"] == [{"bearer": []}]
    assert document["paths"]["/v1/calls"]["post"]["summary"] == "Answers the call itself."
    assert listed["security"] == [{}]
    assert "/v1/disputes" in document["paths"]
    assert_is_open_api(document)


def assert_is_open_api(document):
    """What a validator checks first: references, parameters, names, types."""
    def resolve(reference):
        place = document
        for part in reference.removeprefix("#/").split("/"):
            place = place[part]
        return place

    def walk(node):
        if isinstance(node, dict):
            if "$ref" in node and isinstance(node["$ref"], str):
                assert set(node) == {"$ref"} and resolve(node["$ref"]), node
            for value in node.values():
                walk(value)
        elif isinstance(node, list):
            for value in node:
                walk(value)

    def check_schema(schema):
        assert isinstance(schema, dict), schema
        assert schema.get("type") in (None, "object", "array", "string", "number", "integer",
                                      "boolean"), schema
        assert (schema.get("type") == "array") == ("items" in schema), schema
        for child in schema.get("properties", {}).values():
            check_schema(child)
        if "items" in schema:
            check_schema(schema["items"])
        assert set(schema.get("required", [])) <= set(schema.get("properties", {})), schema

    walk(document)
    assert document["info"]["title"] and document["info"]["version"]
    assert all(server["url"] for server in document["servers"])
    tags = [tag["name"] for tag in document["tags"]]
    assert len(tags) == len(set(tags))
    operations = set()
    for path, item in document["paths"].items():
        assert path.startswith("/")
        for method, operation in item.items():
            assert method in ("get", "put", "post", "delete", "patch")
            assert operation["operationId"] not in operations
            operations.add(operation["operationId"])
            assert set(operation["tags"]) <= set(tags)
            assert "200" in operation["responses"]
            parameters = operation.get("parameters", [])
            keys = [(parameter["in"], parameter["name"]) for parameter in parameters]
            assert len(keys) == len(set(keys)), keys
            in_path = [name for place, name in keys if place == "path"]
            assert in_path == re.findall(r"\{(\w+)\}", path), path
            for parameter in parameters:
                check_schema(parameter["schema"])
                assert parameter["in"] == "query" or parameter["required"] is True
            for requirement in operation["security"]:
                assert set(requirement) <= set(document["components"]["securitySchemes"])
            assert method not in ("get", "delete") or "requestBody" not in operation
    for name, schema in document["components"]["schemas"].items():
        assert re.fullmatch(r"[A-Za-z0-9._-]+", name)
        check_schema(schema)


def check_metrics_are_valid_and_count(case):
    def value(name, **labels):
        status, page, headers = ask(case, "GET", "/metrics", port=case.gateway.metrics_port)
        assert status == 200 and headers["content-type"].startswith("text/plain; version=0.0.4")
        return sum(number for found, has, number in parse_metrics(page.decode())
                   if found == name and labels.items() <= has.items())

    method = "/maplebridge.echo.v1.ShelfService/GetBook"
    before = value("maplebridge_gateway_calls_total", method=method, code="OK")
    for _ in range(3):
        ask(case, "GET", SHELF + "/books/b1")
    after = value("maplebridge_gateway_calls_total", method=method, code="OK")
    assert after == before + 3, (before, after)
    assert value("maplebridge_gateway_call_duration_seconds_count", method=method) >= 3
    assert wait_until(lambda: value("maplebridge_gateway_backend_up", backend="echo") == 1)
    assert value("process_resident_memory_bytes") > 1_000_000
    assert ask(case, "GET", "/other", port=case.gateway.metrics_port)[0] == 404


def parse_metrics(text):
    """Strict about Prometheus' text format: HELP and TYPE once before their samples, names and
    labels well formed, no sample twice, histograms cumulative up to +Inf."""
    types, samples, seen_keys, buckets = {}, [], set(), {}
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# HELP "):
            assert line.split(" ", 3)[3]
            continue
        if line.startswith("# TYPE "):
            _, _, name, kind = line.split(" ")
            assert name not in types and kind in ("counter", "gauge", "histogram"), line
            types[name] = kind
            continue
        match = re.fullmatch(r'([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)', line)
        assert match, line
        name, labels = match[1], dict(re.findall(r'(\w+)="((?:[^"\\]|\\.)*)"', match[2] or ""))
        family = next((base for base in (name, re.sub("_(bucket|sum|count)$", "", name))
                       if base in types), None)
        assert family, line
        assert types[family] != "counter" or name.endswith("_total"), line
        key = (name, tuple(sorted(labels.items())))
        assert key not in seen_keys, line
        seen_keys.add(key)
        number = float(match[3].replace("Inf", "inf"))
        samples.append((name, labels, number))
        if name.endswith("_bucket"):
            rest = (name, labels["method"])
            assert number >= buckets.get(rest, (0, None))[0], line
            buckets[rest] = (number, labels["le"])
    assert all(bound == "+Inf" for _, bound in buckets.values())
    return samples


def check_audit_line_of_every_call_without_secrets(case):
    token = case.keys.token({"sub": "callers/audited"})
    ask(case, "POST", "/v1/calls", {"text": "secret words"}, {"authorization": "Bearer " + token})

    def lines():
        return [json.loads(line) for line in case.gateway.log_path.read_text().splitlines()
                if "callers/audited" in line]
    assert wait_until(lambda: lines(), 3)
    line = lines()[-1]
    assert line["level"] == "audit" and line["side"] == "json" and line["code"] == "OK"
    assert line["method"] == "/maplebridge.echo.v1.EchoService/Call" and line["peer"] == "127.0.0.1"
    text = case.gateway.log_path.read_text()
    assert token not in text and "secret words" not in text
    for one in text.splitlines():
        json.loads(one)  # Every line of the log is JSON.
