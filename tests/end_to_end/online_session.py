#!/usr/bin/env python3
"""An online session, through the gateway: planned with nobody in two places at once, recorded with
everyone's consent, and its minutes confirmed by two parties from two browsers, each with the code
that came to the own telephone. `online_session.py --var DIR --port-base N`."""

import argparse
import datetime
import http.client
import json
import re
import ssl
import time

import grpc

import court_story
import suite as s

CODE = grpc.StatusCode
COUNTY = "330102"


class Browser:
    """A party's browser: JSON over a connection of its own, without any login."""

    def __init__(self, running):
        context = ssl.create_default_context(
            cafile=str(running.var / "keys/inside-authority.crt"))
        self.connection = http.client.HTTPSConnection(
            "localhost", running.port_base + 2, context=context, timeout=20)

    def post(self, path, **body):
        """(HTTP status, answer)."""
        self.connection.request("POST", f"/v1/minutes:{path}", json.dumps(body),
                                {"Content-Type": "application/json"})
        answer = self.connection.getresponse()
        return answer.status, json.loads(answer.read())


class OnlineSession:
    def __init__(self, running, results):
        self.running, self.results = running, results
        self.story = court_story.Story(running, results)
        self.p = s.message_module("registry.v1.session_plan")
        self.m = s.message_module("registry.v1.minutes")
        self.plans = s.stub_module("registry.v1.session_plan").SessionPlanServiceStub
        self.minutes = s.stub_module("registry.v1.minutes").MinutesServiceStub
        self.messages = s.stub_module("registry.v1.minutes").MessageServiceStub
        self.platform = running.caller(f"callers/messages-{COUNTY}", ["MESSAGE_PLATFORM"],
                                       division=COUNTY)

    def head(self, stub, method, request):
        return self.story.head.call(stub, method, request)

    def mediating(self):
        story, d = self.story, self.story.disputes
        name = story.head.call(story.dispute_stub, "ReportDispute",
                               story.dispute.ReportDisputeRequest(
            request_id=s.request_id(), dispute=d.Dispute(
                category="NEIGHBOURS", source=d.DISPUTE_SOURCE_APPLICATION, division=story.DIVISION,
                summary="楼上漏水", parties=story.guidance(story.serial).referral.parties))).name
        story.serial += 1
        story.head.call(story.dispute_stub, "AcceptDispute", story.dispute.AcceptDisputeRequest(
            name=name, request_id=s.request_id()))
        story.head.call(story.dispute_stub, "AssignMediators", story.dispute.AssignMediatorsRequest(
            name=name, mediators=story.mediators[:1], request_id=s.request_id()))
        return name

    def plan(self, dispute, start, minutes=60):
        p = self.p
        planned = p.PlannedSession(kind=self.story.disputes.SESSION_KIND_ONLINE,
                                   mediators=self.story.mediators[:1], party_ids=["p1", "p2"])
        planned.start_time.FromDatetime(start)
        planned.end_time.FromDatetime(start + datetime.timedelta(minutes=minutes))
        return self.head(self.plans, "PlanSession", p.PlanSessionRequest(
            parent=dispute, planned_session=planned, request_id=s.request_id()))

    def plan_two(self):
        self.dispute, other = self.mediating(), self.mediating()
        now = datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
        self.begin = now + datetime.timedelta(seconds=4)
        self.planned = self.plan(self.dispute, self.begin)
        self.results.check("an online session has a room that nobody guesses",
                           re.fullmatch("[0-9a-f]{32}", self.planned.online_room))
        code, reason, fields, _ = s.refused(
            lambda: self.plan(other, self.begin + datetime.timedelta(minutes=59)))
        self.results.check("its mediator is not in another at the same time",
                           (code, reason) == (CODE.FAILED_PRECONDITION, "GUARD_FAILED")
                           and self.story.mediators[0] in fields, (code, reason, fields))
        self.plan(other, self.begin + datetime.timedelta(minutes=60))
        calendar = self.head(self.plans, "ListPlannedSessions",
                             self.p.ListPlannedSessionsRequest(parent="disputes/-"))
        self.results.check("the committee's calendar has both, in order",
                           [each.name.split("/plannedSessions")[0]
                            for each in calendar.planned_sessions] == [self.dispute, other])

    def hold(self):
        p, story = self.p, self.story
        notice = p.SessionNotice(party_id="p1", method=p.NOTICE_METHOD_TELEPHONE, evidence="电话录音")
        notice.told_time.GetCurrentTime()
        told = self.head(self.plans, "RecordNotice", p.RecordNoticeRequest(
            name=self.planned.name, notice=notice, request_id=s.request_id()))
        self.results.check("a notice seconds before the begin is late", told.notices[0].is_late)
        for party in ("p1", "p2"):
            self.head(self.plans, "RecordRecordingConsent", p.RecordRecordingConsentRequest(
                name=self.planned.name, request_id=s.request_id(), consent=p.RecordingConsent(
                    party_id=party, decision=p.RECORDING_DECISION_CONSENT, evidence="会前询问")))
        while datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None) <= self.begin:
            time.sleep(0.2)
        held = self.head(self.plans, "RecordAttendance", p.RecordAttendanceRequest(
            name=self.planned.name, recorded=True, request_id=s.request_id(), attendances=[
                p.SessionAttendance(party_id=party, attendance=p.ATTENDANCE_PRESENT)
                for party in ("p1", "p2")]))
        self.results.check("held, and recorded with the consent of both",
                           held.state == p.PLANNED_SESSION_STATE_HELD and held.recorded)
        session = story.disputes.Session(
            kind=story.disputes.SESSION_KIND_ONLINE, mediators=story.mediators[:1],
            party_ids=["p1", "p2"], rights_told=True, planned_session=self.planned.name)
        session.start_time.FromDatetime(self.begin - datetime.timedelta(seconds=60))
        session.end_time.FromDatetime(self.begin)
        self.session = story.head.call(story.dispute_stub, "RecordSession",
                                       story.dispute.RecordSessionRequest(
            parent=self.dispute, session=session, request_id=s.request_id())).name

    def claim(self):
        """What the message platform gets, each acknowledged."""
        found = self.platform.call(self.messages, "ClaimMessages", self.m.ClaimMessagesRequest(
            request_id=s.request_id())).messages
        for message in found:
            self.platform.call(self.messages, "AcknowledgeMessage",
                               self.m.AcknowledgeMessageRequest(
                                   name=message.name, outcome=self.m.MESSAGE_OUTCOME_DELIVERED,
                                   request_id=s.request_id()))
        return found

    def confirm(self):
        m = self.m
        self.head(self.minutes, "WriteMinutes", m.WriteMinutesRequest(
            session=self.session, text="申请人与被申请人各自陈述。", request_id=s.request_id()))
        self.head(self.minutes, "OpenMinutes", m.OpenMinutesRequest(
            session=self.session, request_id=s.request_id()))
        tokens = [re.search("[0-9a-f]{64}", message.text)[0] for message in self.claim()]
        self.results.check("a link went to each party", len(set(tokens)) == 2, len(tokens))
        browsers = [Browser(self.running) for _ in tokens]
        views = [browser.post("view", token=token) for browser, token in zip(browsers, tokens)]
        self.results.check("two browsers read the same minutes",
                           [status for status, _ in views] == [200, 200]
                           and views[0][1]["sha256"] == views[1][1]["sha256"], views)
        for browser, token in zip(browsers, tokens):
            status, sent = browser.post("sendCode", token=token, requestId=s.request_id())
            self.results.check("a code goes to the telephone, which is shown masked",
                               status == 200 and "****" in sent["maskedTelephone"], sent)
            code = re.search("验证码([0-9]{6})", self.claim()[0].text)[1]
            wrong = ("8" if code[0] == "9" else "9") + code[1:]
            word = dict(token=token, version=1, decision="MINUTES_DECISION_CONFIRM")
            status, answer = browser.post("confirm", code=wrong, requestId=s.request_id(), **word)
            self.results.check("another code is refused and counted",
                               status == 400 and "4 tries are left" in json.dumps(answer), answer)
            status, answer = browser.post("confirm", code=code, requestId=s.request_id(), **word)
            self.results.check("the right one confirms", status == 200 and
                               answer["decision"] == "MINUTES_DECISION_CONFIRM", answer)
        read = self.head(self.minutes, "GetMinutes", m.GetMinutesRequest(
            name=f"{self.session}/minutes"))
        self.results.check("the minutes are confirmed by both",
                           read.state == m.MINUTES_STATE_CONFIRMED
                           and read.sha256 == views[0][1]["sha256"])
        status, _ = browsers[0].post("view", token="0" * 64)
        self.results.check("a link that is none opens nothing", status == 404, status)

    def run(self):
        self.story.file_organisation()
        self.plan_two()
        self.hold()
        self.confirm()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    s.compile_protos()
    results = s.Results()
    try:
        OnlineSession(s.Suite(arguments.var, arguments.port_base), results).run()
    except grpc.RpcError as error:
        results.check("the story runs to its end", False, (error.details(), s.error_of(error)))
    except Exception as error:  # a fault of the test itself must not pass for success
        results.check("the story runs to its end", False, repr(error))
    results.finish()


if __name__ == "__main__":
    main()
