#!/usr/bin/env python3
"""A hard dispute, through the gateway: handed over to another committee, with an objection to a
mediator, a helper, an escalation that a bureau acknowledges, a suspension, a duplicate, and an
agreement that is amended. `hard_dispute.py --var DIR --port-base N`."""

import argparse
import datetime

import grpc

import court_story
import suite as s

CODE = grpc.StatusCode


class HardDispute:
    def __init__(self, running, results):
        self.results = results
        self.first = court_story.Story(running, results)
        self.second = court_story.Story(running, results)
        self.course = s.message_module("registry.v1.dispute_course")
        self.transfer = s.message_module("registry.v1.transfer")
        self.escalation = s.message_module("registry.v1.escalation")
        self.search = s.message_module("registry.v1.dispute_search")
        self.searches = s.stub_module("registry.v1.dispute_search").SearchServiceStub
        self.link = s.message_module("registry.v1.dispute_link")
        self.links = s.stub_module("registry.v1.dispute_link").DisputeLinkServiceStub
        self.transfers = s.stub_module("registry.v1.transfer").TransferServiceStub
        self.escalations = s.stub_module("registry.v1.escalation").EscalationServiceStub

    def call(self, method, request):
        return self.second.head.call(self.second.dispute_stub, method, request)

    def check_state(self, what, dispute, state):
        seen = self.first.disputes.DisputeState.Name(dispute.state)
        self.results.check(f"{what}: {state}", seen == f"DISPUTE_STATE_{state}", seen)

    def read(self):
        return self.call("GetDispute", self.first.dispute.GetDisputeRequest(name=self.name))

    def report(self):
        story, d = self.first, self.first.disputes
        self.name = story.head.call(story.dispute_stub, "ReportDispute",
                                    story.dispute.ReportDisputeRequest(
            request_id=s.request_id(), dispute=d.Dispute(
                category="NEIGHBOURS", source=d.DISPUTE_SOURCE_APPLICATION, division=story.DIVISION,
                summary="宅基地相邻通道纠纷", difficulty=d.DIFFICULTY_COMPLEX,
                parties=story.guidance(story.serial).referral.parties))).name

    def hand_over(self):
        t, first, second = self.transfer, self.first, self.second
        offer = first.head.call(self.transfers, "OfferTransfer", t.OfferTransferRequest(
            parent=self.name, request_id=s.request_id(), transfer=t.Transfer(
                to_organisation=second.name, explanation="当事人均在该辖区")))
        self.results.check("the first committee offers the dispute to the second",
                           offer.state == t.TRANSFER_STATE_OFFERED and
                           offer.deadline.due_day > s.day(0))
        preview = self.read()
        self.results.check("who sees the case, but not its people",
                           preview.summary and not preview.parties[0].display_name)
        listed = second.head.call(self.transfers, "ListTransfers", t.ListTransfersRequest(
            parent="disputes/-", state=t.TRANSFER_STATE_OFFERED)).transfers
        self.results.check("and finds the offer in its list",
                           [each.name for each in listed] == [offer.name])
        second.head.call(self.transfers, "AcceptTransfer", t.AcceptTransferRequest(
            name=offer.name, request_id=s.request_id()))
        self.check_state("the second committee has it now", self.read(), "REPORTED")
        code, reason, _, _ = s.refused(lambda: first.head.call(
            first.dispute_stub, "GetDispute", first.dispute.GetDisputeRequest(name=self.name)))
        self.results.check("and the first sees it no more",
                           (code, reason) == (CODE.NOT_FOUND, "RESOURCE_NOT_FOUND"), (code, reason))
        self.call("AcceptDispute", first.dispute.AcceptDisputeRequest(
            name=self.name, request_id=s.request_id()))

    def assign(self, *mediators):
        return self.call("AssignMediators", self.first.dispute.AssignMediatorsRequest(
            name=self.name, mediators=mediators, request_id=s.request_id()))

    def object(self):
        c, mediators = self.course, self.second.mediators
        self.assign(mediators[0], mediators[1])
        self.call("RecordRecusal", c.RecordRecusalRequest(
            parent=self.name, request_id=s.request_id(), recusal=c.Recusal(
                party_id="p2", mediator=mediators[0], reason=c.RECUSAL_REASON_RELATIVE,
                upheld=True, explanation="与申请人系亲属")))
        self.results.check("a mediator leaves by the respondent's objection",
                           list(self.read().mediators) == [mediators[1]])
        code, reason, _, _ = s.refused(lambda: self.assign(mediators[0]))
        self.results.check("and is not assigned again",
                           (code, reason) == (CODE.FAILED_PRECONDITION, "GUARD_FAILED"), reason)

    def invite(self):
        c = self.course
        helper = self.call("InviteHelper", c.InviteHelperRequest(
            parent=self.name, request_id=s.request_id(), helper=c.Helper(
                kind=c.HELPER_KIND_NEIGHBOUR, display_name="周邻居", explanation="熟悉通道的历史",
                party_ids=["p1", "p2"])))
        self.results.check("a neighbour helps", helper.name == f"{self.name}/helpers/1")

    def escalate(self):
        e = self.escalation
        report = e.Escalation(kind=e.ESCALATION_KIND_VIOLENCE, description="一方持械到场",
                              measures="劝离，双方分开", told_authority="清波派出所")
        report.told_time.FromDatetime(datetime.datetime.now(datetime.timezone.utc))
        reported = self.second.head.call(self.escalations, "ReportEscalation",
                                         e.ReportEscalationRequest(
                                             parent=self.name, escalation=report,
                                             request_id=s.request_id()))
        waiting = self.second.bureau.call(self.escalations, "ListEscalations",
                                          e.ListEscalationsRequest(
                                              parent="disputes/-",
                                              state=e.ESCALATION_STATE_REPORTED)).escalations
        self.results.check("the bureau sees that it must answer",
                           reported.name in [each.name for each in waiting])
        taken = self.second.bureau.call(self.escalations, "AcknowledgeEscalation",
                                        e.AcknowledgeEscalationRequest(
                                            name=reported.name, response="司法所与派出所共同到场",
                                            request_id=s.request_id()))
        self.results.check("and takes it up", taken.state == e.ESCALATION_STATE_ACKNOWLEDGED)

    def suspend(self):
        c, before = self.course, self.read()
        suspended = self.call("SuspendDispute", c.SuspendDisputeRequest(
            name=self.name, reason=c.SUSPENSION_REASON_APPRAISAL, last_day=s.day(40),
            evidence="测绘委托书", request_id=s.request_id()))
        self.check_state("the mediation stands still for a survey", suspended, "SUSPENDED")
        resumed = self.call("ResumeDispute", c.ResumeDisputeRequest(
            name=self.name, request_id=s.request_id()))
        self.check_state("and goes on", resumed, "MEDIATING")
        self.results.check("nothing of its limit is lost",
                           resumed.deadline.due_day >= before.deadline.due_day,
                           (before.deadline.due_day, resumed.deadline.due_day))

    def agree(self, due):
        """An oral agreement is in effect at once."""
        a = self.first.agreement
        return self.second.head.call(self.second.agreement_stub, "CreateAgreement",
                                     a.CreateAgreementRequest(
            parent=self.name, request_id=s.request_id(), agreement=a.Agreement(
                form=a.AGREEMENT_FORM_ORAL, facts="双方共用通道。", obligations=[a.Obligation(
                    obligation_id="o1", kind=a.OBLIGATION_KIND_ACT, debtor_party_id="p2",
                    creditor_party_id="p1", content="拆除围墙", due_day=due)])))

    def settle(self):
        agreed = self.call("ConcludeByAgreement", self.first.dispute.ConcludeByAgreementRequest(
            name=self.name, agreement=self.agree(s.day(5)).name, request_id=s.request_id()))
        self.check_state("they agree", agreed, "AGREED")
        amended = self.call("AmendAgreement", self.course.AmendAgreementRequest(
            name=self.name, agreement=self.agree(s.day(50)).name, request_id=s.request_id()))
        self.check_state("and later agree on another day", amended, "AGREED")
        self.results.check("which is the one that counts", amended.deadline.due_day == s.day(50))
        performed = self.call("RecordPerformance", self.first.dispute.RecordPerformanceRequest(
            name=self.name, obligation_id="o1", evidence="现场照片", request_id=s.request_id()))
        self.check_state("it is performed", performed, "PERFORMED")

    def find(self):
        story = self.second

        def found(caller, query):
            answer = caller.call(self.searches, "SearchDisputes",
                                 self.search.SearchDisputesRequest(query=query))
            return [each.dispute.name for each in answer.found_disputes]

        s.eventually("the index follows", lambda: self.name in found(story.head, "宅基地 通道"))
        self.results.check("the committee finds it by two words", True)
        self.results.check("and by a party's name", self.name in found(story.head, "赵甲 通道"))
        self.results.check("which the bureau does not",
                           self.name in found(story.bureau, "宅基地 通道") and
                           self.name not in found(story.bureau, "赵甲 通道"))
        listed = self.call("ListDisputes", story.dispute.ListDisputesRequest(
            filter="state = PERFORMED AND escalation_count > 0", order_by="update_time desc"))
        self.results.check("a filter lists it",
                           [each.name for each in listed.disputes] == [self.name])
        code, reason, fields, _ = s.refused(lambda: self.call(
            "ListDisputes", story.dispute.ListDisputesRequest(filter="summary = x")))
        self.results.check("a filter by what is no field is refused by name",
                           reason == "FIELD_INVALID" and "filter" in str(fields), fields)

    def merge(self):
        """One of the parties applies at the first committee again."""
        first, d = self.first, self.first.disputes
        again = first.head.call(first.dispute_stub, "ReportDispute",
                                first.dispute.ReportDisputeRequest(
            request_id=s.request_id(), dispute=d.Dispute(
                category="NEIGHBOURS", source=d.DISPUTE_SOURCE_APPLICATION, division=first.DIVISION,
                summary="邻居占用宅基地通道", parties=first.guidance(1).referral.parties))).name
        found = first.bureau.call(self.links, "ListDuplicateCandidates",
                                  self.link.ListDuplicateCandidatesRequest(parent=again)).candidates
        self.results.check("the bureau is shown that it is known, and why",
                           self.name in [each.dispute for each in found] and
                           found[0].reasons[0] == "2 identity numbers in common", found[:1])
        merged = first.bureau.call(self.links, "MergeDispute", self.link.MergeDisputeRequest(
            name=again, into=self.name, explanation="同一纠纷", request_id=s.request_id()))
        self.check_state("and merges it", merged, "CLOSED_MERGED")
        parted = first.bureau.call(self.links, "UnmergeDispute", self.link.UnmergeDisputeRequest(
            name=again, explanation="另一处通道", request_id=s.request_id()))
        self.check_state("which can be undone", parted, "REPORTED")

    def run(self):
        self.first.file_organisation()
        self.second.file_organisation()
        self.report()
        self.hand_over()
        self.object()
        self.invite()
        self.escalate()
        self.suspend()
        self.merge()
        self.settle()
        self.find()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    s.compile_protos()
    results = s.Results()
    try:
        HardDispute(s.Suite(arguments.var, arguments.port_base), results).run()
    except grpc.RpcError as error:
        results.check("the story runs to its end", False, (error.details(), s.error_of(error)))
    except Exception as error:  # a fault of the test itself must not pass for success
        results.check("the story runs to its end", False, repr(error))
    results.finish()


if __name__ == "__main__":
    main()
