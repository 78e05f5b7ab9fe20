"""The service behind the gateway: a real grpcio server that answers what it was asked."""
import threading
import time
from concurrent import futures

import grpc
from google.protobuf import json_format

PACKAGE = "maplebridge.echo.v1"


class EchoBackend:
    def __init__(self, keys, messages, port):
        self.keys, self.messages, self.port = keys, messages, port
        self.cancelled = threading.Semaphore(0)  # One release for each call seen cancelled.
        self.sent = 0  # Answers that Expand has handed to its transport.
        self.received = 0  # Payload bytes that Collect has read.
        self.begun = set()  # Texts of the unary calls whose handler ran.
        self.collecting_slowly = threading.Event()
        self.server = None
        self.start()

    def start(self):
        self.server = grpc.server(futures.ThreadPoolExecutor(64), options=[
            ("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1),
            ("grpc.so_reuseport", 0)])
        self.server.add_generic_rpc_handlers((self._calls(), self._shelves()))
        credentials = grpc.ssl_server_credentials(
            [(self.keys.read("echo", "key"), self.keys.read("echo", "crt"))],
            self.keys.read("inside-authority", "crt"), require_client_auth=True)
        if self.server.add_secure_port(f"127.0.0.1:{self.port}", credentials) == 0:
            raise RuntimeError(f"port {self.port} is taken")
        self.server.start()

    def stop(self, grace=0):
        self.server.stop(grace).wait()

    def _handler(self, kind, behaviour, request, response):
        make = getattr(grpc, f"{kind}_rpc_method_handler")
        return make(behaviour, request_deserializer=getattr(self.messages, request).FromString,
                    response_serializer=lambda message: message.SerializeToString())

    def _calls(self):
        unary = self._handler("unary_unary", self.call, "CallRequest", "CallResponse")
        return grpc.method_handlers_generic_handler(f"{PACKAGE}.EchoService", {
            "Call": unary, "CallPublicly": unary, "CallInside": unary,
            "Expand": self._handler("unary_stream", self.expand, "CallRequest", "CallResponse"),
            "Collect": self._handler("stream_unary", self.collect, "CallRequest", "CallResponse"),
            "Converse": self._handler("stream_stream", self.converse, "CallRequest",
                                      "CallResponse"),
        })

    def _shelves(self):
        def book(request, context):
            return self.messages.Book(
                name=getattr(request, "name", "") or "shelves/1/books/1", title="Water Margin",
                copies_sold=9007199254740993, cover=b"\x00\xff",
                request_json=json_format.MessageToJson(request))

        def books(request, context):
            if request.page_token == "refuse":
                context.set_trailing_metadata((("grpc-status-details-bin", self.details()),))
                context.abort(grpc.StatusCode.NOT_FOUND, "no such shelf, 没有")
            return self.messages.ListBooksResponse(books=[book(request, context)],
                                                   next_page_token="two")

        def created(request, context):
            answer = self.messages.Book()
            answer.CopyFrom(request.book)
            answer.request_json = json_format.MessageToJson(request)
            return answer

        def lent(request, context):
            return self.messages.LendBookResponse(book=book(request, context), receipt="r1")

        empty = self.messages.named("google.protobuf.Empty")
        return grpc.method_handlers_generic_handler(f"{PACKAGE}.ShelfService", {
            "GetBook": self._handler("unary_unary", book, "GetBookRequest", "Book"),
            "ListBooks": self._handler("unary_unary", books, "ListBooksRequest",
                                       "ListBooksResponse"),
            "CreateBook": self._handler("unary_unary", created, "CreateBookRequest", "Book"),
            "UpdateBook": self._handler("unary_unary", created, "UpdateBookRequest", "Book"),
            "DeleteBook": self._handler("unary_unary", lambda request, context: empty(),
                                        "GetBookRequest", "Empty"),
            "LendBook": self._handler("unary_unary", lent, "GetBookRequest", "LendBookResponse"),
        })

    def details(self):
        """google.rpc.Status with ErrorInfo and BadRequest."""
        status = self.messages.named("google.rpc.Status")(code=5, message="no such shelf, 没有")
        info = self.messages.named("google.rpc.ErrorInfo")(reason="SHELF_MISSING",
                                                           domain="maplebridge")
        bad = self.messages.named("google.rpc.BadRequest")()
        bad.field_violations.add(field="parent", description="no such shelf")
        for detail in (info, bad):
            status.details.add().Pack(detail)
        return status.SerializeToString()

    def _answer(self, request, context, messages=1, payload_bytes=None):
        response = self.messages.CallResponse(
            text=request.text, payload=b"x" * request.answer_size, messages=messages,
            bytes=len(request.payload) if payload_bytes is None else payload_bytes)
        remaining = context.time_remaining()
        has_deadline = remaining is not None and remaining < 10**8
        response.time_remaining_ms = int(remaining * 1000) if has_deadline else -1
        for key, value in context.invocation_metadata():
            text = value.decode("latin-1") if isinstance(value, bytes) else value
            before = response.metadata.get(key)
            response.metadata[key] = f"{before},{text}" if before else text
        return response

    def _prepare(self, request, context):
        if request.delay_ms:
            ended = threading.Event()
            if not context.add_callback(ended.set) or ended.wait(request.delay_ms / 1000):
                self.cancelled.release()
        if request.fail_code:
            code = next(code for code in grpc.StatusCode if code.value[0] == request.fail_code)
            context.set_trailing_metadata((("x-trailer", "kept"),
                                           ("grpc-status-details-bin", self.details())))
            context.abort(code, "asked to fail: 失败")
        context.send_initial_metadata((("x-initial", "kept"),))
        context.set_trailing_metadata((("x-trailer", "kept"), ("x-bytes-bin", b"\x00\xff")))

    def call(self, request, context):
        self.begun.add(request.text)
        self._prepare(request, context)
        return self._answer(request, context)

    def expand(self, request, context):
        self._prepare(request, context)
        self.sent = 0
        if not context.add_callback(self.cancelled.release):
            return
        for i in range(request.count):
            self.sent = i + 1
            yield self._answer(request, context, messages=i + 1)

    def collect(self, requests, context):
        messages = payload_bytes = 0
        self.received = 0
        for request in requests:
            messages += 1
            payload_bytes += len(request.payload)
            self.received = payload_bytes
            if self.collecting_slowly.is_set():
                while self.collecting_slowly.is_set() and context.is_active():
                    time.sleep(0.02)
            if request.fail_code:
                self._prepare(request, context)  # An early end: the rest is not read.
        return self._answer(self.messages.CallRequest(text="collected"), context, messages,
                            payload_bytes)

    def converse(self, requests, context):
        context.send_initial_metadata((("x-initial", "kept"),))
        for i, request in enumerate(requests):
            yield self._answer(request, context, messages=i + 1)
        context.set_trailing_metadata((("x-trailer", "kept"),))
