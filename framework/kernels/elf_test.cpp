// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/elf.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/kernels/bzimage.hpp"
#include "framework/kernels/fake_kernel.hpp"

using namespace refrag;
using namespace refrag::kernels;

TEST_CASE("a module says what it depends on", "[kernels]") {
  const auto info = module_info(fake::module({"depends=jbd2,mbcache", "softdep=pre: crypto-crc32c",
                                              "softdep=post: later pre: a b", "alias=fs-ext4",
                                              "vermagic=6.1.0-56-amd64 SMP "}));
  REQUIRE(info);
  CHECK(info->depends == std::vector<std::string>{"jbd2", "mbcache"});
  CHECK(info->softdeps == std::vector<std::string>{"crypto-crc32c", "a", "b"});
  CHECK(info->vermagic == "6.1.0-56-amd64 SMP ");
}

TEST_CASE("cut or scrambled ELF files are read without reading past their end", "[kernels]") {
  auto whole = fake::module("6.1.0", "bridge");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    // A string of its own size, so that AddressSanitizer sees what is read behind it.
    const std::string cut(whole.data(), size);
    module_info(cut);
    elf_build_id(cut);
  }
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (const char byte : {'\0', '\x7f', '\xff'}) {
      auto scrambled = whole;
      scrambled[i] = byte;
      module_info(scrambled);
      elf_build_id(scrambled);
    }
  }
  CHECK_FALSE(module_info("no ELF file"));
}

TEST_CASE("a bzImage says its release and its build id", "[kernels]") {
  const auto image = fake::bzimage("6.1.0-56-amd64");
  CHECK(bzimage_release(image, "image") == "6.1.0-56-amd64");
  CHECK(elf_build_id(bzimage_payload(image, "image")) == fake::build_id);
}

TEST_CASE("what is no bzImage for x86-64 is refused", "[kernels]") {
  auto image = fake::bzimage("6.1.0");
  CHECK_THROWS_WITH(bzimage_release("", "x"), Catch::Contains("x is not a Linux kernel image"));
  CHECK_THROWS_WITH(bzimage_release(std::string(4096, 'a'), "x"), Catch::Contains("is not"));
  CHECK_THROWS_WITH(bzimage_payload(image.substr(0, image.size() - 8), "x"),
                    Catch::Contains("truncated"));
  image[0x236] = 0;
  CHECK_THROWS_WITH(bzimage_release(image, "x"), Catch::Contains("32-bit"));
}
