#include "services/registry/domain/dispute_history.h"

#include <algorithm>
#include <iterator>

#include "services/registry/domain/document_number.h"

namespace maplebridge::registry {
namespace {

struct Line {
  std::string_view type;
  std::string_view kind;
  std::string_view text;
};

constexpr Line kLines[] = {
    {"Report", "DISPUTE", "登记纠纷"},
    {"Import", "DISPUTE", "由旧台账补录"},
    {"Accept", "DISPUTE", "受理纠纷"},
    {"Decline", "DISPUTE", "不予受理，告知其他途径"},
    {"Withdraw", "DISPUTE", "当事人撤回调解申请"},
    {"AssignMediators", "DISPUTE", "指定调解员"},
    {"InviteOthers", "DISPUTE", "邀请有关人员协助调解"},
    {"Recuse", "DISPUTE", "当事人申请调解员回避"},
    {"AddParty", "DISPUTE", "增加当事人"},
    {"ChangeParty", "DISPUTE", "更正当事人信息"},
    {"Suspend", "DISPUTE", "中止调解"},
    {"Resume", "DISPUTE", "恢复调解"},
    {"Extend", "DISPUTE", "经各方同意延长调解期限"},
    {"ConcludeByAgreement", "DISPUTE", "达成调解协议，调解结束"},
    {"ConcludeWithoutAgreement", "DISPUTE", "调解不成，告知其他途径"},
    {"ConfirmAgreed", "DISPUTE", "法院委派委托案件确认达成协议"},
    {"ConfirmFailed", "DISPUTE", "法院委派委托案件退回"},
    {"Amend", "DISPUTE", "变更调解协议"},
    {"CloseUnperformed", "DISPUTE", "协议未履行，终结"},
    {"SetAside", "DISPUTE", "协议被人民法院撤销或者确认无效"},
    {"Merge", "DISPUTE", "并入同一纠纷"},
    {"Unmerge", "DISPUTE", "撤销并案"},
    {"FollowUp", "DISPUTE", "回访当事人"},
    {"Archive", "DISPUTE", "立卷归档"},
    {"ClockExpired", "DISPUTE", "期限届满，催办"},
    {"OfferTransfer", "TRANSFER", "提出移送其他组织"},
    {"Transfer", "TRANSFER", "接收方接受移送"},
    {"DeclineTransfer", "TRANSFER", "接收方不接受移送"},
    {"CancelTransfer", "TRANSFER", "收回移送"},
    {"LapseTransfer", "TRANSFER", "移送逾期未答复，失效"},
    {"ReportEscalation", "ESCALATION", "报告激化风险"},
    {"EscalationClimbed", "ESCALATION", "激化报告逾期未答复，上报上一级"},
    {"AcknowledgeEscalation", "ESCALATION", "司法行政机关处置激化报告"},
    {"PlanSession", "SESSION", "安排调解会议"},
    {"HoldSession", "SESSION", "召开调解会议"},
    {"WriteMinutes", "MINUTES", "制作或者核对调解笔录"},
    {"ConfirmMinutes", "MINUTES", "当事人确认调解笔录"},
    {"DraftAgreement", "AGREEMENT", "拟定调解协议"},
    {"SignAgreement", "AGREEMENT", "签署调解协议"},
    {kDocumentMade, "DOCUMENT", "制作文书"},
    {"FinaliseUpload", "MATERIAL", "收入材料"},
    {"WithdrawMaterial", "MATERIAL", "撤回材料"},
    {"RecordPerformance", "PERFORMANCE", "记录履行"},
    {"CompletePerformance", "PERFORMANCE", "协议履行完毕"},
    {"ReversePerformance", "PERFORMANCE", "更正履行记录"},
    {"MarkOverdue", "PERFORMANCE", "履行期限届满未履行"},
    {"Urge", "URGING", "督促履行"},
    {"ReportBreach", "URGING", "报告违约"},
    {"RouteDispute", "ROUTE", "分流"},
    {"AcceptRoute", "ROUTE", "承办方接受分流"},
    {"DeclineRoute", "ROUTE", "承办方不接受分流"},
    {"LapseRoute", "ROUTE", "分流逾期未答复，失效"},
    {"RouteOverdue", "ROUTE", "承办方逾期未反馈结果"},
    {"EndRoute", "ROUTE", "承办方反馈结果"},
    {"WithdrawRoute", "ROUTE", "收回分流"},
    {"RequestAssistance", "ASSISTANCE", "申请协助"},
    {"AcceptAssistance", "ASSISTANCE", "协助方接受申请"},
    {"DeclineAssistance", "ASSISTANCE", "协助方不接受申请"},
    {"DeliverAssistance", "ASSISTANCE", "协助方交付结果"},
    {"CancelAssistance", "ASSISTANCE", "撤回协助申请"},
    {"AssistanceOverdue", "ASSISTANCE", "协助方逾期"},
    {"SetJointMediation", "JOINT_MEDIATION", "组织联合调解"},
    {"JoinMediation", "JOINT_MEDIATION", "受邀组织加入联合调解"},
    {"DeclineMediation", "JOINT_MEDIATION", "受邀组织不加入联合调解"},
    {"EndJointMediation", "JOINT_MEDIATION", "联合调解结束"},
};

struct WordText {
  std::string_view word;
  std::string_view chinese;
};

// Of details and outcomes.
constexpr WordText kWords[] = {
    {"PEOPLES_MEDIATION", "人民调解"},
    {"LAWYER_MEDIATION", "律师调解"},
    {"COMMERCIAL_MEDIATION", "商事调解"},
    {"INDUSTRY_MEDIATION", "行业调解"},
    {"ADMINISTRATIVE_MEDIATION", "行政调解"},
    {"ARBITRATION", "仲裁"},
    {"ADMINISTRATIVE_RECONSIDERATION", "行政复议"},
    {"SETTLED", "已化解"},
    {"FAILED", "未化解"},
    {"NOT_FIT", "不适宜"},
    {"WITHDRAWN", "当事人撤回"},
    {"NOTARY", "公证"},
    {"LEGAL_AID", "法律援助"},
    {"APPRAISAL", "鉴定"},
    {"PSYCHOLOGIST", "心理疏导"},
};

// Of a dispute.
constexpr WordText kStates[] = {
    {"REPORTED", "待受理"},           {"ACCEPTED", "已受理"},
    {"MEDIATING", "调解中"},          {"SUSPENDED", "中止"},
    {"CONCLUDING", "待确认"},         {"AGREED", "已达成协议"},
    {"PERFORMED", "已履行"},          {"CLOSED_DECLINED", "不予受理"},
    {"CLOSED_FAILED", "调解不成"},    {"CLOSED_WITHDRAWN", "已撤回"},
    {"CLOSED_UNPERFORMED", "未履行"}, {"CLOSED_SET_ASIDE", "协议失效"},
    {"CLOSED_MERGED", "已并案"},      {"ARCHIVED", "已归档"},
};

const Line* Find(std::string_view type) {
  const Line* found = std::find_if(std::begin(kLines), std::end(kLines),
                                   [type](const Line& line) { return line.type == type; });
  return found == std::end(kLines) ? nullptr : found;
}

template <std::size_t N>
std::string_view ChineseOf(const WordText (&table)[N], std::string_view word) {
  for (const WordText& each : table) {
    if (each.word == word) return each.chinese;
  }
  return "";
}

}  // namespace

std::string_view HistoryKindOf(std::string_view type) {
  const Line* line = Find(type);
  return line == nullptr ? "DISPUTE" : line->kind;
}

std::string HistoryText(const HistoryRow& row) {
  const Line* line = Find(row.type);
  std::string text(line == nullptr ? "办理" : line->text);
  if (row.type == kDocumentMade) {
    const auto kind = DocumentKindOf(row.detail);
    return kind ? text + "：" + std::string(DocumentTitle(*kind)) : text;
  }
  for (std::string_view word : {row.detail, row.outcome}) {
    const std::string_view chinese = ChineseOf(kWords, word);
    if (chinese.empty()) continue;
    text += word == row.detail ? "：" : "，";
    text += chinese;
  }
  if (row.from_state == row.to_state) return text;
  const std::string_view state = ChineseOf(kStates, row.to_state);
  // States of parts have words of their own, which their lines say already.
  const bool is_step = HistoryKindOf(row.type) == "DISPUTE" ||
                       HistoryKindOf(row.type) == "TRANSFER" || row.type == "CompletePerformance";
  if (!is_step || state.empty()) return text;
  text += "（";
  text += state;
  text += "）";
  return text;
}

std::string_view ChineseState(std::string_view state) { return ChineseOf(kStates, state); }
std::string_view ChineseForce(std::string_view force) { return ChineseOf(kWords, force); }

bool IsInHistory(std::string_view type) { return Find(type) != nullptr; }

std::vector<std::string> HistoryTypes(std::string_view kind) {
  std::vector<std::string> types;
  for (const Line& line : kLines) {
    if (line.kind == kind) types.emplace_back(line.type);
  }
  return types;
}

}  // namespace maplebridge::registry
