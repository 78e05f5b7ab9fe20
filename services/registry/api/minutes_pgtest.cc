#include <absl/strings/match.h>

#include "common/sealing/sealing.h"
#include "services/registry/api/create_document.h"
#include "services/registry/api/messages.h"
#include "services/registry/api/minutes.h"
#include "services/registry/api/minutes_link.h"
#include "services/registry/api/parties.h"
#include "services/registry/api/words.h"
#include "services/registry/store/message_store.h"
#include "services/registry/testing/registry_fixture.h"

namespace maplebridge::registry {
namespace {

using absl::StatusCode;

class MinutesTest : public RegistryTest {
 protected:
  Call PublicCall() {
    Caller caller;
    caller.roles = {options::v1::ROLE_PUBLIC};
    return CallBy(std::move(caller));
  }
  Call PlatformCall(const std::string& division = "330102") {
    Caller caller;
    caller.principal = "callers/messages-" + division;
    caller.roles = {options::v1::ROLE_MESSAGE_PLATFORM};
    caller.division = division;
    return CallBy(std::move(caller));
  }
  // A session in which both parties took part.
  std::string Session() { return HoldSession(Mediating().name()).name(); }
  v1::Minutes Write(const std::string& session, const std::string& text = "双方陈述……") {
    v1::WriteMinutesRequest request;
    request.set_session(session);
    request.set_text(text);
    return Must(&WriteMinutes, HeadCall(), request);
  }
  v1::Minutes Open(const std::string& session) {
    v1::OpenMinutesRequest request;
    request.set_session(session);
    return Must(&OpenMinutes, HeadCall(), request);
  }
  v1::Minutes Read(const std::string& session) {
    v1::GetMinutesRequest request;
    request.set_name(session + "/minutes");
    return Must(&GetMinutes, HeadCall(), request);
  }
  v1::ClaimMessagesResponse Claim() {
    return Must(&ClaimMessageBatch, PlatformCall(), v1::ClaimMessagesRequest());
  }
  // Tokens of the links that were sent, in the order of the parties.
  std::vector<std::string> Tokens() {
    std::vector<std::string> tokens;
    const v1::ClaimMessagesResponse claimed = Claim();
    for (const auto& message : claimed.messages()) {
      EXPECT_EQ(message.kind(), v1::MESSAGE_KIND_MINUTES_LINK);
      tokens.push_back(message.text().substr(message.text().size() - 64));
    }
    return tokens;
  }
  absl::Status SendCode(const std::string& token) {
    v1::SendMinutesCodeRequest request;
    request.set_token(token);
    return Ask(&SendMinutesCode, PublicCall(), request).status();
  }
  // The code that a telephone just got.
  std::string Code(const std::string& token) {
    EXPECT_TRUE(SendCode(token).ok());
    const auto claimed = Claim();
    EXPECT_EQ(claimed.messages_size(), 1);
    if (claimed.messages_size() != 1) return "";
    const std::string& text = claimed.messages(0).text();
    const auto at = text.find("验证码") + std::string("验证码").size();
    return text.substr(at, 6);
  }
  static v1::ConfirmMinutesRequest Word(const std::string& token, const std::string& code,
                                        int version = 1) {
    v1::ConfirmMinutesRequest request;
    request.set_token(token);
    request.set_code(code);
    request.set_version(version);
    request.set_decision(v1::MINUTES_DECISION_CONFIRM);
    return request;
  }
  absl::Status Confirm(const v1::ConfirmMinutesRequest& request) {
    return Ask(&ConfirmMinutes, PublicCall(), request).status();
  }
  absl::Status View(const std::string& token) {
    v1::ViewMinutesRequest request;
    request.set_token(token);
    return Ask(&ViewMinutes, PublicCall(), request).status();
  }
  // Another than the code that was sent.
  static std::string Wrong(const std::string& code) {
    return (code[0] == '9' ? "8" : "9") + code.substr(1);
  }
};

TEST_F(MinutesTest, BothConfirmTheSameVersionWithTheirOwnCodes) {
  const std::string session = Session();
  const v1::Minutes written = Write(session);
  EXPECT_EQ(written.state(), v1::MINUTES_STATE_DRAFT);
  EXPECT_EQ(written.sha256().size(), 64u);
  EXPECT_EQ(Open(session).state(), v1::MINUTES_STATE_OPEN);
  const std::vector<std::string> tokens = Tokens();
  ASSERT_EQ(tokens.size(), 2u);
  v1::ViewMinutesRequest view;
  view.set_token(tokens[0]);
  const auto seen = Must(&ViewMinutes, PublicCall(), view);
  EXPECT_EQ(seen.text(), "双方陈述……");
  EXPECT_EQ(seen.sha256(), written.sha256());
  const std::string first = Code(tokens[0]), second = Code(tokens[1]);
  EXPECT_TRUE(Confirm(Word(tokens[0], first)).ok());
  EXPECT_EQ(Read(session).state(), v1::MINUTES_STATE_OPEN);
  EXPECT_TRUE(Confirm(Word(tokens[0], first)).ok()) << "the same word again";
  EXPECT_TRUE(Confirm(Word(tokens[1], second)).ok());
  const v1::Minutes read = Read(session);
  EXPECT_EQ(read.state(), v1::MINUTES_STATE_CONFIRMED);
  ASSERT_EQ(read.confirmations_size(), 2);
  v1::CreateDocumentRequest record;
  record.set_parent(session.substr(0, session.find("/sessions/")));
  record.set_kind(v1::DOCUMENT_KIND_MEDIATION_RECORD);
  record.set_ordinal(1);
  const std::string text = DocumentText(Must(&CreateDocument, HeadCall(), record).name());
  for (const std::string& words :
       {std::string("双方陈述……"), std::string("以上笔录经到场当事人核对无误。"),
        std::string("以一次性验证码确认笔录无误。"), read.sha256().substr(0, 16)}) {
    EXPECT_TRUE(absl::StrContains(text, words)) << words << "\n" << text;
  }
  EXPECT_EQ(read.confirmations(1).decision(), v1::MINUTES_DECISION_CONFIRM);
  EXPECT_EQ(Value("SELECT string_agg(revision || to_state, ' ' ORDER BY position) FROM events "
                  "WHERE type = 'ConfirmMinutes'"),
            "1OPEN 2CONFIRMED");
  v1::WriteMinutesRequest again;
  again.set_session(session);
  again.set_text("别的");
  ExpectError(Ask(&WriteMinutes, HeadCall(), again).status(), StatusCode::kFailedPrecondition,
              reason::kStateForbids);
}

TEST_F(MinutesTest, ACodeDiesAfterFiveTriesAndEachIsCountedThoughItWasRefused) {
  const std::string session = Session();
  Write(session);
  Open(session);
  const std::string token = Tokens()[0];
  const std::string code = Code(token);
  for (int left = 4; left >= 0; --left) {
    const absl::Status refused = Confirm(Word(token, Wrong(code)));
    ExpectError(refused, StatusCode::kInvalidArgument, reason::kFieldInvalid, "code");
    EXPECT_TRUE(absl::StrContains(refused.message(), absl::StrCat("; ", left, " "))) << refused;
  }
  ExpectError(Confirm(Word(token, code)), StatusCode::kFailedPrecondition, reason::kGuardFailed);
  EXPECT_EQ(Value("SELECT count(*) FROM minutes_confirmations"), "0");
  ExpectError(SendCode(token), StatusCode::kFailedPrecondition, reason::kGuardFailed);
  Execute("UPDATE minutes_links SET code_time = code_time - interval '61 seconds'");
  EXPECT_TRUE(Confirm(Word(token, Code(token))).ok());
}

TEST_F(MinutesTest, ACodeIsOfOneLinkAndOneVersionAndTenMinutes) {
  const std::string session = Session();
  Write(session);
  Open(session);
  const std::vector<std::string> tokens = Tokens();
  const std::string first = Code(tokens[0]);
  Code(tokens[1]);
  if (Value("SELECT count(DISTINCT code_match) FROM minutes_links") == "2") {
    EXPECT_FALSE(Confirm(Word(tokens[1], Wrong(first))).ok());
  }
  ExpectError(Confirm(Word(tokens[0], first, 2)), StatusCode::kInvalidArgument,
              reason::kFieldInvalid, "version");
  Execute("UPDATE minutes_links SET code_expire_time = now()");
  ExpectError(Confirm(Word(tokens[0], first)), StatusCode::kFailedPrecondition,
              reason::kGuardFailed);
  // A new version ends the links of the old one.
  EXPECT_EQ(Write(session, "更正后的笔录").version(), 2);
  ExpectError(View(tokens[0]), StatusCode::kNotFound, reason::kResourceNotFound);
  ExpectError(Confirm(Word(tokens[0], first)), StatusCode::kNotFound, reason::kResourceNotFound);
  EXPECT_EQ(Value("SELECT string_agg(state, ' ' ORDER BY version) FROM minutes"), "REPLACED DRAFT");
}

TEST_F(MinutesTest, ALinkThatIsNoneIsNotFoundAndSoIsOneThatEnded) {
  const std::string session = Session();
  Write(session);
  Open(session);
  const std::string token = Tokens()[0];
  ExpectError(View(std::string(64, '0')), StatusCode::kNotFound, reason::kResourceNotFound);
  EXPECT_TRUE(View(token).ok());
  Execute("UPDATE minutes_links SET expire_time = now()");
  ExpectError(View(token), StatusCode::kNotFound, reason::kResourceNotFound);
  ExpectError(SendCode(token), StatusCode::kNotFound, reason::kResourceNotFound);
}

TEST_F(MinutesTest, NeitherTokenNorCodeNorTelephoneStandsInTheDatabase) {
  const std::string session = Session();
  Write(session);
  Open(session);
  const std::string token = Tokens()[0];
  const std::string code = Code(token);
  for (const std::string& secret : {token, code, std::string("13800138000")}) {
    for (const char* table : {"minutes_links", "messages", "events", "request_ids"}) {
      EXPECT_EQ(Value(absl::StrCat("SELECT count(*) FROM ", table, " t WHERE t::text LIKE '%",
                                   secret, "%'")),
                "0")
          << table;
    }
  }
}

TEST_F(MinutesTest, AnObjectionIsKeptAndANewVersionAsksEverybodyAgain) {
  const std::string session = Session();
  Write(session);
  Open(session);
  const std::vector<std::string> tokens = Tokens();
  auto word = Word(tokens[0], Code(tokens[0]));
  word.set_decision(v1::MINUTES_DECISION_OBJECT);
  ExpectError(Confirm(word), StatusCode::kInvalidArgument, reason::kFieldInvalid, "objection");
  word.set_objection("第二段不是我说的");
  EXPECT_TRUE(Confirm(word).ok());
  word.set_decision(v1::MINUTES_DECISION_CONFIRM);
  word.clear_objection();
  ExpectError(Confirm(word), StatusCode::kFailedPrecondition, reason::kStateForbids);
  EXPECT_EQ(Read(session).confirmations(0).objection(), "第二段不是我说的");
  EXPECT_TRUE(Confirm(Word(tokens[1], Code(tokens[1]))).ok());
  EXPECT_EQ(Read(session).state(), v1::MINUTES_STATE_OPEN) << "not all confirmed";
  Write(session, "更正");
  Open(session);
  EXPECT_EQ(Tokens().size(), 2u);
  EXPECT_EQ(Read(session).confirmations(0).decision(), v1::MINUTES_DECISION_UNSPECIFIED);
}

TEST_F(MinutesTest, WhoHasNoTelephoneSignsOnPaper) {
  const std::string session = Session();
  Execute(
      "UPDATE parties SET telephone_sealed = NULL, telephone_match = NULL WHERE party_id = "
      "'p2'");
  v1::RecordMinutesSignatureRequest request;
  request.set_session(session);
  request.set_party_id("p2");
  request.set_evidence("笔录末页签名");
  ExpectError(Ask(&RecordMinutesSignature, HeadCall(), request).status(),
              StatusCode::kFailedPrecondition, reason::kStateForbids);
  Write(session);
  const auto opened = Open(session);
  EXPECT_FALSE(opened.confirmations(0).needs_paper());
  EXPECT_TRUE(opened.confirmations(1).needs_paper());
  const std::vector<std::string> tokens = Tokens();
  ASSERT_EQ(tokens.size(), 1u);
  Must(&RecordMinutesSignature, HeadCall(), request);
  EXPECT_TRUE(Confirm(Word(tokens[0], Code(tokens[0]))).ok());
  EXPECT_EQ(Read(session).state(), v1::MINUTES_STATE_CONFIRMED);
}

TEST_F(MinutesTest, ForAChildTheGuardianIsSentTheLinkAndSpeaks) {
  const std::string session = Session();
  const std::string dispute = session.substr(0, session.find("/sessions"));
  type::v1::Representative guardian;
  guardian.set_representative_id("r1");
  guardian.set_kind(type::v1::REPRESENTATIVE_KIND_GUARDIAN);
  guardian.set_display_name("张父");
  guardian.set_telephone("13900139000");
  guardian.set_evidence("户口簿");
  v1::AddRepresentativeRequest adding;
  adding.set_name(dispute);
  adding.set_party_id("p1");
  *adding.mutable_representative() = guardian;
  Must(&AddRepresentative, HeadCall(), adding);
  Execute("UPDATE parties SET capacity = 'NONE' WHERE party_id = 'p1'");
  Write(session);
  Open(session);
  const auto claimed = Claim();
  ASSERT_EQ(claimed.messages_size(), 2);
  EXPECT_EQ(claimed.messages(0).telephone(), "13900139000");
  const std::string& text = claimed.messages(0).text();
  const std::string token = text.substr(text.size() - 64);
  EXPECT_TRUE(Confirm(Word(token, Code(token))).ok());
  const v1::Minutes read = Read(session);
  EXPECT_EQ(read.confirmations(0).decision(), v1::MINUTES_DECISION_CONFIRM);
  EXPECT_EQ(read.confirmations(0).representative_id(), "r1");
  EXPECT_EQ(read.confirmations(1).representative_id(), "");
}

TEST_F(MinutesTest, ALinkOfAGuardianWhoseAuthorityEndedOpensNothing) {
  const std::string session = Session();
  Execute("UPDATE parties SET capacity = 'NONE' WHERE party_id = 'p1'");
  Write(session);
  EXPECT_TRUE(Open(session).confirmations(0).needs_paper()) << "nobody acts for the child";
  EXPECT_EQ(Tokens().size(), 1u);
  Execute("UPDATE parties SET capacity = '' WHERE party_id = 'p1'");
  Open(session);
  const std::vector<std::string> tokens = Tokens();
  ASSERT_EQ(tokens.size(), 2u);
  EXPECT_TRUE(View(tokens[0]).ok());
  Execute("UPDATE minutes_links SET representative_id = 'r1' WHERE party_id = 'p1'");
  ExpectError(View(tokens[0]), StatusCode::kNotFound, reason::kResourceNotFound);
}

TEST_F(MinutesTest, MinutesAreForThoseWhoWorkOnTheDispute) {
  const std::string session = Session();
  Write(session);
  v1::GetMinutesRequest request;
  request.set_name(session + "/minutes");
  for (Call call : {StrangerCall(), CourtCall()}) {
    ExpectError(Ask(&GetMinutes, call, request).status(), StatusCode::kNotFound,
                reason::kResourceNotFound);
  }
  v1::WriteMinutesRequest write;
  write.set_session(session);
  write.set_text("x");
  ExpectError(Ask(&WriteMinutes, StrangerCall(), write).status(), StatusCode::kNotFound,
              reason::kResourceNotFound);
}

TEST_F(MinutesTest, MessagesGoToThePlatformOfThePlaceAtLeastOnceAndAreDestroyed) {
  const std::string session = Session();
  Write(session);
  Open(session);
  EXPECT_EQ(Must(&ClaimMessageBatch, PlatformCall("330102003"), v1::ClaimMessagesRequest())
                .messages_size(),
            0);
  const auto claimed = Claim();
  ASSERT_EQ(claimed.messages_size(), 2);
  EXPECT_EQ(claimed.messages(0).telephone(), "13800138000");
  EXPECT_EQ(Claim().messages_size(), 0) << "taken";
  Execute("UPDATE messages SET claim_time = now() - interval '3 minutes'");
  EXPECT_EQ(Claim().messages_size(), 2) << "not acknowledged in time";
  v1::AcknowledgeMessageRequest end;
  end.set_name(claimed.messages(0).name());
  end.set_outcome(v1::MESSAGE_OUTCOME_DELIVERED);
  ExpectError(Ask(&AcknowledgeMessage, PlatformCall("330102003"), end).status(),
              StatusCode::kNotFound, reason::kResourceNotFound);
  Must(&AcknowledgeMessage, PlatformCall(), end);
  Must(&AcknowledgeMessage, PlatformCall(), end);
  EXPECT_EQ(Value("SELECT count(*) FROM messages WHERE text_sealed IS NULL AND state = "
                  "'DELIVERED'"),
            "1");
  Execute("UPDATE messages SET expire_time = now() WHERE state = 'CLAIMED'");
  auto expired = Run(ExpireMessages(*parts_->databases[0], absl::Now() + absl::Seconds(10),
                                    absl::Now() + absl::Seconds(1)));
  ASSERT_TRUE(expired.ok());
  EXPECT_EQ(*expired, 1);
  EXPECT_EQ(Value("SELECT count(*) FROM messages WHERE text_sealed IS NOT NULL"), "0");
}

}  // namespace
}  // namespace maplebridge::registry
