"""A service that speaks HTTP/2 by hand, to send what no gRPC library sends on purpose."""
import socket
import ssl
import struct
import threading

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = 0, 1, 3, 4, 6, 7, 8
REFUSED_STREAM, CANCEL, ENHANCE_YOUR_CALM = 7, 8, 11


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes((kind, flags)) + struct.pack(
        ">I", stream) + payload


def headers(*fields):
    """HPACK without compression."""
    block = b""
    for name, value in fields:
        block += b"\x00"
        for text in (name, value):
            block += bytes((len(text),)) + text.encode()
    return block


# A gRPC message without bytes: HealthCheckRequest for a service as a whole. Calls of the checks
# carry a payload.
EMPTY_MESSAGE = b"\0\0\0\0\0"


class RawService:
    """Answers each call with the frames of `script(n, id)`, n counting them.

    They are sent when the request is whole, or by `then(id)` as soon as `after_bytes` of it came.
    """

    def __init__(self, keys, script, after_bytes=None, then=None):
        self.script, self.after_bytes, self.then = script, after_bytes, then
        self.streams, self.connections, self.bodies = 0, 0, []
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(keys.path("echo", "crt"), keys.path("echo", "key"))
        self.context.set_alpn_protocols(["h2"])
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            with self.context.wrap_socket(connection, server_side=True) as secure:
                stream = secure.makefile("rwb")
                stream.read(24)
                self._send(stream, frame(SETTINGS, 0, 0))
                self._read(stream)
        except OSError:
            pass

    def _send(self, stream, data):
        stream.write(data)
        stream.flush()

    def _read(self, stream):
        bodies = {}
        while True:
            head = stream.read(9)
            if len(head) < 9:
                return
            size = int.from_bytes(head[:3], "big")
            payload = stream.read(size)
            kind, flags, number = head[3], head[4], int.from_bytes(head[5:], "big")
            if kind == SETTINGS and not flags & 1:
                self._send(stream, frame(SETTINGS, 1, 0))
            parts = []
            if kind == HEADERS:
                bodies[number] = 0
            elif kind == DATA and payload == EMPTY_MESSAGE:
                # The gateway asks how the service is: this one has no health service.
                self._send(stream, status_only(number, 12))
                continue
            elif kind == DATA:
                self.streams += 1 if bodies[number] == 0 else 0
                before, bodies[number] = bodies[number], bodies[number] + size
                if self.then and before < self.after_bytes <= bodies[number]:
                    parts = self.then(number)
            if kind in (HEADERS, DATA) and flags & 1:
                self.bodies.append(bodies[number])
                parts = self.script(self.streams, number)
            for part in parts:
                if part is None:
                    return  # Breaks the connection.
                self._send(stream, part)


def success(number, message):
    """A complete gRPC answer with one message."""
    body = b"\0" + struct.pack(">I", len(message)) + message
    return [frame(HEADERS, 4, number, headers((":status", "200"),
                                              ("content-type", "application/grpc"))),
            frame(DATA, 0, number, body),
            frame(HEADERS, 5, number, headers(("grpc-status", "0")))]


def status_only(number, code, *more):
    """gRPC's trailers-only answer."""
    return frame(HEADERS, 5, number, headers((":status", "200"),
                                             ("content-type", "application/grpc"),
                                             ("grpc-status", str(code)), *more))


def reset(number, code):
    return frame(RST_STREAM, 0, number, struct.pack(">I", code))


def cancel_many(gateway, caller, path, count):
    """Opens and cancels streams on one connection; answers how many went out before GOAWAY."""
    context = ssl.create_default_context(cafile=gateway.keys.path("inside-authority", "crt"))
    context.set_alpn_protocols(["h2"])
    if caller:
        context.load_cert_chain(gateway.keys.path(caller, "crt"), gateway.keys.path(caller, "key"))
    request = headers((":method", "POST"), (":scheme", "https"), (":path", path),
                      (":authority", "x"), ("content-type", "application/grpc"),
                      ("te", "trailers"))
    with socket.create_connection(("127.0.0.1", gateway.port), 10) as plain, \
            context.wrap_socket(plain, server_hostname="127.0.0.1") as secure:
        secure.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0))
        answers = secure.makefile("rb")
        for sent in range(0, count, 100):
            ids = [2 * (sent + i) + 1 for i in range(100)]
            # The answer to PING says that all before it has been dealt with.
            try:
                secure.sendall(b"".join(frame(HEADERS, 4, number, request) + reset(number, CANCEL)
                                        for number in ids) + frame(PING, 0, 0, b"12345678"))
            except OSError:
                return sent
            while True:
                head = answers.read(9)
                if len(head) < 9 or head[3] == GOAWAY:
                    return sent
                answers.read(int.from_bytes(head[:3], "big"))
                if head[3] == PING:
                    break
    return count
