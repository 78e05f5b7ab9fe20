# Compiler, linker, cache and sanitizers: the same for every target of the project.
set(MAPLEBRIDGE_SANITIZER "" CACHE STRING "Value for -fsanitize=, empty for none")

find_program(CCACHE ccache)
if(CCACHE)
  # Precompiled headers make ccache miss unless it is told which of their differences do not matter.
  # Paths count from the checkout, so that one checkout finds what another has compiled.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
endif()

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

if(MAPLEBRIDGE_SANITIZER)
  add_compile_options(-fsanitize=${MAPLEBRIDGE_SANITIZER} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${MAPLEBRIDGE_SANITIZER})
  if(MAPLEBRIDGE_SANITIZER MATCHES "thread")
    # Asio orders memory by fences, which this sanitizer does not see.
    add_compile_options(-Wno-tsan)
  endif()
endif()
