#include "deploy/maplectl_source/demo_stage.h"

#include <absl/strings/escaping.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/time/clock.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "common/status/macros.h"

namespace maplebridge::maplectl {
namespace {

constexpr absl::Duration kPause = absl::Milliseconds(100);

}  // namespace

absl::StatusOr<std::string> Stage::TokenFor(TokenClaims claims) const {
  claims.lifetime = absl::Minutes(30);
  MB_ASSIGN_OR_RETURN(const Token token, MintToken(claims, issuer_key_, absl::Now()));
  return token.text;
}

absl::StatusOr<std::string> Stage::TokenForParty(const std::string& identity_number) const {
  TokenClaims claims;
  MB_ASSIGN_OR_RETURN(claims.subject, PartySubject(match_key_file_, identity_number, absl::Now()));
  claims.roles = {"PARTY"};
  return TokenFor(std::move(claims));
}

void Stage::Tell(const std::string& step, const std::string& text, Json details) {
  const absl::Time now = absl::Now();
  const absl::Duration taken = now - last_step_;
  last_step_ = now;
  Json json;
  json["step"] = step;
  for (auto& [key, value] : details.items()) json[key] = value;
  json["milliseconds"] = absl::ToInt64Milliseconds(taken);
  console_.Tell(json);
  console_.Say(
      absl::StrCat(console_.Coloured("✓", Colour::kGood), " ", text, " ",
                   console_.Coloured(absl::StrCat("(", absl::ToInt64Milliseconds(taken), " ms)"),
                                     Colour::kFaint)));
}

absl::Status Stage::WaitUntil(const std::string& what,
                              const std::function<absl::StatusOr<bool>()>& is_so) const {
  const absl::Time end = absl::Now() + patience_;
  while (true) {
    MB_ASSIGN_OR_RETURN(const bool done, is_so());
    if (done) return absl::OkStatus();
    if (absl::Now() >= end) {
      return Problem(absl::StatusCode::kDeadlineExceeded,
                     absl::StrCat("waited ", absl::FormatDuration(patience_), " for ", what),
                     "maplectl status shows which service does not follow its feed");
    }
    absl::SleepFor(kPause);
  }
}

std::string NewRequestId() {
  unsigned char bytes[16];
  RAND_bytes(bytes, sizeof bytes);
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);
  std::string text =
      absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(bytes), sizeof bytes));
  for (std::size_t place : {20, 16, 12, 8}) text.insert(place, "-");
  return text;
}

std::string Sha256Of(const std::string& bytes) {
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(), digest);
  return absl::BytesToHexString(
      absl::string_view(reinterpret_cast<const char*>(digest), sizeof digest));
}

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  return timestamp;
}

std::string MakePdf(const std::string& title) {
  const std::string text =
      absl::StrCat("BT /F1 18 Tf 72 720 Td (", title, " ", NewRequestId(), ") Tj ET");
  const std::string objects[] = {
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
      " /Resources << /Font << /F1 5 0 R >> >> >>",
      absl::StrCat("<< /Length ", text.size(), " >>\nstream\n", text, "\nendstream"),
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  };
  std::string pdf = "%PDF-1.4\n";
  std::string table = "xref\n0 6\n0000000000 65535 f \n";
  int number = 0;
  for (const std::string& object : objects) {
    absl::StrAppendFormat(&table, "%010d 00000 n \n", static_cast<int>(pdf.size()));
    absl::StrAppend(&pdf, ++number, " 0 obj\n", object, "\nendobj\n");
  }
  const std::size_t start = pdf.size();
  absl::StrAppend(&pdf, table, "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n", start,
                  "\n%%EOF\n");
  return pdf;
}

}  // namespace maplebridge::maplectl
