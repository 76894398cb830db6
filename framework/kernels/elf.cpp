// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/elf.hpp"

#include <fmt/format.h>

#include "framework/base/text.hpp"
#include "framework/kernels/elf_read.hpp"

namespace refrag::kernels {

namespace elf {

std::optional<Elf64_Ehdr> header_of(std::string_view elf) {
  const auto header = read_at<Elf64_Ehdr>(elf, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return std::nullopt;
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB) {
    return std::nullopt;
  }
  return header;
}

namespace {

template <class T>
std::vector<T> table_of(std::string_view elf, std::uint64_t offset, std::uint64_t count) {
  std::vector<T> entries;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto entry = read_at<T>(elf, offset + i * sizeof(T));
    if (!entry) break;
    entries.push_back(*entry);
  }
  return entries;
}

}  // namespace

std::vector<Elf64_Shdr> sections_of(std::string_view elf, const Elf64_Ehdr& header) {
  return table_of<Elf64_Shdr>(elf, header.e_shoff, header.e_shnum);
}

std::vector<Elf64_Phdr> segments_of(std::string_view elf, const Elf64_Ehdr& header) {
  return table_of<Elf64_Phdr>(elf, header.e_phoff, header.e_phnum);
}

}  // namespace elf

namespace {

// Notes are aligned to 4 bytes.
std::string build_id_in(std::string_view notes) {
  const auto padded = [](std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; };
  while (const auto note = elf::read_at<Elf64_Nhdr>(notes, 0)) {
    const auto name = elf::slice(notes, sizeof *note, note->n_namesz);
    const auto id = elf::slice(notes, sizeof *note + padded(note->n_namesz), note->n_descsz);
    if (note->n_type == NT_GNU_BUILD_ID && name == std::string_view("GNU\0", 4)) {
      std::string hex;
      for (const unsigned char byte : id) hex += fmt::format("{:02x}", byte);
      return hex;
    }
    const auto size = sizeof *note + padded(note->n_namesz) + padded(note->n_descsz);
    if (size >= notes.size()) break;
    notes.remove_prefix(size);
  }
  return {};
}

std::vector<std::string> names_in(std::string_view list, char separator) {
  std::vector<std::string> names;
  for (auto& name : base::split(list, separator)) {
    if (!name.empty()) names.push_back(std::move(name));
  }
  return names;
}

// "pre: a b post: c" is a and b.
void add_softdeps(std::vector<std::string>& softdeps, std::string_view text) {
  bool pre = false;
  for (const auto& word : names_in(text, ' ')) {
    if (word.ends_with(':')) {
      pre = word == "pre:";
    } else if (pre) {
      softdeps.push_back(word);
    }
  }
}

}  // namespace

std::optional<std::string_view> elf_section(std::string_view elf, std::string_view name) {
  const auto header = elf::header_of(elf);
  if (!header) return std::nullopt;
  const auto sections = elf::sections_of(elf, *header);
  if (header->e_shstrndx >= sections.size()) return std::nullopt;
  const auto& names = sections[header->e_shstrndx];
  const auto table = elf::slice(elf, names.sh_offset, names.sh_size);
  for (const auto& section : sections) {
    const auto rest = section.sh_name < table.size() ? table.substr(section.sh_name) : "";
    if (rest.substr(0, rest.find('\0')) != name || section.sh_type == SHT_NOBITS) continue;
    return elf::slice(elf, section.sh_offset, section.sh_size);
  }
  return std::nullopt;
}

std::string elf_build_id(std::string_view elf) {
  const auto header = elf::header_of(elf);
  if (!header) return {};
  for (const auto& segment : elf::segments_of(elf, *header)) {
    if (segment.p_type != PT_NOTE) continue;
    auto id = build_id_in(elf::slice(elf, segment.p_offset, segment.p_filesz));
    if (!id.empty()) return id;
  }
  for (const auto& section : elf::sections_of(elf, *header)) {
    if (section.sh_type != SHT_NOTE) continue;
    auto id = build_id_in(elf::slice(elf, section.sh_offset, section.sh_size));
    if (!id.empty()) return id;
  }
  return {};
}

std::optional<ModuleInfo> module_info(std::string_view elf) {
  const auto section = elf_section(elf, ".modinfo");
  if (!section) return std::nullopt;
  ModuleInfo info;
  for (const auto& entry : names_in(*section, '\0')) {
    const std::string_view text = entry;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    const auto key = text.substr(0, equals);
    const auto value = text.substr(equals + 1);
    if (key == "vermagic") info.vermagic = value;
    if (key == "depends") info.depends = names_in(value, ',');
    if (key == "softdep") add_softdeps(info.softdeps, value);
  }
  return info;
}

}  // namespace refrag::kernels
