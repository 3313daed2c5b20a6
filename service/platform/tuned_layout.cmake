# `ninja tuned`: the server as it is shipped, in build/KIND/tuned, laid out anew by the static libraries' and its own use
# under load (tune/README.md).
option(INFERWIRE_TUNED_LAYOUT "Lay the shipped server's code out by its use under load" ON)

# Makes the target `tuned` from the server. Without the layout it is the server as it was linked.
function(inferwire_tuned TARGET)
  if(SANITIZE OR NOT INFERWIRE_TESTS)
    return()
  endif()
  set(TUNED ${PROJECT_BINARY_DIR}/tuned/${TARGET})
  set(TUNE ${PROJECT_SOURCE_DIR}/service/platform/tune/tune.sh)
  if(INFERWIRE_TUNED_LAYOUT)
    target_link_options(${TARGET} PRIVATE -Wl,--emit-relocs)
    add_custom_command(OUTPUT ${TUNED}
      COMMAND ${TUNE} ${CMAKE_RUNTIME_OUTPUT_DIRECTORY} ${PROJECT_BINARY_DIR}/tuned
      DEPENDS ${TARGET} mock_upstream h2_load grpc_load ${TUNE}
      COMMENT "Tuning ${TARGET} under load (a minute)" VERBATIM USES_TERMINAL)
  else()
    add_custom_command(OUTPUT ${TUNED}
      COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/tuned
      COMMAND ${CMAKE_COMMAND} -E create_symlink ../bin/${TARGET} ${TUNED}
      DEPENDS ${TARGET} VERBATIM)
  endif()
  add_custom_target(tuned DEPENDS ${TUNED})
endfunction()
