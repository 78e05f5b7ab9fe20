#include "services/registry/api/report_message.h"

#include <absl/strings/str_cat.h>

#include "common/calendar/working_calendar.h"
#include "common/content/content_store.h"
#include "common/server/resource_id.h"
#include "services/registry/api/case_document.h"
#include "services/registry/api/signing.h"
#include "services/registry/api/words.h"
#include "services/registry/domain/document_number.h"

namespace maplebridge::registry {
namespace {

// A report of ours is far smaller; the limit is against a fault.
constexpr std::int64_t kLargestReport = 64 << 20;

}  // namespace

v1::Report ReportMessage(const Report& report) {
  v1::Report message;
  message.set_name(report.name());
  message.set_kind(EnumOf<v1::DocumentKind>("DOCUMENT_KIND_", report.kind));
  message.set_number(report.number);
  message.set_start_day(DayWord(report.start_day));
  message.set_end_day(DayWord(report.end_day));
  message.set_names_parties(report.names_parties);
  message.set_entry_count(report.entry_count);
  message.set_media_type("application/pdf");
  message.set_size(report.size);
  message.set_sha256(report.sha256);
  message.set_sm3(report.sm3);
  message.set_page_count(report.page_count);
  message.set_template_(report.template_name);
  SetSignature(&message, report.signature, report.signing_key);
  SetTime(message.mutable_create_time(), report.create_time);
  return message;
}

Task<absl::StatusOr<MadeDocument>> MakeReport(const Registry& registry, const Call& call,
                                              TemplateValues values, Report* report) {
  const DocumentKind kind = DocumentKindOf(report->kind).value_or(DocumentKind::kDisputeLedger);
  const std::string county =
      division::DivisionCode::FromNumber(report->division).ToString().substr(0, 6);
  const int year = static_cast<int>(calendar::ChinaDay(call.now()).year());
  auto serial = co_await NextReportSerial(registry.database(call), call.deadline(), report->kind,
                                          county, year);
  if (!serial.ok()) co_return serial.status();
  report->id = NewResourceId(call.now());
  report->number = ReportNumber(kind, county, year, *serial);
  report->create_time = call.now();
  ReportLabel label;
  label.kind = kind;
  label.number = report->number;
  label.verification_code = VerificationCodeOf(registry, report->number, report->parent);
  label.now = call.now();
  auto render = [&] { return registry.maker->MakeReport(label, std::move(values)); };
  absl::StatusOr<MadeDocument> made = co_await OnWorker(render);
  if (!made.ok()) co_return made.status();
  report->page_count = made->pages;
  report->template_name = made->template_name;
  co_return made;
}

Task<absl::StatusOr<v1::Report>> StoreReport(const Registry& registry,
                                             postgres::Transaction& transaction, const Call& call,
                                             Report report, const std::string& bytes) {
  ContentWriter writer(*registry.keys.sealing, kLargestReport);
  MB_CO_RETURN_IF_ERROR(writer.Append(bytes));
  const ContentInfo content = writer.Finish();
  absl::Status stored = co_await writer.Store(transaction);
  if (!stored.ok()) co_return stored;
  report.size = content.size;
  report.sha256 = content.sha256;
  report.sm3 = content.sm3;
  auto content_signature = co_await SignContent(registry, transaction, call, bytes);
  if (!content_signature.ok()) co_return content_signature.status();
  report.signature = content_signature->signature;
  report.signing_key = content_signature->key_id;
  stored = co_await InsertReport(transaction, report, call.caller().principal);
  if (!stored.ok()) co_return stored;
  co_return ReportMessage(report);
}

Task<absl::StatusOr<v1::Report>> RereadReport(postgres::Transaction& transaction,
                                              const std::string& name) {
  const std::size_t place = name.find("/reports/");
  if (place == std::string::npos) co_return NotFoundError(name);
  const std::string parent = name.substr(0, place);
  const std::string id = name.substr(place + std::string_view("/reports/").size());
  auto report = co_await ReadReport(transaction, parent, id);
  if (!report.ok()) co_return report.status();
  co_return ReportMessage(*report);
}

}  // namespace maplebridge::registry
