// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/fake_kernel.hpp"

#include <cstring>
#include <memory>

#include <archive.h>
#include <archive_entry.h>
#include <elf.h>
#include <fmt/format.h>

#include "framework/kernels/cpio.hpp"

namespace refrag::kernels::fake {

namespace {

template <class T>
void put(std::string& bytes, std::size_t at, T value) {
  bytes.resize(std::max(bytes.size(), at + sizeof value));
  std::memcpy(bytes.data() + at, &value, sizeof value);
}

// One section of content and the section names.
std::string elf(std::string_view name, unsigned type, std::string_view content) {
  std::string names(1, '\0');
  names.append(name).append(1, '\0').append(".shstrtab").append(1, '\0');
  Elf64_Ehdr header = {};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_shnum = 3;
  header.e_shstrndx = 2;
  header.e_shoff = sizeof header + content.size() + names.size();
  Elf64_Shdr section = {};
  section.sh_name = 1;
  section.sh_type = type;
  section.sh_offset = sizeof header;
  section.sh_size = content.size();
  Elf64_Shdr strings = {};
  strings.sh_name = static_cast<Elf64_Word>(name.size() + 2);
  strings.sh_type = SHT_STRTAB;
  strings.sh_offset = sizeof header + content.size();
  strings.sh_size = names.size();
  std::string bytes;
  put(bytes, 0, header);
  bytes.append(content).append(names);
  for (const auto& entry : {Elf64_Shdr{}, section, strings}) put(bytes, bytes.size(), entry);
  return bytes;
}

std::string vmlinux() {
  std::string note;
  put(note, 0, Elf64_Nhdr{4, 20, NT_GNU_BUILD_ID});
  note.append("GNU\0", 4);
  for (const char* hex = build_id; *hex != '\0'; hex += 2) {
    note += static_cast<char>(std::stoi(std::string(hex, 2), nullptr, 16));
  }
  return elf(".notes", SHT_NOTE, note);
}

using Writer = std::unique_ptr<archive, decltype(&archive_write_free)>;

la_ssize_t append(archive*, void* bytes, const void* data, std::size_t size) {
  static_cast<std::string*>(bytes)->append(static_cast<const char*>(data), size);
  return static_cast<la_ssize_t>(size);
}

void add(archive* writer, const Entry& given) {
  const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                            archive_entry_free);
  archive_entry_set_pathname(entry.get(), given.path.c_str());
  archive_entry_set_perm(entry.get(), 0644);
  archive_entry_set_filetype(entry.get(), given.path.ends_with('/') ? AE_IFDIR : AE_IFREG);
  archive_entry_set_size(entry.get(), static_cast<la_int64_t>(given.data.size()));
  if (!given.link.empty()) {
    archive_entry_set_filetype(entry.get(), AE_IFLNK);
    archive_entry_set_symlink(entry.get(), given.link.c_str());
  }
  if (!given.hard_link.empty()) archive_entry_set_hardlink(entry.get(), given.hard_link.c_str());
  if (given.is_device) archive_entry_set_filetype(entry.get(), AE_IFCHR);
  archive_write_header(writer, entry.get());
  archive_write_data(writer, given.data.data(), given.data.size());
}

}  // namespace

std::string bzimage(std::string_view release) {
  const auto payload = gzip(vmlinux());
  std::string image(0x400, '\0');
  put<unsigned char>(image, 0x1f1, 1);  // one sector of setup after the boot sector
  put<std::uint16_t>(image, 0x1fe, 0xaa55);
  image.replace(0x202, 4, "HdrS");
  put<std::uint16_t>(image, 0x206, 0x20f);
  put<std::uint16_t>(image, 0x20e, 0x100);
  put<std::uint16_t>(image, 0x236, 1);
  put<std::uint32_t>(image, 0x248, 0);
  put<std::uint32_t>(image, 0x24c, static_cast<std::uint32_t>(payload.size()));
  const auto version = fmt::format("{} (someone@somewhere) #1 SMP", release);
  image.replace(0x300, version.size(), version);
  return image + payload;
}

std::string module(const std::vector<std::string>& modinfo) {
  std::string content;
  for (const auto& entry : modinfo) content += entry + '\0';
  return elf(".modinfo", SHT_PROGBITS, content);
}

std::string module(std::string_view release, std::string_view depends, std::string_view softdep) {
  std::vector<std::string> modinfo = {"license=GPL", fmt::format("depends={}", depends),
                                      fmt::format("vermagic={} SMP preempt mod_unload ", release)};
  if (!softdep.empty()) modinfo.push_back(fmt::format("softdep={}", softdep));
  return module(modinfo);
}

namespace {

std::string packed(int (*set_format)(archive*), const std::vector<Entry>& entries,
                   const std::string& filter) {
  std::string bytes;
  const Writer writer(archive_write_new(), archive_write_free);
  set_format(writer.get());
  if (filter != "none") archive_write_add_filter_by_name(writer.get(), filter.c_str());
  archive_write_set_bytes_in_last_block(writer.get(), 1);
  archive_write_open2(writer.get(), &bytes, nullptr, append, nullptr, nullptr);
  for (const auto& entry : entries) add(writer.get(), entry);
  archive_write_close(writer.get());
  return bytes;
}

}  // namespace

std::string tar(const std::vector<Entry>& entries, const std::string& filter) {
  return packed(archive_write_set_format_gnutar, entries, filter);
}

// A lead of 96 bytes, then the signature's header and the package's: each with no entry and no
// data.
std::string rpm(const std::vector<Entry>& entries, const std::string& filter) {
  const std::string lead = "\xed\xab\xee\xdb\x03" + std::string(91, '\0');
  const std::string header = "\x8e\xad\xe8\x01" + std::string(12, '\0');
  return lead + header + header + packed(archive_write_set_format_cpio_newc, entries, filter);
}

std::string deb(const std::string& data_tar, const std::string& control) {
  std::string bytes;
  const Writer writer(archive_write_new(), archive_write_free);
  archive_write_set_format_ar_svr4(writer.get());
  archive_write_set_bytes_in_last_block(writer.get(), 1);
  archive_write_open2(writer.get(), &bytes, nullptr, append, nullptr, nullptr);
  add(writer.get(), {"debian-binary", "2.0\n"});
  add(writer.get(), {"control.tar.xz", tar({{"./control", control}})});
  add(writer.get(), {"data.tar.xz", data_tar});
  archive_write_close(writer.get());
  return bytes;
}

std::vector<Entry> kernel(const std::string& release) {
  const auto modules = "lib/modules/" + release + "/";
  return {{"./boot/"},
          {"./boot/vmlinuz-" + release, bzimage(release)},
          {"./boot/config-" + release, "CONFIG_XEN_DOM0=y\n# CONFIG_BRIDGE is not set\n"},
          {"./" + modules + "kernel/net/bridge/bridge.ko", module(release, "stp,llc")},
          {"./" + modules + "kernel/net/802/stp.ko", module(release, "llc")},
          {"./" + modules + "kernel/net/llc/llc.ko", module(release)},
          {"./" + modules + "modules.builtin", "kernel/lib/crc32.ko\n"},
          {"./" + modules + "build", {}, "/usr/src/linux-headers-" + release}};
}

void write(const std::filesystem::path& root, const std::vector<Entry>& entries) {
  for (const auto& entry : entries) {
    const auto path = root / entry.path;
    if (!entry.link.empty() || entry.path.ends_with('/')) continue;
    base::make_folder(path.parent_path());
    base::write_file(path, entry.data);
  }
}

Cache::Cache() {
  if (const char* before = std::getenv("XDG_CACHE_HOME")) before_ = before;
  ::setenv("XDG_CACHE_HOME", folder_.path().c_str(), 1);
}

Cache::~Cache() {
  before_.empty() ? ::unsetenv("XDG_CACHE_HOME") : ::setenv("XDG_CACHE_HOME", before_.c_str(), 1);
}

}  // namespace refrag::kernels::fake
