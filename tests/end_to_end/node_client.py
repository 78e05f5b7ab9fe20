#!/usr/bin/env python3
"""A client of another language, which nobody here wrote: @grpc/grpc-js, from the protos alone.
`node_client.py --var DIR --port-base N`."""

import argparse
import json
import subprocess

import grpc

import suite as s


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    results = s.Results()
    running = s.Suite(arguments.var, arguments.port_base)
    token = running.token("callers/court-330102", ["COURT_SYSTEM"], court="courts/330102")

    def call(service, method, request, token=token):
        file = service.rpartition(".")[0].replace(".", "/")
        done = subprocess.run(["node", s.ROOT / "services/gateway/testing/node_call.mjs", json.dumps({
            "address": running.address, "authority": str(running.var / "keys/inside-authority.crt"),
            "token": token, "file": f"{file}/{FILES[service]}.proto", "service": service,
            "protos": [str(s.ROOT / "proto"),
                       str(s.ROOT / "deploy/npm/node_modules/google-proto-files")],
            "method": method, "request": request})], capture_output=True, text=True, timeout=60)
        return json.loads(done.stdout) if done.returncode == 0 else {"failed": done.stderr}

    FILES = {"maplebridge.registry.v1.ReferenceService": "reference",
             "maplebridge.docking.v1.ReferralService": "referral"}
    reference, referrals = FILES
    seen = call(reference, "GetDivision", {"name": "divisions/330102"}, token="")
    results.check("a public method without identity, Chinese in its answer",
                  seen.get("code") == 0 and seen["response"]["display_name"] == "上城区", seen)
    seen = call(referrals, "ListReferrals", {"page_size": 1})
    results.check("a court's own list by its token", seen.get("code") == 0 and
                  "referrals" in seen["response"], seen)
    seen = call(referrals, "ListReferrals", {"page_size": -1})
    results.check("a wrong field is INVALID_ARGUMENT with details", seen.get("code") ==
                  grpc.StatusCode.INVALID_ARGUMENT.value[0] and seen["has_details"] and
                  "page_size" in seen["details"], seen)
    seen = call(referrals, "ListReferrals", {}, token="")
    results.check("without identity it is UNAUTHENTICATED", seen.get("code") ==
                  grpc.StatusCode.UNAUTHENTICATED.value[0], seen)
    results.finish()


if __name__ == "__main__":
    main()
