#include "services/docking/api/materials.h"

#include <absl/strings/numbers.h>
#include <absl/strings/str_cat.h>

#include <algorithm>

#include "common/content/content_store.h"
#include "common/server/request_id.h"
#include "services/docking/api/words.h"

namespace maplebridge::docking {
namespace {

constexpr std::int64_t kLargest = 200 << 20;
constexpr std::size_t kLargestChunk = 1 << 20;

// type/subtype of RFC 6838, without parameters.
bool IsMediaType(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (text.size() > 100 || slash == std::string_view::npos || slash == 0 ||
      slash + 1 == text.size()) {
    return false;
  }
  return std::all_of(text.begin(), text.end(), [&](const char& c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '+' || c == '-' ||
           c == '_' || &c == text.data() + slash;
  });
}

absl::Status CheckHeader(const v1::MaterialHeader& header) {
  FieldCheck check;
  const v1::Material& material = header.material();
  std::string wrong = CheckText(material.title(), 1, 200);
  check.Require(wrong.empty(), "header.material.title", wrong);
  check.Require(IsMediaType(material.media_type()), "header.material.media_type",
                "must be a media type in lower case, such as application/pdf");
  check.Require(material.size() >= 1 && material.size() <= kLargest, "header.material.size",
                "must be 1 to 209715200 bytes");
  check.Require(IsDigest(material.sha256()), "header.material.sha256",
                "must be 64 lower-case hexadecimal digits");
  return check.status();
}

absl::Status DigestDiffersError(std::string_view what) {
  return ReasonError(
      absl::StatusCode::kInvalidArgument, reason::kDigestDiffers,
      absl::StrCat(std::string(what), "; nothing was stored; send the file again from its start"));
}

// Takes the chunks in. The sealed bytes are in `writer`; nothing is stored yet.
Task<absl::StatusOr<ContentInfo>> ReadBytes(StreamReader& reader, const v1::Material& announced,
                                            ContentWriter* writer) {
  v1::UploadMaterialRequest message;
  std::int64_t size = 0;
  while (true) {
    auto more = co_await reader.Read(&message);
    if (!more.ok()) co_return more.status();
    if (!*more) break;
    if (message.part_case() != v1::UploadMaterialRequest::kChunk) {
      co_return FieldError("header", "must be the first message only; chunks follow");
    }
    if (message.chunk().size() > kLargestChunk) {
      co_return FieldError("chunk", "must be at most 1048576 bytes");
    }
    size += static_cast<std::int64_t>(message.chunk().size());
    if (size > announced.size())
      co_return DigestDiffersError("there are more bytes than announced");
    MB_CO_RETURN_IF_ERROR(writer->Append(message.chunk()));
  }
  if (size != announced.size()) {
    co_return DigestDiffersError(
        absl::StrCat("there are ", size, " bytes; announced were ", announced.size()));
  }
  ContentInfo info = writer->Finish();
  if (info.sha256 != announced.sha256()) {
    co_return DigestDiffersError(
        absl::StrCat("the bytes have the SHA-256 ", info.sha256, ", not the one announced"));
  }
  co_return info;
}

Material MaterialOf(const Call& call, const Referral& referral, const v1::MaterialHeader& header,
                    const ContentInfo& info) {
  Material material;
  material.referral = referral.id;
  material.number = static_cast<int>(referral.materials.size()) + 1;
  material.title = header.material().title();
  material.media_type = header.material().media_type();
  material.size = info.size;
  material.sha256 = info.sha256;
  material.sm3 = info.sm3;
  material.create_time = StepTime(call);
  return material;
}

struct MaterialName {
  std::string referral;  // name
  int number = 0;
};

absl::StatusOr<MaterialName> MaterialNameIn(const std::string& name) {
  std::vector<std::string> parts = NameParts("referrals/*/materials/*", name);
  MaterialName found;
  if (parts.empty() || !absl::SimpleAtoi(parts[1], &found.number)) {
    return FieldError("name", "must be referrals/{id}/materials/{number}");
  }
  found.referral = "referrals/" + parts[0];
  return found;
}

absl::StatusOr<Material> FindMaterial(const Referral& referral, int number) {
  for (const Material& material : referral.materials) {
    if (material.number == number) return material;
  }
  return NotFoundError(absl::StrCat(referral.name(), "/materials/", number));
}

// The material of a repeated call.
Task<absl::StatusOr<v1::Material>> RereadMaterial(const Docking& docking,
                                                  postgres::Transaction& transaction,
                                                  const Call& call, const std::string& name) {
  auto parts = MaterialNameIn(name);
  if (!parts.ok()) co_return parts.status();
  auto referral = co_await ReadReferral(transaction, docking.keys,
                                        parts->referral.substr(sizeof("referrals/") - 1));
  if (!referral.ok()) co_return referral.status();
  if (!MaySee(call.caller(), ScopeOf(*referral))) co_return NotFoundError(name);
  auto material = FindMaterial(*referral, parts->number);
  if (!material.ok()) co_return material.status();
  co_return MaterialMessage(*material);
}

}  // namespace

Task<absl::StatusOr<v1::Material>> UploadMaterial(Docking& docking, Call& call,
                                                  StreamReader& reader) {
  v1::UploadMaterialRequest first;
  auto begun = co_await reader.Read(&first);
  if (!begun.ok()) co_return begun.status();
  if (!*begun || first.part_case() != v1::UploadMaterialRequest::kHeader) {
    co_return FieldError("header", "must be the first message");
  }
  const v1::MaterialHeader& header = first.header();
  MB_CO_RETURN_IF_ERROR(CheckRequestId(header.request_id()));
  MB_CO_RETURN_IF_ERROR(CheckHeader(header));
  // Before 200 MB are taken in: only the court's own case.
  auto referral = co_await FindVisible(docking, call, "header.referral", header.referral());
  if (!referral.ok()) co_return referral.status();
  MB_CO_RETURN_IF_ERROR(RequireCourt(call.caller(), referral->court));
  ContentWriter writer(*docking.keys.sealing, kLargest);
  auto info = co_await ReadBytes(reader, header.material(), &writer);
  if (!info.ok()) co_return info.status();

  StepRequest step_request;
  step_request.id = referral->id;
  step_request.choose = Always(ReferralEvent::kAddMaterial);
  step_request.right = StepRight::kCourt;
  std::function<Task<absl::StatusOr<v1::Material>>(postgres::Transaction&)> change =
      [&](postgres::Transaction& transaction) -> Task<absl::StatusOr<v1::Material>> {
    auto step = co_await BeginStep(docking, transaction, call, step_request);
    if (!step.ok()) co_return step.status();
    Material material = MaterialOf(call, step->referral, header, *info);
    absl::Status done = co_await writer.Store(transaction);
    if (!done.ok()) co_return done;
    done = co_await InsertMaterial(transaction, material);
    if (!done.ok()) co_return done;
    v1::Material answer = MaterialMessage(material);
    step->referral.materials.push_back(std::move(material));
    done = co_await FinishStep(docking, transaction, call, &*step);
    if (!done.ok()) co_return done;
    co_return answer;
  };
  std::function<Task<absl::StatusOr<v1::Material>>(postgres::Transaction&, const std::string&)>
      reread = [&](postgres::Transaction& transaction,
                   const std::string& name) -> Task<absl::StatusOr<v1::Material>> {
    return RereadMaterial(docking, transaction, call, name);
  };
  co_return co_await ChangeOnce<v1::Material>(docking.database(call), call, header, change, reread);
}

Task<absl::Status> DownloadMaterial(Docking& docking, Call& call,
                                    const v1::DownloadMaterialRequest& request,
                                    StreamWriter& writer) {
  MB_CO_ASSIGN_OR_RETURN(const MaterialName name, MaterialNameIn(request.name()));
  auto referral = co_await FindVisible(docking, call, "name", name.referral);
  if (!referral.ok()) co_return referral.status();
  // An organisation that declined no longer has the case before it.
  if (ViewOf(call.caller(), *referral) == PartyView::kBare) co_return NotFoundError(request.name());
  MB_CO_ASSIGN_OR_RETURN(const Material material, FindMaterial(*referral, name.number));
  v1::DownloadMaterialResponse message;
  *message.mutable_material() = MaterialMessage(material);
  bool written = co_await writer.Write(message);
  ContentDigest digest;
  std::int64_t sent = 0;
  for (int ordinal = 0; written && sent < material.size; ++ordinal) {
    auto chunk = co_await ReadContentChunk(docking.database(call), call.deadline(),
                                           *docking.keys.sealing, material.sha256, ordinal);
    if (absl::IsNotFound(chunk.status())) {
      co_return ReasonError(absl::StatusCode::kDataLoss, reason::kDigestDiffers,
                            absl::StrCat(request.name(), ": stored bytes are missing"));
    }
    if (!chunk.ok()) co_return chunk.status();
    digest.Update(*chunk);
    sent += static_cast<std::int64_t>(chunk->size());
    message.set_chunk(*std::move(chunk));
    written = co_await writer.Write(message);
  }
  if (!written) co_return absl::CancelledError("the caller has gone");
  const ContentDigest::Hex hex = digest.Finish();
  if (hex.sha256 != material.sha256 || hex.sm3 != material.sm3) {
    co_return ReasonError(
        absl::StatusCode::kDataLoss, reason::kDigestDiffers,
        absl::StrCat(request.name(), ": stored bytes no longer have their digest"));
  }
  co_return absl::OkStatus();
}

}  // namespace maplebridge::docking
