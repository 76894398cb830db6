// SPDX-License-Identifier: GPL-2.0-or-later
// Small helpers for writing XML; pugixml escapes whatever stands in values.
#pragma once

#include <initializer_list>
#include <sstream>
#include <string>
#include <utility>

#include <pugixml.hpp>

namespace refrag::virt {

using Attributes = std::initializer_list<std::pair<const char*, std::string>>;

inline pugi::xml_node add(pugi::xml_node parent, const char* name, Attributes attributes) {
  auto node = parent.append_child(name);
  for (const auto& [key, value] : attributes) node.append_attribute(key) = value.c_str();
  return node;
}

inline void add_text(pugi::xml_node parent, const char* name, const std::string& value,
                     Attributes attributes = {}) {
  add(parent, name, attributes).text() = value.c_str();
}

inline std::string text(const pugi::xml_document& document) {
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default | pugi::format_no_declaration);
  return out.str();
}

}  // namespace refrag::virt
