// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/validate/uri.hpp"

#include <regex>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace refrag::validate {

using base::Error;
using base::Fault;

namespace {

// What looks like a password is nobody's to read.
Error not_ours(const std::string& text, const std::string& why) {
  static const std::regex password("(//[^/@:]*:)[^/@]*@");
  const auto shown = std::regex_replace(text, password, "$1***@");
  return Error(Fault::usage, fmt::format("{}: {}", base::printable(shown), why),
               "as in xen:///system, qemu:///system or xen+ssh://root@host/system");
}

void take_parameter(HostUri& uri, const std::string& parameter) {
  const auto equals = parameter.find('=');
  const auto name = parameter.substr(0, equals);
  const auto value = equals == std::string::npos ? std::string() : parameter.substr(equals + 1);
  if (name == "socket") {
    uri.socket = value;
  } else if (name == "keyfile") {
    uri.key_file = value;
  } else if (name == "known_hosts") {
    uri.known_hosts = value;
  } else if (name == "no_verify" && value != "0") {
    throw not_ours(uri.text, "host keys are always checked");
  } else {
    throw not_ours(uri.text, fmt::format("the parameter {} is not known here", name));
  }
}

}  // namespace

HostUri parse_uri(const std::string& text) {
  // Nothing that a shell or ssh could take for anything but a name.
  static const std::regex shape(
      R"((xen|qemu)(?:\+(unix|ssh))?://((?:[A-Za-z0-9._][A-Za-z0-9._-]*@)?[A-Za-z0-9._:\[][A-Za-z0-9._:\[\]-]*?)?(?::([0-9]{1,5}))?/system(?:\?(.*))?)");
  std::smatch found;
  if (text.starts_with("qemu:///session")) {
    throw not_ours(text, "a session has no bridges: a host is judged by its system");
  }
  if (!std::regex_match(text, found, shape))
    throw not_ours(text, "not a host that I know how to reach");
  HostUri uri{.text = text,
              .driver = found[1],
              .transport = found[2],
              .login = found[3],
              .port = found[4].length() > 0 ? std::stoi(found[4]) : 0,
              .socket = {},
              .key_file = {},
              .known_hosts = {}};
  if (uri.is_remote() == uri.login.empty()) {
    throw not_ours(text, uri.is_remote() ? "which host?" : "another host is reached by +ssh");
  }
  if (uri.port > 65535) throw not_ours(text, "no such port");
  for (const auto& parameter : base::split(found[5].str(), '&')) take_parameter(uri, parameter);
  return uri;
}

std::vector<std::string> ssh_options(const HostUri& uri) {
  std::vector<std::string> words = {"-oStrictHostKeyChecking=yes", "-oBatchMode=yes",
                                    "-oUpdateHostKeys=no",         "-oConnectTimeout=60",
                                    "-oServerAliveInterval=15",    "-oServerAliveCountMax=6",
                                    "-oForwardAgent=no",           "-oForwardX11=no",
                                    "-oClearAllForwardings=no",    "-oLogLevel=ERROR"};
  if (uri.port != 0) words.insert(words.end(), {"-p", std::to_string(uri.port)});
  if (!uri.known_hosts.empty()) {
    words.push_back("-oUserKnownHostsFile=" + uri.known_hosts);
    words.emplace_back("-oGlobalKnownHostsFile=none");
  }
  if (!uri.key_file.empty()) {
    words.insert(words.end(), {"-i", uri.key_file, "-oIdentitiesOnly=yes"});
  }
  return words;
}

}  // namespace refrag::validate
