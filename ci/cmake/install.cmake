# SPDX-License-Identifier: GPL-2.0-or-later
# What `cmake --install` and `cpack -G DEB` take along. What people call goes to bin, what refrag
# calls to lib/refrag, what it reads to share/refrag: it finds both from where it is itself.
install(TARGETS refrag DESTINATION bin)
install(TARGETS agent boot tap vif wire DESTINATION lib/refrag)
install(DIRECTORY vm-images/host vm-images/guest DESTINATION share/refrag/vm-images USE_SOURCE_PERMISSIONS)
install(DIRECTORY fixtures/replicas DESTINATION share/refrag/fixtures)
install(FILES fixtures/ignored-splats.toml fixtures/known-bugs.toml DESTINATION share/refrag/fixtures)
install(FILES docs/refrag.bash DESTINATION share/bash-completion/completions RENAME refrag)
install(FILES README.md LICENSE DESTINATION share/doc/refrag)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME refrag)
set(CPACK_PACKAGE_CONTACT "the refrag project")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "does a bridge between two virtual machines carry fragments unharmed?")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# What it runs: machines, their images, replicas.
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "qemu-system-x86, openssh-client, kmod, xz-utils, zstd, cpio, binutils")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "mmdebstrap, gcc, make, patch, libelf1, bc, debian-archive-keyring")
include(CPack)
