# SPDX-License-Identifier: Apache-2.0
# The Debian package: cpack -G DEB in a build folder whose kedge is built. What is in it besides the
# program is in scripts/package/; manual pages and completions are what the program itself prints.

set(KEDGE_MAINTAINER "Kedge maintainers <maintainers@kedge.example>" CACHE STRING
    "Who answers for the Debian package")

install(TARGETS kedge RUNTIME DESTINATION bin)

set(package ${PROJECT_SOURCE_DIR}/scripts/package)
# Of a component that an installation anywhere else leaves out: its places are absolute.
function(kedge_packaged file destination name)
  install(FILES ${file} DESTINATION ${destination} RENAME ${name} COMPONENT package
          EXCLUDE_FROM_ALL)
endfunction()
install(TARGETS kedge RUNTIME DESTINATION usr/bin COMPONENT package EXCLUDE_FROM_ALL)
kedge_packaged(${package}/kedge.toml etc/kedge kedge.toml)
kedge_packaged(${package}/kedge.service lib/systemd/system kedge.service)
kedge_packaged(${package}/kedge.sysusers usr/lib/sysusers.d kedge.conf)
kedge_packaged(${package}/kedge.tmpfiles usr/lib/tmpfiles.d kedge.conf)
kedge_packaged(${package}/copyright usr/share/doc/kedge copyright)
foreach(example kedge evm trust)
  kedge_packaged(${PROJECT_SOURCE_DIR}/config/examples/${example}.toml
                 usr/share/doc/kedge/examples ${example}.toml)
endforeach()
install(CODE "execute_process(
    COMMAND ${PROJECT_SOURCE_DIR}/scripts/package/generate $<TARGET_FILE:kedge>
            \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}\" COMMAND_ERROR_IS_FATAL ANY)"
  COMPONENT package EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME kedge)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT ${KEDGE_MAINTAINER})
set(CPACK_INSTALL_CMAKE_PROJECTS "${PROJECT_BINARY_DIR};kedge;package;/")
set(CPACK_PACKAGING_INSTALL_PREFIX /)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "anchoring node for verifiable credentials")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Hashes issued credentials into Merkle batches, keeps them in one append-only
log whose checkpoints it signs, anchors the checkpoints to a ledger, and hands
out proofs that anybody can verify offline, without trusting the node.

The package has the program, a system user, a hardened systemd unit, manual
pages and completions. The node is not started by the installation: the name
of its log, once chosen, is for ever.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "systemd | systemd-standalone-sysusers, systemd | systemd-standalone-tmpfiles")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${package}/postinst ${package}/prerm ${package}/postrm ${package}/conffiles)
include(CPack)
