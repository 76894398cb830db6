// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/elf_compact.hpp"

#include "framework/base/catch.hpp"
#include "framework/kernels/elf.hpp"
#include "framework/kernels/elf_read.hpp"

using namespace refrag::kernels;

namespace {

constexpr std::size_t first_at = 0x2000;
constexpr std::size_t second_at = 0x8000;
constexpr std::size_t memory = 0x3000;

template <class T>
void put(std::string& bytes, std::size_t at, const T& value) {
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

Elf64_Phdr segment(Elf64_Word type, Elf64_Off offset, Elf64_Xword size, Elf64_Addr address) {
  return {.p_type = type,
          .p_flags = PF_R,
          .p_offset = offset,
          .p_vaddr = address,
          .p_paddr = address,
          .p_filesz = size,
          .p_memsz = memory,
          .p_align = 4};
}

// Two segments far apart, the second with zeros at its end, and a build id inside the first.
std::string kernel() {
  std::string elf(second_at + memory, '\0');
  Elf64_Ehdr header = {};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_entry = 0x1000;
  header.e_phoff = 0x1000;
  header.e_phnum = 3;
  put(elf, 0, header);
  put(elf, 0x1000, segment(PT_LOAD, first_at, 0x800, 0x100000));
  put(elf, 0x1000 + sizeof(Elf64_Phdr), segment(PT_LOAD, second_at, memory, 0x200000));
  put(elf, 0x1000 + 2 * sizeof(Elf64_Phdr), segment(PT_NOTE, first_at + 0x100, 20, 0x100100));
  elf.replace(first_at + 0x100, 20, std::string("\4\0\0\0\4\0\0\0\3\0\0\0GNU\0\xab\xcd\xef\1", 20));
  elf.replace(second_at, 5, "data!");
  elf[first_at + 0x7ff] = 'x';
  return elf;
}

// What a loader would put into memory: by address, zeros filled up.
std::map<Elf64_Addr, std::string> loaded(const std::string& elf) {
  std::map<Elf64_Addr, std::string> image;
  for (const auto& part : elf::segments_of(elf, elf::header_of(elf).value())) {
    if (part.p_type != PT_LOAD) continue;
    auto& bytes = image[part.p_paddr];
    bytes = elf::slice(elf, part.p_offset, part.p_filesz);
    bytes.resize(part.p_memsz);
  }
  return image;
}

}  // namespace

TEST_CASE("a compact kernel loads the same bytes and keeps its build id", "[kernels]") {
  const auto whole = kernel();
  const auto compact = elf_compact(whole);
  CHECK(compact.size() < 0x4000);
  CHECK(loaded(compact) == loaded(whole));
  CHECK(elf::header_of(compact)->e_entry == 0x1000);
  CHECK(elf_build_id(compact) == "abcdef01");
  CHECK(elf_compact(compact) == compact);
}

TEST_CASE("what is no whole ELF is left as it is", "[kernels]") {
  const auto whole = kernel();
  for (const auto& other : {std::string(), std::string("no ELF"), whole.substr(0, 0x1010),
                            whole.substr(0, second_at + 1)}) {
    CHECK(elf_compact(other) == other);
  }
}
