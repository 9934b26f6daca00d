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
  -fmacro-prefix-map=${CMAKE_SOURCE_DIR}/=)
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
  set_property(GLOBAL APPEND PROPERTY TUSKER_LIBRARIES ${name})
endfunction()

# tusker_program(NAME [NET] SOURCES file… DEPS lib…): an executable in bin/.
function(tusker_program name)
  cmake_parse_arguments(ARG "NET" "" "SOURCES;DEPS;SYSTEM" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE tusker_flags ${ARG_DEPS} ${ARG_SYSTEM})
  tusker_precompile(${name} "${ARG_NET}")
endfunction()

# tusker_precompiled_header(NAME HEADER lib…): compiles HEADER of this folder ahead of everything. Not CMake's own precompiled headers: those
# put absolute paths where ccache doesn't see them, so that a second checkout, or CI's, would compile everything anew.
function(tusker_precompiled_header name header)
  add_library(${name} OBJECT ${header})
  set_source_files_properties(${header} PROPERTIES LANGUAGE CXX COMPILE_OPTIONS "-xc++-header;-Xclang;-fno-pch-timestamp")
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX CXX_COMPILER_LAUNCHER ${CMAKE_SOURCE_DIR}/scripts/cmake/precompile.py)
  target_link_libraries(${name} PRIVATE tusker_flags ${ARGN})
endfunction()

# Gives a target the precompiled header of common/: with Asio for coroutine code, the plain one for the rest.
function(tusker_precompile name net)
  set(pch ${CMAKE_BINARY_DIR}/common/CMakeFiles/common_pch_base.dir/pch_base.h.o)
  if(net)
    set(pch ${CMAKE_BINARY_DIR}/common/CMakeFiles/common_pch_net.dir/pch_net.h.o)
  endif()
  target_compile_options(${name} PRIVATE "SHELL:-include-pch ${pch}")
  get_target_property(sources ${name} SOURCES)
  set_property(SOURCE ${sources} APPEND PROPERTY OBJECT_DEPENDS ${pch})
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

# The target headers_alone compiles each header of ours by itself, without the precompiled header that would hide a missing include. Which
# folder may use which is not its matter, so it sees the include folders of all libraries. For scripts/check --headers.
function(tusker_headers_alone)
  file(GLOB_RECURSE headers RELATIVE ${CMAKE_SOURCE_DIR} CONFIGURE_DEPENDS
    ${CMAKE_SOURCE_DIR}/common/*.h ${CMAKE_SOURCE_DIR}/client/*.h ${CMAKE_SOURCE_DIR}/namenode/*.h ${CMAKE_SOURCE_DIR}/datanode/*.h
    ${CMAKE_SOURCE_DIR}/resourcemanager/*.h ${CMAKE_SOURCE_DIR}/nodemanager/*.h ${CMAKE_SOURCE_DIR}/mapreduce/*.h
    ${CMAKE_SOURCE_DIR}/tests/*.h)
  foreach(header ${headers})
    set(source ${CMAKE_BINARY_DIR}/headers_alone/${header}.cc)
    file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${header}\"\n")
    list(APPEND sources ${source})
  endforeach()
  add_library(headers_alone OBJECT EXCLUDE_FROM_ALL ${sources})
  get_property(libraries GLOBAL PROPERTY TUSKER_LIBRARIES)
  target_link_libraries(headers_alone PRIVATE tusker_flags tests_support ${libraries})
  target_compile_options(headers_alone PRIVATE -O0)
endfunction()
