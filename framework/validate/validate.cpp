// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/validate/validate.hpp"

#include <algorithm>
#include <random>

#include <fmt/format.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/base/stop.hpp"
#include "framework/base/text.hpp"
#include "framework/plan/cases.hpp"
#include "framework/run/attempt.hpp"
#include "framework/validate/bed.hpp"
#include "framework/validate/link.hpp"
#include "framework/virt/domain.hpp"

namespace refrag::validate {

using base::Deadline;
using base::Error;
using base::Fault;
using base::seconds;

namespace {

constexpr auto connect_time = seconds(120);
constexpr auto survey_time = seconds(180);
constexpr auto undo_time = seconds(120);

constexpr const char* suite_name = "vlan_ping_sizes";

std::string machine_name() {
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  return name;
}

std::string owner_name() {
  const char* user = ::getenv("USER");
  return fmt::format("{}@{}, process {}, since {}", user != nullptr ? user : "root", machine_name(),
                     ::getpid(), run::utc_now());
}

// A guest is ours when both its name and its UUID are those that we gave it.
std::string destroy_domain(const virt::Connection& connection, const host::Change& change,
                           Deadline deadline) {
  const auto domain = virt::Domain::find(connection, change.name, deadline);
  if (!domain) return {};
  if (domain->uuid() != change.before) return "there is a guest of that name that is not ours";
  domain->destroy(deadline);
  return {};
}

// Connects when there is a guest to destroy, and only then.
host::UndoDomain domains_by(HostLink& link, const std::string& libvirt) {
  return [&link, libvirt, connection = std::shared_ptr<virt::Connection>()](
             const host::Change& change, Deadline deadline) mutable -> std::string {
    try {
      if (!connection) {
        connection = std::make_shared<virt::Connection>(
            virt::Connection::open(libvirt, deadline.sooner(seconds(30)), link.gone_fd()));
      }
      return destroy_domain(*connection, change, deadline);
    } catch (const Error& error) {
      return error.what();
    }
  };
}

// Puts back whatever the journal tells when it goes, also after an error or a stop request.
class Tidy {
 public:
  Tidy(HostLink& link, host::Shell& shell, std::string libvirt)
      : link_(link), shell_(shell), libvirt_(std::move(libvirt)) {}
  ~Tidy() {
    if (done_) return;
    try {
      tidy();
    } catch (const std::exception& error) {
      base::say(error.what());
    }
  }
  Tidy(const Tidy&) = delete;
  Tidy& operator=(const Tidy&) = delete;

  void tidy() {
    done_ = true;
    const base::StopHeld held;
    const auto left = undo();
    for (const auto& each : left) {
      base::say(fmt::format("not undone: {} {} ({}); by hand: {}", host::to_text(each.change.kind),
                            each.change.name, each.why, host::by_hand(each.change)));
    }
    if (!left.empty()) throw not_as_it_was("what is told above is still there");
  }

 private:
  std::vector<host::NotUndone> undo() {
    try {
      return host::undo(shell_, domains_by(link_, libvirt_), Deadline::in(undo_time)).left;
    } catch (const Error& error) {
      throw not_as_it_was(error.what());
    }
  }

  Error not_as_it_was(const std::string& why) const {
    return {Fault::lab, "the host is not as it was: " + why,
            fmt::format("`refrag clean {}` puts back what is left",
                        base::shell_quote(link_.uri().text))};
  }

  HostLink& link_;
  host::Shell& shell_;
  std::string libvirt_;
  bool done_ = false;
};

// For ids and folders: nothing that a path or a case's text could take for anything else.
std::string label_of(const host::Survey& survey) {
  auto label = survey.release();
  for (char& c : label) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+' || c == '_';
    if (!is_plain) c = '_';
  }
  if (label.empty() || label.front() == '.') label.insert(0, "host-");
  return label.substr(0, 100);
}

std::vector<verdict::CaseId> plan_of(const Site& site, const std::string& label, bool toggle) {
  const plan::Axis tags{"tag", {"none", site.vlan}};
  const plan::Axis directions{"dir", {"a>b", "b>a"}};
  auto cases = plan::cases_of({suite_name, "echo", {tags, directions, {"host", {"as-found"}}}},
                              label, site.mtu);
  if (!toggle) return cases;
  const auto more =
      plan::cases_of({suite_name, "echo", {tags, {"nf", {"1", "0"}}, directions}}, label, site.mtu);
  cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

std::string name_of(const Options& options) {
  return options.shown.empty() ? options.host.text : options.shown;
}

verdict::RunRecord run_record(const Options& options, const Site& site, int planned) {
  verdict::RunRecord run;
  run.tool = fmt::format("refrag {}", REFRAG_VERSION);
  run.started = run::utc_now();
  run.machine = machine_name();
  run.testbed = options.host.driver == "xen" ? "xen" : "kvm";
  run.lab = name_of(options);
  run.mtu = site.mtu;
  run.planned = planned;
  run.command = {"refrag", "validate", name_of(options)};
  if (options.toggle) run.command.emplace_back("--toggle");
  if (!options.bridge.empty()) run.command.insert(run.command.end(), {"--bridge", options.bridge});
  run.directory = base::fs::current_path().string();
  return run;
}

void require(const Check& check) {
  if (check.health != Health::missing) return;
  throw Error(Fault::lab, fmt::format("the host's {}: {}", check.what, check.text), check.mend);
}

// One line of what the doctor would say, before anything is sent or changed.
void require_able(const host::Survey& survey, const HostUri& uri) {
  for (const auto& check : check_host(survey, {}, uri)) require(check);
}

Opinion judge(const Options& options, const host::Survey& survey, const Site& site) {
  const auto text = base::read_file(options.out / "results.jsonl");
  std::vector<verdict::CaseRecord> cases;
  std::vector<verdict::SweepRecord> sweeps;
  for (const auto& record : verdict::read_records(text).records) {
    if (const auto* c = std::get_if<verdict::CaseRecord>(&record)) cases.push_back(*c);
    if (const auto* s = std::get_if<verdict::SweepRecord>(&record)) sweeps.push_back(*s);
  }
  return opinion_of({survey, site.bridge, options.toggle, site.mtu, cases, sweeps});
}

// Runs the suite on guests of ours; records go into the folder.
void run_on(const Visit& visit, const Options& options, Deadline deadline) {
  const auto label = label_of(visit.survey);
  run::KernelJob job;
  job.build.spec = name_of(options);
  job.build.label = label;
  job.build.release = visit.survey.release();
  job.build.version = visit.survey.kernel_version();
  job.guest = options.guest;
  job.cases = plan_of(visit.site, label, options.toggle);
  run::RunFolder folder(options.out);
  const int planned = static_cast<int>(job.cases.size());
  folder.add(run_record(options, visit.site, planned));
  run::Progress progress(planned);
  const run::TestbedKind kind{
      options.host.driver,
      kernels::Role::dom0,
      true,
      1,
      0,
      [](Deadline) {},
      [&](const run::BringUp& wanted) { return bring_up_on(visit, wanted); }};
  const auto suites = run::find_suites({suite_name});
  const std::vector<run::IgnoredSplat> ignored;
  const run::Shared shared{kind, suites, ignored, verdict::built_in_bugs(), folder, progress};
  progress.kernel(label);
  run::run_attempt(job, job.cases, 1, shared, deadline);
  progress.kernel_done(label);
}

}  // namespace

Opinion validate(const Options& options) {
  const auto deadline = Deadline::in(options.deadline);
  HostLink link(options.host, deadline.sooner(connect_time));
  host::Shell shell(link.shell());
  const auto survey = host::survey(shell, deadline.sooner(survey_time));
  require_able(survey, options.host);
  const auto site = choose_site(survey, options.bridge, std::random_device()());
  const auto toggling = options.toggle ? changes_of_toggling(survey) : std::vector<host::Change>();
  const auto libvirt = link.libvirt(survey.lines("sockets"), deadline.sooner(seconds(30)));
  host::Lease lease(shell, owner_name(), deadline.sooner(seconds(30)));
  Tidy tidy(link, shell, libvirt);
  run_on({link, shell, lease, survey, site, libvirt, toggling}, options, deadline);
  tidy.tidy();
  auto opinion = judge(options, survey, site);
  base::write_file(options.out / "verdict.json", json_of(opinion));
  return opinion;
}

// A machine that has just booted may still be starting its libvirt.
HostUri find_driver(const std::string& address, Deadline deadline) {
  HostLink link(parse_uri("xen" + address), deadline.sooner(seconds(120)));
  host::Shell shell(link.shell());
  for (;;) {
    const auto survey = host::survey(shell, deadline.sooner(survey_time));
    if (survey.has("sockets")) {
      return parse_uri((survey.text("xen") == "control_d" ? "xen" : "qemu") + address);
    }
    if (deadline.expired()) throw Error(Fault::lab, "no libvirtd of the image listens");
    shell.run_ok("sleep 1", deadline);
  }
}

Cleaned clean(const HostUri& uri, Deadline deadline) {
  HostLink link(uri, deadline);
  host::Shell shell(link.shell());
  const auto state = host::read_lease(shell, deadline);
  if (state.held == host::Held::free) return {};
  const auto survey = host::survey(shell, deadline.sooner(survey_time));
  require(check_rights(survey, uri));
  if (state.held == host::Held::by_somebody) {
    throw Error(Fault::lab,
                fmt::format("{} is at work on this host", base::printable(state.journal.owner)),
                "wait until it is done");
  }
  Cleaned cleaned;
  cleaned.owner = state.journal.owner.empty() ? "somebody" : base::printable(state.journal.owner);
  const auto libvirt = link.libvirt(survey.lines("sockets"), deadline);
  cleaned.what = host::undo(shell, domains_by(link, libvirt), deadline);
  return cleaned;
}

std::vector<Check> examine(const HostUri& uri, Deadline deadline) {
  HostLink link(uri, deadline.sooner(connect_time));
  host::Shell shell(link.shell());
  const auto survey = host::survey(shell, deadline.sooner(survey_time));
  auto checks = check_host(survey, host::read_lease(shell, deadline), uri);
  if (uri.driver == "qemu" && !uri.is_remote()) checks.push_back(check_kvm(deadline));
  return checks;
}

}  // namespace refrag::validate
