# maplebridge_library(NAME SOURCES a.cc … DEPENDS x …), maplebridge_binary(…), maplebridge_test(…):
# our warnings, one shared precompiled header, includes from the root of the repository.

set(MAPLEBRIDGE_WARNINGS -Wall -Wextra -Werror -Wnon-virtual-dtor -Woverloaded-virtual
    # g++ 12 reports these inside optimised standard-library code that is correct.
    -Wno-maybe-uninitialized -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow
    -Wno-stringop-overread -Wno-missing-field-initializers)

# The one precompiled header. Everything that includes generated protos reuses it.
file(WRITE ${CMAKE_BINARY_DIR}/precompiled.cc "")
add_library(maplebridge_precompiled OBJECT ${CMAKE_BINARY_DIR}/precompiled.cc)
target_precompile_headers(maplebridge_precompiled PRIVATE ${CMAKE_SOURCE_DIR}/common/build/precompiled.h)
target_link_libraries(maplebridge_precompiled PRIVATE gRPC::grpc++ protobuf::libprotobuf absl::status
                      absl::statusor absl::strings absl::time absl::flat_hash_map)

function(maplebridge_target name)
  target_include_directories(${name} PUBLIC ${CMAKE_SOURCE_DIR})
  # Third-party headers through the system path, so that only our code is held to our warnings.
  target_compile_options(${name} PRIVATE ${MAPLEBRIDGE_WARNINGS})
  target_precompile_headers(${name} REUSE_FROM maplebridge_precompiled)
  target_link_libraries(${name} PUBLIC gRPC::grpc++ protobuf::libprotobuf absl::status absl::statusor
                        absl::strings absl::time absl::flat_hash_map Threads::Threads)
endfunction()

function(maplebridge_library name)
  cmake_parse_arguments(ARGUMENT "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${ARGUMENT_SOURCES})
  maplebridge_target(${name})
  target_link_libraries(${name} PUBLIC ${ARGUMENT_DEPENDS})
endfunction()

function(maplebridge_binary name)
  cmake_parse_arguments(ARGUMENT "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARGUMENT_SOURCES})
  maplebridge_target(${name})
  target_link_libraries(${name} PRIVATE ${ARGUMENT_DEPENDS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
endfunction()

# One test binary per folder. Files ending in _pgtest.cc need PostgreSQL: tests/run starts a
# private cluster and names it in MAPLEBRIDGE_TEST_DATABASE; they go into a binary NAME_pgtest.
function(maplebridge_test name)
  cmake_parse_arguments(ARGUMENT "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${ARGUMENT_SOURCES})
  maplebridge_target(${name})
  target_link_libraries(${name} PRIVATE ${ARGUMENT_DEPENDS} GTest::gtest GTest::gmock GTest::gtest_main)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
endfunction()

# Embeds FOLDER/NNNN_name.sql into TARGET as ServiceMigrations(), declared in
# common/postgres/service_migrations.h. One such target to a binary.
function(maplebridge_migrations target folder)
  set(output ${CMAKE_CURRENT_BINARY_DIR}/${target}_migrations.cc)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.sql)
  list(SORT files)
  set(text "#include \"common/postgres/service_migrations.h\"\nnamespace maplebridge {\nconst std::vector<postgres::Migration>& ServiceMigrations() {\n  static const auto* migrations = new std::vector<postgres::Migration>{\n")
  foreach(file ${files})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(name ${file} NAME_WE)
    string(REGEX MATCH "^0*([0-9]+)_(.*)$" matched ${name})
    set(number ${CMAKE_MATCH_1})
    set(title ${CMAKE_MATCH_2})
    file(READ ${file} sql)
    string(APPEND text "    {${number}, \"${title}\", R\"migration(${sql})migration\"},\n")
  endforeach()
  string(APPEND text "  };\n  return *migrations;\n}\n}  // namespace maplebridge\n")
  file(CONFIGURE OUTPUT ${output} CONTENT "${text}" @ONLY)
  target_sources(${target} PRIVATE ${output})
endfunction()
