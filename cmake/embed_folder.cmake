# SPDX-License-Identifier: Apache-2.0
# Makes a C++ file that holds the text files of a folder, in the order of their names, for a function
# that returns a span of values with the members `name` (the file's, without its ending) and `text`:
#   cmake -DFOLDER=... -DENDING=.json -DOUTPUT=... -DHEADER=... -DNAMESPACE=... -DTYPE=... -DFUNCTION=... -P embed_folder.cmake
file(GLOB files LIST_DIRECTORIES false ${FOLDER}/*${ENDING})
list(SORT files)
set(entries "")
foreach(file ${files})
  file(READ ${file} text)
  string(FIND "${text}" ")text\"" terminator)
  if(NOT terminator EQUAL -1)
    message(FATAL_ERROR "${file} contains the end mark of the raw string")
  endif()
  get_filename_component(name ${file} NAME)
  string(REGEX REPLACE "${ENDING}$" "" name "${name}")
  string(APPEND entries "    {\"${name}\", R\"text(${text})text\"},\n")
endforeach()
file(WRITE ${OUTPUT} "// SPDX-License-Identifier: Apache-2.0
#include \"${HEADER}\"

namespace ${NAMESPACE} {
namespace {

constexpr ${TYPE} kFiles[] = {
${entries}};

}  // namespace

std::span<const ${TYPE}> ${FUNCTION}() {
  return kFiles;
}

}  // namespace ${NAMESPACE}
")
