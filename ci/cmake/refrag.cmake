# SPDX-License-Identifier: GPL-2.0-or-later
# How every folder is built: flags, packages, and refrag_library().

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

option(REFRAG_SANITIZE "AddressSanitizer and UndefinedBehaviorSanitizer" OFF)

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
pkg_check_modules(LIBVIRT REQUIRED IMPORTED_TARGET libvirt)
pkg_check_modules(LIBARCHIVE REQUIRED IMPORTED_TARGET libarchive)
find_package(pugixml REQUIRED)

# Everything that runs on the build machine; what runs inside the machines has flags of its own.
add_library(refrag_flags INTERFACE)
get_filename_component(REFRAG_ROOT ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
target_include_directories(refrag_flags INTERFACE ${REFRAG_ROOT})
target_compile_options(refrag_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
target_link_libraries(refrag_flags INTERFACE fmt::fmt)
if(REFRAG_SANITIZE)
  target_compile_options(refrag_flags INTERFACE -fsanitize=address,undefined
                                                -fno-sanitize-recover=undefined)
  target_link_options(refrag_flags INTERFACE -fsanitize=address,undefined)
endif()

add_library(refrag_catch_main STATIC ${CMAKE_CURRENT_LIST_DIR}/catch_main.cpp)
target_link_libraries(refrag_catch_main PUBLIC refrag_flags)

# refrag_library(NAME SOURCES a.cpp ... [TESTS a_test.cpp ...] [DEPS base ...] [LINK lib ...])
# DEPS are folders of ours, and say the same as the arrow table in ARCHITECTURE.md; LINK is what
# comes from packages. Tests become one Catch2 program and one ctest entry per folder.
function(refrag_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;TESTS;DEPS;LINK" ${ARGN})
  list(TRANSFORM ARG_DEPS PREPEND refrag_)
  if(ARG_SOURCES)
    add_library(refrag_${name} STATIC ${ARG_SOURCES})
    target_link_libraries(refrag_${name} PUBLIC refrag_flags ${ARG_DEPS} ${ARG_LINK})
  else()
    add_library(refrag_${name} INTERFACE)
    target_link_libraries(refrag_${name} INTERFACE refrag_flags ${ARG_DEPS} ${ARG_LINK})
  endif()
  if(ARG_TESTS)
    add_executable(refrag_${name}_test ${ARG_TESTS})
    target_link_libraries(refrag_${name}_test PRIVATE refrag_${name} refrag_catch_main)
    target_compile_definitions(refrag_${name}_test PRIVATE
                               REFRAG_SOURCE_DIR="${REFRAG_ROOT}")
    add_test(NAME ${name} COMMAND refrag_${name}_test)
    set_tests_properties(${name} PROPERTIES TIMEOUT 120)
  endif()
endfunction()

# refrag_embed(NAME file ...): the library carries the files' texts, known-bugs.toml as
# std::string_view refrag::embedded::known_bugs_toml.
function(refrag_embed name)
  foreach(file ${ARGN})
    get_filename_component(base ${file} NAME)
    string(MAKE_C_IDENTIFIER ${base} symbol)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} text)
    set(source ${CMAKE_CURRENT_BINARY_DIR}/${symbol}.cpp)
    file(CONFIGURE OUTPUT ${source} @ONLY CONTENT [=[
#include <string_view>
namespace refrag::embedded {
extern const std::string_view @symbol@;
const std::string_view @symbol@ = R"embedded(@text@)embedded";
}
]=])
    target_sources(refrag_${name} PRIVATE ${source})
  endforeach()
endfunction()
