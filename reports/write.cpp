// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/write.hpp"

#include "reports/html.hpp"
#include "reports/machine.hpp"
#include "reports/whole_file.hpp"

namespace refrag::reports {

const std::vector<std::string>& formats() {
  static const std::vector<std::string> names = {"junit", "html", "json", "ktap", "kcidb"};
  return names;
}

std::string file_of(const std::string& format) {
  if (format == "junit") return format;
  return format == "kcidb" ? "report.kcidb.json" : "report." + format;
}

void write_report(const Run& run, const std::string& format, const base::fs::path& folder,
                  Dialect dialect) {
  base::make_folder(folder);
  const auto path = folder / file_of(format);
  if (format == "junit") {
    write_junit(run, path, dialect);
  } else if (format == "html") {
    write_whole(path, [&](std::ostream& out) { write_html(run, folder, out); });
  } else if (format == "json") {
    write_whole(path, [&](std::ostream& out) { write_json(run, out); });
  } else if (format == "ktap") {
    write_whole(path, [&](std::ostream& out) { write_ktap(run, out); });
  } else {
    write_whole(path, [&](std::ostream& out) { write_kcidb(run, out); });
  }
}

}  // namespace refrag::reports
