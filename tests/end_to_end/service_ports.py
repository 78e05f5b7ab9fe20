#!/usr/bin/env python3
"""The ports behind the gateway: services answer only who holds a certificate of the suite, tell
their health, methods and channels by gRPC's own services, and show metrics that promtool reads.
`service_ports.py --var DIR --port-base N`."""

import argparse
import pathlib
import subprocess
import urllib.request

import grpc

import suite as s

SERVICES = {"registry": "maplebridge.registry.v1.DisputeService",
            "roster": "maplebridge.roster.v1.OrganisationService",
            "docking": "maplebridge.docking.v1.ReferralService",
            "analytics": "maplebridge.analytics.v1.IndicatorService"}
# Rate, errors and duration of each method; pool, feed and clocks of each service.
OF_SERVICES = ["maplebridge_calls_total", "maplebridge_call_seconds_bucket",
               "maplebridge_database_pool", "maplebridge_outbox_lag_seconds",
               "maplebridge_deadlines_overdue", "maplebridge_build_info"]
OF_GATEWAY = ["maplebridge_gateway_calls_total", "maplebridge_gateway_call_duration_seconds_bucket",
              "maplebridge_gateway_open_calls", "maplebridge_gateway_backend_up"]


class Ports:
    def __init__(self, var, results):
        self.var, self.results = pathlib.Path(var), results
        self.settings = dict(line.split("=", 1) for line in
                             (self.var / "etc/suite.env").read_text().split())

    def channel(self, name, certificate):
        key = lambda suffix: (self.var / f"keys/{certificate}.{suffix}").read_bytes()
        credentials = grpc.ssl_channel_credentials(
            (self.var / "keys/inside-authority.crt").read_bytes(),
            key("key") if certificate else None, key("crt") if certificate else None)
        return grpc.secure_channel(self.settings[f"MAPLEBRIDGE_{name.upper()}"], credentials,
                                   [("grpc.ssl_target_name_override", "localhost")])

    def ask(self, name, certificate, method, request=b""):
        with self.channel(name, certificate) as channel:
            try:
                return channel.unary_unary(method)(request, timeout=5)
            except grpc.RpcError as error:
                return error.code()

    def methods(self, name):
        """What reflection lists: ListServices is the empty text of field 7."""
        with self.channel(name, "gateway") as channel:
            answers = channel.stream_stream(
                "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo")(
                iter([b"\x3a\x00"]), timeout=5)
            return b"".join(answers)

    def check(self, name, service):
        health = "/grpc.health.v1.Health/Check"
        one = b"\x0a" + bytes([len(service)]) + service.encode()
        results = self.results
        results.check(f"{name} does not speak to who has no certificate",
                      self.ask(name, None, health) == grpc.StatusCode.UNAVAILABLE)
        results.check(f"nor to a caller from outside",
                      self.ask(name, "caller-operator", health) == grpc.StatusCode.UNAVAILABLE)
        results.check("health says SERVING", self.ask(name, "gateway", health) == b"\x08\x01")
        results.check(f"of {service}, too", self.ask(name, "gateway", health, one) == b"\x08\x01")
        results.check("reflection names it", service.encode() in self.methods(name))
        servers = self.ask(name, "gateway", "/grpc.channelz.v1.Channelz/GetServers")
        results.check("channelz tells of its server", isinstance(servers, bytes) and servers)

    def metrics(self, name, families):
        address = self.settings[f"MAPLEBRIDGE_{name.upper()}_METRICS"]
        page = urllib.request.urlopen(f"http://{address}/metrics", timeout=10).read()
        read = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True)
        self.results.check(f"promtool finds nothing wrong with the metrics of {name}",
                           read.returncode == 0 and not read.stderr, (read.stdout, read.stderr))
        missing = [family for family in families if f"\n{family}".encode() not in page]
        self.results.check(f"{name} shows {len(families)} families", not missing, missing)

    def run(self):
        for name, service in SERVICES.items():
            self.check(name, service)
            self.metrics(name, OF_SERVICES)
        self.metrics("gateway", OF_GATEWAY)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    results = s.Results()
    Ports(arguments.var, results).run()
    results.finish()


if __name__ == "__main__":
    main()
