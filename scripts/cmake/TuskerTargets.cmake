# How a target of ours is made: one library a folder, exact dependencies, warnings as errors.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
# Executables share the precompiled headers of libraries, so they are compiled alike.
set(CMAKE_CXX_COMPILE_OPTIONS_PIE "-fPIC")
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/archive)

set(TUSKER_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize=")
if(TUSKER_SANITIZE)
  add_compile_options(-fsanitize=${TUSKER_SANITIZE} -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${TUSKER_SANITIZE})
endif()

add_library(tusker_flags INTERFACE)
target_compile_options(tusker_flags INTERFACE
  -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Wthread-safety -Werror -Wno-missing-field-initializers -Wno-deprecated-declarations
  "SHELL:-Xclang -fno-pch-timestamp" -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
target_compile_definitions(tusker_flags INTERFACE
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_SEPARATE_COMPILATION
  SPDLOG_FMT_EXTERNAL TUSKER_VERSION="${PROJECT_VERSION}")
target_include_directories(tusker_flags INTERFACE ${CMAKE_SOURCE_DIR})

# tusker_library(NAME [NET] SOURCES file… DEPS lib… [SYSTEM lib…]): a static library of this folder. NET: its code uses coroutines, so it
# shares the precompiled header that holds Asio.
function(tusker_library name)
  cmake_parse_arguments(ARG "NET" "" "SOURCES;DEPS;SYSTEM" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC tusker_flags ${ARG_DEPS} ${ARG_SYSTEM})
  tusker_precompile(${name} "${ARG_NET}")
endfunction()

# tusker_program(NAME [NET] SOURCES file… DEPS lib…): an executable in bin/.
function(tusker_program name)
  cmake_parse_arguments(ARG "NET" "" "SOURCES;DEPS;SYSTEM" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE tusker_flags ${ARG_DEPS} ${ARG_SYSTEM})
  tusker_precompile(${name} "${ARG_NET}")
endfunction()

# Reuses the precompiled header of common/: with Asio for coroutine code, the plain one for the rest.
function(tusker_precompile name net)
  if(net)
    if(NOT name STREQUAL "common_pch_net")
      target_precompile_headers(${name} REUSE_FROM common_pch_net)
      add_dependencies(${name} common_pch_net)
    endif()
  elseif(NOT name STREQUAL "common_pch_base")
    target_precompile_headers(${name} REUSE_FROM common_pch_base)
    add_dependencies(${name} common_pch_base)
  endif()
endfunction()

# tusker_test(NAME [NET] SOURCES file… DEPS lib… [LABELS label…]): a Catch2 program, one ctest entry. Built by the target unit_tests alone,
# so that whoever wants the programs doesn't wait for tests.
add_custom_target(unit_tests)
function(tusker_test name)
  cmake_parse_arguments(ARG "NET" "" "SOURCES;DEPS;SYSTEM;LABELS" ${ARGN})
  add_executable(${name} EXCLUDE_FROM_ALL ${ARG_SOURCES})
  add_dependencies(unit_tests ${name})
  target_link_libraries(${name} PRIVATE tusker_flags ${ARG_DEPS} ${ARG_SYSTEM} tests_support)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  tusker_precompile(${name} "${ARG_NET}")
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 900)
endfunction()
