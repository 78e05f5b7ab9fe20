#include "deploy/maplectl_source/simulate.h"

#include <absl/strings/str_cat.h>
#include <absl/strings/str_format.h>
#include <absl/time/clock.h>

#include <atomic>
#include <iostream>
#include <set>

#include "common/calendar/working_calendar.h"
#include "common/reference/reference_data.h"
#include "common/status/macros.h"
#include "deploy/maplectl_source/simulation/audit.h"
#include "deploy/maplectl_source/simulation/dispute_life.h"
#include "deploy/maplectl_source/simulation/plan_calls.h"
#include "deploy/maplectl_source/simulation/workers.h"

namespace maplebridge::maplectl {

const char kSimulateNotes[] =
    "Time: the services keep their own clock. The plan spreads the year by week, holidays and "
    "season,\n"
    "and its days stand in the words of a dispute, in campaigns, visits and observations; "
    "everything\n"
    "else happens now: reports, deadlines, agreements, performance. Sessions are entered as held "
    "just\n"
    "now, some as held days ago; agreements that are broken were due three days ago. Nothing lies "
    "in\n"
    "the future but due days.\n"
    "People, firms and numbers are invented: birth dates from 1900 to 1929, telephones of a prefix "
    "that\n"
    "nobody has. The same seed, county, year and scale make the same plan; each run files its own\n"
    "organisations, so it may be run again on the same suite.\n"
    "It ends with the services' own counts held against the plan, and fails when they differ.";

namespace {

constexpr int kMostLooks = 30;

std::string NewRun() { return NewRequestId().substr(0, 8); }

absl::StatusOr<CountyPlan> PlanOf(const Installation& installation, const SimulateOptions& options,
                                  absl::CivilDay today) {
  MB_ASSIGN_OR_RETURN(const auto reference,
                      reference::ReferenceData::Open(installation.Path("data/reference.bin")));
  const int year = options.year == 0 ? static_cast<int>(today.year()) - 1 : options.year;
  if (!reference->calendar().IsLoadedYear(year) || year > today.year()) {
    return Problem(absl::StatusCode::kInvalidArgument,
                   absl::StrCat("--year ", year, " has no calendar, or has not begun"),
                   absl::StrCat("give one such as ", today.year() - 1));
  }
  MB_ASSIGN_OR_RETURN(const County county,
                      ReadCounty(reference->divisions(), options.county, options.seed));
  return MakePlan(county, YearRhythm(reference->calendar(), year, today),
                  {options.seed, options.scale});
}

// The whole run, from the organisations to the comparison.
class Simulation {
 public:
  Simulation(const Console& console, const GatewayClient& client, const CountyPlan& plan,
             const SimulateOptions& options, SimulationCast cast)
      : console_(console),
        client_(client),
        plan_(plan),
        options_(options),
        stubs_(client),
        cast_(std::move(cast)),
        field_work_(cast_, plan) {}

  absl::Status Run() {
    const absl::Time start = absl::Now();
    const absl::CivilDay first_day = calendar::ChinaDay(start);
    Player bureau = PlayerOf("the county bureau");
    MB_ASSIGN_OR_RETURN(const IndicatorCounts before, SettledIndicators(first_day, bureau));
    Play("organisations", OrganisationJobs(), /*days_a_second=*/0);
    // Without them nothing can be lived.
    if (tally_.unexpected() > 0) return Conclude(nullptr, start);
    if (field_work_.Open(bureau).ok()) {
      Play("year", YearJobs(), options_.speed);
      field_work_.Close(bureau).IgnoreError();
    }
    Audit audit(cast_, plan_, field_work_, bureau);
    audit.CompareCalls(tally_);
    if (tally_.unexpected() == 0) {
      MB_RETURN_IF_ERROR(audit.CompareDisputes());
      MB_RETURN_IF_ERROR(audit.CompareCampaigns());
      MB_RETURN_IF_ERROR(audit.CompareRisks());
      MB_RETURN_IF_ERROR(audit.CompareObservations());
      MB_RETURN_IF_ERROR(audit.CompareTransfers());
      MB_RETURN_IF_ERROR(
          audit.CompareIndicators(before, first_day, absl::Seconds(options_.patience_seconds)));
    }
    return Conclude(&audit, start);
  }

 private:
  Player PlayerOf(std::string about) { return {client_, stubs_, tally_, std::move(about)}; }

  // Once analytics has taken in what happened before: when two looks are the same.
  absl::StatusOr<IndicatorCounts> SettledIndicators(absl::CivilDay first_day, Player& bureau) {
    MB_ASSIGN_OR_RETURN(IndicatorCounts counts, ReadIndicators(cast_, plan_, first_day, bureau));
    for (int looks = 0; looks < kMostLooks; ++looks) {
      absl::SleepFor(absl::Seconds(1));
      IndicatorCounts last = std::move(counts);
      MB_ASSIGN_OR_RETURN(counts, ReadIndicators(cast_, plan_, first_day, bureau));
      if (counts == last) break;
    }
    return counts;
  }

  std::vector<Job> OrganisationJobs() {
    std::vector<Job> jobs;
    for (std::size_t i = 0; i < plan_.organisations.size(); ++i) {
      jobs.push_back({absl::CivilDay(plan_.year, 1, 1), [this, i] {
                        Player player = PlayerOf(plan_.organisations[i].display_name);
                        cast_.File(plan_.organisations[i], i, player).IgnoreError();
                      }});
    }
    return jobs;
  }

  std::vector<Job> YearJobs() {
    std::vector<Job> jobs;
    for (const PlannedDispute& dispute : plan_.disputes) {
      jobs.push_back({dispute.day, [this, &dispute] {
                        Player player = PlayerOf("dispute " + dispute.key);
                        DisputeLife(cast_, player, dispute).Play().IgnoreError();
                      }});
    }
    for (std::size_t i = 0; i < plan_.campaigns.size(); ++i) {
      for (std::size_t t = 0; t < plan_.county.townships.size(); ++t) {
        jobs.push_back({plan_.campaigns[i].first_day, [this, i, t] {
                          Player player = PlayerOf(absl::StrCat(plan_.campaigns[i].title, " ",
                                                                plan_.county.townships[t].name));
                          field_work_.Visit(i, t, player).IgnoreError();
                        }});
      }
    }
    jobs.push_back({absl::CivilDay(plan_.year, 1, 1), [this] {
                      Player player = PlayerOf("observations of the partner");
                      field_work_.Share(player).IgnoreError();
                    }});
    return jobs;
  }

  void Play(const std::string& phase, std::vector<Job> jobs, double days_a_second) {
    const absl::Time start = absl::Now();
    bool is_shown = false;
    PlayJobs(std::move(jobs), options_.clients, days_a_second, [&](const Progress& progress) {
      const bool is_end = progress.done == progress.all;
      console_.Tell({{"phase", phase},
                     {"done", progress.done},
                     {"of", progress.all},
                     {"day", absl::FormatCivilTime(progress.day)},
                     {"unexpected", tally_.unexpected()}});
      if (console_.json() || !console_.is_terminal()) return;
      const double seconds = absl::ToDoubleSeconds(absl::Now() - start);
      std::cerr << absl::StrFormat("\r%s: %d of %d, %s, %.0f a second, %d unexpected ", phase,
                                   progress.done, progress.all, absl::FormatCivilTime(progress.day),
                                   progress.done / std::max(seconds, 0.001), tally_.unexpected())
                << (is_end ? "\n" : "") << std::flush;
      is_shown = true;
    });
    if (!is_shown) {
      console_.Say(absl::StrCat(
          phase, " took ",
          absl::FormatDuration(absl::Trunc(absl::Now() - start, absl::Milliseconds(100)))));
    }
  }

  // The table of calls, the comparison, the rates.
  absl::Status Conclude(const Audit* audit, absl::Time start) {
    ShowCalls();
    for (const std::string& error : tally_.errors()) {
      console_.Say(console_.Coloured("unexpected: " + error, Colour::kBad));
    }
    if (audit != nullptr) ShowFindings(*audit);
    const int differences = audit == nullptr ? 0 : audit->differences();
    const auto seconds = absl::ToInt64Seconds(absl::Now() - start);
    Tell(audit, differences, seconds);
    console_.Say(absl::StrCat("took ", seconds, " s, ", tally_.retries(), " calls made again"));
    if (tally_.unexpected() == 0 && differences == 0) return absl::OkStatus();
    return Problem(absl::StatusCode::kFailedPrecondition,
                   absl::StrCat(tally_.unexpected(), " calls went otherwise than planned, ",
                                differences, " counts differ from the plan"),
                   "the lines above name them; is another simulation writing in this county?");
  }

  void ShowCalls() {
    const CallCounts planned = PlannedCalls(plan_), refusals = PlannedRefusals(plan_);
    const auto lines = tally_.lines();
    std::set<std::string> calls;
    for (const auto& [call, count] : planned) calls.insert(call);
    for (const auto& [call, count] : refusals) calls.insert(call);
    for (const auto& [call, line] : lines) calls.insert(call);
    Table table({"call", "planned", "done", "to be refused", "refused", "unexpected"});
    const auto in = [](const CallCounts& counts, const std::string& call) {
      const auto at = counts.find(call);
      return at == counts.end() ? 0 : at->second;
    };
    for (const std::string& call : calls) {
      const auto at = lines.find(call);
      const Tally::Line line = at == lines.end() ? Tally::Line() : at->second;
      const bool is_good = line.done == in(planned, call) && line.refused == in(refusals, call) &&
                           line.unexpected == 0;
      table.Add({call, absl::StrCat(in(planned, call)), absl::StrCat(line.done),
                 absl::StrCat(in(refusals, call)), absl::StrCat(line.refused),
                 absl::StrCat(line.unexpected)},
                is_good ? Colour::kPlain : Colour::kBad);
    }
    table.Show(console_);
    console_.Say("");
  }

  void ShowFindings(const Audit& audit) {
    Table table({"compared with the services", "planned", "found", ""});
    for (const Finding& finding : audit.findings()) {
      table.Add({finding.what, absl::StrCat(finding.planned), absl::StrCat(finding.found),
                 finding.is_equal() ? "equal" : "DIFFERS"},
                finding.is_equal() ? Colour::kPlain : Colour::kBad);
    }
    table.Show(console_);
    console_.Say("");
    for (const auto& [rate, value] : audit.rates().items()) {
      console_.Say(absl::StrCat(rate, ": ", value.dump()));
    }
  }

  void Tell(const Audit* audit, int differences, std::int64_t seconds) {
    Json calls = Json::object();
    for (const auto& [call, line] : tally_.lines()) {
      calls[call] = {
          {"done", line.done}, {"refused", line.refused}, {"unexpected", line.unexpected}};
    }
    Json summary = {{"county", plan_.county.code},
                    {"year", plan_.year},
                    {"seed", options_.seed},
                    {"scale", options_.scale},
                    {"organisations", plan_.organisations.size()},
                    {"disputes", AllDisputes(plan_).size()},
                    {"calls", calls},
                    {"unexpected", tally_.unexpected()},
                    {"errors", tally_.errors()},
                    {"differences", differences},
                    {"seconds", seconds},
                    {"campaigns", field_work_.names()}};
    if (audit != nullptr) {
      summary["compared"] = Json::array();
      for (const Finding& finding : audit->findings()) {
        summary["compared"].push_back(
            {{"what", finding.what}, {"planned", finding.planned}, {"found", finding.found}});
      }
      summary["rates"] = audit->rates();
    }
    console_.Tell(summary);
  }

  const Console& console_;
  const GatewayClient& client_;
  const CountyPlan& plan_;
  const SimulateOptions& options_;
  const Stubs stubs_;
  Tally tally_;
  SimulationCast cast_;
  FieldWork field_work_;
};

void ShowPlan(const Console& console, const CountyPlan& plan) {
  const CallCounts calls = PlannedCalls(plan);
  Json json = {{"county", plan.county.code},
               {"population", plan.county.population()},
               {"villages", plan.county.village_count()},
               {"organisations", plan.organisations.size()},
               {"disputes", AllDisputes(plan).size()},
               {"observations", plan.observations.size()},
               {"calls", calls},
               {"refusals", PlannedRefusals(plan)}};
  console.Tell(json);
  console.Say(absl::StrCat(plan.county.name, " ", plan.year, ": ", plan.county.population(),
                           " people in ", plan.county.village_count(), " villages, ",
                           plan.organisations.size(), " organisations, ", AllDisputes(plan).size(),
                           " disputes, ", plan.campaigns.size(), " campaigns, ",
                           plan.observations.size(), " observations"));
  Table table({"call", "planned"});
  for (const auto& [call, count] : calls) table.Add({call, absl::StrCat(count)});
  table.Show(console);
}

}  // namespace

int RunSimulate(const Console& console, const Installation& installation,
                const GatewaySettings& settings, const SimulateOptions& options) {
  auto run = [&]() -> absl::Status {
    MB_ASSIGN_OR_RETURN(const CountyPlan plan,
                        PlanOf(installation, options, calendar::ChinaDay(absl::Now())));
    ShowPlan(console, plan);
    if (options.plan_only) return absl::OkStatus();
    MB_ASSIGN_OR_RETURN(const GatewayClient client,
                        GatewayClient::Open(installation, settings, /*as_operator=*/false));
    MB_ASSIGN_OR_RETURN(SimulationCast cast, SimulationCast::Open(installation, plan, NewRun()));
    return Simulation(console, client, plan, options, std::move(cast)).Run();
  };
  const absl::Status status = run();
  return status.ok() ? kDone : console.Fail(status);
}

}  // namespace maplebridge::maplectl
