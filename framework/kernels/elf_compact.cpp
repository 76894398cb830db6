// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/elf_compact.hpp"

#include <algorithm>

#include "framework/kernels/elf_read.hpp"

namespace refrag::kernels {

namespace {

template <class T>
void write_at(std::string& bytes, std::uint64_t offset, const T& value) {
  std::memcpy(bytes.data() + offset, &value, sizeof value);
}

bool holds(const Elf64_Phdr& outer, const Elf64_Phdr& inner) {
  return inner.p_offset >= outer.p_offset &&
         inner.p_offset + inner.p_filesz <= outer.p_offset + outer.p_filesz;
}

// Loaders fill up to the size in memory with zeros themselves.
std::string_view without_last_zeros(std::string_view bytes) {
  return bytes.substr(0, bytes.find_last_not_of('\0') + 1);
}

// Moves one loaded segment behind what is there, and the notes inside it with it.
void move(std::vector<Elf64_Phdr>& segments, std::size_t which, std::string_view elf,
          std::string& out) {
  constexpr std::size_t alignment = 4096;
  out.resize((out.size() + alignment - 1) / alignment * alignment);
  const auto before = segments[which];
  const auto kept = without_last_zeros(elf::slice(elf, before.p_offset, before.p_filesz));
  for (auto& segment : segments) {
    if (segment.p_type != PT_LOAD && holds(before, segment)) {
      segment.p_offset = segment.p_offset - before.p_offset + out.size();
    }
  }
  segments[which].p_offset = out.size();
  segments[which].p_filesz = kept.size();
  out += kept;
}

bool is_whole(std::string_view elf, const Elf64_Ehdr& header,
              const std::vector<Elf64_Phdr>& segments) {
  const auto is_there = [&](const Elf64_Phdr& segment) {
    return segment.p_offset <= elf.size() && segment.p_filesz <= elf.size() - segment.p_offset;
  };
  const auto is_loaded = [&](const Elf64_Phdr& segment) {
    return segment.p_type == PT_LOAD || std::ranges::any_of(segments, [&](const Elf64_Phdr& load) {
             return load.p_type == PT_LOAD && holds(load, segment);
           });
  };
  return segments.size() == header.e_phnum && !segments.empty() &&
         std::ranges::all_of(segments, is_there) && std::ranges::all_of(segments, is_loaded);
}

}  // namespace

std::string elf_compact(std::string_view elf) {
  auto header = elf::header_of(elf);
  if (!header) return std::string(elf);
  auto segments = elf::segments_of(elf, *header);
  if (!is_whole(elf, *header, segments)) return std::string(elf);
  std::string out(sizeof *header + segments.size() * sizeof(Elf64_Phdr), '\0');
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].p_type == PT_LOAD) move(segments, i, elf, out);
  }
  header->e_phoff = sizeof *header;
  header->e_shoff = header->e_shnum = header->e_shstrndx = 0;
  write_at(out, 0, *header);
  for (std::size_t i = 0; i < segments.size(); ++i) {
    write_at(out, header->e_phoff + i * sizeof(Elf64_Phdr), segments[i]);
  }
  return out;
}

}  // namespace refrag::kernels
