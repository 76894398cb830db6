# SPDX-License-Identifier: GPL-2.0-or-later
# refrag_machine_program(NAME SOURCES a.cpp ...): a static program for the inside of a machine.
#
# It is linked with musl, because Debian's static glibc says "kernel too old" before Linux 3.2, and
# it is small: an initramfs with it is unpacked in no time. Debian has no libstdc++ for musl, so
# these programs use the header-only part of the C++ library, without exceptions, and bring the few
# functions that it calls (runtime.cpp). Nothing of the build machine's flags applies to them.
string(REPLACE "-gnu" "-musl" MUSL_ARCHITECTURE "${CMAKE_LIBRARY_ARCHITECTURE}")
find_path(MUSL_LIBRARIES crt1.o PATHS /usr/lib/${MUSL_ARCHITECTURE} NO_DEFAULT_PATH REQUIRED)
find_path(MUSL_HEADERS features.h PATHS /usr/include/${MUSL_ARCHITECTURE} NO_DEFAULT_PATH REQUIRED)

# The kernel's own headers, which stand among glibc's.
set(MUSL_KERNEL_HEADERS ${CMAKE_BINARY_DIR}/kernel-headers)
file(MAKE_DIRECTORY ${MUSL_KERNEL_HEADERS})
foreach(folder linux asm-generic)
  file(CREATE_LINK /usr/include/${folder} ${MUSL_KERNEL_HEADERS}/${folder} SYMBOLIC)
endforeach()
file(CREATE_LINK /usr/include/${CMAKE_LIBRARY_ARCHITECTURE}/asm ${MUSL_KERNEL_HEADERS}/asm SYMBOLIC)

set(MUSL_INCLUDES ${CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES})
list(FILTER MUSL_INCLUDES INCLUDE REGEX "/c\\+\\+/")
set(compiler_headers ${CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES})
list(FILTER compiler_headers INCLUDE REGEX "/lib/.*/include$")
list(APPEND MUSL_INCLUDES ${MUSL_HEADERS} ${compiler_headers} ${MUSL_KERNEL_HEADERS})
list(TRANSFORM MUSL_INCLUDES PREPEND "SHELL:-isystem ")
set(MUSL_INCLUDES ${MUSL_INCLUDES} CACHE INTERNAL "for refrag_machine_program() in any folder")

function(refrag_machine_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_compile_definitions(${name} PRIVATE
    __locale_t=locale_t  # as glibc calls it
    _GLIBCXX_EXTERN_TEMPLATE=0 _GLIBCXX_ASSERTIONS _GNU_SOURCE)
  target_compile_options(${name} PRIVATE
    -Wall -Wextra -Wshadow -Os -g0 -nostdinc -nostdinc++ ${MUSL_INCLUDES}
    "-D__GLIBC_PREREQ(major,minor)=0"
    -fno-exceptions -fno-rtti -fno-threadsafe-statics -fno-use-cxa-atexit
    -fno-asynchronous-unwind-tables
    -fno-pie -fno-stack-protector -ffunction-sections -fdata-sections)
  target_link_options(${name} PRIVATE
    -static -no-pie -nostdlib -s -Wl,--gc-sections -Wl,--build-id=none
    ${MUSL_LIBRARIES}/crt1.o ${MUSL_LIBRARIES}/crti.o)
  target_link_libraries(${name} PRIVATE
    ${MUSL_LIBRARIES}/libc.a gcc ${MUSL_LIBRARIES}/crtn.o)
  set_target_properties(${name} PROPERTIES LINK_DEPENDS ${MUSL_LIBRARIES}/libc.a)
endfunction()
