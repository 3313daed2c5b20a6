# Debian's static libraries, where they serve better than the shared ones. Linked into the server,
# gRPC, Protocol Buffers and what they need cost 4 MB less memory and a tenth less time per call: no
# procedure linkage table, no relocations, thread-local variables without a call.
#
# A target uses them by inferwire_static_grpc(), below; all others use the shared ones.
set(LIBRARIES)
foreach(NAME grpc++ grpc upb gpr address_sorting re2 cares protobuf)
  find_library(STATIC_${NAME} lib${NAME}.a REQUIRED)
  list(APPEND LIBRARIES ${STATIC_${NAME}})
endforeach()
get_filename_component(FOLDER ${STATIC_grpc++} DIRECTORY)
file(GLOB ABSEIL ${FOLDER}/libabsl_*.a)
list(APPEND LIBRARIES ${ABSEIL})
list(JOIN LIBRARIES "," LIBRARIES)

add_library(inferwire_grpc_static INTERFACE)
target_link_libraries(inferwire_grpc_static INTERFACE
  $<LINK_GROUP:RESCAN,${LIBRARIES}> OpenSSL::SSL OpenSSL::Crypto Threads::Threads z dl m rt)

# What we put in the place of libcurl's own is internal to it, and the linker checks no signature: only
# with the version that it was written for and tried with. It can be left out.
option(INFERWIRE_REPLACE_CURL_CALLS "Put our printf and headers in the place of libcurl's at link time" ON)
set(REPLACED_IN_CURL 7.88.1)
if(INFERWIRE_REPLACE_CURL_CALLS AND NOT SANITIZE AND NOT CURL_VERSION_STRING STREQUAL REPLACED_IN_CURL)
  message(FATAL_ERROR "Calls inside libcurl are replaced at link time (static_libraries.cmake), which is known to be right with "
    "version ${REPLACED_IN_CURL} only; this is ${CURL_VERSION_STRING}. Look at its changes of what wrapped_curl.cc replaces, run "
    "the tests, and name the version here; or build without: -DINFERWIRE_REPLACE_CURL_CALLS=OFF.")
endif()

# What the other targets link to: either form, by the property of the target that is linked.
set(WANTS_STATIC $<BOOL:$<TARGET_PROPERTY:INFERWIRE_STATIC_GRPC>>)
add_library(inferwire_grpc INTERFACE)
target_link_libraries(inferwire_grpc INTERFACE
  $<${WANTS_STATIC}:inferwire_grpc_static>
  $<$<NOT:${WANTS_STATIC}>:gRPC::grpc++>
  $<$<NOT:${WANTS_STATIC}>:protobuf::libprotobuf>)

# Abseil's time zones and hash tables, in the form in which gRPC brings them along.
find_package(absl CONFIG REQUIRED)
add_library(inferwire_abseil INTERFACE)
target_link_libraries(inferwire_abseil INTERFACE
  $<${WANTS_STATIC}:inferwire_grpc_static>
  $<$<NOT:${WANTS_STATIC}>:absl::time>
  $<$<NOT:${WANTS_STATIC}>:absl::flat_hash_map>)

# Links a target to the static gRPC. Not with the sanitizers, which tell code that is not instrumented by
# its shared library.
function(inferwire_static_grpc TARGET)
  if(SANITIZE)
    return()
  endif()
  set_target_properties(${TARGET} PROPERTIES INFERWIRE_STATIC_GRPC ON)
  # What was linked, for the bill of materials (image/sbom.py).
  target_link_options(${TARGET} PRIVATE -Wl,--dependency-file=${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/${TARGET}.link)
  target_link_options(${TARGET} PRIVATE -Wl,--gc-sections)
endfunction()

# libcurl too, for the sake of a few functions of its own that we replace. What it needs it still finds
# as shared libraries, by the names that Debian's shared libcurl has for them: no package more.
find_library(STATIC_CURL libcurl.a REQUIRED)
execute_process(COMMAND ${CMAKE_OBJDUMP} -p ${CURL_LIBRARIES} OUTPUT_VARIABLE NEEDED COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "NEEDED +[^\n]+" NEEDED "${NEEDED}")
list(TRANSFORM NEEDED REPLACE "NEEDED +" "-l:")
list(FILTER NEEDED EXCLUDE REGEX "libc\\.so")

set(WANTS_STATIC $<BOOL:$<TARGET_PROPERTY:INFERWIRE_STATIC_CURL>>)
add_library(inferwire_curl INTERFACE)
target_include_directories(inferwire_curl SYSTEM INTERFACE ${CURL_INCLUDE_DIRS})
target_link_libraries(inferwire_curl INTERFACE
  "$<${WANTS_STATIC}:${STATIC_CURL};${NEEDED}>"
  $<$<NOT:${WANTS_STATIC}>:CURL::libcurl>)

# Links a target to the static libcurl and puts our way of writing a request's head, of not keeping
# the answer's, and of hearing what is wrong with it, in the place of libcurl's. Not with the sanitizers
# either. Ours is compiled without the target's precompiled header, which is gcc's and which clang-tidy could
# not read.
function(inferwire_static_curl TARGET)
  if(SANITIZE)
    return()
  endif()
  set_target_properties(${TARGET} PROPERTIES INFERWIRE_STATIC_CURL ON)
  if(NOT INFERWIRE_REPLACE_CURL_CALLS)
    return()
  endif()
  set(REPLACEMENT ${PROJECT_SOURCE_DIR}/service/platform/wrapped_curl.cc)
  target_sources(${TARGET} PRIVATE ${REPLACEMENT})
  set_source_files_properties(${REPLACEMENT} TARGET_DIRECTORY ${TARGET} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  foreach(CALL Curl_dyn_addf Curl_headers_push Curl_infof curl_maprintf curl_msnprintf)
    target_link_options(${TARGET} PRIVATE -Wl,--wrap=${CALL})
  endforeach()
endfunction()
