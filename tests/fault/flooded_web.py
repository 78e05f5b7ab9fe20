#!/usr/bin/env python3
"""Floods and slow clients stay with nginx: who sends too much is told 429, who sends too slowly holds
no connection of the gateway, and all others are answered meanwhile.
`flooded_web.py --var DIR --port-base N`."""

import argparse
import collections
import concurrent.futures
import http.client
import pathlib
import socket
import ssl
import sys
import time
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "end_to_end"))
import suite as s  # noqa: E402

FLOOD = 3000
SLOW = 40


class Web:
    def __init__(self, var, port_base):
        self.port = port_base + 2
        self.context = ssl.create_default_context(
            cafile=pathlib.Path(var) / "keys/inside-authority.crt")

    def connection(self):
        return http.client.HTTPSConnection("localhost", self.port, context=self.context, timeout=20)

    def get(self, connection, path="/v1/disputeCategories"):
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer.status

    def alone(self):
        connection = self.connection()
        try:
            return self.get(connection)
        finally:
            connection.close()

    def flood(self, count):
        """`count` requests on one connection, as fast as they go."""
        connection, statuses = self.connection(), collections.Counter()
        for _ in range(count):
            statuses[self.get(connection)] += 1
        connection.close()
        return statuses

    def slow(self):
        """A client that began a request and never ends it."""
        wire = self.context.wrap_socket(socket.create_connection(("localhost", self.port), 10),
                                        server_hostname="localhost")
        wire.sendall(b"POST /v1/deadlines:calculate HTTP/1.1\r\nHost: localhost\r\n"
                     b"Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{")
        return wire


def open_connections(metrics):
    """Those of the gateway's JSON side and all others, by its own count."""
    page = urllib.request.urlopen(f"http://{metrics}/metrics", timeout=10).read().decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in page.splitlines()
               if line.startswith("maplebridge_gateway_open_connections"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", type=int, default=7400)
    arguments = parser.parse_args()
    results = s.Results()
    web = Web(arguments.var, arguments.port_base)
    metrics = f"127.0.0.1:{arguments.port_base + 51}"
    results.check("before, a call is answered", web.alone() == 200)

    before = open_connections(metrics)
    slow = [web.slow() for _ in range(SLOW)]
    time.sleep(1)
    results.check(f"{SLOW} slow clients hold no connection of the gateway",
                  open_connections(metrics) <= before + 1, (before, open_connections(metrics)))
    results.check("and another is answered meanwhile", web.alone() == 200)
    slow[0].settimeout(30)
    results.check("a slow one is sent away", slow[0].recv(100)[:12] in (b"HTTP/1.1 408", b""))
    for wire in slow:
        wire.close()

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = sum(pool.map(web.flood, [FLOOD // 8] * 8), collections.Counter())
    results.check("a flood is told 429, beyond what is anyone's share",
                  set(statuses) == {200, 429} and statuses[429] > 0 and statuses[200] >= 400,
                  statuses)
    time.sleep(3)
    results.check("afterwards the same address is answered again", web.alone() == 200)
    results.finish()


if __name__ == "__main__":
    main()
