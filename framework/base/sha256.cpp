// SPDX-License-Identifier: GPL-2.0-or-later
// Hashes by the kernel-independent library everybody has; keys of caches are made of them.
#include <memory>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>

#include "framework/base/error.hpp"
#include "framework/base/fd.hpp"
#include "framework/base/files.hpp"

namespace refrag::base {

namespace {

class Hash {
 public:
  Hash() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
    EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr);
  }
  void add(std::string_view data) { EVP_DigestUpdate(context_.get(), data.data(), data.size()); }
  std::string hex() {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_DigestFinal_ex(context_.get(), digest, &length);
    std::string text;
    for (unsigned i = 0; i < length; ++i) text += fmt::format("{:02x}", digest[i]);
    return text;
  }

 private:
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context_;
};

}  // namespace

std::string sha256(std::string_view data) {
  Hash hash;
  hash.add(data);
  return hash.hex();
}

std::string sha256_file(const fs::path& path) {
  const Fd fd = open_file(path.string(), O_RDONLY);
  Hash hash;
  for (;;) {
    const auto part = read_some(fd.get(), 1u << 20);
    if (part.empty()) return hash.hex();
    hash.add(part);
  }
}

}  // namespace refrag::base
