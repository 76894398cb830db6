// SPDX-License-Identifier: GPL-2.0-or-later
// Results as JSON Lines: one object a line, appended as things happen, every report made from
// them. Each has its "type". Strings may hold anything a console can say; what is not
// UTF-8 is replaced when written.
#pragma once

#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "framework/base/rare.hpp"
#include "framework/verdict/cell.hpp"
#include "framework/verdict/evidence.hpp"
#include "framework/verdict/judge.hpp"
#include "framework/verdict/witness.hpp"

namespace refrag::verdict {

inline constexpr int schema_version = 1;

// The first line of a run.
struct RunRecord {
  int schema = schema_version;
  std::string tool = {};     // "refrag 0.1.0"
  std::string started = {};  // UTC, YYYY-MM-DDThh:mm:ss
  std::string machine = {};  // the runner's host name
  std::string testbed = {};
  std::string lab = {};
  int mtu = 1500;
  int planned = 0;         // cases
  std::string shard = {};  // "2/5", empty when it is all
  std::vector<std::string> command = {};
  std::string directory = {};  // where it was given, for its relative paths

  bool operator==(const RunRecord&) const = default;
};

// Properties of a kernel that every testbed gives by these names; those of a machine are its name
// ("host", "guest a", "guest b"), a dot and release, build-id or platform.
namespace property {
inline constexpr const char* package = "kernel.package";    // what was asked for
inline constexpr const char* version = "kernel.version";    // of the package, else the release
inline constexpr const char* build_id = "kernel.build-id";  // of the image on disk
inline constexpr const char* key = "kernel.key";            // of all it is made from
inline constexpr const char* hypervisor = "hypervisor";     // "Xen 4.17.5"
inline constexpr const char* accelerator = "accelerator";   // "tcg", "kvm"
inline constexpr const char* host_image = "image.host";     // key of what it is made from
inline constexpr const char* guest_image = "image.guest";
inline constexpr const char* host_release = "host.release";  // as read there
inline constexpr const char* host_build_id = "host.build-id";
inline constexpr const char* ruleset = "host.ruleset";  // SHA-256 of the rules in the end
}  // namespace property

// A kernel under test; written again when more is known (the later properties win).
struct KernelRecord {
  std::string label = {};  // what ids call it, unique in the run
  std::string spec = {};   // what --kernel was given
  std::string release = {};
  std::map<std::string, std::string> properties = {};  // property::, and the testbed's own
  std::string guest = {};  // what --guest-kernel was given; empty for the testbed's own

  bool operator==(const KernelRecord&) const = default;
};

// A rung of the ladder (Xen, dom0 init, ..., agents) that was reached, or was not.
struct PhaseRecord {
  std::string kernel = {};
  std::string phase = {};
  double at = 0;             // seconds from the start of the run to the start of the phase
  double seconds = 0;        // how long it took
  std::string problem = {};  // why it was not reached
  int attempt = 1;           // of the testbed

  bool operator==(const PhaseRecord&) const = default;
};

// What was observed of a cell; its echoes are with their cases.
struct SweepRecord {
  std::string suite = {};
  std::string name = {};
  std::string kernel = {};
  Cell cell = {};
  CellEvidence evidence = {};
  double seconds = 0;
  int attempt = 1;
  int cases = 0;      // the next so many of its cell are its own; 0: all that come
  bool edge = false;  // of sizes that nobody planned, in search of an edge

  bool operator==(const SweepRecord&) const = default;
};

struct CaseRecord {
  CaseId id = {};
  Judgement judgement = {};
  std::optional<EchoEvidence> echo = {};
  double seconds = 0;
  int attempt = 1;  // 1 for the first, 2 on a fresh testbed after that (see attempts.hpp)
  base::Rare<Witness> witness = {};          // where and why it failed, when that was looked into
  base::Rare<std::string> explanation = {};  // the same in a sentence (explain.hpp)

  bool operator==(const CaseRecord&) const = default;
};

// A complaint of a kernel in its log: a finding of its own, whatever the cases came to, unless
// somebody has said that it is to be ignored (see splat.hpp).
struct SplatRecord {
  std::string kernel = {};
  std::string where = {};               // "host", "guest a", "guest b"
  std::string kind = {};                // "warning", "bug", "oops", "lockdep", "hung task", ...
  std::string title = {};               // its first telling line
  std::string fingerprint = {};         // kind and first symbols, the same for the same fault
  std::vector<std::string> lines = {};  // of the log, as many as belong to it
  std::string during = {};   // "boot", or the suite, case and cell in whose sweep it came
  std::string ignored = {};  // why it does not count; empty: it does
  int attempt = 1;

  bool counts() const { return ignored.empty(); }
  bool operator==(const SplatRecord&) const = default;
};

// A bridge that was not transparent in a sweep, by what entered and what left it: a finding of its
// own, also where every echo was answered.
struct ViolationRecord {
  std::string suite = {};
  std::string name = {};
  std::string kernel = {};
  Cell cell = {};
  std::string kind = {};                // "tag-lost", ... (framework/oracle)
  std::string reason = {};              // one sentence about the first
  std::vector<int> sizes = {};          // of the echoes, bytes of payload
  int count = 0;                        // datagrams
  std::vector<std::string> lines = {};  // the frames side by side
  int attempt = 1;

  bool operator==(const ViolationRecord&) const = default;
};

// Anything else worth keeping: a console's tail, what was retried and why.
struct NoteRecord {
  std::string kernel = {};  // may be empty
  std::string about = {};   // "console", "retry", ...
  std::string text = {};

  bool operator==(const NoteRecord&) const = default;
};

using Record = std::variant<RunRecord, KernelRecord, PhaseRecord, SweepRecord, CaseRecord,
                            SplatRecord, ViolationRecord, NoteRecord>;

// One line of JSON with its newline.
std::string to_line(const Record& record);

// Throws Error (internal) saying what is wrong with the line.
Record from_line(std::string_view line);

struct Records {
  std::vector<Record> records;
  std::vector<std::string> problems;  // "line 7: ...": lines that could not be read
};

// Never throws for what is in the text: a runner that was killed leaves half a line at the end.
Records read_records(std::string_view text);

// The same, record by record, for runs that are larger than memory has to be; returns the problems.
std::vector<std::string> read_records(std::istream& lines,
                                      const std::function<void(Record&&)>& take);

}  // namespace refrag::verdict
