#!/usr/bin/env python3
"""What is wrong is refused, each with its own code and the field, and nothing is stored.
`refused_input.py --var DIR --port-base N` speaks to the gateway of a running suite."""

import argparse
import base64
import json
import subprocess
import threading
import time

import grpc

import court_story
import suite as s

CODE = grpc.StatusCode


class Refusals:
    def __init__(self, running, results):
        self.results = results
        self.story = court_story.Story(running, results)
        self.running = running

    def expect(self, what, action, code, reason="", field=""):
        try:
            seen = s.refused(action)
        except AssertionError as error:
            self.results.check(what, False, error)
            return
        named = not field or any(field in name for name in seen[2])
        self.results.check(f"{what}: {code.name} {reason} {field}",
                           seen[0] == code and (not reason or seen[1] == reason) and named, seen)
        told = " ".join(seen[2].values())
        self.results.check("and the refusal repeats no identity number", "1990030" not in told)

    def stored(self):
        """How many referrals the court has, all pages."""
        story, token, count = self.story, "", 0
        while True:
            page = story.court.call(story.referrals, "ListReferrals",
                                    story.referral.ListReferralsRequest(page_size=1000,
                                                                        page_token=token))
            count += len(page.referrals)
            token = page.next_page_token
            if not token:
                return count

    def changed(self, change):
        request = self.story.guidance(self.story.serial + 7)
        change(request)
        return lambda: self.story.court.call(self.story.referrals, "OfferGuidance", request)

    def run(self):
        story = self.story
        story.file_organisation()
        before = self.stored()

        def wrong_number(request):
            number = request.referral.parties[0].identity_number
            request.referral.parties[0].identity_number = number[:-1] + \
                ("1" if number[-1] != "1" else "2")

        self.expect("an identity number with a wrong check digit", self.changed(wrong_number),
                    CODE.INVALID_ARGUMENT, "FIELD_INVALID", "parties[0].identity_number")

        def unknown_division(request):
            request.referral.division = "999999001"

        self.expect("an unknown division", self.changed(unknown_division),
                    CODE.INVALID_ARGUMENT, "FIELD_INVALID", "division")

        def bad_case_number(request):
            request.referral.case_number = "第一号"

        self.expect("a case number of no court", self.changed(bad_case_number),
                    CODE.INVALID_ARGUMENT, "FIELD_INVALID", "case_number")

        def no_parties(request):
            del request.referral.parties[:]

        self.expect("no parties", self.changed(no_parties), CODE.INVALID_ARGUMENT,
                    "FIELD_INVALID", "parties")

        def not_a_uuid(request):
            request.request_id = "again"

        self.expect("a request_id that is no UUID", self.changed(not_a_uuid),
                    CODE.INVALID_ARGUMENT, "FIELD_INVALID", "request_id")
        self.wire_refusals()
        self.results.check("nothing of that was stored", self.stored() == before)

        referral = story.guide(story.serial)
        half = story.consent(referral, "p1")
        self.expect("consent of one party only", lambda: story.send(half),
                    CODE.FAILED_PRECONDITION, "CONSENT_MISSING", f"{referral.name}/parties/p2")
        both = story.consent(referral, "p2")

        def send(**changed):
            request = story.referral.SendReferralRequest(
                name=both.name, kind=story.resource.REFERRAL_KIND_APPOINTED,
                organisation=story.name, choice=story.resource.ORGANISATION_CHOICE_COURT,
                request_id=s.request_id())
            for key, value in changed.items():
                setattr(request, key, value)
            return lambda: story.court.call(story.referrals, "SendReferral", request)

        self.expect("an unknown organisation",
                    send(organisation="organisations/00000000-0000-0000-0000-000000000000"),
                    CODE.INVALID_ARGUMENT, "", "organisation")
        self.expect("a stale etag", send(etag=half.etag), CODE.ABORTED, "ETAG_STALE")
        self.expect("a party that the case does not have", lambda: story.consent(both, "p9"),
                    CODE.INVALID_ARGUMENT, "FIELD_INVALID", "party_id")
        self.expect("an acceptance of what was not sent here", lambda: story.head.call(
            story.referrals, "AcceptReferral",
            story.referral.AcceptReferralRequest(name=both.name)), CODE.NOT_FOUND,
            "RESOURCE_NOT_FOUND")
        self.results.check("the referral is unchanged",
                           story.get(both.name).revision == both.revision)
        self.cut_upload(both)
        self.page_tokens()
        self.identity()

    def cut_upload(self, referral):
        """A court's connection breaks when all bytes are there, but not the end of the stream."""
        story, content = self.story, court_story.pdf("半份材料")
        sent, hold = threading.Event(), threading.Event()

        def parts():
            yield story.referral.UploadMaterialRequest(header=story.referral.MaterialHeader(
                referral=referral.name, request_id=s.request_id(),
                material=story.resource.Material(
                    title="半份材料", media_type="application/pdf", size=len(content),
                    sha256=s.sha256(content))))
            for at in range(0, len(content), 1 << 20):
                yield story.referral.UploadMaterialRequest(chunk=content[at:at + (1 << 20)])
            sent.set()
            hold.wait(20)

        call = story.referrals(story.court.channel).UploadMaterial.future(
            parts(), metadata=story.court.metadata, timeout=20)
        sent.wait(10)
        time.sleep(1)  # the bytes arrive
        call.cancel()
        time.sleep(1)
        hold.set()
        self.results.check("an upload that is cut before its end stores nothing",
                           not story.get(referral.name).materials)

    def wire_refusals(self):
        story = self.story
        # Bytes as a careless client would send them.
        raw = story.court.channel.unary_unary(
            "/maplebridge.docking.v1.ReferralService/OfferGuidance",
            request_serializer=lambda b: b, response_deserializer=lambda b: b)

        def send(content, timeout=20):
            return lambda: raw(content, metadata=story.court.metadata, timeout=timeout)

        content = story.guidance(story.serial + 8).SerializeToString()
        self.expect("text that is not UTF-8", send(content.replace("赵".encode(), b"\xff\xfe\xfd")),
                    CODE.INVALID_ARGUMENT, "FIELD_INVALID", "display_name")
        self.expect("bytes that are no message", send(b"\xff" * 40), CODE.INVALID_ARGUMENT,
                    "MESSAGE_MALFORMED")
        large = story.guidance(story.serial + 9)
        large.referral.summary = "大" * (5 * 1024 * 1024 // 3)
        self.expect("a message of 5 MB", send(large.SerializeToString()), CODE.RESOURCE_EXHAUSTED,
                    "MESSAGE_TOO_LARGE")
        self.expect("a deadline that is already past", send(content, timeout=-1),
                    CODE.DEADLINE_EXCEEDED)
        # Many times: where the deadline is found to be past is a matter of microseconds.
        late = self.late_calls(content, 200)
        self.results.check("a deadline that is past when the call comes: DEADLINE_EXCEEDED",
                           late == {f"grpc-status {CODE.DEADLINE_EXCEEDED.value[0]}": 200}, late)

    def late_calls(self, content, count):
        """How calls with a nanosecond to live ended, by their number."""
        done = subprocess.run(["node", s.ROOT / "services/gateway/testing/late_calls.mjs", json.dumps({
            "address": self.running.address,
            "authority": str(self.running.var / "keys/inside-authority.crt"),
            "token": self.story.court.metadata[0][1].removeprefix("Bearer "),
            "path": "/maplebridge.docking.v1.ReferralService/OfferGuidance",
            "message": base64.b64encode(content).decode(), "count": count})],
            capture_output=True, text=True, timeout=60)
        return json.loads(done.stdout) if done.returncode == 0 else {"failed": done.stderr}

    def page_tokens(self):
        story = self.story
        ask = story.referral.ListReferralsRequest(page_size=1)
        page = story.court.call(story.referrals, "ListReferrals", ask)
        if not page.next_page_token:
            story.guide(story.serial + 5)
            page = story.court.call(story.referrals, "ListReferrals", ask)
        token = page.next_page_token
        tampered = ("A" if token[0] != "A" else "B") + token[1:]
        for what, changed in [("a page token that was tampered with", dict(page_token=tampered)),
                              ("a page token of another request", dict(
                                  page_token=token,
                                  state=story.resource.REFERRAL_STATE_RETURNED))]:
            self.expect(what, lambda: story.court.call(
                story.referrals, "ListReferrals",
                story.referral.ListReferralsRequest(page_size=1, **changed)),
                CODE.INVALID_ARGUMENT, "PAGE_TOKEN_INVALID")

    def identity(self):
        story = self.story
        request = story.referral.ListReferralsRequest()
        self.expect("a call without identity", lambda: self.running.caller().call(
            story.referrals, "ListReferrals", request), CODE.UNAUTHENTICATED)
        party = self.running.caller("callers/party", ["PARTY"])
        self.expect("a role that may not", lambda: party.call(
            story.referrals, "ListReferrals", request), CODE.PERMISSION_DENIED,
            "ROLE_NOT_ALLOWED")
        forged = self.running.caller("callers/court-330102", ["COURT_SYSTEM"], court=story.COURT)
        forged.metadata = [("authorization", forged.metadata[0][1][:-8] + "AAAAAAAA")]
        self.expect("a token that nobody signed", lambda: forged.call(
            story.referrals, "ListReferrals", request), CODE.UNAUTHENTICATED)
        smuggled = self.running.caller()
        smuggled.metadata = [("maplebridge-context", "AAAA.AAAA")]
        self.expect("a caller's own context", lambda: smuggled.call(
            story.referrals, "ListReferrals", request), CODE.UNAUTHENTICATED)
        other = self.running.caller("callers/court-330103", ["COURT_SYSTEM"],
                                    court="courts/330103")
        seen = other.call(story.referrals, "ListReferrals", request)
        self.results.check("another court sees none of this court's cases",
                           all(r.court == "courts/330103" for r in seen.referrals))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    s.compile_protos()
    results = s.Results()
    try:
        Refusals(s.Suite(arguments.var, arguments.port_base), results).run()
    except grpc.RpcError as error:
        results.check("the checks run to their end", False, (error.details(), s.error_of(error)))
    results.finish()


if __name__ == "__main__":
    main()
