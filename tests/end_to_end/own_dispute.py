#!/usr/bin/env python3
"""A dispute that no court has seen, from a party's application to the archive, through the gateway:
one that is settled and performed, one that a party withdraws.
`own_dispute.py --var DIR --port-base N`."""

import argparse
import datetime

import grpc

import court_story
import suite as s

CODE = grpc.StatusCode


class OwnDispute:
    def __init__(self, running, results):
        self.story, self.results = court_story.Story(running, results), results
        self.closing = s.message_module("registry.v1.dispute_closing")

    def call(self, method, request):
        return self.story.head.call(self.story.dispute_stub, method, request)

    def check_state(self, what, dispute, state):
        seen = self.story.disputes.DisputeState.Name(dispute.state)
        self.results.check(f"{what}: {state}", seen == f"DISPUTE_STATE_{state}", seen)

    def refused(self, what, method, request, reason, words=""):
        code, seen, fields, _ = s.refused(lambda: self.call(method, request))
        self.results.check(f"{what} is refused: {reason}",
                           code == CODE.FAILED_PRECONDITION and seen == reason and
                           words in str(fields), (code, seen, fields))

    def report(self, difficulty):
        story, d = self.story, self.story.disputes
        reported = self.call("ReportDispute", story.dispute.ReportDisputeRequest(
            request_id=s.request_id(), dispute=d.Dispute(
                category="NEIGHBOURS", source=d.DISPUTE_SOURCE_APPLICATION, division=story.DIVISION,
                summary="相邻通行纠纷", difficulty=difficulty,
                parties=story.guidance(story.serial).referral.parties)))
        self.check_state("a party's application is taken in", reported, "REPORTED")
        accepted = self.call("AcceptDispute", story.dispute.AcceptDisputeRequest(
            name=reported.name, request_id=s.request_id()))
        self.check_state("the committee takes it on", accepted, "ACCEPTED")
        return accepted

    def extend(self, accepted):
        day = s.day(60)
        request = self.closing.ExtendDisputeRequest(
            name=accepted.name, last_day=day, party_ids=["p1"], evidence="同意延期书",
            request_id=s.request_id())
        self.refused("a later limit without the respondent", "ExtendDispute", request,
                     "CONSENT_MISSING", "/parties/p2")
        request.party_ids.append("p2")
        request.request_id = s.request_id()
        extended = self.call("ExtendDispute", request)
        self.results.check("with both the limit moves",
                           extended.deadline.due_day >= day >
                           accepted.deadline.due_day, extended.deadline.due_day)

    def settle(self, name):
        story, a = self.story, self.story.agreement
        story.head.call(story.dispute_stub, "AssignMediators", story.dispute.AssignMediatorsRequest(
            name=name, mediators=story.mediators[:1], request_id=s.request_id()))
        now = datetime.datetime.now(datetime.timezone.utc)
        session = story.disputes.Session(
            kind=story.disputes.SESSION_KIND_ONSITE, place="调解室", mediators=story.mediators[:1],
            party_ids=["p1", "p2"], rights_told=True, minutes="双方到场。")
        session.start_time.FromDatetime(now - datetime.timedelta(hours=2))
        session.end_time.FromDatetime(now - datetime.timedelta(hours=1))
        self.call("RecordSession", story.dispute.RecordSessionRequest(
            parent=name, session=session, request_id=s.request_id()))
        agreement = story.head.call(story.agreement_stub, "CreateAgreement",
                                    a.CreateAgreementRequest(
                                        parent=name, request_id=s.request_id(),
                                        agreement=a.Agreement(
                                            form=a.AGREEMENT_FORM_ORAL, facts="双方共用通道。",
                                            obligations=[a.Obligation(
                                                obligation_id="o1", kind=a.OBLIGATION_KIND_ACT,
                                                debtor_party_id="p2", creditor_party_id="p1",
                                                content="清除通道上的杂物",
                                                due_day=s.day(5))])))
        for signature in [a.Signature(party_id="p1"), a.Signature(party_id="p2"),
                          a.Signature(mediator=story.mediators[0])]:
            if agreement.state == a.AGREEMENT_STATE_IN_EFFECT:
                break
            signature.method = a.SIGNATURE_METHOD_SIGNATURE
            agreement = story.head.call(story.agreement_stub, "SignAgreement",
                                        a.SignAgreementRequest(name=agreement.name,
                                                               signature=signature,
                                                               request_id=s.request_id()))
        agreed = self.call("ConcludeByAgreement", story.dispute.ConcludeByAgreementRequest(
            name=name, agreement=agreement.name, request_id=s.request_id()))
        self.check_state("they settle it by word of mouth", agreed, "AGREED")
        performed = self.call("RecordPerformance", story.dispute.RecordPerformanceRequest(
            name=name, obligation_id="o1", evidence="现场照片", request_id=s.request_id()))
        self.check_state("and do what they said", performed, "PERFORMED")

    def archive(self, name, retention="RETENTION_LONG_TERM"):
        return self.closing.ArchiveDisputeRequest(
            name=name, retention=self.story.disputes.Retention.Value(retention),
            request_id=s.request_id())

    def close(self, name):
        self.refused("a complex dispute's file without a follow-up visit", "ArchiveDispute",
                     self.archive(name), "GUARD_FAILED", "follow-up")
        visit = self.call("RecordFollowUp", self.closing.RecordFollowUpRequest(
            parent=name, request_id=s.request_id(), follow_up=self.closing.FollowUp(
                visit_day=s.day(), party_ids=["p1", "p2"],
                method=self.closing.FOLLOW_UP_METHOD_VISIT, satisfaction=5, notes="通道畅通")))
        self.results.check("the committee visits them", visit.name == f"{name}/followUps/1")
        self.refused("a file without the record of its session", "ArchiveDispute",
                     self.archive(name), "GUARD_FAILED", "mediation record")
        story = self.story
        for kind, ordinal in (("MEDIATION_RECORD", 1), ("ORAL_AGREEMENT_REGISTER", 0)):
            story.head.call(story.document_stub, "CreateDocument",
                            story.document.CreateDocumentRequest(
                                parent=name, kind=f"DOCUMENT_KIND_{kind}", ordinal=ordinal,
                                request_id=s.request_id()))
        archived = self.call("ArchiveDispute", self.archive(name))
        self.check_state("the file is archived", archived, "ARCHIVED")
        self.results.check("and no clock runs any more", not archived.clock and
                           not archived.HasField("deadline"))

    def withdraw(self):
        name = self.report(self.story.disputes.DIFFICULTY_SIMPLE).name
        withdrawn = self.call("WithdrawDispute", self.closing.WithdrawDisputeRequest(
            name=name, party_ids=["p1"], evidence="撤回申请", request_id=s.request_id()))
        self.check_state("a party may end it at any time", withdrawn, "CLOSED_WITHDRAWN")
        self.check_state("its file is archived, too", self.call("ArchiveDispute", self.archive(
            name, "RETENTION_SHORT_TERM")), "ARCHIVED")

    def figures(self):
        story, i = self.story, self.story.indicator

        def counted():
            answer = story.head.call(story.indicator_stub, "QueryIndicators",
                                     i.QueryIndicatorsRequest(
                                         organisation=story.name,
                                         indicators=["reported", "settled"]))
            values = {v.indicator: v.value for row in answer.rows for v in row.values}
            return values == {"reported": 2, "settled": 1}

        s.eventually("analytics counts two disputes, one of them settled", counted)
        self.results.check("analytics counts two disputes, one of them settled", True)

    def run(self):
        self.story.file_organisation()
        accepted = self.report(self.story.disputes.DIFFICULTY_COMPLEX)
        self.extend(accepted)
        self.settle(accepted.name)
        self.close(accepted.name)
        self.withdraw()
        self.figures()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    s.compile_protos()
    results = s.Results()
    try:
        OwnDispute(s.Suite(arguments.var, arguments.port_base), results).run()
    except grpc.RpcError as error:
        results.check("the story runs to its end", False, (error.details(), s.error_of(error)))
    except Exception as error:  # a fault of the test itself must not pass for success
        results.check("the story runs to its end", False, repr(error))
    results.finish()


if __name__ == "__main__":
    main()
