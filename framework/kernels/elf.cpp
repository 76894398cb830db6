// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/elf.hpp"

#include <cstring>

#include <elf.h>
#include <fmt/format.h>

#include "framework/base/text.hpp"

namespace refrag::kernels {

namespace {

// Empty when it is not all there.
std::string_view slice(std::string_view bytes, std::uint64_t offset, std::uint64_t size) {
  if (offset > bytes.size() || size > bytes.size() - offset) return {};
  return bytes.substr(offset, size);
}

template <class T>
std::optional<T> read_at(std::string_view bytes, std::uint64_t offset) {
  const auto part = slice(bytes, offset, sizeof(T));
  if (part.empty()) return std::nullopt;
  T value;
  std::memcpy(&value, part.data(), sizeof value);
  return value;
}

std::optional<Elf64_Ehdr> header_of(std::string_view elf) {
  const auto header = read_at<Elf64_Ehdr>(elf, 0);
  if (!header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0) return std::nullopt;
  if (header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_ident[EI_DATA] != ELFDATA2LSB) {
    return std::nullopt;
  }
  return header;
}

std::vector<Elf64_Shdr> sections_of(std::string_view elf, const Elf64_Ehdr& header) {
  std::vector<Elf64_Shdr> sections;
  for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
    const auto section = read_at<Elf64_Shdr>(elf, header.e_shoff + i * sizeof(Elf64_Shdr));
    if (!section) break;
    sections.push_back(*section);
  }
  return sections;
}

// Notes are aligned to 4 bytes.
std::string build_id_in(std::string_view notes) {
  const auto padded = [](std::uint64_t size) { return (size + 3) & ~std::uint64_t{3}; };
  while (const auto note = read_at<Elf64_Nhdr>(notes, 0)) {
    const auto name = slice(notes, sizeof *note, note->n_namesz);
    const auto id = slice(notes, sizeof *note + padded(note->n_namesz), note->n_descsz);
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
  const auto header = header_of(elf);
  if (!header) return std::nullopt;
  const auto sections = sections_of(elf, *header);
  if (header->e_shstrndx >= sections.size()) return std::nullopt;
  const auto& names = sections[header->e_shstrndx];
  const auto table = slice(elf, names.sh_offset, names.sh_size);
  for (const auto& section : sections) {
    const auto rest = section.sh_name < table.size() ? table.substr(section.sh_name) : "";
    if (rest.substr(0, rest.find('\0')) != name || section.sh_type == SHT_NOBITS) continue;
    return slice(elf, section.sh_offset, section.sh_size);
  }
  return std::nullopt;
}

std::string elf_build_id(std::string_view elf) {
  const auto header = header_of(elf);
  if (!header) return {};
  for (std::uint64_t i = 0; i < header->e_phnum; ++i) {
    const auto segment = read_at<Elf64_Phdr>(elf, header->e_phoff + i * sizeof(Elf64_Phdr));
    if (!segment || segment->p_type != PT_NOTE) continue;
    auto id = build_id_in(slice(elf, segment->p_offset, segment->p_filesz));
    if (!id.empty()) return id;
  }
  for (const auto& section : sections_of(elf, *header)) {
    if (section.sh_type != SHT_NOTE) continue;
    auto id = build_id_in(slice(elf, section.sh_offset, section.sh_size));
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
