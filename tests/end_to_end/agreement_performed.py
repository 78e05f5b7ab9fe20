#!/usr/bin/env python3
"""An agreement in instalments, from its draft to the last fen, through the gateway: what is refused,
what is due, a debtor urged and reminded, a mistake taken back, the agreement amended; every document
of it verified by openssl on the bytes that were downloaded; the committee's ledger and a campaign's
report. `agreement_performed.py --var DIR --port-base N`."""

import argparse
import datetime
import pathlib
import subprocess
import tempfile

import grpc

import court_story
import suite as s

CODE = grpc.StatusCode
IDENTITY = "distid:1234567812345678"


def text_of(content):
    """The words of a PDF without spaces and line ends."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content)
        file.flush()
        words = subprocess.run(["pdftotext", "-enc", "UTF-8", file.name, "-"], capture_output=True,
                               text=True, check=True).stdout
    return "".join(words.split())


def openssl_verifies(public_key, content, signature):
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "key.pub").write_text(public_key)
        (folder / "signature").write_bytes(signature)
        (folder / "content").write_bytes(content)
        return subprocess.run(
            ["openssl", "dgst", "-sm3", "-verify", "key.pub", "-sigopt", IDENTITY, "-signature",
             "signature", "content"], cwd=folder, capture_output=True).returncode == 0


class AgreementPerformed:
    def __init__(self, running, results):
        self.running, self.results = running, results
        self.story = court_story.Story(running, results)
        m, stub = s.message_module, s.stub_module
        self.p, self.performances = (m("registry.v1.performance"),
                                     stub("registry.v1.performance").PerformanceServiceStub)
        self.r, self.reports = m("registry.v1.report"), stub("registry.v1.report").ReportServiceStub
        self.c = m("registry.v1.campaign")
        self.campaigns = stub("registry.v1.campaign").CampaignServiceStub
        self.course = m("registry.v1.dispute_course")
        self.anyone = running.caller()

    def head(self, stub, method, request):
        return self.story.head.call(stub, method, request)

    def dispute_call(self, method, request):
        return self.head(self.story.dispute_stub, method, request)

    def dispute(self):
        return self.dispute_call("GetDispute", self.story.dispute.GetDisputeRequest(name=self.name))

    # --- the agreement ---------------------------------------------------------------------------

    def mediate(self):
        story, d = self.story, self.story.disputes
        parties = story.guidance(story.serial).referral.parties
        parties[0].display_name, parties[1].display_name = "欧阳𠮷祥", "阿卜杜热西提·买买提"
        reported = self.dispute_call("ReportDispute", story.dispute.ReportDisputeRequest(
            request_id=s.request_id(), dispute=d.Dispute(
                category="CONTRACT", source=d.DISPUTE_SOURCE_APPLICATION, division=story.DIVISION,
                summary="货款未付", parties=parties)))
        self.name = reported.name
        self.dispute_call("AcceptDispute", story.dispute.AcceptDisputeRequest(
            name=self.name, request_id=s.request_id()))
        self.dispute_call("AssignMediators", story.dispute.AssignMediatorsRequest(
            name=self.name, mediators=story.mediators[:1], request_id=s.request_id()))
        now = datetime.datetime.now(datetime.timezone.utc)
        session = d.Session(kind=d.SESSION_KIND_ONSITE, place="调解室", rights_told=True,
                            mediators=story.mediators[:1], party_ids=["p1", "p2"], minutes="到场。")
        session.start_time.FromDatetime(now - datetime.timedelta(hours=2))
        session.end_time.FromDatetime(now - datetime.timedelta(hours=1))
        self.dispute_call("RecordSession", story.dispute.RecordSessionRequest(
            parent=self.name, session=session, request_id=s.request_id()))

    def draft(self, amounts, **more):
        a = self.story.agreement
        payment = a.Obligation(
            obligation_id="o1", kind=a.OBLIGATION_KIND_PAYMENT, debtor_party_id="p2",
            creditor_party_id="p1", content="支付货款", amount_fen=sum(amounts), **more)
        for number, amount in enumerate(amounts, 1):
            payment.instalments.add(number=number, amount_fen=amount, due_day=s.day(10 * number))
        return a.Agreement(form=a.AGREEMENT_FORM_WRITTEN, facts="货已交付，货款未付。", obligations=[
            payment,
            a.Obligation(obligation_id="o2", kind=a.OBLIGATION_KIND_APOLOGY, debtor_party_id="p2",
                         creditor_party_id="p1", content="当面赔礼道歉", due_day=s.day(3),
                         continues_obligation_id="o2" if more else "")])

    def create(self, agreement):
        return self.head(self.story.agreement_stub, "CreateAgreement",
                         self.story.agreement.CreateAgreementRequest(
                             parent=self.name, agreement=agreement, request_id=s.request_id()))

    def sign(self, agreement):
        a, story = self.story.agreement, self.story
        for signature in [a.Signature(party_id="p1"), a.Signature(party_id="p2"),
                          a.Signature(mediator=story.mediators[0]),
                          a.Signature(organisation=story.name)]:
            signature.method = (a.SIGNATURE_METHOD_SEAL if signature.organisation
                                else a.SIGNATURE_METHOD_SIGNATURE)
            agreement = self.head(story.agreement_stub, "SignAgreement", a.SignAgreementRequest(
                name=agreement.name, signature=signature, request_id=s.request_id()))
        return agreement

    def refuse_field(self, what, agreement, field):
        code, reason, fields, _ = s.refused(lambda: self.create(agreement))
        self.results.check(f"{what} is refused by name", code == CODE.INVALID_ARGUMENT and
                           reason == "FIELD_INVALID" and list(fields) == [field], fields)

    def agree(self):
        wrong = self.draft([1_000_000, 500_000])
        wrong.obligations[0].amount_fen += 1
        self.refuse_field("a sum that its instalments do not make", wrong,
                          "agreement.obligations[0].instalments")
        wrong = self.draft([1_000_000, 500_000])
        wrong.obligations[0].amount_in_words = "人民币壹万肆仟元整"
        self.refuse_field("another sum in words", wrong, "agreement.obligations[0].amount_in_words")
        wrong = self.draft([1_000_000, 500_000])
        wrong.obligations[1].due_day = s.day(-1)
        self.refuse_field("a day that is past", wrong, "agreement.obligations[1].due_day")
        wrong = self.draft([1_000_000, 500_000])
        wrong.obligations[1].content = "双方解除婚姻关系"
        self.refuse_field("the end of a marriage", wrong, "agreement.obligations[1].content")
        agreement = self.sign(self.create(self.draft([1_000_000, 500_000])))
        concluded = self.dispute_call("ConcludeByAgreement",
                                      self.story.dispute.ConcludeByAgreementRequest(
                                          name=self.name, agreement=agreement.name,
                                          request_id=s.request_id()))
        self.results.check("fifteen thousand in two parts and an apology are agreed",
                           concluded.owed_amount_fen == 1_500_000 and
                           agreement.obligations[0].amount_in_words == "人民币壹万伍仟元整")
        content, _ = self.download(self.story.document_stub, "DownloadDocument",
                                   self.story.document.DownloadDocumentRequest(
                                       name=agreement.document.document))
        words = text_of(content)
        self.results.check("the paper says each part in figures and in words",
                           "欧阳𠮷祥" in words and "阿卜杜热西提·买买提" in words and
                           "第2期" in words and "人民币5,000.00元（大写：人民币伍仟元整）" in words)

    # --- performance -----------------------------------------------------------------------------

    def record(self, obligation, **more):
        return self.dispute_call("RecordPerformance", self.story.dispute.RecordPerformanceRequest(
            name=self.name, obligation_id=obligation, evidence="转账凭证",
            request_id=s.request_id(), **more))

    def perform(self):
        p = self.p
        paid = self.record("o1", amount_fen=300_000, method=p.PERFORMANCE_METHOD_BANK_TRANSFER)
        self.results.check("a part is paid", paid.performed_amount_fen == 300_000)
        code, _, fields, _ = s.refused(lambda: self.record("o1", amount_fen=1_200_001))
        self.results.check("a fen too much is refused", code == CODE.INVALID_ARGUMENT and
                           "1200000" in fields.get("amount_fen", ""), fields)
        due = self.head(self.performances, "ListDueObligations", p.ListDueObligationsRequest(
            due_by_day=s.day(10), dispute=self.name))
        self.results.check("what is due by a day is listed, the earliest first",
                           [(d.obligation_id, d.instalment, d.open_amount_fen)
                            for d in due.due_obligations] == [("o2", 0, 0), ("o1", 1, 700_000)],
                           due)
        urging = self.head(self.performances, "UrgePerformance", p.UrgePerformanceRequest(
            parent=self.name, request_id=s.request_id(), urging=p.Urging(
                obligation_id="o1", instalment=1, urge_day=s.day(0),
                method=p.URGING_METHOD_TELEPHONE,
                mediator=self.story.mediators[0], content="提醒按期支付。")))
        self.results.check("the debtor is reminded", urging.reminder)
        self.head(self.performances, "RecordUrgingAnswer", p.RecordUrgingAnswerRequest(
            name=urging.name, response=p.URGING_RESPONSE_PROMISED, answer="承诺按期支付。",
            promised_day=s.day(5), request_id=s.request_id()))
        kept = self.head(self.performances, "ListUrgings", p.ListUrgingsRequest(parent=self.name))
        self.results.check("and the answer is kept",
                           kept.urgings[0].answer == "承诺按期支付。" and
                           kept.urgings[0].promised_day == s.day(5))
        self.record("o2")
        mistaken = self.record("o1", amount_fen=1_200_000)
        self.results.check("the last payment ends the dispute", mistaken.state ==
                           self.story.disputes.DISPUTE_STATE_PERFORMED and
                           mistaken.days_to_perform == 0)
        reversed_ = self.head(self.performances, "ReversePerformance", p.ReversePerformanceRequest(
            name=f"{self.name}/performances/3", explanation="金额录入错误", request_id=s.request_id()))
        self.results.check("a mistake is taken back, and stays on record",
                           reversed_.HasField("reverse_time") and self.dispute().state ==
                           self.story.disputes.DISPUTE_STATE_AGREED)

    def amend(self):
        draft = self.draft([300_000, 200_000, 900_000], continues_obligation_id="o1")
        agreement = self.sign(self.create(draft))
        amended = self.dispute_call("AmendAgreement", self.course.AmendAgreementRequest(
            name=self.name, agreement=agreement.name, request_id=s.request_id()))
        self.results.check("a new agreement keeps what was performed",
                           amended.performed_amount_fen == 300_000 and
                           amended.owed_amount_fen == 1_400_000 and amended.performed_count == 1)
        self.record("o1", instalment=3)
        done = self.record("o1")
        self.results.check("and is performed to the last fen", done.state ==
                           self.story.disputes.DISPUTE_STATE_PERFORMED and
                           done.performed_amount_fen == 1_400_000)

    # --- papers ----------------------------------------------------------------------------------

    def download(self, stub, method, request, caller=None):
        content, what = b"", None
        for answer in (caller or self.story.head).stream(stub, method, request):
            content += answer.chunk
            what = answer if what is None else what
        return content, what

    def check_signed(self, what, number, words, content):
        """As anyone who holds the paper: by the code printed on it."""
        code = words[words.rindex("验证码：") + 4:][:14]
        document = self.story.document
        verified = self.anyone.call(self.story.document_stub, "VerifyDocument",
                                    document.VerifyDocumentRequest(number=number,
                                                                   verification_code=code))
        key, signature = verified.signing_key.public_key, verified.signature.value
        flipped = bytearray(content)
        flipped[len(flipped) // 2] ^= 1
        self.results.check(
            f"{what} verifies with openssl, and not with a bit flipped",
            verified.sha256 == s.sha256(content) and openssl_verifies(key, content, signature) and
            not openssl_verifies(key, bytes(flipped), signature))
        return verified

    def papers(self):
        document = self.story.document
        for kind, ordinal, pieces in (
                ("URGING_NOTICE", 1, ["督促履行通知书", "阿卜杜热西提·买买提：", "第1期"]),
                ("PERFORMANCE_RECORD", 0, ["履行情况记录", "金额录入错误", "履行完毕"])):
            made = self.head(self.story.document_stub, "CreateDocument",
                             document.CreateDocumentRequest(
                                 parent=self.name, ordinal=ordinal, request_id=s.request_id(),
                                 kind=document.DocumentKind.Value(f"DOCUMENT_KIND_{kind}")))
            content, _ = self.download(self.story.document_stub, "DownloadDocument",
                                       document.DownloadDocumentRequest(name=made.name))
            words = text_of(content)
            self.results.check(f"{kind} says what it is about",
                               all(piece in words for piece in pieces), words)
            self.check_signed(kind, made.number, words, content)
        keys = self.anyone.call(self.story.document_stub, "ListSigningKeys",
                                document.ListSigningKeysRequest())
        self.results.check("anyone may have the public keys", len(keys.signing_keys) >= 1 and
                           keys.signing_keys[0].public_key.startswith("-----BEGIN PUBLIC KEY"))

    def ledger(self):
        r, order = self.r, lambda: self.r.CreateDisputeLedgerRequest(
            parent=self.story.name, start_day=s.day(-1), end_day=s.day(0), request_id=s.request_id())
        own = self.head(self.reports, "CreateDisputeLedger", order())
        content, _ = self.download(self.reports, "DownloadReport",
                                   r.DownloadReportRequest(name=own.name))
        words = text_of(content)
        self.results.check("the committee's ledger names its parties",
                           own.names_parties and own.entry_count == 1 and "欧阳𠮷祥" in words and
                           "履行完毕1件" in words and "已履行14,000.00元" in words, words)
        self.check_signed("the ledger", own.number, words, content)
        bare = self.story.bureau.call(self.reports, "CreateDisputeLedger", order())
        content, _ = self.download(self.reports, "DownloadReport",
                                   r.DownloadReportRequest(name=bare.name), self.story.bureau)
        self.results.check("the bureau's does not", not bare.names_parties and
                           "欧阳" not in text_of(content))
        code, reason, _, _ = s.refused(lambda: self.story.bureau.call(
            self.reports, "GetReport", r.GetReportRequest(name=own.name)))
        self.results.check("and it does not see the other", code == CODE.NOT_FOUND, reason)

    def campaign(self):
        c, bureau = self.c, self.story.bureau
        opened = bureau.call(self.campaigns, "CreateCampaign", c.CreateCampaignRequest(
            request_id=s.request_id(), campaign=c.Campaign(
                title="节前专项排查", kind=c.INVESTIGATION_KIND_GENERAL, theme="护航重大活动",
                mode=c.INVESTIGATION_MODE_SPECIAL, divisions=["330102"],
                forces=[c.FORCE_GRID_WORKERS], start_day=s.day(-3), end_day=s.day(3))))
        villages = bureau.call(self.campaigns, "ListVillageTasks",
                               c.ListVillageTasksRequest(parent=opened.name, page_size=5)).tasks
        for village in villages:
            bureau.call(self.campaigns, "RecordVisit", c.RecordVisitRequest(
                parent=opened.name, request_id=s.request_id(), visit=c.Visit(
                    division=village.division, visit_day=s.day(0), household_count=3,
                    forces=[c.FORCE_GRID_WORKERS])))
        order = self.r.CreateCampaignReportRequest(parent=opened.name, request_id=s.request_id())
        code, reason, _, _ = s.refused(lambda: bureau.call(self.reports, "CreateCampaignReport",
                                                           order))
        self.results.check("an open campaign has no report yet", reason == "STATE_FORBIDS", reason)
        bureau.call(self.campaigns, "CloseCampaign", c.CloseCampaignRequest(
            name=opened.name, conclusion="限期补查。", request_id=s.request_id()))
        order.request_id = s.request_id()
        report = bureau.call(self.reports, "CreateCampaignReport", order)
        content, _ = self.download(self.reports, "DownloadReport",
                                   self.r.DownloadReportRequest(name=report.name), bureau)
        words = text_of(content)
        self.results.check(
            "its report counts villages, visits and households",
            f"应排查村（社区）{opened.village_count}个，已走访5个" in words and
            "共走访5次，走访住户15户次" in words and "限期补查。" in words, words)
        self.check_signed("the campaign's report", report.number, words, content)

    def run(self):
        self.story.file_organisation()
        self.mediate()
        self.agree()
        self.perform()
        self.amend()
        self.papers()
        self.ledger()
        self.campaign()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--var", required=True)
    parser.add_argument("--port-base", default="7400")
    arguments = parser.parse_args()
    s.compile_protos()
    results = s.Results()
    try:
        AgreementPerformed(s.Suite(arguments.var, arguments.port_base), results).run()
    except grpc.RpcError as error:
        results.check("the story runs to its end", False, (error.details(), s.error_of(error)))
    except Exception as error:  # a fault of the test itself must not pass for success
        results.check("the story runs to its end", False, repr(error))
    results.finish()


if __name__ == "__main__":
    main()
